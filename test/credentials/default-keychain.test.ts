import { describe, expect, test } from 'vitest'
import { type DefaultKeychainOptions, defaultKeychain } from '../../src/credentials/default-keychain.ts'
import type { Command } from '../../src/credentials/program.ts'

const entry = (password: string) => ({ auth: Buffer.from(`u:${password}`).toString('base64') })
const auths = (hosts: Record<string, string>, more: object = {}): string =>
  JSON.stringify({
    auths: Object.fromEntries(Object.entries(hosts).map(([host, password]) => [host, entry(password)])),
    ...more,
  })

/** The passwords found, in order, and the files and helpers that were asked. */
async function found(
  options: Partial<DefaultKeychainOptions> & { files?: Record<string, string> },
  host = 'r.io',
  repository = 'team/app',
) {
  const read: string[] = []
  const ran: string[] = []
  const keychain = defaultKeychain({
    env: {},
    home: '/home/u',
    readFile: async (path) => {
      read.push(path)
      return options.files?.[path]
    },
    run: async ({ program, input }: Command) => {
      ran.push(`${program} ${input}`)
      const has = program === 'docker-credential-has'
      return has
        ? { kind: 'exited', code: 0, stdout: '{"Username":"u","Secret":"from helper"}', stderr: '' }
        : { kind: 'exited', code: 1, stdout: 'credentials not found in native keychain', stderr: '' }
    },
    ...options,
  })
  const passwords: string[] = []
  for await (const credential of keychain.resolve(host, repository)) {
    passwords.push(credential.kind === 'basic' ? credential.password : credential.kind)
  }
  return { passwords, read, ran, places: keychain.searched }
}

describe('where credentials are looked for', () => {
  test('in this order, each file in turn', async () => {
    const { passwords, places } = await found({
      authFile: '/own.json',
      env: { DOCKER_AUTH_CONFIG: auths({ 'r.io': '2' }), XDG_RUNTIME_DIR: '/run/user/1' },
      files: {
        '/own.json': auths({ 'r.io': '1' }),
        '/home/u/.docker/config.json': auths({ 'r.io': '3' }),
        '/run/user/1/containers/auth.json': auths({ 'r.io': '4' }),
        '/home/u/.config/containers/auth.json': auths({ 'r.io/team': '5' }),
        '/home/u/.dockercfg': JSON.stringify({ 'r.io': entry('6') }),
      },
    })
    expect(passwords).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(places).toEqual([
      '/own.json',
      'DOCKER_AUTH_CONFIG',
      '/home/u/.docker/config.json',
      '/run/user/1/containers/auth.json',
      '/home/u/.config/containers/auth.json',
      '/home/u/.dockercfg',
    ])
  })

  test('REGISTRY_AUTH_FILE stands alone', async () => {
    const { passwords, read } = await found({
      env: { REGISTRY_AUTH_FILE: '/only.json' },
      files: {
        '/only.json': auths({ 'r.io': 'only' }),
        '/home/u/.docker/config.json': auths({ 'r.io': 'docker' }),
      },
    })
    expect(passwords).toEqual(['only'])
    expect(read).toEqual(['/only.json'])
  })

  test('DOCKER_CONFIG and XDG_CONFIG_HOME move their folders', async () => {
    const { read } = await found({ env: { DOCKER_CONFIG: '/d', XDG_CONFIG_HOME: '/c' } })
    expect(read).toEqual(['/d/config.json', '/c/containers/auth.json', '/home/u/.dockercfg'])
  })

  test('without a home there is less', async () => {
    expect((await found({ home: undefined })).read).toEqual([])
  })

  test.each([
    [{ authFile: '/gone.json' }, '/gone.json'],
    [{ env: { REGISTRY_AUTH_FILE: '/gone.json' } }, '/gone.json'],
  ])('a file that was named has to be there', async (options, file) => {
    await expect(found(options)).rejects.toMatchObject({
      code: 'CREDENTIAL_FILE_INVALID',
      args: { file, reason: 'it does not exist' },
    })
  })

  test('a file that cannot be read is an error', async () => {
    const readFile = async (): Promise<string> => {
      throw Object.assign(new Error('no'), { code: 'EACCES' })
    }
    await expect(found({ readFile })).rejects.toMatchObject({
      code: 'CREDENTIAL_FILE_INVALID',
      args: { file: '/home/u/.docker/config.json', reason: 'it cannot be read (EACCES)' },
    })
  })
})

describe('helpers', () => {
  test('a helper answers for its registry alone; plain text beside it is not used', async () => {
    const files = {
      '/home/u/.docker/config.json': auths({ 'r.io': 'plain' }, { credHelpers: { 'r.io': 'has-not' } }),
    }
    expect(await found({ files })).toMatchObject({
      passwords: [],
      ran: ['docker-credential-has-not r.io', 'docker-credential-has-not https://r.io'],
    })
    expect((await found({ files }, 's.io')).ran).toEqual([])
  })

  test('credsStore answers for all', async () => {
    const files = { '/home/u/.docker/config.json': auths({ 'r.io': 'plain' }, { credsStore: 'has' }) }
    expect((await found({ files })).passwords).toEqual(['from helper'])
  })

  test("credsStore is docker's: containers' files do not know it", async () => {
    const files = {
      '/home/u/.config/containers/auth.json': auths({ 'r.io': 'plain' }, { credsStore: 'has' }),
    }
    expect(await found({ files })).toMatchObject({ passwords: ['plain'], ran: [] })
  })

  test('what it says while it finds nothing is told with the places', async () => {
    const keychain = defaultKeychain({
      env: { REGISTRY_AUTH_FILE: '/auth.json' },
      home: undefined,
      readFile: async () => '{"credHelpers":{"r.io":"ecr-login"}}',
      run: async () => ({
        kind: 'exited',
        code: 1,
        stdout: 'credentials not found in native keychain',
        stderr: 'time=now level=error\nno AWS credentials\n',
      }),
    })
    for await (const credential of keychain.resolve('r.io', 'a')) expect.unreachable(credential.kind)
    expect(keychain.searched).toEqual(['/auth.json, where docker-credential-ecr-login: no AWS credentials'])
  })

  test('is asked once for a registry, however many repositories there are', async () => {
    let calls = 0
    const keychain = defaultKeychain({
      env: {},
      home: '/home/u',
      readFile: async (path) => (path.endsWith('config.json') ? '{"credsStore":"slow"}' : undefined),
      run: async () => {
        calls++
        return { kind: 'exited', code: 0, stdout: '{"Username":"u","Secret":"p"}', stderr: '' }
      },
    })
    const first = async (repository: string) => {
      for await (const credential of keychain.resolve('r.io', repository)) return credential
      return undefined
    }
    await Promise.all(['a', 'b', 'c'].map(first))
    expect(calls).toBe(1)
  })

  test('one whose name is found later is not asked when an earlier file was enough', async () => {
    const ran: string[] = []
    const keychain = defaultKeychain({
      env: { DOCKER_AUTH_CONFIG: auths({ 'r.io': 'first' }) },
      home: '/home/u',
      readFile: async () => '{"credsStore":"later"}',
      run: async ({ program }) => {
        ran.push(program)
        return { kind: 'not-found' }
      },
    })
    for await (const credential of keychain.resolve('r.io', 'a')) {
      expect(credential).toMatchObject({ password: 'first', source: 'DOCKER_AUTH_CONFIG (r.io)' })
      break
    }
    expect(ran).toEqual([])
  })
})
