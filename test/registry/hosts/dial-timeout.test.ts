import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, headersOf, INDEX } from '../../support/ask-registry.ts'
import { exchangeServer } from '../../support/exchange-server.ts'
import { fixedFiles } from '../../support/fixed-files.ts'

/** Takes connections, and never says a word. */
const mute = createServer((socket) => sockets.push(socket.on('error', () => {})))
const sockets: Socket[] = []

beforeEach(() => new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve)))
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  mute.close()
})

test("a host's dial_timeout bounds its connection, and the next is asked", async () => {
  const server = await exchangeServer(() => [
    {
      request: 'HEAD /v2/app/manifests/1?ns=registry.example.com',
      answer: { status: 200, headers: headersOf(INDEX) },
    },
  ])
  const host = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`
  const hosts = `[host."${host}"]\ndial_timeout = "50ms"\n[host."${server.url}"]`
  try {
    const { endpoint } = await ask('registry.example.com/app:1', {
      hostsFolder: '/certs',
      files: fixedFiles({ '/certs/registry.example.com/hosts.toml': hosts }),
    })
    expect(endpoint.host).toBe(server.host)
    expect(sockets).toHaveLength(4)
  } finally {
    await server.close()
  }
})
