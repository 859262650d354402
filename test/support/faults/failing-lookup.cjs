// Loaded into the program by the fault matrix: names below .test fail as they say, without asking a name server.
const dns = require('node:dns')
const { lookup } = dns

dns.lookup = (hostname, options, callback) => {
  // As a question that the system goes on asking, which keeps the process alive.
  if (hostname === 'silence.test') return void setTimeout(() => {}, 60_000)
  const [, name] = /^(enotfound|eai-again|ehostunreach)\.test$/.exec(hostname) ?? []
  if (name === undefined) return lookup(hostname, options, callback)
  const code = name.toUpperCase().replace('-', '_')
  const done = typeof options === 'function' ? options : callback
  setImmediate(done, Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, hostname }))
}
