import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../../src/credentials/keychain.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import { createRegistryClient, type RegistryClientSettings } from '../../../src/registry/composition.ts'
import { secureContextOptions } from '../../../src/registry/http/tls.ts'
import { ask, headersOf, INDEX } from '../../support/ask-registry.ts'
import { type ExchangeServer, exchangeServer } from '../../support/exchange-server.ts'
import { createAuthority } from '../../support/registry/certificate.ts'
import type { TlsOptions } from '../../support/registry/listener.ts'

const open: ExchangeServer[] = []
const folder = mkdtempSync(join(tmpdir(), 'pinpull-tls-'))

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function start(tls: TlsOptions = {}): Promise<ExchangeServer> {
  const server = await exchangeServer(
    () => [{ request: 'HEAD /v2/app/manifests/1', answer: { status: 200, headers: headersOf(INDEX) } }],
    tls,
  )
  open.push(server)
  return server
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('trust', () => {
  test('an authority that nobody vouches for is refused, once', async () => {
    const server = await start()
    await expect(ask(`${server.host}/app:1`)).rejects.toMatchObject({
      code: 'REGISTRY_TLS_UNTRUSTED',
      args: { reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', registry: server.host },
    })
    expect(server.seen).toEqual([])
  })

  test('SSL_CERT_FILE is kept', async () => {
    const server = await start()
    const env = { SSL_CERT_FILE: file('bundle.pem', server.ca ?? '') }
    expect((await ask(`${server.host}/app:1`, { env })).descriptor.digest).toBe(INDEX.digest)
  })

  test('what Node trusts already, or twice, is not read again', () => {
    const [one, other] = [createAuthority().ca, createAuthority().ca]
    const own = (...ca: string[]) => secureContextOptions({ ca }, () => [one]).ca
    expect(own(one.replaceAll('\n', '\r\n'))).toBeUndefined()
    expect(own(`# ours\n${one}${other}`, other)).toEqual([one, other.trim()])
    expect(own('not PEM')).toEqual([one, 'not PEM'])
  })

  test('SSL_CERT_DIR is kept', async () => {
    const server = await start()
    const own = mkdtempSync(join(folder, 'certs-'))
    writeFileSync(join(own, 'own.crt'), server.ca ?? '')
    expect((await ask(`${server.host}/app:1`, { env: { SSL_CERT_DIR: own } })).descriptor.digest).toBe(
      INDEX.digest,
    )
  })

  test.each<[name: string, query: string, settings: (host: string) => Partial<RegistryClientSettings>]>([
    [
      'of a configuration',
      '',
      (host) => ({
        rules: {
          list: [
            { host, ca: 'shared.pem' },
            { host: 'hub.example', mirrors: [{ url: `https://${host}` }] },
          ],
          folder,
        },
      }),
    ],
    [
      'of the command line',
      '?ns=hub.example',
      (host) => ({
        mirrors: [{ host: '*', url: `https://${host}` }],
        rules: { list: [{ host, ca: 'shared.pem' }], folder },
      }),
    ],
  ])('images of a mirror %s share a connection, though it has a ca', async (_, query, settings) => {
    const lines = ['a', 'b', 'c'].map((name) => `HEAD /v2/${name}/manifests/1${query}`)
    const server = await exchangeServer(
      () => lines.map((request) => ({ request, answer: { status: 200, headers: headersOf(INDEX) } })),
      {},
    )
    open.push(server)
    file('shared.pem', server.ca ?? '')
    const client = createRegistryClient({
      keychain: EMPTY_KEYCHAIN,
      userAgent: 'pinpull/test',
      ...settings(server.host),
    })
    for (const name of ['a', 'b', 'c']) {
      const wanted = { platforms: false, signal: new AbortController().signal }
      await client.resolve(parseReference(`hub.example/${name}:1`), wanted)
    }
    server.expectDone()
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1])
  })

  test("a rule's ca counts for its host alone", async () => {
    const [one, other] = [await start(), await start()]
    const rules = { list: [{ host: one.host, ca: 'rule.pem' }], folder }
    file('rule.pem', one.ca ?? '')
    expect((await ask(`${one.host}/app:1`, { rules })).descriptor.digest).toBe(INDEX.digest)
    await expect(ask(`${other.host}/app:1`, { rules })).rejects.toMatchObject({
      code: 'REGISTRY_TLS_UNTRUSTED',
    })
  })

  test('a rule may leave the certificate unchecked', async () => {
    const server = await start({ hosts: ['elsewhere.example.com'] })
    const rules = { list: [{ host: server.host, skipTlsVerify: true }], folder }
    expect((await ask(`${server.host}/app:1`, { rules })).descriptor.digest).toBe(INDEX.digest)
  })

  test.each([
    ['for another host', { hosts: ['elsewhere.example.com'] }, 'its certificate is for another host'],
    ['that has expired', { notAfter: new Date('2021-01-01') }, 'its certificate has expired'],
  ])('a certificate %s', async (_, tls, reason) => {
    const server = await start(tls)
    const env = { SSL_CERT_FILE: file('bundle.pem', server.ca ?? '') }
    await expect(ask(`${server.host}/app:1`, { env })).rejects.toMatchObject({
      code: 'REGISTRY_TLS_INVALID',
      args: { reason },
    })
  })
})

describe('client certificates', () => {
  test('are shown to the host they are meant for', async () => {
    const people = createAuthority('People')
    const server = await start({ clientAuthority: people.ca })
    const ann = people.issue({ hosts: ['ann'], name: 'ann' })
    file('ca.pem', server.ca ?? '')
    file('ann.pem', ann.cert)
    file('ann-key.pem', ann.key)
    const plain = { host: server.host, ca: 'ca.pem' }
    await expect(ask(`${server.host}/app:1`, { rules: { list: [plain], folder } })).rejects.toMatchObject({
      code: expect.stringMatching(/^REGISTRY_TLS_INVALID$/),
      args: { reason: expect.stringContaining('CERTIFICATE_REQUIRED') },
    })
    const rule = { ...plain, clientCertificate: { certificate: 'ann.pem', key: 'ann-key.pem' } }
    const { descriptor } = await ask(`${server.host}/app:1`, { rules: { list: [rule], folder } })
    expect(descriptor.digest).toBe(INDEX.digest)
  })

  test('a key that is not there fails closed', async () => {
    const rule = { host: 'registry.example.com', ca: 'nowhere.pem' }
    await expect(
      ask('registry.example.com/app:1', { rules: { list: [rule], folder } }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_HOSTS_INVALID',
      args: { file: join(folder, 'nowhere.pem'), reason: 'it does not exist' },
    })
  })
})

describe('plain HTTP', () => {
  test('is never spoken with a host that is not loopback, unless told', async () => {
    const server = await exchangeServer(() => [
      { request: 'HEAD /v2/app/manifests/1', answer: { status: 200, headers: headersOf(INDEX) } },
    ])
    open.push(server)
    const port = server.host.split(':')[1]
    // 0.0.0.0 reaches the same server, and is not a loopback address.
    const image = `0.0.0.0:${port}/app:1`
    await expect(ask(image)).rejects.toMatchObject({ code: 'REGISTRY_SPEAKS_HTTP' })
    expect(server.seen).toEqual([])
    const rules = { list: [{ host: `0.0.0.0:${port}`, plainHttp: true }], folder }
    expect((await ask(image, { rules })).descriptor.digest).toBe(INDEX.digest)
  })

  test('is found out by one connection, however many images there are', async () => {
    const greeted = new Set<Duplex>()
    const server = createServer((request, response) => {
      response.writeHead(200, headersOf(INDEX)).end(request.method === 'HEAD' ? undefined : INDEX.text)
    }).on('clientError', (_, socket) => {
      // The client's TLS alert, if it comes before the end, is a second error of the same socket.
      greeted.add(socket)
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const client = createRegistryClient({ keychain: EMPTY_KEYCHAIN, userAgent: 'pinpull/test' })
      const wanted = { platforms: false, signal: new AbortController().signal }
      await Promise.all(
        Array.from({ length: 40 }, (_, tag) => client.resolve(parseReference(`${host}/app:${tag}`), wanted)),
      )
      expect(greeted.size).toBe(1)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
