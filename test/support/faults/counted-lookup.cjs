// Preloaded by tests about name servers: every lookup fails with the code TEST_LOOKUP_ERROR after a moment, and is a line
// in the file TEST_LOOKUPS.
const dns = require('node:dns')
const { appendFileSync } = require('node:fs')

dns.lookup = (hostname, options, callback) => {
  appendFileSync(process.env['TEST_LOOKUPS'], `${hostname}\n`)
  const done = typeof options === 'function' ? options : callback
  const code = process.env['TEST_LOOKUP_ERROR']
  setTimeout(done, 20, Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code }))
}
