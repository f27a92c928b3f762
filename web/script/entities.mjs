// Writes src/api/entity.gen.ts: the shapes of the client API as the server describes itself (docs/openapi.json, which
// is made from the Go structs and the route table). Only what the roots below lead to is written.
import { readFileSync, writeFileSync } from 'node:fs'

const { schemas } = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')).components

const roots = `Account CredentialAccount Status StatusEdit StatusSource Context Relationship Notification GroupedNotificationsResults
  NotificationPolicy NotificationRequest Search Marker Instance Preferences Poll Translation List Filter Conversation
  ScheduledStatus DeletedStatus Suggestion FamiliarFollowers FeaturedTag Announcement Trends.Link MediaAttachment Report
  ExtendedDescription WebPushSubscription Tag CustomEmoji Role Rule AsyncRefresh TermsOfService MutedAccount DomainBlockPreview
  BrowserAccount Security PasskeyQuestion StepSetup RecoveryCodes SecurityEvent CollectionWithAccounts WrappedAnnualReports InteractionRequest Import ImportRow`.split(/\s+/)

const name = (ref) => ref.split('/').at(-1).replaceAll('.', '')
const quoted = (key) => (/^[a-z_]\w*$/i.test(key) ? key : `'${key}'`)
const wanted = []
const seen = new Set()

function want(schema) {
  if (seen.has(schema)) return
  seen.add(schema)
  if (!schemas[schema]) throw new Error(`The API has no entity ${schema}.`)
  wanted.push(schema)
}

/** type is the TypeScript of a schema. */
function type(s, indent) {
  if (s.$ref) {
    want(s.$ref.split('/').at(-1))
    return name(s.$ref)
  }
  if (s.anyOf || s.oneOf) return [...new Set((s.anyOf ?? s.oneOf).map((x) => type(x, indent)))].join(' | ')
  if (s.allOf) return s.allOf.map((x) => type(x, indent)).join(' & ')
  if ('const' in s) return literal(s.const)
  if (s.enum) return s.enum.map(literal).join(' | ')
  switch (s.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return s.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array': {
      const of = type(s.items ?? {}, indent)
      return / [|&] /.test(of) ? `(${of})[]` : `${of}[]`
    }
  }
  if (s.properties) return body(s, indent)
  if (s.additionalProperties) return `Record<string, ${type(s.additionalProperties, indent)}>`
  return s.type === 'object' ? 'Record<string, unknown>' : 'unknown'
}

const literal = (v) => (typeof v === 'string' ? `'${v}'` : String(v))

function body(s, indent) {
  const pad = indent + '  '
  const lines = Object.entries(s.properties).map(([key, value]) => {
    const maybe = s.required?.includes(key) ? '' : '?'
    const note = value.description ? `${pad}/** ${value.description} */\n` : ''
    return `${note}${pad}${quoted(key)}${maybe}: ${type(value, pad)}${maybe ? ' | undefined' : ''}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

for (const root of roots) want(root)
const out = []
for (let i = 0; i < wanted.length; i++) {
  const s = schemas[wanted[i]]
  const note = s.description ? `/** ${s.description} */\n` : ''
  const head = s.properties ? `export interface ${name(wanted[i])} ` : `export type ${name(wanted[i])} = `
  out.push([name(wanted[i]), `${note}${head}${s.properties ? body(s, '') : type(s, '')}\n`])
}

writeFileSync(
  new URL('../src/api/entity.gen.ts', import.meta.url),
  `// Written by script/entities.mjs from docs/openapi.json. Not to be edited.\n\n${out.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text).join('\n')}`,
)
