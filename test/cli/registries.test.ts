import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { createAuthority } from '../support/registry/certificate.ts'
import { failWith, redirect } from '../support/registry/misbehaviour.ts'
import { type RegistryOptions, startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const open: TestRegistry[] = []
let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pinpull-registries-'))
  return async () => {
    rmSync(home, { recursive: true })
    await Promise.all(open.splice(0).map((registry) => registry.close()))
  }
})

async function start(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  open.push(registry)
  return registry
}

/** Writes a file below the home; a script can be run. */
function write(path: string, text: string): string {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  if (text.startsWith('#!')) chmodSync(file, 0o755)
  return file
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const pod = (image: string, spec = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: app\n      image: ${image}\n${spec}`

async function run(image: string, args: readonly string[] = [], env: Record<string, string> = {}, spec = '') {
  const path = `${home}/bin:${process.env['PATH'] ?? ''}`
  const { code, stdout, stderr } = await runProgram(args, {
    input: pod(image, spec),
    env: { HOME: home, PATH: path, PINPULL_CACHE_TTL: '0', ...env },
    cwd: home,
  })
  return { code, image: /image: (.*)/.exec(stdout.toString())?.[1], stdout: stdout.toString(), stderr }
}

const PRIVATE: RegistryOptions = { auth: { kind: 'basic', users: { ann: 's3cret' } } }

describe('credentials reach the registry', () => {
  test.each<[string, (host: string) => { args?: readonly string[]; env?: Record<string, string> }]>([
    [
      "docker's config.json",
      (host) => {
        write('.docker/config.json', JSON.stringify({ auths: { [host]: { auth: base64('ann:s3cret') } } }))
        return {}
      },
    ],
    [
      '--auth-file',
      (host) => {
        write('own.json', JSON.stringify({ auths: { [host]: { username: 'ann', password: 's3cret' } } }))
        return { args: ['--auth-file', 'own.json'] }
      },
    ],
    [
      'DOCKER_AUTH_CONFIG',
      (host) => ({
        env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth: base64('ann:s3cret') } } }) },
      }),
    ],
    [
      'a credential helper, a real program',
      (host) => {
        write('.docker/config.json', JSON.stringify({ credHelpers: { [host]: 'test' } }))
        write(
          'bin/docker-credential-test',
          `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = "${host}" ] && echo '{"Username":"ann","Secret":"s3cret"}'\n`,
        )
        return {}
      },
    ],
    [
      'a kubelet credential provider, a real program',
      (host) => {
        const apiVersion = 'credentialprovider.kubelet.k8s.io/v1'
        write(
          'kubelet/providers.yaml',
          `apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: test-provider
    matchImages: ["127.0.0.1:*", "${host}"]
    apiVersion: ${apiVersion}
    defaultCacheDuration: 1m
    args: [one]
    env: [{name: WHO, value: ann}]
`,
        )
        const auth = `{\\"${host}\\":{\\"username\\":\\"$WHO\\",\\"password\\":\\"s3cret\\"}}`
        write(
          'kubelet/test-provider',
          `#!/bin/sh
grep -q '"kind":"CredentialProviderRequest","image":"${host}/team/app"' && [ "$1" = one ] || exit 1
echo "{\\"kind\\":\\"CredentialProviderResponse\\",\\"apiVersion\\":\\"${apiVersion}\\",\\"cacheKeyType\\":\\"Registry\\",\\"auth\\":${auth}}"
`,
        )
        return { args: ['--credential-provider-config', 'kubelet/providers.yaml'] }
      },
    ],
    [
      'variables that the config names',
      (host) => {
        write(
          'pinpull.yaml',
          `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  registries:
    - host: ${host}
      credentials: {source: environment, usernameVariable: REG_USER, passwordVariable: REG_PASS}
`,
        )
        return { args: ['--config', 'pinpull.yaml'], env: { REG_USER: 'ann', REG_PASS: 's3cret' } }
      },
    ],
  ])('%s', async (_, prepare) => {
    const registry = await start(PRIVATE)
    const { digest } = registry.push('team/app:1.0.0')
    const { args = [], env = {} } = prepare(registry.host)
    const ran = await run(`${registry.host}/team/app:1.0.0`, args, env)
    expect(ran.image).toBe(`${registry.host}/team/app:1.0.0@${digest}`)
    expect(ran.code).toBe(0)
  })

  test('imagePullSecrets of the input, only where they may be used', async () => {
    const registry = await start(PRIVATE)
    const { digest } = registry.push('team/app:1.0.0')
    const image = `${registry.host}/team/app:1.0.0`
    const config = JSON.stringify({ auths: { [`${registry.host}/team`]: { auth: base64('ann:s3cret') } } })
    const secret = `  imagePullSecrets:
    - name: pull
---
apiVersion: v1
kind: Secret
metadata:
  name: pull
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: ${base64(config)}
`
    const without = await run(image, [], {}, secret)
    expect([without.code, without.stdout]).toEqual([3, ''])
    expect(without.stderr).toContain('error CREDENTIAL_MISSING')
    const allowed = await run(image, ['--pull-secrets'], {}, secret)
    expect([allowed.code, allowed.image]).toEqual([0, `${image}@${digest}`])
    expect(allowed.stdout.endsWith(secret)).toBe(true)
    expect(allowed.stderr).not.toContain('IMAGE_PULL_SECRET_MISSING')
  })

  test('an image that will need a credential is told apart from one that only got one', async () => {
    const registry = await start({
      auth: {
        kind: 'bearer',
        users: { ann: 's3cret' },
        mayRead: (user, name) => user === 'ann' || name === 'open',
      },
    })
    registry.push('open:1.0.0')
    registry.push('closed:1.0.0')
    write(
      '.docker/config.json',
      JSON.stringify({ auths: { [registry.host]: { auth: base64('ann:s3cret') } } }),
    )
    expect((await run(`${registry.host}/open:1.0.0`)).stderr).not.toContain('IMAGE_PULL_SECRET_MISSING')
    const closed = await run(`${registry.host}/closed:1.0.0`)
    expect(closed.code).toBe(0)
    expect(closed.stderr).toContain(
      `warning IMAGE_PULL_SECRET_MISSING: "${registry.host}/closed:1.0.0" can only be pulled with a credential (${home}/.docker/config.json (${registry.host}) was used here)`,
    )
  })
})

describe('where images are resolved', () => {
  test('hosts.toml: the mirror, with its authority, and the original name is written', async () => {
    const mirror = await start({ mirror: true, tls: {} })
    const { digest } = mirror.push('registry.example.com/team/app:1.0.0')
    write('certs.d/registry.example.com/ca.pem', mirror.ca ?? '')
    write('certs.d/registry.example.com/hosts.toml', `[host."${mirror.url}"]\nca = "ca.pem"\n`)
    const image = 'registry.example.com/team/app:1.0.0'
    expect((await run(image, ['--hosts-dir', 'certs.d'])).image).toBe(`${image}@${digest}`)
    expect((await run(image, [], { PINPULL_HOSTS_DIR: 'certs.d' })).image).toBe(`${image}@${digest}`)
  })

  test('registries.conf, by flag and by the variable that podman knows', async () => {
    const registry = await start()
    const { digest } = registry.push('cache/team/app:1.0.0')
    write(
      'registries.conf',
      `[[registry]]\nprefix = "registry.example.com"\nlocation = "${registry.host}/cache"\ninsecure = true\n`,
    )
    const image = 'registry.example.com/team/app:1.0.0'
    expect((await run(image, ['--registries-conf', 'registries.conf'])).image).toBe(`${image}@${digest}`)
    expect((await run(image, [], { CONTAINERS_REGISTRIES_CONF: 'registries.conf' })).image).toBe(
      `${image}@${digest}`,
    )
  })

  test('a mirror file that cannot be read stops the run', async () => {
    write('certs.d/registry.example.com/hosts.toml', 'server = \n')
    const { code, stdout, stderr } = await run('registry.example.com/app:1', ['--hosts-dir', 'certs.d'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(
      `error REGISTRY_HOSTS_INVALID: registry.example.com/app:1: ${home}/certs.d/registry.example.com/hosts.toml cannot be used`,
    )
  })

  test('the config: mirrors, and an authority for each host', async () => {
    const mirror = await start({ tls: {} })
    const { digest } = mirror.push('team/app:1.0.0')
    write('ca.pem', mirror.ca ?? '')
    write(
      'pinpull.yaml',
      `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  registries:
    - host: registry.example.com
      mirrors: [{url: ${mirror.url}}]
    - host: ${mirror.host}
      ca: ca.pem
`,
    )
    const { image } = await run('registry.example.com/team/app:1.0.0', ['--config', 'pinpull.yaml'])
    expect(image).toBe(`registry.example.com/team/app:1.0.0@${digest}`)
  })

  test('NODE_EXTRA_CA_CERTS is kept beside an authority of our own', async () => {
    const one = await start({ tls: { authority: createAuthority('One') } })
    const other = await start({ tls: { authority: createAuthority('Other') } })
    one.push('app:1.0.0')
    other.push('app:1.0.0')
    write('one.pem', one.ca ?? '')
    const extra = write('other.pem', other.ca ?? '')
    const env = { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: join(home, 'one.pem') }
    expect((await run(`${one.host}/app:1.0.0`, [], env)).code).toBe(0)
    expect((await run(`${other.host}/app:1.0.0`, [], env)).code).toBe(0)
    expect(
      (await run(`${other.host}/app:1.0.0`, [], { SSL_CERT_FILE: join(home, 'one.pem') })).stderr,
    ).toContain('error REGISTRY_TLS_UNTRUSTED')
  })
})

describe('platforms and digests', () => {
  test('--platform pins the manifest of one platform', async () => {
    const registry = await start()
    const { manifests } = registry.push('app:1.0.0', {
      platforms: ['linux/amd64', 'linux/arm64/v8'],
      attestation: true,
    })
    const arm = manifests.find(({ platform }) => platform === 'linux/arm64/v8')
    const { image } = await run(`${registry.host}/app:1.0.0`, ['--platform', 'linux/arm64'])
    expect(image).toBe(`${registry.host}/app:1.0.0@${arm?.digest}`)
    const missing = await run(`${registry.host}/app:1.0.0`, [], { PINPULL_PLATFORM: 'linux/s390x' })
    expect(missing.stderr).toContain(
      `error PLATFORM_UNKNOWN: ${registry.host}/app:1.0.0: there is no manifest for linux/s390x at ${registry.host}; it has linux/amd64, linux/arm64/v8`,
    )
  })

  test('a workload that may land where the image cannot run', async () => {
    const registry = await start()
    registry.push('app:1.0.0', { platforms: ['linux/amd64'] })
    const { code, stderr } = await run(
      `${registry.host}/app:1.0.0`,
      [],
      {},
      '  nodeSelector:\n    kubernetes.io/arch: arm64\n',
    )
    expect(code).toBe(0)
    expect(stderr).toContain(
      'does not support linux/arm64, where this workload may run; it supports linux/amd64',
    )
  })

  test('an image without an index says in its config what it is for', async () => {
    const registry = await start()
    registry.push('app:1.0.0', { platforms: ['linux/amd64'], index: false })
    const { stderr } = await run(
      `${registry.host}/app:1.0.0`,
      [],
      {},
      '  nodeSelector:\n    kubernetes.io/arch: arm64\n',
    )
    expect(stderr).toContain('it supports linux/amd64')
  })

  test('--check-digests compares the manifest of a platform with what the index of its tag holds', async () => {
    const registry = await start()
    registry.push('app:1.0.0', { seed: 'old' })
    const narrow = async (): Promise<string> =>
      (await run(`${registry.host}/app:1.0.0`, ['--platform', 'linux/arm64'])).image ?? ''
    const image = await narrow()
    const kept = await run(image, ['--check-digests'])
    expect([kept.code, kept.image, kept.stderr.includes('DRIFTED')]).toEqual([0, image, false])

    registry.push('app:1.0.0', { seed: 'new' })
    const now = (await narrow()).replace(/^.*@/, '')
    const moved = await run(image, ['--check-digests'])
    expect(moved.stderr).toContain(`warning IMAGE_DIGEST_DRIFTED: "${image}": the tag 1.0.0 now names ${now}`)
  })

  test('--check-digests tells of a tag that moved and a digest that is gone', async () => {
    const registry = await start()
    const { digest: old } = registry.push('app:1.0.0', { seed: 'old' })
    const { digest: now } = registry.push('app:1.0.0', { seed: 'new' })
    const image = `${registry.host}/app:1.0.0@${old}`
    const moved = await run(image, ['--check-digests'])
    expect([moved.code, moved.image]).toEqual([0, image])
    expect(moved.stderr).toContain(`warning IMAGE_DIGEST_DRIFTED: "${image}": the tag 1.0.0 now names ${now}`)
    const gone = await run(`${registry.host}/app:1.0.0@sha256:${'0'.repeat(64)}`, ['--check-digests'])
    expect([gone.code, gone.stdout]).toEqual([1, ''])
    expect(gone.stderr).toContain(`digest sha256:${'0'.repeat(64)} was not found in app`)
    expect((await run(image, ['--check-digests', '--locked'])).code).toBe(2)
  })

  test('--check-digests compares a mirror with its registry, where that can be reached', async () => {
    const [registry, mirror] = await Promise.all([start(), start()])
    const { digest: old } = registry.push('app:1.0.0', { seed: 'old' })
    mirror.push('app:1.0.0', { seed: 'old' })
    const image = `${registry.host}/app:1.0.0`
    const flags = ['--mirror', `${registry.host}=${mirror.url}`, '--check-digests']
    const same = await run(image, flags)
    expect([same.code, same.image, same.stderr]).toEqual([
      0,
      `${image}@${old}`,
      expect.not.stringContaining('MIRROR'),
    ])
    const { digest: now } = registry.push('app:1.0.0', { seed: 'new' })
    const stale = await run(image, flags)
    expect([stale.code, stale.image]).toEqual([0, `${image}@${old}`])
    expect(stale.stderr).toContain(
      `warning MIRROR_STALE: "${image}": the mirror ${mirror.host} says ${old}, and ${registry.host} says ${now}\n`,
    )
    const without = await run(image, flags.slice(0, 2))
    expect(without.stderr).not.toContain('MIRROR')
    await registry.close()
    const alone = await run(image, flags)
    expect([alone.code, alone.image]).toEqual([0, `${image}@${old}`])
    expect(alone.stderr).toContain(`warning MIRROR_NOT_COMPARED: "${image}": `)
  })
})

describe('no secret is ever printed', () => {
  const SECRETS = [
    'S3CRET-password',
    base64('ann:S3CRET-password'),
    'S3CRET-query',
    'S3CRET-token',
    'S3CRET-proxy',
    'S3CRET-helper',
  ]

  async function output(
    image: string,
    env: Record<string, string> = {},
    spec = '',
    args: readonly string[] = [],
  ) {
    const report = join(home, 'report.json')
    rmSync(report, { force: true })
    const ran = await run(image, ['--verbose', '--report', report, ...args], env, spec)
    const input = pod(image, spec)
    return {
      code: ran.code,
      text: `${ran.stdout.replace(input, '')}${ran.stderr}${readFileSync(report, 'utf8')}`,
    }
  }

  test.each<[string, RegistryOptions, (registry: TestRegistry) => void]>([
    ['success', PRIVATE, () => {}],
    ['a refused password', { auth: { kind: 'basic', users: { ann: 'another' } } }, () => {}],
    ['a refused token', { auth: { kind: 'bearer', users: { ann: 'another' } } }, () => {}],
    [
      'a registry that sends the header back',
      PRIVATE,
      (registry) =>
        registry.script({
          when: { authorized: true },
          answer: (answer, request) =>
            failWith(403, 'DENIED', `no: ${request.headers.authorization}`)(answer, request),
        }),
    ],
    [
      'a signed redirect that fails',
      PRIVATE,
      (registry) =>
        registry.script({
          when: { authorized: true },
          answer: redirect('http://127.0.0.1:1/x?X-Amz-Signature=S3CRET-query'),
        }),
    ],
    [
      'a token server that fails',
      { auth: { kind: 'bearer', users: { ann: 'S3CRET-password' } } },
      (registry) => registry.script({ when: { path: '/token' }, answer: failWith(400, 'BAD') }),
    ],
  ])('%s', async (_, options, misbehave) => {
    const auth = options.auth
    const registry = await start(
      auth?.users?.['ann'] === 's3cret' ? { auth: { ...auth, users: { ann: 'S3CRET-password' } } } : options,
    )
    registry.push('app:1.0.0')
    misbehave(registry)
    write(
      '.docker/config.json',
      JSON.stringify({ auths: { [registry.host]: { auth: base64('ann:S3CRET-password') } } }),
    )
    const { text } = await output(`${registry.host}/app:1.0.0`)
    expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([])
    expect(text).toContain(`${registry.host}/app:1.0.0`)
  })

  test.each<[string, string]>([
    ['prints it and fails', `#!/bin/sh\necho S3CRET-helper\nexit 1\n`],
    ['prints no JSON', `#!/bin/sh\necho S3CRET-helper\n`],
    ['prints half', `#!/bin/sh\necho '{"Username":"ann","Secret":"S3CRET-helper"'\n`],
  ])('a helper that %s', async (_, script) => {
    const registry = await start(PRIVATE)
    write('.docker/config.json', JSON.stringify({ credsStore: 'test' }))
    write('bin/docker-credential-test', script)
    const { code, text } = await output(`${registry.host}/app:1.0.0`)
    expect(code).toBe(3)
    expect(text).toContain('CREDENTIAL_HELPER_FAILED')
    expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([])
  })

  test('a broken file of credentials, a broken pull secret, a proxy with a password', async () => {
    const registry = await start(PRIVATE)
    const image = `${registry.host}/app:1.0.0`
    write('.docker/config.json', `{"auths":{"${registry.host}":{"auth":"S3CRET-token"`)
    const broken = await output(image)
    write('.docker/config.json', '{}')
    const spec = `  imagePullSecrets:\n    - name: pull\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: pull\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{"auths":{"${registry.host}":{"auth":"S3CRET-token"'\n`
    const pull = await output(image, {}, spec, ['--pull-secrets'])
    const proxy = await output('registry.example.com/app:1', {
      HTTPS_PROXY: 'http://ann:S3CRET-proxy@127.0.0.1:1',
    })
    expect([broken.code, pull.code, proxy.code]).toEqual([2, 2, 3])
    for (const { text } of [broken, pull, proxy]) {
      expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([])
    }
    expect(broken.text).toContain('CREDENTIAL_FILE_INVALID')
    expect(pull.text).toContain('Secret pull')
    expect(proxy.text).toContain('REGISTRY_PROXY_FAILED')
  })
})
