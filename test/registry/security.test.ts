import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { formatRequest } from '../../src/cli/io/request-text.ts'
import { type Asked, ask, headersOf, INDEX } from '../support/ask-registry.ts'
import { type Exchange, type ExchangeServer, exchangeServer } from '../support/exchange-server.ts'
import { basic, fixedKeychain } from '../support/fixed-keychain.ts'
import { startProxy, type TestProxy } from '../support/proxy.ts'
import { createAuthority } from '../support/registry/certificate.ts'

const open: (ExchangeServer | TestProxy)[] = []
const folder = mkdtempSync(join(tmpdir(), 'pinpull-security-'))

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

const HEAD = 'HEAD /v2/app/manifests/1'
const found: Exchange['answer'] = { status: 200, headers: headersOf(INDEX) }
const ANN = `Basic ${Buffer.from('ann:pw').toString('base64')}`
const ann = basic('ann', 'pw')

async function serve(exchanges: (url: string) => readonly Exchange[]): Promise<ExchangeServer> {
  const server = await exchangeServer(exchanges)
  open.push(server)
  return server
}

/** Servers with public names, over TLS and through a proxy that knows where they are. */
async function serveAs(
  hosts: Readonly<Record<string, (url: string) => readonly Exchange[]>>,
): Promise<{ servers: Record<string, ExchangeServer>; settings: Asked; proxy: TestProxy }> {
  const authority = createAuthority()
  const servers: Record<string, ExchangeServer> = {}
  const routes: Record<string, string> = {}
  for (const [host, exchanges] of Object.entries(hosts)) {
    const server = await exchangeServer(exchanges, { hosts: [host], authority })
    open.push(server)
    servers[host] = server
    routes[`${host}:443`] = server.host
  }
  const proxy = await startProxy(routes)
  open.push(proxy)
  const bundle = join(folder, 'bundle.pem')
  writeFileSync(
    bundle,
    Object.values(servers)
      .map(({ ca }) => ca)
      .join('\n'),
  )
  return { servers, proxy, settings: { env: { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: bundle } } }
}

describe('a credential goes to the host it was stored for, and nowhere else', () => {
  const named = (url: string): string => url.replace('127.0.0.1', 'localhost')

  test('not to another host that the registry redirects to, which gets an anonymous token at most', async () => {
    const other = await serve((url) => [
      {
        request: HEAD,
        authorization: null,
        answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${named(url)}/token"` } },
      },
      {
        request: 'GET /token?scope=repository%3Aapp%3Apull&client_id=pinpull',
        authorization: null,
        answer: { status: 200, body: '{"token":"anyone"}' },
      },
      { request: HEAD, authorization: 'Bearer anyone', answer: found },
    ])
    const registry = await serve(() => [
      { request: HEAD, answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } },
      {
        request: HEAD,
        authorization: ANN,
        answer: { status: 307, headers: { location: `${named(other.url)}/v2/app/manifests/1` } },
      },
    ])
    const keychain = fixedKeychain({ [registry.host]: [ann] })
    const answered = await ask(`${registry.host}/app:1`, { keychain })
    expect(answered).toMatchObject({ descriptor: { digest: INDEX.digest }, credential: ann })
    expect(keychain.asked).toEqual([`${registry.host} app`, `${named(other.host)} app`])
    registry.expectDone()
    other.expectDone()
  })

  test('what is stored for the host that a redirect leads to goes to that host, if it asks', async () => {
    const bob = basic('bob', 'pw')
    const BOB = `Basic ${Buffer.from('bob:pw').toString('base64')}`
    const MOVED = 'HEAD /v2/org/app/manifests/1'
    const other = await serve(() => [
      {
        request: MOVED,
        authorization: null,
        answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
      },
      { request: MOVED, authorization: BOB, answer: found },
    ])
    const registry = await serve(() => [
      {
        request: HEAD,
        answer: { status: 307, headers: { location: `${named(other.url)}/v2/org/app/manifests/1` } },
      },
    ])
    const keychain = fixedKeychain({ [registry.host]: [ann], [named(other.host)]: [bob] })
    const answered = await ask(`${registry.host}/app:1`, { keychain })
    expect(answered).toMatchObject({ descriptor: { digest: INDEX.digest }, credential: bob })
    expect(keychain.asked).toEqual([`${named(other.host)} org/app`])
    registry.expectDone()
    other.expectDone()
  })

  test('where it is missing, the message names the host that wants it', async () => {
    const { settings } = await serveAs({
      'oci.example.com': () => [
        {
          request: HEAD,
          answer: { status: 307, headers: { location: 'https://ghcr.io/v2/org/app/manifests/1' } },
        },
      ],
      'ghcr.io': () => [
        {
          request: 'HEAD /v2/org/app/manifests/1',
          answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
        },
      ],
    })
    await expect(ask('oci.example.com/app:1', settings)).rejects.toMatchObject({
      code: 'CREDENTIAL_MISSING',
      args: { server: 'ghcr.io', who: 'ghcr.io, to which oci.example.com redirects,' },
    })
  })

  test.each<[string, Exchange['answer'], string]>([
    ['no manifest', { ...found, body: '{}', headers: { 'content-type': INDEX.type } }, 'MANIFEST_INVALID'],
    [
      'another manifest than it says',
      {
        ...found,
        body: INDEX.text,
        headers: { ...found.headers, 'docker-content-digest': `sha256:${'0'.repeat(64)}` },
      },
      'DIGEST_MISMATCH',
    ],
  ])('a message about what it sent names the host that sent it: %s', async (_, answer, code) => {
    const { settings } = await serveAs({
      'oci.example.com': () =>
        ['HEAD', 'GET'].map((method) => ({
          request: `${method} /v2/app/manifests/1`,
          answer: { status: 307, headers: { location: 'https://ghcr.io/v2/org/app/manifests/1' } },
        })),
      'ghcr.io': () => [
        { request: 'HEAD /v2/org/app/manifests/1', answer: { status: 404 } },
        { request: 'GET /v2/org/app/manifests/1', answer },
      ],
    })
    await expect(ask('oci.example.com/app:1', settings)).rejects.toMatchObject({
      code,
      args: { server: 'ghcr.io', who: 'ghcr.io, to which oci.example.com redirects,' },
    })
  })

  test('kept on a redirect within the host', async () => {
    const registry = await serve(() => [
      { request: HEAD, answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } },
      {
        request: HEAD,
        authorization: ANN,
        answer: { status: 308, headers: { location: '/v2/app/manifests/moved' } },
      },
      { request: 'HEAD /v2/app/manifests/moved', authorization: ANN, answer: found },
    ])
    await ask(`${registry.host}/app:1`, { keychain: fixedKeychain({ [registry.host]: [ann] }) })
    registry.expectDone()
  })

  test("not to a mirror, which is asked with the mirror's own", async () => {
    const mirror = await serve(() => [
      {
        request: `${HEAD}?ns=registry.example.com`,
        answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
      },
      {
        request: `${HEAD}?ns=registry.example.com`,
        authorization: `Basic ${Buffer.from('mirror:pw').toString('base64')}`,
        answer: found,
      },
    ])
    const keychain = fixedKeychain({ 'registry.example.com': [ann], [mirror.host]: [basic('mirror', 'pw')] })
    const mirrors = [{ host: 'registry.example.com', url: mirror.url }]
    await ask('registry.example.com/app:1', { keychain, mirrors })
    expect(keychain.asked).toEqual([`${mirror.host} app`])
    mirror.expectDone()
  })

  test('not to another host that the token server redirects to', async () => {
    const other = await serve(() => [])
    const registry = await serve((url) => [
      {
        request: HEAD,
        answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${url}/token"` } },
      },
      {
        request: 'GET /token?scope=repository%3Aapp%3Apull&client_id=pinpull&account=ann',
        authorization: ANN,
        answer: {
          status: 302,
          headers: { location: `${other.url.replace('127.0.0.1', 'localhost')}/token` },
        },
      },
    ])
    const keychain = fixedKeychain({ [registry.host]: [ann] })
    await expect(ask(`${registry.host}/app:1`, { keychain })).rejects.toMatchObject({
      code: 'REGISTRY_UNSAFE_REDIRECT',
      args: {
        target: other.url.replace('127.0.0.1', 'localhost'),
        reason: 'credentials are not carried to another host',
      },
    })
    registry.expectDone()
    other.expectDone()
  })

  test('an anonymous token request follows at most three redirects', async () => {
    const registry = await serve((url) => [
      {
        request: HEAD,
        answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${url}/token"` } },
      },
      ...['/token?scope=repository%3Aapp%3Apull&client_id=pinpull', '/1', '/2', '/3'].map((path, hop) => ({
        request: `GET ${path}`,
        answer: { status: 302, headers: { location: `/${hop + 1}` } },
      })),
    ])
    await expect(ask(`${registry.host}/app:1`)).rejects.toMatchObject({
      code: 'REGISTRY_UNSAFE_REDIRECT',
      args: { reason: 'there are too many redirects' },
    })
    registry.expectDone()
  })

  test('an identity token goes to the token server, never to the registry', async () => {
    const registry = await serve((url) => [
      {
        request: HEAD,
        authorization: null,
        answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${url}/token",service="s"` } },
      },
      {
        request: 'POST /token',
        authorization: null,
        body: 'grant_type=refresh_token&refresh_token=r3fresh&service=s&scope=repository%3Aapp%3Apull&client_id=pinpull',
        answer: { status: 200, body: '{"access_token":"t"}' },
      },
      { request: HEAD, authorization: 'Bearer t', answer: found },
    ])
    const token = { kind: 'identity-token', token: 'r3fresh', source: 'test' } as const
    await ask(`${registry.host}/app:1`, { keychain: fixedKeychain({ [registry.host]: [token] }) })
    registry.expectDone()
  })
})

describe('a registry on the Internet', () => {
  const challenge = (realm: string): Exchange[] => [
    { request: HEAD, answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } } },
  ]

  test.each([
    ['https://10.0.0.5/token', 'it is an address inside a private network'],
    ['https://169.254.169.254/latest/meta-data', 'no registry can have this address'],
    ['https://localhost:8443/token', 'it is an address inside a private network'],
    ['http://auth.example.com/token', 'it leaves HTTPS for plain HTTP'],
    ['https://ann:pw@auth.example.com/token', 'it holds user information'],
    ['file:///etc/passwd', 'file: is not HTTP'],
  ])('may not name %s as its token server', async (realm, reason) => {
    const { settings, servers, proxy } = await serveAs({ 'registry.example.com': () => challenge(realm) })
    const keychain = fixedKeychain({ 'registry.example.com': [ann] })
    await expect(ask('registry.example.com/app:1', { ...settings, keychain })).rejects.toMatchObject({
      code: 'REGISTRY_UNSAFE_REALM',
      args: { reason, registry: 'registry.example.com' },
    })
    servers['registry.example.com']?.expectDone()
    expect(proxy.seen).toEqual(['CONNECT registry.example.com:443'])
  })

  test.each([
    ['http://registry.example.com/v2/app/manifests/1', 'it leaves HTTPS for plain HTTP'],
    ['https://192.168.1.1/v2/app/manifests/1', 'it is an address inside a private network'],
    ['https://[::1]/v2/app/manifests/1', 'it is an address inside a private network'],
    ['https://[::ffff:127.0.0.1]/v2/app/manifests/1', 'it is an address inside a private network'],
    ['https://0x7f.1/v2/app/manifests/1', 'it is an address inside a private network'],
  ])('may not redirect to %s', async (location, reason) => {
    const { settings, servers } = await serveAs({
      'registry.example.com': () => [{ request: HEAD, answer: { status: 307, headers: { location } } }],
    })
    await expect(ask('registry.example.com/app:1', settings)).rejects.toMatchObject({
      code: 'REGISTRY_UNSAFE_REDIRECT',
      args: { reason },
    })
    servers['registry.example.com']?.expectDone()
  })

  test('may name a token server elsewhere, which alone gets the password', async () => {
    const { settings, servers } = await serveAs({
      'registry.example.com': () => [
        ...challenge('https://auth.example.com/token'),
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
      'auth.example.com': () => [
        {
          request: 'GET /token?scope=repository%3Aapp%3Apull&client_id=pinpull&account=ann',
          authorization: ANN,
          answer: { status: 200, body: '{"token":"t"}' },
        },
      ],
    })
    await ask('registry.example.com/app:1', {
      ...settings,
      keychain: fixedKeychain({ 'registry.example.com': [ann] }),
    })
    for (const server of Object.values(servers)) server.expectDone()
  })
})

test('Docker Hub is called docker.io, as people log in to it', async () => {
  const { settings } = await serveAs({
    'registry-1.docker.io': () => [
      {
        request: 'HEAD /v2/team/app/manifests/1',
        answer: { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
      },
    ],
  })
  await expect(ask('team/app:1', settings)).rejects.toMatchObject({
    code: 'CREDENTIAL_MISSING',
    args: { registry: 'docker.io', image: 'team/app:1' },
  })
})

describe('what a server says is printed safely', () => {
  test('without control characters, in one line and cut', async () => {
    const message = `\u001b[31mdenied\u001b[0m\r\n${'x'.repeat(400)}`
    const registry = await serve(() => [
      { request: HEAD, answer: { status: 403 } },
      {
        request: 'GET /v2/app/manifests/1',
        answer: { status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message }] }) },
      },
    ])
    await expect(ask(`${registry.host}/app:1`)).rejects.toMatchObject({
      args: { reason: `DENIED: denied ${'x'.repeat(293)}…` },
    })
  })

  test('and the log shows no secret of a URL', async () => {
    const lines: string[] = []
    const registry = await serve(() => [
      {
        request: HEAD,
        answer: { status: 307, headers: { location: '/v2/app/manifests/1?X-Amz-Signature=s3cret&ns=a' } },
      },
      { request: `${HEAD}?X-Amz-Signature=s3cret&ns=a`, answer: found },
    ])
    await ask(`${registry.host}/app:1`, {
      onRequest: (event) => lines.push(formatRequest(event) ?? event.kind),
    })
    expect(lines.map((line) => line.replace(/\d+ ms$/, 'N ms'))).toEqual([
      `HEAD https://${registry.host}/v2/app/manifests/1: started`,
      `HEAD https://${registry.host}/v2/app/manifests/1 → REGISTRY_SPEAKS_HTTP after N ms`,
      'finished',
      `HEAD http://${registry.host}/v2/app/manifests/1: started`,
      `HEAD http://${registry.host}/v2/app/manifests/1 → 307 in N ms`,
      'finished',
      `HEAD http://${registry.host} (redirect target): started`,
      `HEAD http://${registry.host} (redirect target) → 200 in N ms`,
      'finished',
    ])
  })
})

describe('what cannot be a host, a header or a token is a failure and not a defect', () => {
  test.each(['registry.example.com:99999/app:1', '1.2.3.4.5/app:1', '999.1.1.1/app:1'])(
    '%s',
    async (image) => {
      await expect(ask(image)).rejects.toMatchObject({
        code: 'REGISTRY_HOST_UNKNOWN',
        args: { image, host: image.split('/')[0] },
      })
    },
  )

  test.each([
    // Followed, and answered with 599, as everything that is not in the script.
    ['/v2/%zz/manifests/1', 'REGISTRY_ERROR'],
    ['http://', 'REGISTRY_UNSAFE_REDIRECT'],
    ['http://host:99999/', 'REGISTRY_UNSAFE_REDIRECT'],
  ])('a redirect to %s', async (location, code) => {
    const registry = await serve(() => [{ request: HEAD, answer: { status: 307, headers: { location } } }])
    await expect(ask(`${registry.host}/app:1`, { limits: { maxAttempts: 1 } })).rejects.toMatchObject({
      code,
    })
  })

  test.each([
    ['a realm that is no URL', 'Bearer realm="http://%zz"', 'REGISTRY_UNSAFE_REALM'],
    [
      'a realm with an impossible port',
      'Bearer realm="https://auth.example.com:99999/"',
      'REGISTRY_UNSAFE_REALM',
    ],
  ])('%s', async (_, header, code) => {
    const registry = await serve(() => [
      { request: HEAD, answer: { status: 401, headers: { 'www-authenticate': header } } },
    ])
    await expect(ask(`${registry.host}/app:1`)).rejects.toMatchObject({ code })
  })

  test('a token that no header can carry', async () => {
    const registry = await serve((url) => [
      {
        request: HEAD,
        answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${url}/token"` } },
      },
      {
        request: 'GET /token?scope=repository%3Aapp%3Apull&client_id=pinpull',
        answer: { status: 200, body: JSON.stringify({ token: 'a\r\nx-evil: 1' }) },
      },
    ])
    await expect(ask(`${registry.host}/app:1`)).rejects.toMatchObject({ code: 'REGISTRY_TOKEN_FAILED' })
    registry.expectDone()
  })
})
