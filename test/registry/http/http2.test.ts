import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../../src/credentials/keychain.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import { createRegistryClient } from '../../../src/registry/composition.ts'
import { ask, headersOf, INDEX } from '../../support/ask-registry.ts'
import { fixedFiles } from '../../support/fixed-files.ts'
import { basic, fixedKeychain } from '../../support/fixed-keychain.ts'
import { instantClock } from '../../support/instant-clock.ts'
import { startProxy } from '../../support/proxy.ts'
import { createAuthority } from '../../support/registry/certificate.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from '../../support/registry/registry.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function start(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry({ tls: { http2: true }, ...options })
  open.push(registry)
  return registry
}

/** A client that trusts an authority. */
function clientFor(ca: string | undefined, more: Partial<Parameters<typeof createRegistryClient>[0]> = {}) {
  return createRegistryClient({
    keychain: EMPTY_KEYCHAIN,
    userAgent: 'pinpull/test',
    env: { SSL_CERT_FILE: '/ca.pem' },
    files: fixedFiles({ '/ca.pem': ca ?? '' }),
    ...more,
  })
}

const wanted = { platforms: false, signal: new AbortController().signal }

describe('HTTP/2', () => {
  test('is spoken where the host speaks it, over one connection for all', async () => {
    const registry = await start()
    const names = Array.from({ length: 40 }, (_, index) => `team/app-${index % 4}:${index}`)
    const digests = names.map((name) => registry.push(name).digest)
    const client = clientFor(registry.ca)
    const answers = await Promise.all(
      names.map((name) => client.resolve(parseReference(`${registry.host}/${name}`), wanted)),
    )
    expect(answers.map(({ descriptor }) => descriptor.digest)).toEqual(digests)
    expect(new Set(registry.requests.map(({ httpVersion }) => httpVersion))).toEqual(new Set(['2.0']))
    expect(new Set(registry.requests.map(({ connection }) => connection)).size).toBe(1)
  })

  test('tokens, bodies and posts go the same way', async () => {
    const registry = await start({
      auth: { kind: 'bearer', users: { ann: 'pw' }, refreshTokens: { id: 'ann' }, methods: ['POST'] },
    })
    const { digest } = registry.push('app:1')
    const token = { kind: 'identity-token', token: 'id', source: 'test' } as const
    for (const credential of [basic('ann', 'pw'), token]) {
      const client = clientFor(registry.ca, { keychain: fixedKeychain({ [registry.host]: [credential] }) })
      const answered = await client.resolve(parseReference(`${registry.host}/app:1`), {
        ...wanted,
        platforms: true,
      })
      expect(answered.descriptor).toMatchObject({
        digest,
        platforms: [
          { os: 'linux', architecture: 'amd64' },
          { os: 'linux', architecture: 'arm64' },
        ],
      })
    }
    expect(registry.count({ method: 'POST', path: '/token' })).toBe(2)
  })

  test('HTTP/1.1 goes on over the connection that found it out', async () => {
    const registry = await start({ tls: {} })
    registry.push('app:1')
    const client = clientFor(registry.ca)
    await client.resolve(parseReference(`${registry.host}/app:1`), wanted)
    registry.push('app:2')
    await client.resolve(parseReference(`${registry.host}/app:2`), wanted)
    expect(registry.requests.map(({ httpVersion, connection }) => [httpVersion, connection])).toEqual([
      ['1.1', 1],
      ['1.1', 1],
    ])
  })

  test('through a proxy', async () => {
    const authority = createAuthority()
    const registry = await start({ tls: { http2: true, hosts: ['registry.example.com'], authority } })
    const { digest } = registry.push('app:1')
    const proxy = await startProxy({ 'registry.example.com:443': registry.host })
    open.push(proxy)
    const client = clientFor(authority.ca, { env: { SSL_CERT_FILE: '/ca.pem', HTTPS_PROXY: proxy.url } })
    const { descriptor } = await client.resolve(parseReference('registry.example.com/app:1'), wanted)
    expect(descriptor.digest).toBe(digest)
    expect(registry.requests.map(({ httpVersion }) => httpVersion)).toEqual(['2.0'])
    expect(proxy.seen).toEqual(['CONNECT registry.example.com:443'])
  })
})

describe('when HTTP/2 goes wrong', () => {
  /** A server whose answers are written by hand. */
  async function serve(
    answer: (stream: Parameters<Parameters<Http2SecureServer['on']>[1]>[0], count: number) => void,
  ): Promise<{ host: string; ca: string; sessions: ServerHttp2Session[] }> {
    const authority = createAuthority()
    const server = createSecureServer(authority.issue({ hosts: ['127.0.0.1'] }))
    const sessions: ServerHttp2Session[] = []
    let count = 0
    server.on('session', (session) => {
      sessions.push(session)
      session.on('error', () => {})
    })
    server.on('stream', (stream) => {
      stream.on('error', () => {})
      answer(stream, ++count)
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    open.push({
      close: () =>
        new Promise((resolve) => {
          for (const session of sessions) session.destroy()
          server.close(() => resolve())
        }),
    })
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, ca: authority.ca, sessions }
  }

  const settings = (ca: string) => ({
    env: { SSL_CERT_FILE: '/ca.pem' },
    files: fixedFiles({ '/ca.pem': ca }),
  })
  const found = { ':status': 200, ...headersOf(INDEX) }

  test('a connection that has gone is replaced, without a wait', async () => {
    const { host, ca, sessions } = await serve((stream) => stream.respond(found, { endStream: true }))
    const clock = instantClock()
    const client = clientFor(ca, { clock })
    await client.resolve(parseReference(`${host}/app:1`), wanted)
    sessions[0]?.destroy()
    await expect.poll(() => sessions[0]?.destroyed).toBe(true)
    await client.resolve(parseReference(`${host}/app:2`), wanted)
    expect(sessions).toHaveLength(2)
    expect(clock.waits).toEqual([])
  })

  test('a server that winds up is asked again over another connection', async () => {
    const { host, ca, sessions } = await serve((stream) => stream.respond(found, { endStream: true }))
    const client = clientFor(ca, { clock: instantClock() })
    await client.resolve(parseReference(`${host}/app:1`), wanted)
    sessions[0]?.goaway()
    sessions[0]?.close()
    await client.resolve(parseReference(`${host}/app:2`), wanted)
    await client.resolve(parseReference(`${host}/app:3`), wanted)
    expect(sessions.length).toBeGreaterThan(1)
  })

  test('a request that was refused is sent again; one that was reset, after a wait', async () => {
    const { host, ca } = await serve((stream, count) => {
      // 7 is REFUSED_STREAM, 2 INTERNAL_ERROR (RFC 9113, 7).
      if (count === 1) stream.close(7)
      else if (count === 2) stream.close(2)
      else stream.respond(found, { endStream: true })
    })
    const clock = instantClock()
    const { descriptor } = await ask(`${host}/app:1`, { clock, ...settings(ca) })
    expect(descriptor.digest).toBe(INDEX.digest)
    expect(clock.waits).toEqual([500])
  })

  test('no answer in time', async () => {
    const { host, ca } = await serve(() => {})
    await expect(
      ask(`${host}/app:1`, { limits: { headersTimeout: 1000 }, ...settings(ca) }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_TIMEOUT',
      args: { stage: 'waiting for the answer', tries: 4 },
    })
  })

  test('half an answer, then the whole', async () => {
    const { host, ca } = await serve((stream, count) => {
      if (count === 1) return stream.respond({ ':status': 405 }, { endStream: true })
      stream.respond({ ':status': 200, 'content-type': INDEX.type })
      stream.write(INDEX.text.slice(0, 5), () =>
        count === 2 ? stream.destroy(new Error('gone')) : stream.end(INDEX.text.slice(5)),
      )
      return undefined
    })
    const { descriptor } = await ask(`${host}/app:1`, settings(ca))
    expect(descriptor.digest).toBe(INDEX.digest)
  })

  test('a manifest that does not end', async () => {
    const { host, ca } = await serve((stream, count) => {
      if (count === 1) return stream.respond({ ':status': 405 }, { endStream: true })
      stream.respond({ ':status': 200, 'content-type': INDEX.type })
      stream.write('x'.repeat(2000))
      return undefined
    })
    const limits = { maxManifestBytes: 1024 }
    await expect(ask(`${host}/app:1`, { limits, ...settings(ca) })).rejects.toMatchObject({
      code: 'MANIFEST_TOO_LARGE',
    })
  })
})
