// Preloaded by tests about names: TEST_NAMES has addresses of names as JSON, which are returned without a name server.
const dns = require('node:dns')
const { lookup } = dns
const names = JSON.parse(process.env['TEST_NAMES'] ?? '{}')

dns.lookup = (hostname, options, callback) => {
  const addresses = names[hostname]
  if (addresses === undefined) return lookup(hostname, options, callback)
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const done = typeof options === 'function' ? options : callback
  if (options.all === true) setImmediate(done, null, found)
  else setImmediate(done, null, found[0].address, found[0].family)
}
