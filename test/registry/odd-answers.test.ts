import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { ask, headersOf, INDEX, manifest } from '../support/ask-registry.ts'
import { type Exchange, type ExchangeServer, exchangeServer } from '../support/exchange-server.ts'
import { basic, fixedKeychain } from '../support/fixed-keychain.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const open: (ExchangeServer | TestRegistry)[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function serve(exchanges: (url: string) => readonly Exchange[]): Promise<ExchangeServer> {
  const server = await exchangeServer(exchanges)
  open.push(server)
  return server
}

const HEAD = 'HEAD /v2/app/manifests/1'
const GET = 'GET /v2/app/manifests/1'
const TOKEN = 'GET /token?scope=repository%3Aapp%3Apull&client_id=pinpull'
const whole: Exchange['answer'] = { status: 200, headers: headersOf(INDEX), body: INDEX.text }
const OTHER = `sha256:${'0'.repeat(64)}`
const THIRD = `sha256:${'1'.repeat(64)}`

describe('digests in the headers of an answer', () => {
  const stating = (...values: readonly string[]): Exchange['answer'] => ({
    ...whole,
    headers: { 'content-type': INDEX.type, 'docker-content-digest': [...values] },
  })

  test.each<[string, readonly string[], number]>([
    ['the same twice', [INDEX.digest, INDEX.digest], 1],
    ['the same twice on one line', [`${INDEX.digest}, ${INDEX.digest}`], 1],
    ['two that differ', [INDEX.digest, OTHER], 2],
    ['two that differ, the wrong one first', [OTHER, INDEX.digest], 2],
    ['two that differ on one line', [`${OTHER},${INDEX.digest}`], 2],
    ['one, and something that is none', ['sha256:short', INDEX.digest], 1],
    ['none that is one', ['sha256:short', INDEX.digest.slice('sha256:'.length)], 2],
  ])('%s', async (_, values, requests) => {
    const server = await serve(() =>
      [
        { request: HEAD, answer: stating(...values) },
        { request: GET, answer: stating(...values) },
      ].slice(0, requests),
    )
    expect((await ask(`${server.host}/app:1`)).descriptor.digest).toBe(INDEX.digest)
    server.expectDone()
  })

  test('two, and neither is that of the bytes', async () => {
    const server = await serve(() => [
      { request: HEAD, answer: stating(OTHER, THIRD) },
      { request: GET, answer: stating(OTHER, THIRD) },
    ])
    await expect(ask(`${server.host}/app:1`)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      args: { stated: OTHER, computed: INDEX.digest },
    })
  })
})

describe('a body that a proxy has compressed', () => {
  const text = Buffer.from(INDEX.text)

  test.each<[string, Uint8Array]>([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', text],
    ['aws-chunked', text],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['identity, gzip', gzipSync(text)],
  ])('%s', async (coding, body) => {
    const server = await serve(() => [
      { request: HEAD, answer: { status: 405 } },
      {
        request: GET,
        answer: { status: 200, headers: { ...headersOf(INDEX), 'content-encoding': coding }, body },
      },
    ])
    expect((await ask(`${server.host}/app:1`)).descriptor).toEqual({
      mediaType: INDEX.type,
      digest: INDEX.digest,
      size: text.length,
    })
  })

  test.each<[string, Uint8Array]>([
    ['compress', text],
    ['gzip', text],
    ['gzip', gzipSync(text).subarray(0, 20)],
    ['gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(text))))],
  ])('%s that cannot be undone is named', async (coding, body) => {
    const server = await serve(() => [
      { request: HEAD, answer: { status: 405 } },
      {
        request: GET,
        answer: { status: 200, headers: { ...headersOf(INDEX), 'content-encoding': coding }, body },
      },
    ])
    await expect(ask(`${server.host}/app:1`)).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      args: { reason: `a proxy compresses it (Content-Encoding: ${coding}), and it cannot be decompressed` },
    })
  })

  test('tokens and the reasons of errors are read, too', async () => {
    const coded = (body: string) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(body) })
    const server = await serve((url) => [
      {
        request: HEAD,
        answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${url}/token"` } },
      },
      { request: TOKEN, answer: { status: 200, ...coded('{"token":"t"}') } },
      { request: HEAD, authorization: 'Bearer t', answer: { status: 404 } },
      {
        request: GET,
        authorization: 'Bearer t',
        answer: { status: 403, ...coded('{"errors":[{"code":"DENIED","message":"not you"}]}') },
      },
    ])
    await expect(ask(`${server.host}/app:1`)).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      args: { reason: 'DENIED: not you' },
    })
    server.expectDone()
  })
})

describe('an index whose entries name no platform', () => {
  const config = (architecture: string) => JSON.stringify({ os: 'linux', architecture })
  const image = (architecture: string) => {
    const text = config(architecture)
    const { digest } = manifest('application/vnd.oci.image.config.v1+json', JSON.parse(text))
    return {
      ...manifest('application/vnd.oci.image.manifest.v1+json', {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: text.length },
        layers: [],
      }),
      config: { digest, text },
    }
  }
  const [amd, arm] = [image('amd64'), image('arm64')]
  const index = manifest(INDEX.type, {
    schemaVersion: 2,
    mediaType: INDEX.type,
    manifests: [arm, amd].map(({ digest, type, text }) => ({ mediaType: type, digest, size: text.length })),
  })
  const at = (one: typeof amd): Exchange[] => [
    {
      request: `GET /v2/app/manifests/${one.digest}`,
      answer: { status: 200, headers: headersOf(one), body: one.text },
    },
    { request: `GET /v2/app/blobs/${one.config.digest}`, answer: { status: 200, body: one.config.text } },
  ]
  const top: Exchange = { request: GET, answer: { status: 200, headers: headersOf(index), body: index.text } }

  test.each([
    ['amd64', amd.digest],
    ['arm64', arm.digest],
  ])('--platform linux/%s', async (architecture, digest) => {
    const server = await serve(() => [top, ...at(arm), ...at(amd)])
    const { descriptor } = await ask(`${server.host}/app:1`, { platform: { os: 'linux', architecture } })
    expect(descriptor.digest).toBe(digest)
  })

  test('one image whose config tells nothing is as good as that image', async () => {
    const single = manifest(INDEX.type, {
      schemaVersion: 2,
      mediaType: INDEX.type,
      manifests: [{ mediaType: amd.type, digest: amd.digest, size: amd.text.length }],
    })
    const server = await serve(() => [
      { request: GET, answer: { status: 200, headers: headersOf(single), body: single.text } },
      { ...(at(amd)[0] as Exchange) },
      { request: `GET /v2/app/blobs/${amd.config.digest}`, answer: { status: 404 } },
    ])
    const { descriptor } = await ask(`${server.host}/app:1`, {
      platform: { os: 'linux', architecture: 'amd64' },
    })
    expect(descriptor.digest).toBe(amd.digest)
  })

  test('another platform is told what there is', async () => {
    const server = await serve(() => [top, ...at(arm), ...at(amd)])
    const asking = ask(`${server.host}/app:1`, { platform: { os: 'linux', architecture: 's390x' } })
    await expect(asking).rejects.toMatchObject({
      code: 'PLATFORM_UNKNOWN',
      args: { available: 'linux/arm64, linux/amd64' },
    })
  })

  test('an entry that was never pushed is passed over', async () => {
    const server = await serve(() => [
      top,
      { request: `GET /v2/app/manifests/${arm.digest}`, answer: { status: 404 } },
      ...at(amd),
    ])
    const { descriptor } = await ask(`${server.host}/app:1`, {
      platform: { os: 'linux', architecture: 'amd64' },
    })
    expect(descriptor.digest).toBe(amd.digest)
  })

  test('the platforms of the image are those of its configs', async () => {
    const server = await serve(() => [top, ...at(arm), ...at(amd)])
    const { descriptor } = await ask(`${server.host}/app:1`, { platforms: true })
    expect(descriptor.platforms).toEqual([
      { os: 'linux', architecture: 'arm64', digest: arm.digest },
      { os: 'linux', architecture: 'amd64', digest: amd.digest },
    ])
  })
})

test('a HEAD with a token that is answered with a bare 401 is followed by a GET with it', async () => {
  const server = await serve((url) => [
    {
      request: HEAD,
      answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${url}/token"` } },
    },
    { request: TOKEN, answer: { status: 200, body: '{"token":"t"}' } },
    { request: HEAD, authorization: 'Bearer t', answer: { status: 401 } },
    { request: GET, authorization: 'Bearer t', answer: whole },
  ])
  expect((await ask(`${server.host}/app:1`)).descriptor.digest).toBe(INDEX.digest)
  server.expectDone()
})

describe('what a token server says', () => {
  test.each<[number, boolean, string, object]>([
    [400, false, 'CREDENTIAL_MISSING', {}],
    [401, false, 'CREDENTIAL_MISSING', {}],
    [403, false, 'CREDENTIAL_MISSING', {}],
    [400, true, 'CREDENTIAL_REJECTED', {}],
    [429, false, 'REGISTRY_RATE_LIMITED', { tries: 4 }],
    [429, true, 'REGISTRY_RATE_LIMITED', { tries: 4 }],
    [404, false, 'REGISTRY_TOKEN_FAILED', {}],
    [500, false, 'REGISTRY_TOKEN_FAILED', {}],
  ])('%i, with a login: %s', async (status, hasLogin, code, args) => {
    const tokens = await tokenServer(status)
    const server = await serve(() => [
      {
        request: HEAD,
        answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${tokens.url}/token"` } },
      },
    ])
    const keychain = fixedKeychain({ [server.host]: hasLogin ? [basic('ann', 'pw')] : [] })
    await expect(ask(`${server.host}/app:1`, { keychain })).rejects.toMatchObject({ code, args })
    server.expectDone()
  })

  /** A token server at a name of its own that answers everything with one status. */
  async function tokenServer(status: number): Promise<{ readonly url: string }> {
    const registry = await startRegistry()
    open.push(registry)
    registry.script({ answer: () => ({ status, headers: {}, body: new Uint8Array() }) })
    return { url: registry.url.replace('127.0.0.1', 'localhost') }
  }
})
