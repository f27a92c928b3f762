// Names under .localhost lie on loopback (RFC 6761); browsers know that, the C library of many machines does not.
import dns from 'node:dns'

const ours = (name) => name === 'localhost' || name.endsWith('.localhost')
const lookup = dns.lookup
dns.lookup = (name, options, done) => {
  if (typeof options === 'function') [options, done] = [{}, options]
  if (typeof options === 'number') options = { family: options }
  if (!ours(name)) return lookup(name, options, done)
  process.nextTick(() => (options?.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)))
}
const promised = dns.promises.lookup
dns.promises.lookup = async (name, options) => {
  if (!ours(name)) return promised(name, options)
  const one = { address: '127.0.0.1', family: 4 }
  return options?.all ? [one] : one
}
