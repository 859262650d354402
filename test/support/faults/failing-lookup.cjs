// Preloaded by the fault matrix: names below .test fail with the error in their name, without a name server.
const dns = require('node:dns')
const { lookup } = dns

dns.lookup = (hostname, options, callback) => {
  // Like a lookup that the system keeps retrying, which keeps the process alive.
  if (hostname === 'silence.test') return void setTimeout(() => {}, 60_000)
  const [, name] = /^(enotfound|eai-again|ehostunreach)\.test$/.exec(hostname) ?? []
  if (name === undefined) return lookup(hostname, options, callback)
  const code = name.toUpperCase().replace('-', '_')
  const done = typeof options === 'function' ? options : callback
  setImmediate(done, Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, hostname }))
}
