import { createHash } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { afterEach, describe, expect, test } from 'vitest'
import { basicHeader } from './registry/auth.ts'
import { createAuthority } from './registry/certificate.ts'
import { jsonBlob, MEDIA_TYPES } from './registry/image.ts'
import {
  contentType,
  cutAfter,
  delayed,
  digestHeader,
  failWith,
  html,
  redirect,
  silence,
  tooManyRequests,
} from './registry/misbehaviour.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from './registry/registry.ts'
import type { Misbehaviour } from './registry/script.ts'

const open: TestRegistry[] = []

async function registry(options?: RegistryOptions): Promise<TestRegistry> {
  const started = await startRegistry(options)
  open.push(started)
  return started
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly ca?: string | undefined
  readonly cert?: string
  readonly key?: string
  readonly timeout?: number
}

function ask(url: string, { body = '', ...options }: Ask = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const sent = send(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = []
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', reject)
        .on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
    })
    sent
      .on('timeout', () => sent.destroy(new Error('timed out')))
      .on('error', reject)
      .end(body)
  })
}

const ALL_TYPES = [
  MEDIA_TYPES.oci.index,
  MEDIA_TYPES.docker.index,
  MEDIA_TYPES.oci.manifest,
  MEDIA_TYPES.docker.manifest,
]
const accept = (...types: readonly string[]): Ask => ({ headers: { accept: types.join(', ') } })

describe('images', () => {
  test.each([
    ['OCI, an index', {}, MEDIA_TYPES.oci.index],
    ['docker, a list', { types: 'docker' }, MEDIA_TYPES.docker.index],
    ['OCI, one platform', { index: false }, MEDIA_TYPES.oci.manifest],
    ['docker, one platform', { types: 'docker', index: false }, MEDIA_TYPES.docker.manifest],
  ] as const)('%s: the digest is the hash of the bytes served', async (_, spec, mediaType) => {
    const { url, push } = await registry()
    const { digest } = push('library/nginx:1.27', spec)
    const got = await ask(`${url}/v2/library/nginx/manifests/1.27`, accept(...ALL_TYPES))
    expect(got.status).toBe(200)
    expect(got.headers['content-type']).toBe(mediaType)
    expect(got.headers['docker-content-digest']).toBe(digest)
    expect(`sha256:${createHash('sha256').update(got.body).digest('hex')}`).toBe(digest)
  })

  test('everything that an index names exists, down to the layers', async () => {
    const { url, push } = await registry()
    push('team/app:1', { platforms: ['linux/amd64', 'linux/arm/v7'], attestation: true })
    const read = async (path: string) =>
      JSON.parse((await ask(`${url}/v2/team/app/${path}`, accept(...ALL_TYPES))).body.toString())
    const index = await read('manifests/1')
    expect(index.manifests.map((one: { platform: unknown }) => one.platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
      { os: 'unknown', architecture: 'unknown' },
    ])
    for (const { digest, size } of index.manifests) {
      const manifest = await ask(`${url}/v2/team/app/manifests/${digest}`, accept(...ALL_TYPES))
      expect(manifest.body.length).toBe(size)
      const { config, layers } = JSON.parse(manifest.body.toString())
      for (const one of [config, ...layers]) {
        const got = await ask(`${url}/v2/team/app/blobs/${one.digest}`)
        expect([got.status, got.body.length]).toEqual([200, one.size])
      }
    }
  })

  test('HEAD returns the headers of GET, without the body', async () => {
    const { url, push } = await registry()
    const { digest, top } = push('a/b:1')
    const got = await ask(`${url}/v2/a/b/manifests/1`, { ...accept(...ALL_TYPES), method: 'HEAD' })
    expect(got.headers).toMatchObject({
      'docker-content-digest': digest,
      'content-length': String(top.bytes.length),
    })
    expect(got.body.length).toBe(0)
  })

  test('a tag moves, and its old manifest stays reachable by digest', async () => {
    const { url, push } = await registry()
    const before = push('a/b:1')
    const after = push('a/b:1', { seed: 'later' })
    expect(after.digest).not.toBe(before.digest)
    const digestOf = async (reference: string) =>
      (await ask(`${url}/v2/a/b/manifests/${reference}`)).headers['docker-content-digest']
    expect(await digestOf('1')).toBe(after.digest)
    expect(await digestOf(before.digest)).toBe(before.digest)
  })

  test('a docker list that is not accepted becomes another digest, an OCI index is not found', async () => {
    const { url, push } = await registry()
    const list = push('a/b:docker', { types: 'docker' })
    push('a/b:oci')
    const single = accept(MEDIA_TYPES.docker.manifest)
    const got = await ask(`${url}/v2/a/b/manifests/docker`, single)
    expect(got.headers['docker-content-digest']).toBe(list.manifests[0]?.digest)
    expect((await ask(`${url}/v2/a/b/manifests/oci`, single)).status).toBe(404)
  })

  test('missing content is an error of the specification', async () => {
    const { url, push } = await registry()
    push('a/b:1')
    const codeOf = async (path: string) =>
      JSON.parse((await ask(`${url}${path}`)).body.toString()).errors[0].code
    expect(await codeOf('/v2/a/b/manifests/2')).toBe('MANIFEST_UNKNOWN')
    expect(await codeOf('/v2/a/c/manifests/1')).toBe('NAME_UNKNOWN')
    expect(await codeOf(`/v2/a/b/blobs/sha256:${'0'.repeat(64)}`)).toBe('BLOB_UNKNOWN')
  })

  test('a ready-made manifest is served unchanged', async () => {
    const { url, pushManifest } = await registry()
    const schema1 = jsonBlob('application/vnd.docker.distribution.manifest.v1+json', { schemaVersion: 1 })
    pushManifest('old/app:1', schema1)
    const got = await ask(`${url}/v2/old/app/manifests/1`, accept(...ALL_TYPES))
    expect([got.headers['content-type'], got.body.toString()]).toEqual([
      'application/vnd.docker.distribution.manifest.v1+json',
      '{"schemaVersion":1}',
    ])
  })

  test('with anyName every name has its own image, the same at every start', async () => {
    const digestOf = async ({ url }: TestRegistry, path: string) =>
      (await ask(`${url}/v2/${path}`)).headers['docker-content-digest']
    const [one, two] = [await registry({ anyName: true }), await registry({ anyName: true })]
    const first = await digestOf(one, 'any/thing/manifests/1')
    expect(first).toMatch(/^sha256:[a-f0-9]{64}$/)
    expect(await digestOf(two, 'any/thing/manifests/1')).toBe(first)
    expect(await digestOf(one, 'any/thing/manifests/2')).not.toBe(first)
    expect(await digestOf(one, `any/thing/manifests/${first}`)).toBe(first)
  })

  test('a mirror separates registries by ?ns=', async () => {
    const { url, push } = await registry({ mirror: true })
    const hub = push('docker.io/library/nginx:1')
    const quay = push('quay.io/library/nginx:1')
    const digestFor = async (query: string) =>
      (await ask(`${url}/v2/library/nginx/manifests/1${query}`)).headers['docker-content-digest']
    expect(await digestFor('?ns=docker.io')).toBe(hub.digest)
    expect(await digestFor('?ns=quay.io')).toBe(quay.digest)
    expect((await ask(`${url}/v2/library/nginx/manifests/1`)).status).toBe(400)
  })
})

describe('credentials', () => {
  const users = { ann: 'pass:word' }
  const manifest = '/v2/a/b/manifests/1'

  test('basic', async () => {
    const { url, push } = await registry({ auth: { kind: 'basic', users } })
    push('a/b:1')
    const status = async (authorization?: string) =>
      (await ask(url + manifest, authorization === undefined ? {} : { headers: { authorization } })).status
    expect((await ask(url + manifest)).headers['www-authenticate']).toBe('Basic realm="registry"')
    expect(await status()).toBe(401)
    expect(await status(basicHeader('ann', 'wrong'))).toBe(401)
    expect(await status(basicHeader('ann', 'pass:word'))).toBe(200)
  })

  test('a bearer token is valid for the requested repositories', async () => {
    const { url, push } = await registry({ auth: { kind: 'bearer', users } })
    push('a/b:1')
    push('a/c:1')
    const refused = await ask(url + manifest)
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer realm="${url}/token",service="registry.test",scope="repository:a/b:pull"`,
    )
    const authorization = basicHeader('ann', 'pass:word')
    const { body } = await ask(`${url}/token?service=registry.test&scope=repository:a/b:pull`, {
      headers: { authorization },
    })
    const bearer = { headers: { authorization: `Bearer ${JSON.parse(body.toString()).token}` } }
    expect((await ask(url + manifest, bearer)).status).toBe(200)
    const other = await ask(`${url}/v2/a/c/manifests/1`, bearer)
    expect(other.status).toBe(401)
    expect(other.headers['www-authenticate']).toContain('error="insufficient_scope"')
  })

  test('a token expires', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const auth = { kind: 'bearer', mayRead: () => true, expiresIn: 60, field: 'access_token' } as const
    const { url, push } = await registry({ auth, now: () => now })
    push('a/b:1')
    const { body } = await ask(`${url}/token?scope=repository:a/b:pull`)
    const { access_token, expires_in, issued_at } = JSON.parse(body.toString())
    expect([expires_in, issued_at]).toEqual([60, '2026-01-01T00:00:00.000Z'])
    const bearer = { headers: { authorization: `Bearer ${access_token}` } }
    expect((await ask(url + manifest, bearer)).status).toBe(200)
    now += 60_000
    const late = await ask(url + manifest, bearer)
    expect(late.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  test.each([
    ['a refresh token', 'grant_type=refresh_token&refresh_token=r1&scope=repository:a/b:pull', 200],
    ['a wrong refresh token', 'grant_type=refresh_token&refresh_token=r2&scope=repository:a/b:pull', 401],
    ['a password', 'grant_type=password&username=ann&password=pass%3Aword&scope=repository:a/b:pull', 200],
    ['a wrong password', 'grant_type=password&username=ann&password=x&scope=repository:a/b:pull', 401],
  ])('posting %s', async (_, form, status) => {
    const { url } = await registry({ auth: { kind: 'bearer', users, refreshTokens: { r1: 'ann' } } })
    expect((await ask(`${url}/token`, { method: 'POST', body: form })).status).toBe(status)
  })

  test('the token server can be another server, and can reject a method', async () => {
    const { url, count } = await registry({
      auth: { kind: 'bearer', users, realm: 'own server', methods: ['GET'] },
    })
    const { headers } = await ask(url + manifest)
    const realm = /realm="([^"]+)"/.exec(headers['www-authenticate'] ?? '')?.[1] ?? ''
    expect(realm.startsWith(url)).toBe(false)
    expect((await ask(realm, { method: 'POST' })).status).toBe(405)
    expect((await ask(realm, { headers: { authorization: basicHeader('ann', 'no') } })).status).toBe(401)
    expect([count({ server: 'registry' }), count({ server: 'token' })]).toEqual([1, 2])
  })
})

describe('misbehaviour', () => {
  const answers: [string, Misbehaviour, Partial<Got>][] = [
    ['an error', failWith(503, 'UNAVAILABLE'), { status: 503 }],
    ['too many requests', tooManyRequests('7'), { status: 429 }],
    ['HTML', html(), { status: 200 }],
    ['a redirect', redirect('http://127.0.0.1:1/'), { status: 307 }],
  ]
  test.each(answers)('%s', async (_, answer, expected) => {
    const { url, push, script } = await registry()
    push('a/b:1')
    script({ answer })
    expect(await ask(`${url}/v2/a/b/manifests/1`)).toMatchObject(expected)
  })

  test('headers that are missing or wrong, with correct content', async () => {
    const { url, push, script } = await registry()
    const { top } = push('a/b:1')
    script(
      { answer: digestHeader(), times: 1 },
      { answer: digestHeader('sha256:nonsense'), times: 1 },
      { answer: contentType('text/plain'), times: 1 },
    )
    const seen: Got[] = []
    while (seen.length < 4) seen.push(await ask(`${url}/v2/a/b/manifests/1`))
    expect(seen.map(({ headers }) => [headers['docker-content-digest'], headers['content-type']])).toEqual([
      [undefined, MEDIA_TYPES.oci.index],
      ['sha256:nonsense', MEDIA_TYPES.oci.index],
      [top.digest, 'text/plain'],
      [top.digest, MEDIA_TYPES.oci.index],
    ])
    expect(seen.every(({ body }) => body.equals(top.bytes))).toBe(true)
  })

  test('a connection that closes immediately, or within a body', async () => {
    const { url, push, script, requests } = await registry()
    push('a/b:1')
    script({ answer: cutAfter(0), times: 1 }, { answer: cutAfter(10), times: 1 })
    await expect(ask(`${url}/v2/a/b/manifests/1`)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(ask(`${url}/v2/a/b/manifests/1`)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(requests.map(({ status }) => status)).toEqual([0, 200])
  })

  test('silence and delay', async () => {
    const { url, push, script, clearScript } = await registry()
    push('a/b:1')
    script({ answer: silence })
    await expect(ask(`${url}/v2/a/b/manifests/1`, { timeout: 50 })).rejects.toThrow('timed out')
    clearScript()
    script({ answer: delayed(80) })
    const before = Date.now()
    expect((await ask(`${url}/v2/a/b/manifests/1`)).status).toBe(200)
    expect(Date.now() - before).toBeGreaterThanOrEqual(75)
  })

  test('only matching requests', async () => {
    const { url, push, script, count, clearScript, clearRequests } = await registry()
    push('a/b:1')
    script({ when: { method: 'HEAD', path: /^\/v2\/a\/b\// }, answer: failWith(405, 'UNSUPPORTED') })
    const head = () => ask(`${url}/v2/a/b/manifests/1`, { method: 'HEAD' })
    expect((await head()).status).toBe(405)
    expect((await ask(`${url}/v2/a/b/manifests/1`)).status).toBe(200)
    clearScript()
    expect((await head()).status).toBe(200)
    expect([count(), count({ method: 'HEAD' }), count({ authorized: true })]).toEqual([3, 2, 0])
    clearRequests()
    expect(count()).toBe(0)
  })
})

describe('HTTPS', () => {
  const path = '/v2/a/b/manifests/1'

  test('a client that trusts the authority succeeds, another does not', async () => {
    const { url, ca, push } = await registry({ tls: {} })
    push('a/b:1')
    expect((await ask(url + path, { ca })).status).toBe(200)
    await expect(ask(url + path)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  })

  test.each([
    ['another host', { hosts: ['elsewhere.test'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an expired one', { notAfter: new Date('2021-01-01') }, 'CERT_HAS_EXPIRED'],
  ])('a certificate for %s', async (_, tls, code) => {
    const { url, ca } = await registry({ tls })
    await expect(ask(url + path, { ca })).rejects.toMatchObject({ code })
  })

  test('a client certificate can be required', async () => {
    const clients = createAuthority('clients')
    const { url, ca, push } = await registry({ tls: { clientAuthority: clients.ca } })
    push('a/b:1')
    const { cert, key } = clients.issue({ hosts: ['client.test'], name: 'ann' })
    expect((await ask(url + path, { ca, cert, key })).status).toBe(200)
    await expect(ask(url + path, { ca })).rejects.toThrow()
  })

  test('HTTP/2 is offered by ALPN in addition to HTTP/1.1', async () => {
    const { url, ca, push, requests } = await registry({ tls: { http2: true } })
    push('a/b:1')
    const session = connect(url, { ca })
    const status = await new Promise((resolve, reject) => {
      session
        .on('error', reject)
        .request({ ':path': path })
        .on('response', (headers) => resolve(headers[':status']))
        .on('error', reject)
        .resume()
        .end()
    })
    session.destroy()
    expect(status).toBe(200)
    expect((await ask(url + path, { ca })).status).toBe(200)
    expect(requests.map(({ httpVersion, connection }) => [httpVersion, connection])).toEqual([
      ['2.0', 1],
      ['1.1', 2],
    ])
  })
})
