import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/registry/http/limits.ts'
import { httpTransport } from '../../../src/registry/http/transport.ts'

test('a connection that fails when whoever wanted it has gone ends nothing', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.prependListener('unhandledRejection', note)
  try {
    await new Promise((listening) => server.once('listening', listening))
    const refused = new Promise<void>((answered) => {
      server.once('clientError', (_, socket) =>
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n', () => answered()),
      )
    })
    const { send } = httpTransport({
      limits: DEFAULT_LIMITS,
      env: {},
      caCertificates: async () => [],
      userAgent: 'test',
    })
    const { port } = server.address() as AddressInfo
    const asking = send({
      method: 'HEAD',
      url: new URL(`https://127.0.0.1:${port}/v2/`), // Plain HTTP is spoken there: the connection can't be made.
      headers: {},
      role: 'registry',
      maxBytes: 1000,
      deadline: Date.now() + 10_000,
      signal: AbortSignal.abort(new Error('the user gave up')),
    })
    await expect(asking).rejects.toThrow('the user gave up')
    await refused
    await new Promise((later) => setTimeout(later, 100))
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
    server.close()
  }
})
