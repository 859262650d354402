import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const open: TestRegistry[] = []
let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pinpull-credentials-'))
  return async () => {
    rmSync(home, { recursive: true })
    await Promise.all(open.splice(0).map((registry) => registry.close()))
  }
})

/** A registry that asks for a login, and has app:1. */
async function start(options: RegistryOptions = { auth: { kind: 'basic', users: { ann: 's3cret' } } }) {
  const registry = await startRegistry(options)
  open.push(registry)
  const { digest } = registry.push('app:1')
  return { host: registry.host, image: `${registry.host}/app:1`, pinned: `${registry.host}/app:1@${digest}` }
}

/** Writes a file below the home; a script can be run. */
function write(path: string, content: unknown): string {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(file, text)
  if (text.startsWith('#!')) chmodSync(file, 0o755)
  return file
}

async function run(image: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runProgram(args, {
    input: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: app\n      image: ${image}\n`,
    env: { HOME: home, PATH: `${home}/bin:${process.env['PATH']}`, PINPULL_CACHE_TTL: '0', ...env },
    cwd: home,
  })
  return { code, image: /image: (.*)/.exec(stdout.toString())?.[1], stdout: stdout.toString(), stderr }
}

const HELPER = '#!/bin/sh\ncat >/dev/null\necho \'{"Username":"ann","Secret":"s3cret"}\'\n'
const LOGIN = { auth: Buffer.from('ann:s3cret').toString('base64') }

const config = (host: string, credentials: string): string => `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  registries:
    - host: ${host}
      credentials: ${credentials}
`

describe('the working directory is no place of programs', () => {
  test.each(['/usr/bin:/bin:', ':/usr/bin:/bin', '/usr/bin::/bin', '.:/usr/bin:/bin', 'bin:/usr/bin:/bin'])(
    'with PATH=%s',
    async (path) => {
      const { host, image } = await start()
      for (const folder of ['', 'bin/']) {
        write(`${folder}docker-credential-zzz`, `#!/bin/sh\ntouch EXECUTED\n${HELPER.slice(10)}`)
      }
      write('.docker/config.json', { credHelpers: { [host]: 'zzz' } })
      const ran = await run(image, [], { PATH: path })
      expect(ran.stderr).toContain(
        'error CREDENTIAL_HELPER_MISSING: docker-credential-zzz was not found on PATH',
      )
      expect([ran.code, existsSync(join(home, 'EXECUTED'))]).toEqual([3, false])
    },
  )

  test('nor of what a helper starts', async () => {
    const { host, image, pinned } = await start()
    write('tool', '#!/bin/sh\ntouch EXECUTED\n')
    write('bin/docker-credential-test', `#!/bin/sh\ntool 2>/dev/null\n${HELPER.slice(10)}`)
    write('.docker/config.json', { credHelpers: { [host]: 'test' } })
    const ran = await run(image, [], { PATH: `:${home}/bin:/usr/bin:/bin` })
    expect([ran.image, existsSync(join(home, 'EXECUTED'))]).toEqual([pinned, false])
  })
})

describe('--timeout ends a program that hangs, with all that it started', () => {
  const HANGS = `#!/bin/bash\ntrap '' TERM\necho $$ >>pids; (sleep 600 & echo $! >>pids; wait) & sleep 600\n`

  const left = (): number[] =>
    readFileSync(join(home, 'pids'), 'utf8')
      .trim()
      .split('\n')
      .map(Number)
      .filter((pid) => {
        try {
          return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
        } catch {
          return false
        }
      })

  test.each([
    ['a credential helper', 'docker-credential-test'],
    ['a credential provider', 'credential provider test'],
  ])('%s', async (kind, name) => {
    const { host, image } = await start()
    write('bin/docker-credential-test', HANGS)
    write('plugins/test', HANGS)
    write(
      'plugins/config.yaml',
      `apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
- {name: test, matchImages: ["${host}"], defaultCacheDuration: 1m, apiVersion: credentialprovider.kubelet.k8s.io/v1}
`,
    )
    if (kind.endsWith('helper')) write('.docker/config.json', { credHelpers: { [host]: 'test' } })
    const ran = await run(image, ['--timeout', '5s', '--credential-provider-config', 'plugins/config.yaml'])
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain(`error DEADLINE_EXCEEDED: ${image}`)
    expect(ran.stderr).toContain(`after 5 s (--timeout), before ${host} responded; ${name} was still running`)
    // A signal has been sent to each; the system may take a moment.
    await expect.poll(left).toEqual([])
  })
})

test('a helper that registries.conf names for every registry is asked', async () => {
  const { host, image, pinned } = await start()
  write('bin/docker-credential-test', HELPER)
  write(
    'r.conf',
    `credential-helpers = ["containers-auth.json", "test"]\n[[registry]]\nlocation = "${host}"\ninsecure = true\n`,
  )
  expect((await run(image, ['--registries-conf', 'r.conf'])).image).toBe(pinned)
})

describe('what a file of credentials may be', () => {
  test.each<[string, (host: string) => void]>([
    [
      'an empty config.json beside an auth.json',
      (host) => {
        write('.docker/config.json', '')
        write('.config/containers/auth.json', { auths: { [host]: LOGIN } })
      },
    ],
    [
      'one with text behind its value',
      (host) => {
        write('.docker/config.json', `${JSON.stringify({ auths: { [host]: LOGIN } })}\nx`)
      },
    ],
    [
      'an empty helper name takes the registry out of credsStore',
      (host) => {
        write('.docker/config.json', {
          credsStore: 'absent',
          credHelpers: { [host]: '' },
          auths: { [host]: LOGIN },
        })
      },
    ],
    [
      'base64 in lines',
      (host) => {
        const auth = LOGIN.auth.replace(/.{4}/g, '$&\r\n')
        write('.docker/config.json', { auths: { [host]: { auth } } })
      },
    ],
    [
      'a helper that says more than JSON',
      (host) => {
        write('bin/docker-credential-test', `${HELPER}echo Updates are available\n`)
        write('.docker/config.json', { credHelpers: { [host]: 'test' } })
      },
    ],
    [
      'a link to nothing counts as none',
      (host) => {
        mkdirSync(join(home, '.docker'))
        symlinkSync('nothing', join(home, '.docker/config.json'))
        write('.config/containers/auth.json', { auths: { [host]: LOGIN } })
      },
    ],
  ])('%s', async (_, prepare) => {
    const { host, image, pinned } = await start()
    prepare(host)
    expect((await run(image)).image).toBe(pinned)
  })

  test.each<[string, () => void, string]>([
    [
      'a folder',
      () => mkdirSync(join(home, '.docker/config.json'), { recursive: true }),
      'it is a folder (EISDIR); docker makes one where it mounts a file that does not exist',
    ],
    [
      'a device',
      () => {
        mkdirSync(join(home, '.docker'))
        symlinkSync('/dev/zero', join(home, '.docker/config.json'))
      },
      'it cannot be read (ENODEV)',
    ],
    [
      'a circle of links',
      () => {
        mkdirSync(join(home, '.docker'))
        symlinkSync('config.json', join(home, '.docker/config.json'))
      },
      'it cannot be read (ELOOP)',
    ],
    ['another type', () => write('.docker/config.json', '{"auths": []}'), '"auths" is not an object'],
  ])('%s is an error that names the file', async (_, prepare, reason) => {
    const { image } = await start()
    prepare()
    const ran = await run(image)
    expect(ran.stderr).toContain(
      `error CREDENTIAL_FILE_INVALID: the credentials in ${home}/.docker/config.json cannot be used: ${reason}`,
    )
    expect(ran.code).toBe(2)
  })

  test('a pipe without a writer is not waited for', async () => {
    const { image } = await start()
    execFileSync('mkfifo', [join(home, 'pipe')])
    const ran = await run(image, ['--auth-file', 'pipe'])
    expect(ran.stderr).toContain('error CREDENTIAL_MISSING')
  })
})

describe('a file that is named has to be there, needed or not', () => {
  const PINNED = `nginx:1@sha256:${'0'.repeat(64)}`

  test.each<[string[], Record<string, string>]>([
    [['--auth-file', 'nothing'], {}],
    [['--registries-conf', 'nothing'], {}],
    [['--hosts-dir', 'nothing'], {}],
    [['--credential-provider-config', 'nothing'], {}],
    [['--credential-provider-bin-dir', 'nothing'], {}],
    [[], { PINPULL_AUTH_FILE: 'nothing' }],
    [[], { REGISTRY_AUTH_FILE: 'nothing' }],
    [[], { CONTAINERS_REGISTRIES_CONF: 'nothing' }],
  ])('%j %j', async (args, env) => {
    const ran = await run(PINNED, args, env)
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(
      /^(?:\S+: )?error FILE_NOT_READ: nothing cannot be read: no such file or directory \(ENOENT\)/,
    )
  })

  test.each([['check'], ['diff'], ['explain'], ['lock', '--image', 'nginx:1'], ['inventory'], ['prepull']])(
    'for every command that takes one: %s',
    async (...words) => {
      const ran = await run(PINNED, [...words, '--auth-file', 'nothing'])
      expect([ran.code, ran.stderr]).toEqual([
        2,
        expect.stringContaining('error FILE_NOT_READ: nothing cannot be read'),
      ])
    },
  )

  test('and of its kind', async () => {
    write('file', '')
    mkdirSync(join(home, 'folder'))
    const folder = await run(PINNED, ['--auth-file', 'folder'])
    expect([folder.code, folder.stderr]).toEqual([
      2,
      expect.stringContaining('folder cannot be read: it is a folder'),
    ])
    const file = await run(PINNED, ['--hosts-dir', 'file'])
    expect([file.code, file.stderr]).toEqual([
      2,
      expect.stringContaining('file cannot be read: it is not a folder'),
    ])
  })

  test('also where the cache has the answer', async () => {
    const { image, pinned } = await start({})
    const env = { PINPULL_CACHE_TTL: '5m', XDG_CACHE_HOME: join(home, 'cache'), CI: '' }
    expect((await run(image, [], env)).image).toBe(pinned)
    expect((await run(image, ['--auth-file', 'nothing'], env)).code).toBe(2)
    write('broken.json', '{"auths":')
    const broken = await run(image, ['--auth-file', 'broken.json'], env)
    expect([broken.code, broken.stderr]).toEqual([
      2,
      expect.stringContaining('error CREDENTIAL_FILE_INVALID'),
    ])
  })

  test('and what the cache has is not used after a list of mirrors or blocked registries has changed', async () => {
    const { host, image, pinned } = await start({})
    const env = { PINPULL_CACHE_TTL: '5m', XDG_CACHE_HOME: join(home, 'cache'), CI: '' }
    const entry = `[[registry]]\nlocation = "${host}"\ninsecure = true\n`
    write('r.conf', entry)
    const args = ['--registries-conf', 'r.conf']
    expect((await run(image, args, env)).image).toBe(pinned)
    write('r.conf.d/block.conf', `${entry}blocked = true\n`)
    const blocked = await run(image, args, env)
    expect(blocked.stderr).toContain('error REGISTRY_BLOCKED')
    expect(blocked.image).toBeUndefined()
  })

  test('a lock file does not lift what registries.conf blocks', async () => {
    const { host, image, pinned } = await start({})
    await run(image, ['lock', '--lock-file', 'l.yaml', '--image', image])
    expect((await run(image, ['--lock-file', 'l.yaml', '--locked'])).image).toBe(pinned)
    write('r.conf', `[[registry]]\nlocation = "${host}"\nblocked = true\n`)
    for (const more of [[], ['--locked']]) {
      const ran = await run(image, ['--lock-file', 'l.yaml', '--registries-conf', 'r.conf', ...more])
      expect([ran.image, ran.stderr]).toEqual([
        undefined,
        expect.stringContaining(`error REGISTRY_BLOCKED: ${image}`),
      ])
    }
  })

  const BLOCKED = `registry.example.com/app:1@sha256:${'a'.repeat(64)}`
  const BLOCK = '[[registry]]\nlocation = "registry.example.com"\nblocked = true\n'

  test.each<[string, readonly string[], number]>([
    ['the filter', [], 1],
    ['a profile that only warns', ['--profile', 'staging'], 0],
    ['a profile that does not pin', ['--profile', 'dev'], 0],
    ['diff', ['diff', '--exit-code'], 3],
    ['check', ['check'], 1],
    ['a proof', ['check', '--require-pinned'], 1],
    ['check --resolve', ['check', '--resolve'], 1],
    ['a mirror in its place', ['--mirror', 'registry.example.com=http://127.0.0.1:1'], 1],
  ])('an image that names its digest is held to the block list: %s', async (_, args, code) => {
    write('r.conf', BLOCK)
    for (const [more, env] of [
      [['--registries-conf', 'r.conf'], {}],
      [[], { CONTAINERS_REGISTRIES_CONF: 'r.conf' }],
    ] as const) {
      const ran = await run(BLOCKED, [...args, ...more], env)
      expect([ran.code, ran.stdout + ran.stderr]).toEqual([
        code,
        expect.stringMatching(
          new RegExp(`${code === 0 ? 'warning' : 'error'} REGISTRY_BLOCKED: ${BLOCKED}: \\S+r.conf blocks`),
        ),
      ])
    }
  })

  test('a mirror does not lift what registries.conf blocks', async () => {
    const { host, image, pinned } = await start({})
    const args = ['--mirror', `${host}=http://${host}`]
    expect((await run(image, args)).image).toBe(pinned)
    write('r.conf', `[[registry]]\nlocation = "${host}"\nblocked = true\n`)
    const ran = await run(image, [...args, '--registries-conf', 'r.conf'])
    expect([ran.code, ran.image]).toEqual([1, undefined])
  })

  test('nor does lock keep what it blocks', async () => {
    const { host, image } = await start({})
    await run(image, ['lock', '--lock-file', 'l.yaml'])
    write('r.conf', `[[registry]]\nlocation = "${host}"\nblocked = true\n`)
    for (const args of [[], ['--check'], ['--check', '--locked']]) {
      const ran = await run(image, ['lock', '--lock-file', 'l.yaml', '--registries-conf', 'r.conf', ...args])
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(`error REGISTRY_BLOCKED: ${image}`)])
    }
  })

  test.each<[string, readonly string[]]>([
    ['the filter', []],
    ['a profile that only warns', ['--profile', 'staging']],
    ['a profile that does not pin', ['--profile', 'dev']],
    ['diff', ['diff']],
    ['check', ['check']],
    ['lock', ['lock']],
    ['inventory', ['inventory']],
    ['prepull', ['prepull']],
  ])('a registries.conf that cannot be used stops every run: %s', async (_, args) => {
    write('r.conf', BLOCK.replace('true', '"true"'))
    for (const image of [BLOCKED, 'nginx:1.27']) {
      const ran = await run(image, [...args, '--registries-conf', 'r.conf'])
      expect([ran.code, ran.stderr]).toEqual([
        2,
        expect.stringContaining(
          `error REGISTRY_HOSTS_INVALID: ${home}/r.conf cannot be used: "registry[0].blocked" is not true or false`,
        ),
      ])
    }
  })

  test('and so does a hosts.toml, of an image that is asked for there', async () => {
    write('certs.d/registry.example.com/hosts.toml', 'server = 1\n')
    const ran = await run('registry.example.com/app:1', ['--profile', 'staging', '--hosts-dir', 'certs.d'])
    expect([ran.code, ran.stdout]).toEqual([2, ''])
  })

  test('an unknown key is a warning in the report', async () => {
    const { host, image, pinned } = await start({})
    write('r.conf', `[[registry]]\nlocation = "${host}"\ninsecure = true\nblocekd = true\n`)
    const ran = await run(image, ['--registries-conf', 'r.conf', '--report', 'r.json'])
    expect([ran.code, ran.image]).toEqual([0, pinned])
    expect(ran.stderr).toContain(
      `warning FILE_KEY_UNKNOWN: ${home}/r.conf has the unknown key "registry[0].blocekd", which is ignored`,
    )
    expect(readFileSync(join(home, 'r.json'), 'utf8')).toContain('FILE_KEY_UNKNOWN')
  })

  test('a registry in hosts.toml that is changed is asked anew', async () => {
    const { host, image, pinned } = await start({})
    const env = { PINPULL_CACHE_TTL: '5m', XDG_CACHE_HOME: join(home, 'cache'), CI: '' }
    const args = ['--hosts-dir', 'certs.d']
    write(`certs.d/${host}/hosts.toml`, `server = "http://${host}"\n`)
    expect((await run(image, args, env)).image).toBe(pinned)
    write(`certs.d/${host}/hosts.toml`, `server = "http://${host}"\ncapabilities = ["pull"]\n`)
    expect((await run(image, args, env)).stderr).toContain('error REGISTRY_HOSTS_INVALID')
  })
})

test('a login that somebody writes into a pipe is waited for no longer than --timeout', async () => {
  const { image } = await start()
  execFileSync('mkfifo', [join(home, 'pipe')])
  const writer = spawn('/bin/sh', ['-c', `exec 3<>'${home}/pipe'; echo; exec sleep 600`])
  await once(writer.stdout, 'data')
  const ran = await run(image, ['--auth-file', 'pipe', '--timeout', '3s'])
  writer.kill()
  expect(ran.stderr).toContain('error DEADLINE_EXCEEDED')
  expect(ran.stderr).toContain(`the writer of ${home}/pipe was still running`)
})

test('many plugins at once are no reason for warnings of Node', async () => {
  const { host } = await start()
  write(
    'plugins/test',
    `#!/bin/sh\ncat >/dev/null\nsleep 0.2\necho '{"kind":"CredentialProviderResponse","apiVersion":"credentialprovider.kubelet.k8s.io/v1","cacheKeyType":"Image","auth":{"${host}":{"username":"ann","password":"s3cret"}}}'\n`,
  )
  write(
    'plugins/config.yaml',
    `apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
- {name: test, matchImages: ["${host}"], defaultCacheDuration: 1m, apiVersion: credentialprovider.kubelet.k8s.io/v1}
`,
  )
  const images = [...Array(16).keys()].map((i) => `    - {name: a${i}, image: ${host}/app${i}:1}\n`).join('')
  const { stderr } = await runProgram(['--credential-provider-config', 'plugins/config.yaml'], {
    input: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${images}`,
    env: { HOME: home, PATH: process.env['PATH'] ?? '', PINPULL_CACHE_TTL: '0' },
    cwd: home,
  })
  expect(stderr).toContain('REPOSITORY_UNKNOWN')
  expect(stderr).not.toMatch(/MaxListeners|\(node:/)
})

describe('onFailure: anonymous', () => {
  const PUBLIC: RegistryOptions = { auth: { kind: 'bearer', users: { ann: 's3cret' }, mayRead: () => true } }

  test.each<[string, (host: string) => string, RegExp]>([
    [
      'a helper that is not installed',
      (host) => {
        write('.docker/config.json', { credHelpers: { [host]: 'absent' } })
        return '{onFailure: anonymous}'
      },
      /accessed anonymously, as onFailure allows: CREDENTIAL_HELPER_MISSING/,
    ],
    [
      'a login that has ended',
      (host) => {
        write('.docker/config.json', { auths: { [host]: { username: 'ann', password: 'old' } } })
        return '{onFailure: anonymous}'
      },
      /accessed anonymously, as onFailure allows: .*config\.json \(.*\) was refused/,
    ],
    [
      'a file that cannot be read',
      () => {
        write('login.json', 'no JSON')
        return '{source: docker, file: login.json, onFailure: anonymous}'
      },
      /as onFailure allows: CREDENTIAL_FILE_INVALID \(it is not JSON\)/,
    ],
    [
      'a variable that is not set',
      () => '{source: environment, usernameVariable: U, passwordVariable: P, onFailure: anonymous}',
      /as onFailure allows: CREDENTIAL_VARIABLE_UNSET \(U\)/,
    ],
  ])('%s', async (_, prepare, warning) => {
    const { host, image, pinned } = await start(PUBLIC)
    const credentials = prepare(host)
    const without = await run(image)
    write('pinpull.yaml', config(host, credentials))
    const ran = await run(image, ['--config', 'pinpull.yaml'])
    expect([ran.code, ran.image]).toEqual([0, pinned])
    expect(ran.stderr).toMatch(/^(?:\S+: )?warning CREDENTIAL_NOT_USED: /m)
    expect(ran.stderr).toMatch(warning)
    if (credentials.startsWith('{onFailure')) expect([without.code, without.image]).toEqual([3, undefined])
  })

  test('is not contacted if the login works, and gives no diagnostic', async () => {
    const { host, image, pinned } = await start()
    write('.docker/config.json', { auths: { [host]: LOGIN } })
    write('pinpull.yaml', config(host, '{onFailure: anonymous}'))
    const ran = await run(image, ['--config', 'pinpull.yaml'])
    expect([ran.image, ran.stderr.includes('CREDENTIAL_NOT_USED')]).toEqual([pinned, false])
  })

  test('if the registry requires a login, the diagnostic is about the login', async () => {
    const { host, image } = await start()
    write('.docker/config.json', { auths: { [host]: { username: 'ann', password: 'old' } } })
    write('pinpull.yaml', config(host, '{onFailure: anonymous}'))
    const ran = await run(image, ['--config', 'pinpull.yaml'])
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain(
      `error CREDENTIAL_REJECTED: ${image}: ${host} refused the credentials from ${home}/.docker/config.json (${host})\n`,
    )
  })
})
