import { describe, expect, test } from 'vitest'
import {
  type AuthFormat,
  credentialOf,
  findAuth,
  findHelper,
  parseAuthFile,
} from '../../src/credentials/auth-file.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const file = (content: unknown) => parseAuthFile(JSON.stringify(content), 'config.json')

/** The password that would be used, named after its key. */
function chosen(keys: readonly string[], host: string, repository: string): string | undefined {
  const auths = Object.fromEntries(keys.map((key) => [key, { auth: base64(`u:${key}`) }]))
  return findAuth(file({ auths }), host, repository)?.key
}

describe('which entry of auths is used', () => {
  test.each([
    ['the host', ['r.example.com'], 'r.example.com', 'a/b', 'r.example.com'],
    ['another port', ['r.example.com'], 'r.example.com:5000', 'a', undefined],
    ['the port', ['r.example.com:5000'], 'r.example.com:5000', 'a', 'r.example.com:5000'],
    ['a URL', ['https://r.example.com'], 'r.example.com', 'a', 'https://r.example.com'],
    [
      'a URL with a path says its host',
      ['http://r.example.com/v2/x'],
      'r.example.com',
      'a',
      'http://r.example.com/v2/x',
    ],
    [
      'the longest path',
      ['r.example.com', 'r.example.com/a', 'r.example.com/a/b'],
      'r.example.com',
      'a/b',
      'r.example.com/a/b',
    ],
    ['a parent path', ['r.example.com', 'r.example.com/a'], 'r.example.com', 'a/b', 'r.example.com/a'],
    ['whole segments only', ['r.example.com/a'], 'r.example.com', 'ab/c', undefined],
    ['another path', ['r.example.com/x'], 'r.example.com', 'a', undefined],
    [
      "docker's key for Docker Hub",
      ['https://index.docker.io/v1/'],
      'registry-1.docker.io',
      'library/nginx',
      'https://index.docker.io/v1/',
    ],
    ['docker.io', ['docker.io'], 'registry-1.docker.io', 'library/nginx', 'docker.io'],
    [
      'index.docker.io/v1/',
      ['index.docker.io/v1/'],
      'registry-1.docker.io',
      'library/nginx',
      'index.docker.io/v1/',
    ],
    [
      "docker's key before others for Docker Hub",
      ['docker.io', 'https://index.docker.io/v1/'],
      'docker.io',
      'a/b',
      'https://index.docker.io/v1/',
    ],
    [
      'a namespace on Docker Hub',
      ['docker.io/team', 'docker.io'],
      'registry-1.docker.io',
      'team/app',
      'docker.io/team',
    ],
    ['not a host that ends the same', ['docker.io'], 'notdocker.io', 'a', undefined],
    ['not a host that begins the same', ['r.example.com'], 'r.example.com.evil.com', 'a', undefined],
    ['any case', ['R.Example.COM'], 'r.example.com', 'a', 'R.Example.COM'],
  ])('%s', (_, keys, host, repository, expected) => {
    expect(chosen(keys, host, repository)).toBe(expected)
  })

  test('an empty entry is a marker for helpers: it holds nothing, and no shorter key is looked at', () => {
    const auths = { 'r.example.com/a': {}, 'r.example.com': { auth: base64('u:p') } }
    expect(findAuth(file({ auths }), 'r.example.com', 'a')).toBeUndefined()
    expect(findAuth(file({ auths }), 'r.example.com', 'b')?.key).toBe('r.example.com')
  })

  test("containers' tools prefer docker.io, docker its URL", () => {
    const auths = { 'https://index.docker.io/v1/': { auth: 'x' }, 'docker.io': { auth: 'y' } }
    const text = JSON.stringify({ auths })
    const keyIn = (format: AuthFormat) => findAuth(parseAuthFile(text, 'f', format), 'docker.io', 'a')?.key
    expect([keyIn('docker'), keyIn('containers')]).toEqual(['https://index.docker.io/v1/', 'docker.io'])
  })
})

describe('what is in an entry', () => {
  test.each([
    ['auth', { auth: base64('ann:p:w') }, { kind: 'basic', username: 'ann', password: 'p:w' }],
    [
      'auth without padding',
      { auth: base64('ann:pw').replace(/=+$/, '') },
      { kind: 'basic', username: 'ann', password: 'pw' },
    ],
    [
      'NUL bytes at the end',
      { auth: base64('ann:pw\0\0') },
      { kind: 'basic', username: 'ann', password: 'pw' },
    ],
    ['umlauts', { auth: base64('änn:pä') }, { kind: 'basic', username: 'änn', password: 'pä' }],
    [
      'auth before username',
      { auth: base64('ann:pw'), username: 'bob', password: 'x' },
      { kind: 'basic', username: 'ann', password: 'pw' },
    ],
    [
      'username and password',
      { username: 'bob', password: 'x' },
      { kind: 'basic', username: 'bob', password: 'x' },
    ],
    [
      'an identity token',
      { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: 'id' },
      { kind: 'identity-token', token: 'id' },
    ],
    ['a registry token', { registrytoken: 'rt' }, { kind: 'registry-token', token: 'rt' }],
  ])('%s', (_, entry, expected) => {
    expect(credentialOf(entry, 'config.json', 'r.io')).toEqual({ ...expected, source: 'config.json (r.io)' })
  })

  test.each([
    ['no colon', base64('secret')],
    ['no name', base64(':secret')],
    ['no base64', '***secret***'],
  ])('%s is an error without the secret', (_, auth) => {
    try {
      credentialOf({ auth }, 'config.json', 'r.io')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'CREDENTIAL_FILE_INVALID',
        args: { file: 'config.json', reason: 'the "auth" of "r.io" is not base64 of user:password' },
      })
      expect(String(error)).not.toMatch(/secret|c2VjcmV0/)
    }
  })
})

test('a registry token that no header can carry is an error without the token', () => {
  expect(() => credentialOf({ registrytoken: 'secret\r\nx: y' }, 'config.json', 'r.io')).toThrow(
    expect.objectContaining({
      code: 'CREDENTIAL_FILE_INVALID',
      args: {
        file: 'config.json',
        reason: 'the "registrytoken" of "r.io" contains characters that no token may contain',
      },
    }),
  )
})

describe('helpers', () => {
  const config = file({
    credHelpers: { 'gcr.io': 'gcr', 'docker.io': 'hub', 'https://index.docker.io/v1/': 'hub1' },
    credsStore: 'desktop',
  })

  test.each([
    ['gcr.io', 'gcr'],
    ['registry-1.docker.io', 'hub1'],
    ['other.example.com', 'desktop'],
  ])('%s', (host, expected) => {
    expect(findHelper(config, host)).toBe(expected)
  })

  test('none', () => {
    expect(findHelper(file({}), 'gcr.io')).toBeUndefined()
  })
})

describe('files that cannot be used', () => {
  test.each([
    ['{"auths": {"r.io": {"auth": "c2VjcmV0"', 'it is not JSON'],
    ['\ufffd\ufffd{\0"\0a\0', 'it is UTF-16, which > of Windows PowerShell writes: save it as UTF-8'],
    ['[]', 'it is not a JSON object'],
    ['{"auths": []}', '"auths" is not an object'],
    ['{"credHelpers": "x"}', '"credHelpers" is not an object'],
  ])('%s', (text, reason) => {
    expect(() => parseAuthFile(text, 'config.json')).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_FILE_INVALID', args: { file: 'config.json', reason } }),
    )
  })

  test.each([
    ['{"auths": {"r.io": {"auth": 7}}}', 'auths["r.io"].auth is not a string'],
    ['{"auths": {"r.io": "x"}}', 'auths["r.io"] is not an object'],
    ['{"auths": {"r.io": {"IdentityToken": []}}}', 'auths["r.io"].identitytoken is not a string'],
    ['{"credHelpers": {"r.io": true}}', 'credHelpers["r.io"] is not a string'],
    ['{"credsStore": ["x"]}', 'credsStore is not a string'],
    ['\uFEFF{}', 'it begins with a byte order mark'],
    ['\0', 'it is not JSON'],
  ])('%s', (text, reason) => {
    expect(() => parseAuthFile(text, 'config.json')).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_FILE_INVALID', args: { file: 'config.json', reason } }),
    )
  })
})

describe("what Go's encoding/json makes of a file", () => {
  test.each([
    ['nothing', '', []],
    ['white space', ' \n\t', []],
    ['null', 'null', []],
    ['null for a field and an entry', '{"auths": {"r.io": null}, "credHelpers": null}', [['r.io', {}]]],
    ['other fields', '{"HttpHeaders": {"X-A": 7}, "auths": {}}', []],
    ['any case', '{"AUTHS": {"r.io": {"Auth": "dTpw"}}}', [['r.io', { auth: 'dTpw' }]]],
    [
      'the same object twice is one',
      '{"auths": {"r.io": {"auth": "a"}, "q.io": {"auth": "b"}}, "auths": {"r.io": {"username": "u"}}}',
      [
        ['r.io', { username: 'u' }],
        ['q.io', { auth: 'b' }],
      ],
    ],
    [
      'of a field that appears twice, the last',
      '{"auths": {"r.io": {"auth": "a", "auth": "b"}}}',
      [['r.io', { auth: 'b' }]],
    ],
    [
      'text behind the first value',
      '{"auths": {"r.io": {"auth": "]}"}}}\ntrailing',
      [['r.io', { auth: ']}' }]],
    ],
  ])('%s', (_, text, expected) => {
    expect([...parseAuthFile(text, 'config.json').auths]).toEqual(expected)
  })

  test("text behind the first value is docker's alone to pass over", () => {
    expect(() => parseAuthFile('{} x', 'auth.json', 'containers')).toThrow(
      expect.objectContaining({ args: { file: 'auth.json', reason: 'it is not JSON' } }),
    )
  })

  test('an empty helper name takes a registry out of credsStore', () => {
    const config = parseAuthFile('{"credsStore": "desktop", "credHelpers": {"r.io": ""}}', 'config.json')
    expect([findHelper(config, 'r.io'), findHelper(config, 'q.io')]).toEqual([undefined, 'desktop'])
  })

  test.each([
    ['lines of 76', 'YW5uOnB\r\nhc3N3b\n3Jk\n', 'password'],
    ['no padding', 'YW5uOnB3', 'pw'],
    ['padding NULs', Buffer.from('ann:pw\0\0').toString('base64'), 'pw'],
  ])('auth with %s', (_, auth, password) => {
    expect(credentialOf({ auth }, 'f', 'r.io')).toMatchObject({ username: 'ann', password })
  })

  test.each([' YW5uOnB3', 'YW5u OnB3', 'YW5uOnB3=', 'YW5uOn=3', 'YW5uO', '-_-_'])(
    'auth "%s" is none',
    (auth) => {
      expect(() => credentialOf({ auth }, 'f', 'r.io')).toThrow(
        expect.objectContaining({ code: 'CREDENTIAL_FILE_INVALID' }),
      )
    },
  )

  test('.dockercfg has no auths about it', () => {
    const text = JSON.stringify({ 'https://index.docker.io/v1/': { auth: base64('u:p') } })
    expect(findAuth(parseAuthFile(text, '.dockercfg', 'dockercfg'), 'docker.io', 'a')?.key).toBe(
      'https://index.docker.io/v1/',
    )
  })

  test('__proto__ is a key like any other', () => {
    const parsed = parseAuthFile('{"auths": {"__proto__": {"auth": "dTpw"}}}', 'config.json')
    expect(findAuth(parsed, 'r.io', 'a')).toBeUndefined()
    expect(Object.hasOwn(Object.prototype, 'auth')).toBe(false)
  })
})
