import { describe, expect, test } from 'vitest'
import { type CredentialRule, ruleKeychain } from '../../src/credentials/rule-keychain.ts'
import { basic, fixedKeychain } from '../support/fixed-keychain.ts'

async function found(rules: readonly CredentialRule[], host: string, env: Record<string, string> = {}) {
  const keychain = ruleKeychain({
    rules,
    file: 'pinpull.yaml',
    folder: '/etc/pinpull',
    env,
    readFile: async (path) =>
      path === '/etc/pinpull/team.json'
        ? JSON.stringify({ auths: { 'r.io': { auth: Buffer.from('u:from file').toString('base64') } } })
        : undefined,
    run: async ({ program }) => ({
      kind: 'exited',
      code: 0,
      stdout: JSON.stringify({ Username: 'u', Secret: `from ${program}` }),
      stderr: '',
    }),
    fallback: fixedKeychain({ [host]: [basic('u', 'as usual')] }),
  })
  const passwords: string[] = []
  for await (const credential of keychain.resolve(host, 'app')) {
    passwords.push(credential.kind === 'basic' ? credential.password : credential.kind)
  }
  return passwords
}

describe("a registry's rule takes the place of the usual search", () => {
  const environment = {
    source: 'environment',
    usernameVariable: 'REG_USER',
    passwordVariable: 'REG_PASS',
  } as const

  test.each<[string, readonly CredentialRule[], string, readonly string[]]>([
    ['none', [], 'r.io', ['as usual']],
    ['about something else', [{ host: 'r.io' }], 'r.io', ['as usual']],
    ['anonymous', [{ host: 'r.io', credentials: { source: 'anonymous' } }], 'r.io', ['anonymous']],
    [
      'a file',
      [{ host: 'r.io', credentials: { source: 'docker', file: 'team.json' } }],
      'r.io',
      ['from file'],
    ],
    [
      'a helper',
      [{ host: 'r.io', credentials: { source: 'helper', helper: 'x' } }],
      'r.io',
      ['from docker-credential-x'],
    ],
    ['variables', [{ host: 'r.io', credentials: environment }], 'r.io', ['from env']],
    [
      'for all others',
      [{ host: 's.io' }, { host: '*', credentials: { source: 'anonymous' } }],
      'r.io',
      ['anonymous'],
    ],
    [
      'of its own before that for all',
      [{ host: '*', credentials: { source: 'anonymous' } }, { host: 's.io' }],
      's.io',
      ['as usual'],
    ],
    [
      'for Docker Hub by any of its names',
      [{ host: 'docker.io', credentials: { source: 'anonymous' } }],
      'registry-1.docker.io',
      ['anonymous'],
    ],
  ])('%s', async (_, rules, host, expected) => {
    expect(await found(rules, host, { REG_USER: 'u', REG_PASS: 'from env' })).toEqual(expected)
  })

  test.each([
    [
      'a variable that is not set',
      environment,
      'CREDENTIAL_VARIABLE_UNSET',
      { variable: 'REG_PASS', file: 'pinpull.yaml', registry: 'r.io' },
    ],
    [
      'a file that is not there',
      { source: 'docker', file: 'gone.json' } as const,
      'CREDENTIAL_FILE_INVALID',
      { file: '/etc/pinpull/gone.json', reason: 'it does not exist' },
    ],
  ])('%s is an error', async (_, credentials, code, args) => {
    const failing = found([{ host: 'r.io', credentials }], 'r.io', { REG_USER: 'u' })
    await expect(failing).rejects.toMatchObject({ code, args })
  })
})
