import { afterEach, describe, expect, test } from 'vitest'
import type { Credential } from '../../src/credentials/keychain.ts'
import { ask, headersOf, INDEX } from '../support/ask-registry.ts'
import { type Exchange, type ExchangeServer, exchangeServer } from '../support/exchange-server.ts'
import { basic, fixedKeychain } from '../support/fixed-keychain.ts'
import { instantClock } from '../support/instant-clock.ts'

const open: ExchangeServer[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

type Reply = Exchange['answer']

const HEAD = 'HEAD /v2/app/manifests/1'
const GET = 'GET /v2/app/manifests/1'
const TOKEN = 'GET /token?service=reg&scope=repository%3Aapp%3Apull&client_id=pinpull'
const TOKEN_ANN = `${TOKEN}&account=ann`

const errors = (status: number, code: string, message: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ errors: [{ code, message }] }),
})
const challenge = (header: string): Reply => ({ status: 401, headers: { 'www-authenticate': header } })
const bearer = (url: string): Reply => challenge(`Bearer realm="${url}/token",service="reg"`)
const token: Reply = { status: 200, body: '{"token":"t0ken"}' }
const html: Reply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Sign in</title>',
}

interface Row {
  readonly name: string
  /** Requests with their answers, in order; requests have to be just these. */
  readonly exchanges: readonly (readonly [string, Reply | ((url: string) => Reply)])[]
  readonly credentials?: readonly Credential[]
  readonly code: string
  readonly args?: Readonly<Record<string, string | number>>
  /** The waits between tries, in milliseconds: backoff without jitter is 500, 1000, 2000. */
  readonly waits?: readonly number[]
}

const ann = basic('ann', 'pw', '/home/ann/.docker/config.json (reg)')
const bob = basic('bob', 'pw', 'secret team/pull')

const rows: readonly Row[] = [
  {
    name: '404 MANIFEST_UNKNOWN after a GET that confirms it',
    exchanges: [
      [HEAD, { status: 404 }],
      [GET, errors(404, 'MANIFEST_UNKNOWN', 'manifest unknown')],
    ],
    code: 'MANIFEST_UNKNOWN',
    args: { what: 'tag "1"', repository: 'app', registryCode: 'MANIFEST_UNKNOWN' },
  },
  {
    name: '404 NAME_UNKNOWN',
    exchanges: [
      [HEAD, { status: 404 }],
      [GET, errors(404, 'NAME_UNKNOWN', 'repository name not known to registry')],
    ],
    code: 'REPOSITORY_UNKNOWN',
    args: { repository: 'app' },
  },
  {
    name: '404 with a web page is no registry',
    exchanges: [
      [HEAD, { status: 404 }],
      [GET, { ...html, status: 404 }],
    ],
    code: 'NOT_A_REGISTRY',
    args: { contentType: 'text/html' },
  },
  {
    name: '401 Basic, nothing stored',
    exchanges: [[HEAD, challenge('Basic realm="x"')]],
    code: 'CREDENTIAL_MISSING',
    args: { places: 'the test', repository: 'app' },
  },
  {
    name: '401 Bearer, nothing stored, and no anonymous token',
    exchanges: [
      [HEAD, bearer],
      [TOKEN, { status: 401 }],
    ],
    code: 'CREDENTIAL_MISSING',
  },
  {
    name: '401 Bearer, nothing stored, and the anonymous token does not do',
    exchanges: [
      [HEAD, bearer],
      [TOKEN, token],
      [HEAD, challenge('Bearer realm="x",error="insufficient_scope"')],
    ],
    code: 'CREDENTIAL_MISSING',
  },
  {
    name: '401 Basic, the credential refused: never anonymous after that',
    exchanges: [
      [HEAD, challenge('Basic realm="x"')],
      [HEAD, challenge('Basic realm="x"')],
    ],
    credentials: [ann],
    code: 'CREDENTIAL_REJECTED',
    args: { source: '/home/ann/.docker/config.json (reg)' },
  },
  {
    name: '401 of the token server: the next credential, then no more',
    exchanges: [
      [HEAD, bearer],
      [TOKEN_ANN, { status: 401 }],
      [`${TOKEN}&account=bob`, { status: 403 }],
    ],
    credentials: [ann, bob],
    code: 'CREDENTIAL_REJECTED',
    args: { source: '/home/ann/.docker/config.json (reg), secret team/pull' },
  },
  {
    name: '401 after a token: the credential may not pull',
    exchanges: [
      [HEAD, bearer],
      [TOKEN_ANN, token],
      [HEAD, challenge('Bearer realm="x",error="insufficient_scope"')],
    ],
    credentials: [ann],
    code: 'CREDENTIAL_INSUFFICIENT',
    args: { source: '/home/ann/.docker/config.json (reg)', repository: 'app' },
  },
  {
    name: '401 without a challenge, at the root neither',
    exchanges: [
      [HEAD, { status: 401 }],
      ['GET /v2/', { status: 401 }],
      [GET, { status: 401 }],
      ['GET /v2/', { status: 401 }],
    ],
    code: 'REGISTRY_CHALLENGE_INVALID',
    args: { reason: 'status 401 without a challenge' },
  },
  {
    name: '401 with a challenge of another kind',
    exchanges: [
      [HEAD, challenge('Negotiate')],
      ['GET /v2/', challenge('Negotiate')],
      [GET, challenge('Negotiate')],
      ['GET /v2/', challenge('Negotiate')],
    ],
    code: 'REGISTRY_CHALLENGE_INVALID',
    args: { reason: 'the challenge is: Negotiate, Negotiate' },
  },
  {
    name: '403: asked again by GET, which has the reason',
    exchanges: [
      [HEAD, { status: 403 }],
      [GET, errors(403, 'DENIED', 'requested access to the resource is denied')],
    ],
    code: 'REGISTRY_DENIED',
    args: { reason: 'DENIED: requested access to the resource is denied', source: 'none' },
  },
  {
    name: '403 of an expired cloud token, in plain text as ECR says it',
    exchanges: [
      [HEAD, challenge('Basic realm="x"')],
      [HEAD, { status: 403 }],
      [GET, { status: 403, body: 'Your Authorization Token has expired. Reauthenticate and try again.' }],
    ],
    credentials: [ann],
    code: 'CREDENTIAL_EXPIRED',
    args: { reason: 'Your Authorization Token has expired. Reauthenticate and try again.' },
  },
  {
    name: "429 of Docker Hub's pull limit: no second try",
    exchanges: [
      [
        HEAD,
        errors(429, 'TOOMANYREQUESTS', 'You have reached your pull rate limit', {
          'ratelimit-remaining': '0;w=21600',
        }),
      ],
    ],
    code: 'REGISTRY_PULL_LIMIT',
    args: { source: 'none' },
    waits: [],
  },
  {
    name: '429 otherwise: four tries, as long apart as the registry asks',
    exchanges: [
      [HEAD, { status: 429, headers: { 'retry-after': '7' } }],
      [HEAD, { status: 429, headers: { 'retry-after': 'Fri, 20 Nov 2026 00:00:10 GMT' } }],
      [HEAD, { status: 429 }],
      [HEAD, { status: 429, headers: { 'retry-after': '9' } }],
    ],
    code: 'REGISTRY_RATE_LIMITED',
    args: { tries: 4, when: 'after 9 s' },
    waits: [7000, 3000, 2000],
  },
  {
    name: '429 that asks for more than a minute: fails at once and says when',
    exchanges: [[HEAD, { status: 429, headers: { 'retry-after': '3600' } }]],
    code: 'REGISTRY_RATE_LIMITED',
    args: { tries: 1, when: 'after 3600 s' },
    waits: [],
  },
  {
    name: '429 that asks for more than is left of the time for the image',
    exchanges: [
      [HEAD, { status: 429, headers: { 'retry-after': '50' } }],
      [HEAD, { status: 429, headers: { 'retry-after': '50' } }],
    ],
    code: 'REGISTRY_RATE_LIMITED',
    args: { tries: 2 },
    waits: [50_000],
  },
  {
    name: '503 four times, then a GET for the reason',
    exchanges: [
      [HEAD, { status: 503 }],
      [HEAD, { status: 503 }],
      [HEAD, { status: 503 }],
      [HEAD, { status: 503 }],
      [GET, errors(503, 'UNAVAILABLE', 'we are moving')],
    ],
    code: 'REGISTRY_ERROR',
    args: { status: 503, tries: 4, reason: 'UNAVAILABLE: we are moving' },
    waits: [500, 1000, 2000],
  },
  {
    name: '410 is final',
    exchanges: [[HEAD, { status: 410 }]],
    code: 'REGISTRY_REFUSED',
    args: { status: 410 },
    waits: [],
  },
  {
    name: '406, by GET too',
    exchanges: [
      [HEAD, { status: 406 }],
      [GET, { status: 406, headers: { 'content-type': 'application/json' } }],
    ],
    code: 'NOT_A_REGISTRY',
    args: { contentType: 'application/json' },
  },
  {
    name: 'a web page with status 200',
    exchanges: [
      [HEAD, { ...html, body: '' }],
      [GET, html],
    ],
    code: 'NOT_A_REGISTRY',
    args: { contentType: 'text/html' },
  },
  {
    name: 'schema 1 by its media type',
    exchanges: [
      [
        HEAD,
        {
          status: 200,
          headers: { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
        },
      ],
      [
        GET,
        {
          status: 200,
          headers: { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
          body: '{"schemaVersion":1}',
        },
      ],
    ],
    code: 'MANIFEST_SCHEMA1',
  },
  {
    name: 'a digest header that is not the digest of the body',
    exchanges: [
      [HEAD, { status: 200, headers: { 'content-type': INDEX.type } }],
      [
        GET,
        {
          status: 200,
          headers: headersOf({ type: INDEX.type, digest: `sha256:${'0'.repeat(64)}` }),
          body: INDEX.text,
        },
      ],
    ],
    code: 'DIGEST_MISMATCH',
    args: { stated: `sha256:${'0'.repeat(64)}`, computed: INDEX.digest },
  },
  {
    name: 'a body whose mediaType is not its Content-Type',
    exchanges: [
      [HEAD, { status: 405 }],
      [
        GET,
        {
          status: 200,
          headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
          body: INDEX.text,
        },
      ],
    ],
    code: 'MANIFEST_INVALID',
    args: {
      reason:
        'its mediaType is application/vnd.oci.image.index.v1+json, but it was sent as application/vnd.oci.image.manifest.v1+json',
    },
  },
  {
    name: 'a manifest of more than 8 MiB',
    exchanges: [
      [HEAD, { status: 405 }],
      [
        GET,
        {
          status: 200,
          headers: { 'content-type': INDEX.type },
          body: Buffer.alloc(8 * 1024 * 1024 + 1, ' '),
        },
      ],
    ],
    code: 'MANIFEST_TOO_LARGE',
    args: { limit: '8 MiB' },
  },
  {
    name: 'an answer that says it is compressed, and is not',
    exchanges: [
      [HEAD, { status: 405 }],
      [GET, { status: 200, headers: { 'content-type': INDEX.type, 'content-encoding': 'gzip' }, body: 'x' }],
    ],
    code: 'MANIFEST_INVALID',
    args: {
      reason: 'a proxy compresses it (Content-Encoding: gzip), and it cannot be decompressed',
    },
  },
  {
    name: 'a connection that ends before the answer, four times',
    exchanges: [
      [HEAD, { status: 0, cutAfter: 0 }],
      [HEAD, { status: 0, cutAfter: 0 }],
      [HEAD, { status: 0, cutAfter: 0 }],
      [HEAD, { status: 0, cutAfter: 0 }],
      [GET, { status: 0, cutAfter: 0 }],
    ],
    code: 'REGISTRY_SPEAKS_TLS',
    args: { tries: 4 },
    waits: [500, 1000, 2000],
  },
  {
    name: 'a redirect without a target',
    exchanges: [[HEAD, { status: 307 }]],
    code: 'REGISTRY_UNSAFE_REDIRECT',
    args: { target: 'nowhere', reason: 'it is not a URL' },
  },
  {
    name: 'a redirect to something that is not HTTP',
    exchanges: [[HEAD, { status: 302, headers: { location: 'ftp://files.example.com/x?token=s3cret' } }]],
    code: 'REGISTRY_UNSAFE_REDIRECT',
    args: { target: 'ftp://files.example.com', reason: 'ftp: is not HTTP' },
  },
  {
    name: 'more than five redirects',
    exchanges: Array.from(
      { length: 6 },
      () => [HEAD, { status: 307, headers: { location: '/v2/app/manifests/1' } }] as const,
    ),
    code: 'REGISTRY_UNSAFE_REDIRECT',
    args: { reason: 'there are too many redirects' },
  },
  {
    name: 'a token server that fails',
    exchanges: [
      [HEAD, bearer],
      [TOKEN, { status: 500 }],
      [TOKEN, { status: 500 }],
      [TOKEN, { status: 500 }],
      [TOKEN, errors(500, 'X', 'database is down')],
    ],
    code: 'REGISTRY_TOKEN_FAILED',
    args: { reason: 'status 500 after 4 tries (database is down)' },
    waits: [500, 1000, 2000],
  },
  {
    name: 'a token server that gives no token',
    exchanges: [
      [HEAD, bearer],
      [TOKEN, { status: 200, body: '{"token":""}' }],
    ],
    code: 'REGISTRY_TOKEN_FAILED',
    args: { reason: 'its answer holds no token' },
  },
  {
    name: 'a token server that answers more than 128 KiB',
    exchanges: [
      [HEAD, bearer],
      [TOKEN, { status: 200, body: `{"token":"${'t'.repeat(128 * 1024)}"}` }],
    ],
    code: 'REGISTRY_TOKEN_FAILED',
    args: { reason: 'its answer holds no token' },
  },
]

describe('the failure table', () => {
  test.each(rows)('$name', async ({ exchanges, credentials, code, args, waits }) => {
    const server = await exchangeServer((url) =>
      exchanges.map(([request, answer]) => ({
        request,
        answer: typeof answer === 'function' ? answer(url) : answer,
      })),
    )
    open.push(server)
    const clock = instantClock()
    const keychain = fixedKeychain(credentials === undefined ? {} : { [server.host]: credentials })
    const asking = ask(`${server.host}/app:1`, { clock, keychain })
    await expect(asking).rejects.toMatchObject({
      code,
      args: { image: `${server.host}/app:1`, registry: server.host, ...args },
    })
    server.expectDone()
    if (waits !== undefined) expect(clock.waits).toEqual(waits)
  })

  test('nothing listens there', async () => {
    const server = await exchangeServer(() => [])
    await server.close()
    const clock = instantClock()
    await expect(ask(`${server.host}/app:1`, { clock })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      args: {
        reason: `nothing listens on port ${server.host.split(':')[1]} of 127.0.0.1 (ECONNREFUSED)`,
        tries: 4,
      },
    })
    expect(clock.waits).toEqual([500, 1000, 2000])
  })

  test('a host that does not exist is not asked twice', async () => {
    const clock = instantClock()
    await expect(ask('no-such-host.invalid/app:1', { clock })).rejects.toMatchObject({
      code: 'REGISTRY_HOST_UNKNOWN',
      args: { host: 'no-such-host.invalid' },
    })
    expect(clock.waits).toEqual([])
  })

  test('no answer in time, four times', async () => {
    const server = await exchangeServer(() =>
      Array.from({ length: 4 }, () => ({ request: HEAD, answer: { status: 200, hang: true } })),
    )
    open.push(server)
    const limits = { headersTimeout: 1000 }
    await expect(ask(`${server.host}/app:1`, { limits })).rejects.toMatchObject({
      code: 'REGISTRY_TIMEOUT',
      args: { seconds: 1, stage: 'waiting for the answer', tries: 4 },
    })
    server.expectDone()
  })

  test('more time in all than an image may take', async () => {
    const server = await exchangeServer(() => [{ request: HEAD, answer: { status: 200, hang: true } }])
    open.push(server)
    await expect(ask(`${server.host}/app:1`, { limits: { imageTimeout: 500 } })).rejects.toMatchObject({
      code: 'REGISTRY_TIMEOUT',
      args: { seconds: 0.5, stage: 'in all' },
    })
  })

  test('an answer that breaks off is asked for again', async () => {
    const whole = { status: 200, headers: headersOf(INDEX), body: INDEX.text }
    const server = await exchangeServer(() => [
      { request: HEAD, answer: { status: 405 } },
      { request: GET, answer: { ...whole, cutAfter: 3 } },
      { request: GET, answer: whole },
    ])
    open.push(server)
    const clock = instantClock()
    const { descriptor } = await ask(`${server.host}/app:1`, { clock })
    expect(descriptor.digest).toBe(INDEX.digest)
    expect(clock.waits).toEqual([500])
    server.expectDone()
  })

  test('the reason of whoever aborts comes through', async () => {
    const server = await exchangeServer(() => [{ request: HEAD, answer: { status: 200, hang: true } }])
    open.push(server)
    const controller = new AbortController()
    const asking = ask(`${server.host}/app:1`, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('the user gave up')), 50)
    await expect(asking).rejects.toThrow('the user gave up')
  })
})
