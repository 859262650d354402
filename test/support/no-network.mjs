/**
 * Preloaded into the program under test: any attempt to open a socket, resolve a name or start a process ends the
 * process with a message. When the process exits, its exit code is 98 if a network module was only
 * loaded, unless the program is run from its sources: these import everything, and the bundler decides what is loaded late.
 */
import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'

function forbid(name) {
  return () => {
    writeSync(2, `no-network: ${name} was called\n${new Error().stack}\n`)
    process.exit(98)
  }
}

net.Socket.prototype.connect = forbid('net.Socket.connect')
net.Server.prototype.listen = forbid('net.Server.listen')
net.connect = forbid('net.connect')
net.createConnection = forbid('net.createConnection')
tls.connect = forbid('tls.connect')
dgram.createSocket = forbid('dgram.createSocket')
dns.lookup = forbid('dns.lookup')
dns.resolve = forbid('dns.resolve')
dns.promises.lookup = forbid('dns.promises.lookup')
globalThis.fetch = forbid('fetch')
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  childProcess[name] = forbid(`child_process.${name}`)
}
syncBuiltinESMExports()

const runsFromSource = process.argv[1]?.endsWith('from-source.mjs') === true
process.on('exit', () => {
  if (runsFromSource) return
  const loaded = process.moduleLoadList.filter((name) =>
    /^NativeModule (?:http|https|http2|_http_client|internal\/http2\/core)$/.test(name),
  )
  if (loaded.length > 0) {
    writeSync(2, `no-network: loaded ${loaded.join(', ')}\n`)
    process.exitCode = 98
  }
})
