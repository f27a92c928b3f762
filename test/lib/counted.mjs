/**
 * counted wraps a client whose methods are named by paths, as in client.v1.statuses.$select(id).favourite(), and puts the name
 * of each call that was answered into a set, without ids.
 */
export function counted(client, names, path = '') {
  return new Proxy(client, {
    get(target, key) {
      const value = target[key]
      if (typeof key !== 'string' || key === 'then') return value
      if (key === '$select') return (...ids) => counted(target.$select(...ids), names, `${path}[]`)
      const name = path ? `${path}.${key}` : key
      if (typeof value !== 'function' && typeof value !== 'object') return value
      return new Proxy(value, {
        get: (_, next) => counted(value, names, name)[next],
        apply(_, __, args) {
          const answer = target[key](...args)
          const keep = (v) => (names.add(name), v)
          return typeof answer?.then === 'function' ? answer.then(keep) : answer
        },
      })
    },
  })
}
