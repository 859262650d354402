import { afterEach, describe, expect, test } from 'vitest'
import type { Credential } from '../../../src/credentials/keychain.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import type { RegistryClient } from '../../../src/registry/client.ts'
import { createRegistryClient } from '../../../src/registry/composition.ts'
import { headersOf, INDEX } from '../../support/ask-registry.ts'
import { type Exchange, type ExchangeServer, exchangeServer } from '../../support/exchange-server.ts'
import { basic, fixedKeychain } from '../../support/fixed-keychain.ts'
import { type InstantClock, instantClock } from '../../support/instant-clock.ts'
import { startRegistry } from '../../support/registry/registry.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

const HEAD = 'HEAD /v2/app/manifests/1'
const SCOPE = 'scope=repository%3Aapp%3Apull&client_id=pinpull'
const found: Exchange['answer'] = { status: 200, headers: headersOf(INDEX) }
const header = (user: string): string => `Basic ${Buffer.from(`${user}:pw`).toString('base64')}`
const challenge = (value: string): Exchange['answer'] => ({
  status: 401,
  headers: { 'www-authenticate': value },
})
const bearer = (url: string, more = ''): Exchange['answer'] => challenge(`Bearer realm="${url}/token"${more}`)
const token = (value: string, more: object = {}): Exchange['answer'] => ({
  status: 200,
  body: JSON.stringify({ token: value, ...more }),
})

interface Started {
  readonly server: ExchangeServer
  readonly client: RegistryClient
  readonly clock: InstantClock
  /** Asks for `app:1` of the server. */
  readonly ask: (tag?: string) => Promise<unknown>
}

async function start(
  script: (url: string) => readonly Exchange[],
  credentials: readonly Credential[] = [],
): Promise<Started> {
  const server = await exchangeServer(script)
  open.push(server)
  const clock = instantClock()
  const client = createRegistryClient({
    keychain: fixedKeychain({ [server.host]: credentials }),
    userAgent: 'pinpull/test',
    clock,
    rules: { list: [{ host: server.host, plainHttp: true }], folder: '/' },
  })
  const signal = new AbortController().signal
  const ask = (tag = '1') =>
    client.resolve(parseReference(`${server.host}/app:${tag}`), { platforms: false, signal })
  return { server, client, clock, ask }
}

describe('token flows', () => {
  const id: Credential = { kind: 'identity-token', token: 'id', source: 'test' }
  const form = `scope=repository%3Aapp%3Apull&client_id=pinpull`

  test.each<[string, Credential | undefined, (url: string) => readonly Exchange[]]>([
    [
      'anonymous, by GET; service only where the challenge names one',
      undefined,
      (url) => [
        { request: HEAD, answer: bearer(url) },
        { request: `GET /token?${SCOPE}`, authorization: null, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ],
    [
      'a password, by GET',
      basic('ann', 'pw'),
      (url) => [
        { request: HEAD, answer: bearer(url, ',service="s"') },
        {
          request: `GET /token?service=s&${SCOPE}&account=ann`,
          authorization: header('ann'),
          answer: token('t'),
        },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ],
    [
      'a password, by POST where GET is not known',
      basic('ann', 'pw'),
      (url) => [
        { request: HEAD, answer: bearer(url) },
        { request: `GET /token?${SCOPE}&account=ann`, answer: { status: 405 } },
        {
          request: 'POST /token',
          body: `grant_type=password&username=ann&password=pw&${form}`,
          answer: token('t'),
        },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ],
    [
      'an identity token, by POST',
      id,
      (url) => [
        { request: HEAD, answer: bearer(url) },
        {
          request: 'POST /token',
          authorization: null,
          body: `grant_type=refresh_token&refresh_token=id&${form}`,
          answer: { status: 200, body: '{"access_token":"a","token":"b"}' },
        },
        { request: HEAD, authorization: 'Bearer a', answer: found },
      ],
    ],
    ...[400, 401, 404, 405].map((status): [string, Credential, (url: string) => readonly Exchange[]] => [
      `an identity token, by GET after POST gave ${status}`,
      id,
      (url) => [
        { request: HEAD, answer: bearer(url) },
        { request: 'POST /token', answer: { status } },
        {
          request: `GET /token?${SCOPE}`,
          authorization: `Basic ${Buffer.from(':id').toString('base64')}`,
          answer: token('t'),
        },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ]),
    [
      'a registry token, as it is',
      { kind: 'registry-token', token: 'rt', source: 'test' },
      (url) => [
        { request: HEAD, answer: bearer(url) },
        { request: HEAD, authorization: 'Bearer rt', answer: found },
      ],
    ],
    [
      'a relative realm, and a realm with a query of its own',
      undefined,
      () => [
        { request: HEAD, answer: challenge('Bearer realm="/auth?tenant=x"') },
        { request: `GET /auth?tenant=x&${SCOPE}`, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ],
    [
      "our own scope, whatever the challenge's",
      undefined,
      (url) => [
        { request: HEAD, answer: bearer(url, ',scope="repository:repo:pull *"') },
        { request: `GET /token?${SCOPE}`, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ],
    [
      'a challenge that only the root gives',
      undefined,
      (url) => [
        { request: HEAD, answer: { status: 401 } },
        { request: 'GET /v2/', answer: bearer(url) },
        { request: `GET /token?${SCOPE}`, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ],
    [
      'Bearer where Basic is offered beside it, on a line of its own',
      basic('ann', 'pw'),
      (url) => [
        {
          request: HEAD,
          answer: {
            status: 401,
            headers: { 'www-authenticate': ['Basic realm="x"', `Bearer realm="${url}/token"`] },
          },
        },
        { request: `GET /token?${SCOPE}&account=ann`, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
    ],
  ])('%s', async (_, credential, script) => {
    const { server, ask } = await start(script, credential === undefined ? [] : [credential])
    expect(await ask()).toMatchObject({ descriptor: { digest: INDEX.digest } })
    server.expectDone()
  })
})

describe('several credentials', () => {
  test('the next one where the token server refuses one', async () => {
    const { server, ask } = await start(
      (url) => [
        { request: HEAD, answer: bearer(url) },
        { request: `GET /token?${SCOPE}&account=ann`, authorization: header('ann'), answer: { status: 401 } },
        { request: `GET /token?${SCOPE}&account=bob`, authorization: header('bob'), answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
      [basic('ann', 'pw'), basic('bob', 'pw', 'second')],
    )
    expect(await ask()).toMatchObject({ credential: { source: 'second' } })
    server.expectDone()
  })

  test('the next one where the registry refuses one, by 401 or 403', async () => {
    const { server, ask } = await start(
      () => [
        { request: HEAD, answer: challenge('Basic realm="x"') },
        { request: HEAD, authorization: header('ann'), answer: challenge('Basic realm="x"') },
        { request: HEAD, authorization: header('bob'), answer: { status: 403 } },
        { request: HEAD, authorization: header('cat'), answer: found },
      ],
      ['ann', 'bob', 'cat'].map((user) => basic(user, 'pw', user)),
    )
    expect(await ask()).toMatchObject({ credential: { source: 'cat' } })
    server.expectDone()
  })

  test('nothing is looked up where nothing is asked for', async () => {
    const keychain = fixedKeychain({})
    const server = await exchangeServer(() => [{ request: HEAD, answer: found }])
    open.push(server)
    const rules = { list: [{ host: server.host, plainHttp: true }], folder: '/' }
    const client = createRegistryClient({ keychain, userAgent: 'x', clock: instantClock(), rules })
    await client.resolve(parseReference(`${server.host}/app:1`), {
      platforms: false,
      signal: new AbortController().signal,
    })
    expect(keychain.asked).toEqual([])
  })
})

describe('what is remembered', () => {
  const again = HEAD.replace(/1$/, '2')

  test('the way to ask and the token, for the next tag of the repository', async () => {
    const { server, ask } = await start((url) => [
      { request: HEAD, answer: bearer(url) },
      { request: `GET /token?${SCOPE}`, answer: token('t') },
      { request: HEAD, authorization: 'Bearer t', answer: found },
      { request: again, authorization: 'Bearer t', answer: found },
    ])
    await ask()
    await ask('2')
    server.expectDone()
  })

  test.each([
    ['as long as the server says', { expires_in: 300 }, 289_000, 291_000],
    ['a minute at least', { expires_in: 5 }, 49_000, 51_000],
    ['a minute where it does not say', {}, 49_000, 51_000],
    ['from when it was issued', { expires_in: 300, issued_at: '2026-11-19T23:59:00Z' }, 229_000, 231_000],
    ['not from a time to come', { expires_in: 300, issued_at: '2026-11-21T00:00:00Z' }, 289_000, 291_000],
    [
      'not from a time so long ago that it had ended',
      { expires_in: 300, issued_at: '2020-01-01T00:00:00Z' },
      289_000,
      291_000,
    ],
  ])('a token, %s', async (_, life, still, over) => {
    const { server, ask, clock } = await start((url) => [
      { request: HEAD, answer: bearer(url) },
      { request: `GET /token?${SCOPE}`, answer: token('one', life) },
      { request: HEAD, authorization: 'Bearer one', answer: found },
      { request: again, authorization: 'Bearer one', answer: found },
      { request: `GET /token?${SCOPE}`, answer: token('two') },
      { request: again, authorization: 'Bearer two', answer: found },
    ])
    const { signal } = new AbortController()
    await ask()
    await clock.sleep(still, signal)
    await ask('2')
    await clock.sleep(over - still, signal)
    await ask('2')
    server.expectDone()
  })

  test('a token that ended sooner than promised is replaced once', async () => {
    const { server, ask } = await start((url) => [
      { request: HEAD, answer: bearer(url) },
      { request: `GET /token?${SCOPE}`, answer: token('one') },
      { request: HEAD, authorization: 'Bearer one', answer: found },
      { request: again, authorization: 'Bearer one', answer: challenge('Bearer error="invalid_token"') },
      { request: `GET /token?${SCOPE}`, answer: token('two') },
      { request: again, authorization: 'Bearer two', answer: found },
    ])
    await ask()
    await ask('2')
    server.expectDone()
  })

  test('another repository: its token is asked for without a challenge first', async () => {
    const { server, client } = await start((url) => [
      { request: HEAD, answer: bearer(url) },
      { request: `GET /token?${SCOPE}`, answer: token('t') },
      { request: HEAD, answer: found },
      { request: `GET /token?${SCOPE.replace('app', 'web')}`, answer: token('w') },
      { request: 'HEAD /v2/web/manifests/1', authorization: 'Bearer w', answer: found },
    ])
    const options = { platforms: false, signal: new AbortController().signal }
    await client.resolve(parseReference(`${server.host}/app:1`), options)
    await client.resolve(parseReference(`${server.host}/web:1`), options)
    server.expectDone()
  })

  test('a repository that is open to all is asked openly where the known way does not do', async () => {
    const { server, client } = await start(
      () => [
        { request: HEAD, answer: challenge('Basic realm="x"') },
        { request: HEAD, authorization: header('ann'), answer: found },
        { request: 'HEAD /v2/open/manifests/1', authorization: header('ann'), answer: { status: 403 } },
        { request: 'HEAD /v2/open/manifests/1', authorization: null, answer: found },
      ],
      [basic('ann', 'pw')],
    )
    const options = { platforms: false, signal: new AbortController().signal }
    await client.resolve(parseReference(`${server.host}/app:1`), options)
    expect(await client.resolve(parseReference(`${server.host}/open:1`), options)).toMatchObject({
      credential: { kind: 'anonymous' },
    })
    server.expectDone()
  })
})

describe('what is remembered between runs', () => {
  const realms = (known: Record<string, { realm: string; service?: string }>) => ({
    known,
    getChallenge: (registry: string) => known[registry],
    setChallenge: (registry: string, realm: { realm: string; service?: string }) => {
      known[registry] = realm
    },
  })
  const clientWith = (
    server: ExchangeServer,
    memory: ReturnType<typeof realms>,
    credentials: readonly Credential[] = [],
  ) => {
    const client = createRegistryClient({
      keychain: fixedKeychain({ [server.host]: credentials }),
      userAgent: 'pinpull/test',
      clock: instantClock(),
      challengeCache: memory,
      rules: { list: [{ host: server.host, plainHttp: true }], folder: '/' },
    })
    const signal = new AbortController().signal
    return client.resolve(parseReference(`${server.host}/app:1`), { platforms: false, signal })
  }

  test('is where tokens are handed out, and spares the challenge', async () => {
    const first = await exchangeServer((url) => [
      { request: HEAD, answer: bearer(url, ',service="s"') },
      { request: `GET /token?service=s&${SCOPE}`, answer: token('t') },
      { request: HEAD, authorization: 'Bearer t', answer: found },
      { request: `GET /token?service=s&${SCOPE}`, answer: token('u') },
      { request: HEAD, authorization: 'Bearer u', answer: found },
    ])
    open.push(first)
    const memory = realms({})
    await clientWith(first, memory)
    expect(memory.known).toEqual({ [first.url]: { realm: `${first.url}/token`, service: 's' } })
    await clientWith(first, memory)
    first.expectDone()
  })

  const ann = basic('ann', 'pw')
  const identity: Credential = { kind: 'identity-token', token: 'id', source: 'test' }
  const bearerToken: Credential = { kind: 'registry-token', token: 'rt', source: 'test' }

  test.each<[string, Credential, string]>([
    ['a password', ann, `GET /token?${SCOPE}&account=ann`],
    ['an identity token', identity, 'POST /token'],
  ])('%s goes to no token server that is only remembered', async (_, credential, request) => {
    const planted = await exchangeServer(() => [])
    const server = await exchangeServer((url) => [
      { request: HEAD, authorization: null, answer: bearer(url) },
      { request, answer: token('t') },
      { request: HEAD, authorization: 'Bearer t', answer: found },
    ])
    open.push(planted, server)
    const realm = `${planted.url.replace('127.0.0.1', 'localhost')}/token`
    const memory = realms({ [server.url]: { realm } })
    await clientWith(server, memory, [credential])
    expect(memory.known[server.url]?.realm).toBe(`${server.url}/token`)
    planted.expectDone()
    server.expectDone()
  })

  test('a token of the registry itself is shown to it after its challenge alone', async () => {
    const server = await exchangeServer((url) => [
      { request: HEAD, authorization: null, answer: bearer(url) },
      { request: HEAD, authorization: 'Bearer rt', answer: found },
    ])
    open.push(server)
    await clientWith(server, realms({ [server.url]: { realm: 'http://localhost:1/token' } }), [bearerToken])
    server.expectDone()
  })

  test.each<[string, (url: string) => string, readonly string[]]>([
    ['the registry itself', (url) => `${url}/token`, [`GET /token?${SCOPE}&account=ann`, HEAD]],
    ['its other port', () => 'http://127.0.0.1:1/token', [HEAD, HEAD]],
    ['its name in user information', (url) => `${url}@localhost:1/token`, [HEAD, HEAD]],
    ['its name before a backslash', (url) => `${url}\\@localhost:1/token`, [HEAD, HEAD]],
  ])('a remembered realm that names %s', async (_, realm, expected) => {
    const server = await exchangeServer((url) =>
      expected[0] === HEAD
        ? [
            { request: HEAD, authorization: null, answer: challenge('Basic realm="x"') },
            { request: HEAD, authorization: header('ann'), answer: found },
          ]
        : [
            { request: `GET /token?${SCOPE}&account=ann`, authorization: header('ann'), answer: token(url) },
            { request: HEAD, authorization: `Bearer ${url}`, answer: found },
          ],
    )
    open.push(server)
    await clientWith(server, realms({ [server.url]: { realm: realm(server.url) } }), [ann])
    expect(server.seen).toEqual(expected)
    server.expectDone()
  })

  test.each([
    ['Bearer realm="URL/token?secret=s3cret"', undefined],
    ['Bearer realm="URL/token#s3cret"', undefined],
    ['Bearer realm="/token"', 'URL/token'],
  ])('%s is remembered as %s', async (value, expected) => {
    const server = await exchangeServer((url) => {
      const path = value.includes('?') ? `/token?secret=s3cret&${SCOPE}` : `/token?${SCOPE}`
      return [
        { request: HEAD, answer: challenge(value.replace('URL', url)) },
        { request: `GET ${path}`, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ]
    })
    open.push(server)
    const memory = realms({})
    await clientWith(server, memory)
    expect(memory.known[server.url]?.realm).toBe(expected?.replace('URL', server.url))
    server.expectDone()
  })

  test.each<[string, (url: string) => readonly Exchange[], (url: string) => string]>([
    [
      'that fails is asked once, and again when the registry names it',
      (url) => [
        { request: `GET /token?${SCOPE}`, answer: { status: 503 } },
        { request: HEAD, authorization: null, answer: bearer(url) },
        { request: `GET /token?${SCOPE}`, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
      (url) => `${url}/token`,
    ],
    [
      'that is no longer asked for',
      () => [
        { request: `GET /token?${SCOPE}`, answer: { status: 404 } },
        { request: HEAD, authorization: null, answer: found },
      ],
      (url) => `${url}/token`,
    ],
    [
      'that has moved',
      (url) => [
        { request: `GET /token?${SCOPE}`, answer: token('old') },
        { request: HEAD, authorization: 'Bearer old', answer: challenge('Bearer error="invalid_token"') },
        { request: HEAD, authorization: null, answer: challenge(`Bearer realm="${url}/new"`) },
        { request: `GET /new?${SCOPE}`, answer: token('t') },
        { request: HEAD, authorization: 'Bearer t', answer: found },
      ],
      (url) => `${url}/token`,
    ],
    [
      'that is none',
      () => [{ request: HEAD, authorization: null, answer: found }],
      () => 'file:///etc/passwd',
    ],
  ])('a token server %s costs a request, and no answer', async (_, script, realm) => {
    const server = await exchangeServer(script)
    open.push(server)
    await clientWith(server, realms({ [server.url]: { realm: realm(server.url) } }))
    server.expectDone()
  })
})

describe('at the same time', () => {
  test('one token for a repository, one for each repository', async () => {
    const registry = await startRegistry({ auth: { kind: 'bearer', mayRead: () => true } })
    open.push(registry)
    const names = ['a:1', 'a:2', 'a:3', 'b:1', 'b:2'].map((name) => `team/${name}`)
    for (const name of names) registry.push(name)
    const client = createRegistryClient({
      keychain: fixedKeychain({}),
      userAgent: 'x',
      rules: { list: [{ host: registry.host, plainHttp: true }], folder: '/' },
    })
    const options = { platforms: false, signal: new AbortController().signal }
    await Promise.all(
      names.map((name) => client.resolve(parseReference(`${registry.host}/${name}`), options)),
    )
    const tokens = registry.requests.filter(({ path }) => path === '/token')
    expect(tokens.map(({ query }) => query.get('scope')).sort()).toEqual([
      'repository:team/a:pull',
      'repository:team/b:pull',
    ])
  })

  test('whoever gives up does not take the token from the others', async () => {
    const registry = await startRegistry({ auth: { kind: 'bearer', mayRead: () => true } })
    open.push(registry)
    registry.push('a:1')
    registry.push('a:2')
    registry.script({ when: { path: '/token' }, times: 1, answer: (answer) => ({ ...answer, hang: true }) })
    const client = createRegistryClient({
      keychain: fixedKeychain({}),
      userAgent: 'x',
      rules: { list: [{ host: registry.host, plainHttp: true }], folder: '/' },
    })
    const impatient = new AbortController()
    const first = client.resolve(parseReference(`${registry.host}/a:1`), {
      platforms: false,
      signal: impatient.signal,
    })
    await expect.poll(() => registry.count({ path: '/token' })).toBe(1)
    const second = client.resolve(parseReference(`${registry.host}/a:2`), {
      platforms: false,
      signal: new AbortController().signal,
    })
    impatient.abort(new Error('gave up'))
    await expect(first).rejects.toThrow('gave up')
    await expect(second).resolves.toMatchObject({ endpoint: { host: registry.host } })
  })
})

describe('a registry or mirror that keeps images under another name', () => {
  const AT = '/v2/app/manifests/1?ns=registry.example.com'
  const scoped = (url: string, name: string, realm = `${url}/token`) =>
    challenge(`Bearer realm="${realm}",scope="${name}"`)
  const other = 'repository:proxy/app:pull'
  const OTHER = SCOPE.replace('app', 'proxy%2Fapp')
  const first = (url: string, wanted: Exchange['answer']): Exchange[] => [
    { request: `HEAD ${AT}`, answer: bearer(url) },
    { request: `GET /token?${SCOPE}`, answer: token('t') },
    { request: `HEAD ${AT}`, authorization: 'Bearer t', answer: wanted },
  ]

  async function askMirror(
    script: (url: string) => readonly Exchange[],
    kind: 'mirror' | 'registry' = 'mirror',
    credentials: readonly Credential[] = [],
  ) {
    const server = await exchangeServer(script)
    open.push(server)
    const host = kind === 'mirror' ? 'registry.example.com' : server.host
    const client = createRegistryClient({
      keychain: fixedKeychain({ [server.host]: credentials }),
      userAgent: 'pinpull/test',
      clock: instantClock(),
      mirrors: kind === 'mirror' ? [{ host, url: server.url }] : [],
      rules: { list: [{ host: server.host, plainHttp: true }], folder: '/' },
    })
    const signal = new AbortController().signal
    const ask = (tag: string) =>
      client.resolve(parseReference(`${host}/app:${tag}`), { platforms: false, signal })
    return { server, ask }
  }

  const atRegistry = (exchanges: readonly Exchange[]): Exchange[] =>
    exchanges.map((one) => ({ ...one, request: one.request.replace(/\?ns=.*/, '') }))

  test.each([
    ['mirror', 'pull,push'],
    ['registry', 'pull,push'],
    ['registry', '*'],
  ] as const)('gets the token that it asks for, and keeps getting it: %s, %s', async (kind, actions) => {
    const script = (url: string): Exchange[] => [
      ...first(url, scoped(url, `repository:proxy/app:${actions}`)),
      { request: `GET /token?${OTHER}`, answer: token('u') },
      { request: `HEAD ${AT}`, authorization: 'Bearer u', answer: found },
      { request: `HEAD ${AT.replace('/1', '/2')}`, authorization: 'Bearer u', answer: found },
    ]
    const { server, ask } = await askMirror(
      (url) => (kind === 'mirror' ? script(url) : atRegistry(script(url))),
      kind,
    )
    await ask('1')
    await ask('2')
    server.expectDone()
  })

  test('asks in vain for a third scope', async () => {
    const { server, ask } = await askMirror(
      (url) =>
        atRegistry([
          ...first(url, scoped(url, other)),
          { request: `GET /token?${OTHER}`, answer: token('u') },
          {
            request: `HEAD ${AT}`,
            authorization: 'Bearer u',
            answer: scoped(url, 'repository:more/app:pull'),
          },
        ]),
      'registry',
    )
    await expect(ask('1')).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING' })
    server.expectDone()
  })

  test.each<[string, (url: string) => Exchange['answer']]>([
    ['a scope that is no repository', (url) => scoped(url, 'registry:catalog:*')],
    ['a scope that is not to pull', (url) => scoped(url, 'repository:proxy/app:push')],
    ['the scope that it got', (url) => scoped(url, 'repository:app:pull')],
    ['another scope of another token server', (url) => scoped(url, other, `${url}/other`)],
  ])('gets nothing more for %s', async (_, wanted) => {
    const { server, ask } = await askMirror((url) => first(url, wanted(url)))
    await expect(ask('1')).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING' })
    server.expectDone()
  })

  test.each<[string, readonly Credential[], string]>([
    ['is shown an anonymous token of it', [], `GET /token?${SCOPE}`],
    [
      'is shown none for an identity token, which is never shown to the host itself',
      [{ kind: 'identity-token', token: 'id', source: 'test' }],
      'POST /token',
    ],
  ])('where another host hands out the tokens, it %s', async (_, credentials, request) => {
    const isAnonymous = credentials.length === 0
    const tokens = await exchangeServer(() => [
      { request, answer: token('t') },
      ...(isAnonymous ? [{ request: `GET /token?${OTHER}`, answer: token('u') }] : []),
    ])
    open.push(tokens)
    const realm = `${tokens.url.replace('127.0.0.1', 'localhost')}/token`
    const { server, ask } = await askMirror(
      () => [
        { request: `HEAD ${AT}`, answer: challenge(`Bearer realm="${realm}"`) },
        { request: `HEAD ${AT}`, authorization: 'Bearer t', answer: scoped('', other, realm) },
        ...(isAnonymous ? [{ request: `HEAD ${AT}`, authorization: 'Bearer u', answer: found }] : []),
      ],
      'mirror',
      credentials,
    )
    if (isAnonymous) await ask('1')
    else await expect(ask('1')).rejects.toMatchObject({ code: 'CREDENTIAL_INSUFFICIENT' })
    server.expectDone()
    tokens.expectDone()
  })
})
