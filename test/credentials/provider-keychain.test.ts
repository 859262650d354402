import { describe, expect, test } from 'vitest'
import type { Command, CommandResult } from '../../src/credentials/program.ts'
import { parseProviderConfig, readProviderConfig } from '../../src/credentials/provider-config.ts'
import { providerKeychain } from '../../src/credentials/provider-keychain.ts'
import { fixedFiles } from '../support/fixed-files.ts'

const CONFIG = `apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: ecr-credential-provider
    matchImages:
      - "*.dkr.ecr.*.amazonaws.com"
      - "r.example.com/team"
    defaultCacheDuration: 12h
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    args: [get-credentials, --v=3]
    env:
      - name: AWS_PROFILE
        value: work
`

describe('parseProviderConfig', () => {
  test('what the kubelet reads', () => {
    expect(parseProviderConfig(CONFIG, 'p.yaml')).toEqual([
      {
        name: 'ecr-credential-provider',
        matchImages: ['*.dkr.ecr.*.amazonaws.com', 'r.example.com/team'],
        apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
        args: ['get-credentials', '--v=3'],
        env: { AWS_PROFILE: 'work' },
        needsServiceAccount: false,
      },
    ])
  })

  test('JSON too', () => {
    const provider = {
      name: 'x',
      matchImages: ['r.io'],
      apiVersion: 'credentialprovider.kubelet.k8s.io/v1beta1',
    }
    const text = JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1alpha1',
      kind: 'CredentialProviderConfig',
      providers: [provider],
    })
    expect(parseProviderConfig(text, 'p.json')).toEqual([
      { ...provider, args: [], env: {}, needsServiceAccount: false },
    ])
  })

  test.each([
    ['{', 'it is not valid YAML'],
    ['kind: Pod', 'it is not a CredentialProviderConfig'],
    [
      CONFIG.replace('kubelet.config.k8s.io/v1', 'kubelet.config.k8s.io/v9'),
      'its apiVersion is "kubelet.config.k8s.io/v9"',
    ],
    [
      CONFIG.replace('name: ecr-credential-provider', 'name: ../../bin/sh'),
      'providers[0].name is not the name of a program',
    ],
    [CONFIG.replace('credentialprovider.kubelet.k8s.io/v1', 'v1'), 'providers[0].apiVersion is "v1"'],
    [CONFIG.replace(/matchImages:\n.*\n.*\n/, 'matchImages: []\n'), 'providers[0].matchImages is empty'],
    [CONFIG.replace('name: ecr-credential-provider', 'name: 7'), 'providers[0].name is not a string'],
    [
      CONFIG.replace('args: [get-credentials, --v=3]', 'args: [7]'),
      'providers[0].args is not a list of strings',
    ],
    [CONFIG.replace('value: work', 'value: yes'), 'providers[0].env[0].value is not a string'],
    [
      CONFIG.replace(/matchImages:\n.*\n.*\n/, 'matchImages: r.io\n'),
      'providers[0].matchImages is not a list',
    ],
    [
      `${CONFIG}    tokenAttributes: {requireServiceAccount: 1}\n`,
      'providers[0].tokenAttributes.requireServiceAccount is neither true nor false',
    ],
  ])('%#: refused', (text, reason) => {
    expect(() => parseProviderConfig(text, 'p.yaml')).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_FILE_INVALID', args: { file: 'p.yaml', reason } }),
    )
  })
})

/** A keychain over a plugin that answers so. */
function keychainOf(answer: (image: string) => CommandResult | Record<string, unknown>, config = CONFIG) {
  const commands: Command[] = []
  const keychain = providerKeychain({
    config: '/etc/providers.yaml',
    binFolder: '/opt/bin',
    env: { PATH: '/bin', AWS_PROFILE: 'home' },
    files: fixedFiles({ '/etc/providers.yaml': config }),
    run: async (command) => {
      commands.push(command)
      const given = answer((JSON.parse(command.input) as { image: string }).image)
      return typeof given.kind === 'string' && given.kind !== 'CredentialProviderResponse'
        ? (given as CommandResult)
        : { kind: 'exited', code: 0, stdout: JSON.stringify(given), stderr: 's3cret' }
    },
  })
  const resolve = async (host: string, repository: string): Promise<string[]> => {
    const found: string[] = []
    for await (const credential of keychain.resolve(host, repository)) {
      found.push(
        credential.kind === 'basic' ? `${credential.username}:${credential.password}` : credential.kind,
      )
    }
    return found
  }
  return {
    resolve,
    commands,
    images: () => commands.map(({ input }) => (JSON.parse(input) as { image: string }).image),
  }
}

const response = (auth: Record<string, [string, string]>, cacheKeyType = 'Registry') => ({
  kind: 'CredentialProviderResponse',
  apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
  cacheKeyType,
  cacheDuration: '12h',
  auth: Object.fromEntries(
    Object.entries(auth).map(([key, [username, password]]) => [key, { username, password }]),
  ),
})

const ECR = '1.dkr.ecr.eu-west-1.amazonaws.com'

const TOKEN = `${CONFIG}    tokenAttributes: {serviceAccountTokenAudience: x}\n`

test.each([
  ['', true],
  ['requireServiceAccount: true', true],
  ['requireServiceAccount: false', false],
])('a plugin with tokenAttributes {%s}', (attributes, expected) => {
  const text = `${CONFIG}    tokenAttributes: {${attributes}}\n`
  expect(parseProviderConfig(text, 'p.yaml')[0]?.needsServiceAccount).toBe(expected)
})

describe('readProviderConfig', () => {
  const second = CONFIG.replace('ecr-credential-provider', 'second')
  const names = async (files: Record<string, string>) =>
    (await readProviderConfig('/c', fixedFiles(files))).map(({ name }) => name)

  test('a folder is one configuration, in the order of its files', async () => {
    const files = { '/c/b.json': CONFIG, '/c/a.yml': second, '/c/notes.txt': 'x', '/c/sub.yaml/x.yaml': 'x' }
    expect(await names(files)).toEqual(['second', 'ecr-credential-provider'])
  })

  test.each([
    [
      'one twice',
      { '/c/a.yaml': CONFIG, '/c/b.yaml': CONFIG },
      '/c/b.yaml',
      'the provider "ecr-credential-provider" appears twice',
    ],
    ['no file that counts', { '/c/a.txt': CONFIG }, '/c', 'the folder has no .json, .yaml or .yml file'],
    ['no providers', { '/c': CONFIG.slice(0, CONFIG.indexOf('providers:')) }, '/c', 'it has no providers'],
    ['nothing', {}, '/c', 'it does not exist'],
  ])('%s', async (_, files, file, reason) => {
    await expect(names(files)).rejects.toMatchObject({
      code: 'CREDENTIAL_FILE_INVALID',
      args: { file, reason },
    })
  })

  test('what cannot be read', async () => {
    await expect(readProviderConfig('/c', fixedFiles({}, ['/c']))).rejects.toMatchObject({
      code: 'CREDENTIAL_FILE_INVALID',
      args: { file: '/c', reason: 'it cannot be read (EACCES)' },
    })
  })
})

test('a plugin that only a kubelet can run is an error for the images that it matches, after the others', async () => {
  const other = TOKEN.replace('ecr-credential-provider', 'token').replace('r.example.com/team', 'q.io')
  const text = `${other}${CONFIG.slice(CONFIG.indexOf('  - name'))}`
  const { resolve, commands } = keychainOf(
    () => response({ [ECR]: ['AWS', 'pw'], 'r.example.com': ['u', 'p'] }),
    text,
  )
  expect(await resolve('r.example.com', 'team/app')).toEqual(['u:p'])
  await expect(resolve(ECR, 'app')).rejects.toMatchObject({
    code: 'CREDENTIAL_PROVIDER_FAILED',
    args: { provider: 'token', reason: 'it requires a service account token, which only a kubelet has' },
  })
  expect(commands).toHaveLength(2)
})

test('keys of an answer are read as the kubelet reads them', async () => {
  const { resolve } = keychainOf(() => response({ [`https://${ECR}/v2/`]: ['AWS', 'pw'] }))
  expect(await resolve(ECR, 'app')).toEqual(['AWS:pw'])
})

describe('the plugin protocol', () => {
  test('request on standard input, arguments and environment of the config', async () => {
    const { resolve, commands } = keychainOf(() => response({ [ECR]: ['AWS', 'pw'] }))
    expect(await resolve(ECR, 'app')).toEqual(['AWS:pw'])
    expect(commands).toEqual([
      {
        program: '/opt/bin/ecr-credential-provider',
        args: ['get-credentials', '--v=3'],
        input: `{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderRequest","image":"${ECR}/app"}`,
        env: { PATH: '/bin', AWS_PROFILE: 'work' },
        timeout: 60_000,
        maxOutput: 1024 * 1024,
      },
    ])
  })

  test('of the answer, all that fits, the most fitting first', async () => {
    const { resolve } = keychainOf(() =>
      response({ '*.dkr.ecr.*.amazonaws.com': ['any', '1'], [ECR]: ['host', '2'], 'other.io': ['x', '3'] }),
    )
    expect(await resolve(ECR, 'app')).toEqual(['host:2', 'any:1'])
  })

  test('is not run for images that it does not match', async () => {
    const { resolve, commands } = keychainOf(() => response({}))
    expect(await resolve('r.example.com', 'other/app')).toEqual([])
    expect(commands).toEqual([])
  })

  test.each([
    ['Image', ['app', 'web', 'app']],
    ['Registry', ['app', 'r.example.com/team']],
    ['Global', ['app']],
  ])('an answer for %s is kept so far', async (scope, asked) => {
    const { resolve, images } = keychainOf(() => response({ [ECR]: ['AWS', 'pw'] }, scope))
    await Promise.all([resolve(ECR, 'app'), resolve(ECR, 'app')])
    if (scope === 'Image') await resolve(ECR, 'web')
    if (scope !== 'Image') {
      await resolve(ECR, 'web')
      await resolve('r.example.com', 'team')
    }
    const expected = scope === 'Image' ? asked.slice(0, 2) : asked
    expect(images()).toEqual(expected.map((name) => (name.includes('.') ? name : `${ECR}/${name}`)))
  })
})

describe('a failing plugin is an error without what it printed', () => {
  const ok = (stdout: string): CommandResult => ({ kind: 'exited', code: 0, stdout, stderr: '' })

  test.each<[CommandResult | Record<string, unknown>, string]>([
    [{ kind: 'not-found' }, 'no such program in /opt/bin'],
    [{ kind: 'timeout' }, 'no response within 60 s'],
    [{ kind: 'too-much-output' }, 'it printed more than 1 MiB'],
    [{ kind: 'failed', reason: 'EACCES' }, 'EACCES'],
    [{ kind: 'exited', code: 1, stdout: 's3cret', stderr: 's3cret' }, 'exit code 1'],
    [ok('s3cret'), 'its output is not JSON'],
    [ok('"s3cret"'), 'its output is not a JSON object'],
    [ok('{"kind":"Secret"}'), 'its output is not a CredentialProviderResponse'],
    [
      { ...response({}), apiVersion: 'credentialprovider.kubelet.k8s.io/v1beta1' },
      'its output has a different apiVersion than the request',
    ],
    [{ ...response({}), cacheKeyType: 'All' }, 'its output has no valid cacheKeyType'],
  ])('%#: %s', async (answer, reason) => {
    const { resolve } = keychainOf(() => answer)
    const failing = resolve(ECR, 'app')
    await expect(failing).rejects.toMatchObject({
      code: 'CREDENTIAL_PROVIDER_FAILED',
      args: {
        provider: 'ecr-credential-provider',
        target: `${ECR}/app`,
        reason,
        file: '/etc/providers.yaml',
      },
    })
    await expect(failing).rejects.not.toThrow(/s3cret/)
  })
})
