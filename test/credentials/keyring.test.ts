import { describe, expect, test } from 'vitest'
import { matchesImage, normalizeKeyringKey, orderKeys } from '../../src/credentials/keyring.ts'
import { type PullSecret, pullSecretKeychain } from '../../src/credentials/pull-secrets.ts'

describe('normalizeKeyringKey', () => {
  test.each([
    ['r.example.com', 'r.example.com'],
    ['https://r.example.com', 'r.example.com'],
    ['http://r.example.com:5000/', 'r.example.com:5000'],
    ['https://index.docker.io/v1/', 'index.docker.io'],
    ['r.example.com/v2/team', 'r.example.com/team'],
    ['r.example.com/v2', 'r.example.com/v2'],
    ['r.example.com/v1x/team', 'r.example.com/v1x/team'],
    ['*.example.com/team', '*.example.com/team'],
    ['', undefined],
  ])('%s', (key, expected) => {
    expect(normalizeKeyringKey(key)).toBe(expected)
  })
})

describe('matchesImage', () => {
  test.each([
    ['r.example.com', 'r.example.com/a', true],
    ['r.example.com', 'r.example.com', true],
    ['r.example.com/a', 'r.example.com/a/b', true],
    ['r.example.com/pong', 'r.example.com/pongz', true],
    ['r.example.com/a/b', 'r.example.com/a', false],
    ['r.example.com:5000', 'r.example.com:5000/a', true],
    ['r.example.com', 'r.example.com:5000/a', false],
    ['r.example.com:5000', 'r.example.com/a', false],
    ['*.example.com', 'r.example.com/a', true],
    ['*.example.com', 'example.com/a', false],
    ['*.example.com', 'a.b.example.com/a', false],
    ['*.*.example.com', 'a.b.example.com/a', true],
    ['*.example.com', 'r.example.org/a', false],
    ['prefix*.example.com', 'prefix-1.example.com/a', true],
    ['prefix*.example.com', 'other.example.com/a', false],
    ['r?.example.com', 'r1.example.com/a', false], // A question mark begins a URL's query.
    ['r[0-9].example.com', 'r7.example.com/a', false], // Brackets are for addresses.
    ['[::1]:5000', '[::1]:5000/a', true],
    ['a.io:', 'a.io/x', true],
    ['a.io:http', 'a.io/x', false],
    ['r[^0-9].example.com', 'r7.example.com/a', false],
    ['r[0-9.example.com', 'r7.example.com/a', false],
    ['r.example.com:*', 'r.example.com:5000/a', false],
    ['r.example.com/*', 'r.example.com/a', false],
    ['k8s.*', 'k8s.io/a', true],
    ['k8s.*', 'k8s.gcr.io/a', false],
    ['docker.io', 'docker.io/library/nginx', true],
  ])('%s for %s: %s', (key, image, expected) => {
    expect(matchesImage(key, image)).toBe(expected)
  })
})

test('orderKeys puts longer paths before shorter ones, and names before stars', () => {
  const keys = [
    '*.example.com',
    'r.example.com',
    'r.example.com/team',
    'r.example.com/team/app',
    'a.example.com',
  ]
  expect(orderKeys(keys.map((key) => ({ key }))).map(({ key }) => key)).toEqual([
    'r.example.com/team/app',
    'r.example.com/team',
    'r.example.com',
    'a.example.com',
    '*.example.com',
  ])
})

describe('pull secrets', () => {
  const auth = (password: string): string => Buffer.from(`u:${password}`).toString('base64')
  const secret = (name: string, keys: Record<string, string>, flat = false): PullSecret => {
    const auths = Object.fromEntries(
      Object.entries(keys).map(([key, password]) => [key, { auth: auth(password) }]),
    )
    return flat
      ? { name: `Secret ns/${name}`, type: 'kubernetes.io/dockercfg', text: JSON.stringify(auths) }
      : { name: `Secret ns/${name}`, type: 'kubernetes.io/dockerconfigjson', text: JSON.stringify({ auths }) }
  }

  async function passwords(
    secrets: readonly PullSecret[],
    image: string,
    host = image.split('/')[0] as string,
  ) {
    const keychain = pullSecretKeychain(new Map([[image, secrets]]))
    const found: string[] = []
    const repository = image.slice(image.indexOf('/') + 1)
    for await (const credential of keychain.resolve(host, repository)) {
      if (credential.kind === 'basic') found.push(`${credential.password} of ${credential.source}`)
    }
    return found
  }

  test.each<[string, readonly PullSecret[], string, readonly string[]]>([
    [
      'every one that fits, in the order of the keys, over all secrets',
      [
        secret('one', { 'r.io': 'a', 'r.io/team': 'b' }),
        secret('two', { 'r.io/team/app': 'c', 'r.io/team': 'd', 'other.io': 'x' }, true),
      ],
      'r.io/team/app',
      [
        'c of Secret ns/two (r.io/team/app)',
        'b of Secret ns/one (r.io/team)',
        'd of Secret ns/two (r.io/team)',
        'a of Secret ns/one (r.io)',
      ],
    ],
    ['none that fits', [secret('one', { 'r.io': 'a' })], 's.io/app', []],
    [
      'Docker Hub by its old key, for an image without another match',
      [secret('one', { 'https://index.docker.io/v1/': 'hub' })],
      'docker.io/library/nginx',
      ['hub of Secret ns/one (https://index.docker.io/v1/)'],
    ],
    [
      'Docker Hub by its own name before that',
      [secret('one', { 'https://index.docker.io/v1/': 'old', 'docker.io': 'new' })],
      'docker.io/library/nginx',
      ['new of Secret ns/one (docker.io)'],
    ],
  ])('%s', async (_, secrets, image, expected) => {
    expect(await passwords(secrets, image)).toEqual(expected)
  })

  test('Docker Hub is asked by another host name than its images have', async () => {
    const secrets = [secret('one', { 'docker.io': 'hub' })]
    expect(await passwords(secrets, 'docker.io/library/nginx', 'registry-1.docker.io')).toEqual([
      'hub of Secret ns/one (docker.io)',
    ])
  })

  test('a mirror never sees the credentials of the registry that it stands in for', async () => {
    expect(await passwords([secret('one', { 'r.io': 'a' })], 'r.io/app', 'mirror.io')).toEqual([])
  })

  test('a secret that cannot be read is an error that names it', async () => {
    const broken: PullSecret = {
      name: 'Secret ns/broken',
      type: 'kubernetes.io/dockerconfigjson',
      text: 'c2VjcmV0',
    }
    await expect(passwords([broken], 'r.io/app')).rejects.toMatchObject({
      code: 'CREDENTIAL_FILE_INVALID',
      args: { file: 'Secret ns/broken', reason: 'it is not JSON' },
    })
  })
})
