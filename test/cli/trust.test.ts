import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'

/** A registry that asks for a login and takes none; all that reaches it is kept. */
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`)
  response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end()
})
let registry: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  registry = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

let cwd: string
beforeEach(() => {
  asked.length = 0
  cwd = mkdtempSync(join(tmpdir(), 'pinpull-trust-'))
  return () => rmSync(cwd, { recursive: true })
})

const SECRET = 'S3CRETPLANTED'
const env = { AWS_ACCESS_KEY_ID: 'AKIAPLANTED', AWS_SECRET_ACCESS_KEY: SECRET, PINPULL_CACHE_TTL: '0' }
const HEAD = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nmetadata: {name: x}\n'
const STEAL = () =>
  `{registries: [{host: '${registry}', credentials: {source: environment, usernameVariable: AWS_ACCESS_KEY_ID, passwordVariable: AWS_SECRET_ACCESS_KEY}}]}`
const pod = (image = `${registry}/x/y:1`) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: ${image}\n`
const list = (functionConfig: string, image?: string) =>
  `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n${functionConfig.replace(/^(?=.)/gm, '  ')}items:\n- ${pod(image).trimEnd().replaceAll('\n', '\n  ')}\n`

const run = (args: readonly string[], input: string, more: Record<string, string> = {}) =>
  runInProcess(args, { cwd, input, env: { ...env, ...more } })

const codesOf = (stderr: string) => stderr.match(/(?<=^(?:\S+: )?(?:error|warning) )[A-Z_]+/gm)

/** Nothing planted has been sent, nor said. */
const expectKept = (result: { stdout: string; stderr: string }) =>
  expect(`${asked.join('\n')}${result.stdout}${result.stderr}`).not.toMatch(
    new RegExp(`${SECRET}|${Buffer.from(`AKIAPLANTED:${SECRET}`).toString('base64')}`),
  )

describe('a stream that takes itself for a call of kustomize', () => {
  const hostile = () => list(`${HEAD}spec: ${STEAL()}\n`)
  const wrapped = () =>
    `apiVersion: v1\nkind: List\nitems:\n- ${hostile().trimEnd().replaceAll('\n', '\n  ')}\n`
  const json = () =>
    JSON.stringify({
      apiVersion: 'config.kubernetes.io/v1',
      kind: 'ResourceList',
      functionConfig: {},
      items: [],
    })
  test.each<[name: string, input: () => string]>([
    ['alone', hostile],
    ['with comments around it', () => `# Source: a.yaml\n${hostile()}# end\n`],
    ['with a byte order mark', () => `\uFEFF${hostile()}`],
    ['after a separator', () => `---\n${hostile()}`],
    ['as the second document', () => `${pod('nginx:1.27')}---\n${hostile()}`],
    ['in a List', wrapped],
    [
      'in a List in a List',
      () => `apiVersion: v1\nkind: List\nitems:\n- ${wrapped().trimEnd().replaceAll('\n', '\n  ')}\n`,
    ],
    ['as JSON', json],
    ['of an older version', () => hostile().replace('/v1\n', '/v1alpha1\n')],
    ['of a version that is none', () => hostile().replace('/v1\n', '/v9\n')],
    ['with a quoted kind', () => hostile().replace('kind: ResourceList', '"kind": "ResourceList"')],
    ['with an escaped kind', () => hostile().replace('kind: ResourceList', 'kind: "Resource\\u004cist"')],
    ['with a kind in two lines', () => hostile().replace('kind: ResourceList', 'kind: "Resource\\\n  List"')],
    ['with an aliased kind', () => hostile().replace('kind: ResourceList', 'x: &k ResourceList\nkind: *k')],
    ['with a merged kind', () => hostile().replace('kind: ResourceList', '<<: {kind: ResourceList}')],
    ['without items', () => hostile().replace(/items:[\s\S]*/, '')],
  ])('%s is refused, and nobody is asked', async (_, input) => {
    for (const more of [{}, { HELM_PLUGIN_DIR: '/plugins/pinpull' }]) {
      const result = await run([], input(), more)
      expect([result.code, result.stdout, codesOf(result.stderr)?.[0]]).toEqual([
        1,
        '',
        'RESOURCE_LIST_UNEXPECTED',
      ])
      expect(asked).toEqual([])
    }
  })

  test.each([
    ['check', '--require-pinned'],
    ['check', '--resolve'],
    ['diff'],
    ['explain'],
    ['lock'],
    ['inventory'],
    ['prepull'],
    ['images'],
    ['fields'],
  ])('%s %s refuses it too', async (...args) => {
    const result = await run(args, hostile())
    expect(result.code).toBe(1)
    expect(result.stdout + result.stderr).toContain('RESOURCE_LIST_UNEXPECTED')
    expect(asked).toEqual([])
  })

  test('where it is one, because the caller says so, it is still not trusted', async () => {
    const result = await run(['--krm'], hostile())
    expect([result.code, codesOf(result.stderr)]).toEqual([2, ['CONFIG_UNTRUSTED']])
    expect(result.stderr).toContain('spec.registries may not be set by a functionConfig')
    expect(result.stdout).toContain('"code":"CONFIG_UNTRUSTED"')
    expect(asked).toEqual([])
  })

  test('among the items of one, a second is refused', async () => {
    const inner = hostile().trimEnd().replaceAll('\n', '\n  ')
    const outer = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- ${inner}\n`
    const result = await run(['--krm'], outer)
    expect([result.code, codesOf(result.stderr)]).toEqual([1, ['RESOURCE_LIST_UNEXPECTED']])
    expect(asked).toEqual([])
  })

  test.each<[name: string, input: string, code: number, finding: string]>([
    ['manifests', pod('nginx:1.27'), 2, 'RESOURCE_LIST_MISSING'],
    ['nothing', '', 2, 'RESOURCE_LIST_MISSING'],
    ['no YAML', 'kind: [\n', 1, 'YAML_INVALID'],
  ])('a caller who says that it speaks KRM, and sends %s', async (_, input, code, finding) => {
    const result = await run(['--krm'], input)
    expect([result.code, result.stdout, codesOf(result.stderr)]).toEqual([code, '', [finding]])
  })
})

describe('a pinpull.yaml that is found, not named', () => {
  const put = (spec: string, name = 'pinpull.yaml') =>
    writeFileSync(join(cwd, name), `${HEAD}spec: ${spec}\n`)

  test.each([
    [[]],
    [['check', '--resolve']],
    [['diff']],
    [['explain']],
    [['lock']],
    [['inventory']],
    [['prepull']],
    [['images']],
    [['fields']],
    [['config', 'view']],
  ])('names no variable for a secret: %j', async (args) => {
    put(STEAL())
    const result = await run(args, pod())
    expect([result.code, result.stdout, new Set(codesOf(result.stderr))]).toEqual([
      2,
      '',
      new Set(['CONFIG_UNTRUSTED']),
    ])
    expect(result.stderr).toContain(
      'pinpull.yaml:4:69: error CONFIG_UNTRUSTED: spec.registries[0].credentials.source may not be set to "environment" by a pinpull.yaml that was only found in the working directory (trust tier 2, see docs/trust.md)\n  → ',
    )
    expect(result.stderr).toContain(
      'name the file with --config pinpull.yaml (or PINPULL_CONFIG) if you trust it',
    )
    expect(asked).toEqual([])
  })

  test.each([
    ['--config', ['--config', 'pinpull.yaml'], {}],
    ['PINPULL_CONFIG', [], { PINPULL_CONFIG: 'pinpull.yaml' }],
  ])('does where %s names it', async (_, args, more) => {
    put(STEAL())
    await run(args, pod(), more as Record<string, string>)
    expect(asked.at(-1)).toContain(Buffer.from(`AKIAPLANTED:${SECRET}`).toString('base64'))
  })

  test.each(['helper, helper: evil', 'docker, file: /etc/passwd'])(
    'nor a program or file: source: %s',
    async (source) => {
      put(`{registries: [{host: '${registry}', credentials: {source: ${source}}}]}`)
      const result = await run([], pod())
      expect([result.code, new Set(codesOf(result.stderr)), asked]).toEqual([
        2,
        new Set(['CONFIG_UNTRUSTED']),
        [],
      ])
    },
  )

  test.each(['anonymous', 'docker'])('may say that credentials are %s', async (source) => {
    put(`{registries: [{host: '${registry}', credentials: {source: ${source}}}]}`)
    const result = await run([], pod())
    expect(codesOf(result.stderr)).not.toContain('CONFIG_UNTRUSTED')
    expectKept(result)
  })

  describe('and the lock file that it names', () => {
    beforeEach(() => {
      mkdirSync(join(cwd, 'inside'))
      mkdirSync(join(cwd, 'project'))
      mkdirSync(join(cwd, 'project/sub'))
      symlinkSync(join(cwd, 'inside'), join(cwd, 'project/link'))
      symlinkSync('../inside/nothing.yaml', join(cwd, 'project/dangling.yaml'))
      symlinkSync('sub', join(cwd, 'project/alias'))
    })
    test.each<[lockFile: string, trusted: boolean]>([
      ['../outside.yaml', false],
      ['/tmp/pinpull-outside.yaml', false],
      ['sub/../../outside.yaml', false],
      ['link/lock.yaml', false],
      ['link/more/lock.yaml', false],
      ['dangling.yaml', false],
      ['sub/lock.yaml', true],
      ['alias/lock.yaml', true],
      ['new/folder/lock.yaml', true],
    ])('%s: %s', async (lockFile, trusted) => {
      writeFileSync(join(cwd, 'project/pinpull.yaml'), `${HEAD}spec: {lockFile: '${lockFile}'}\n`)
      const project = join(cwd, 'project')
      const result = await runInProcess(['lock', '--locked'], { cwd: project, input: pod('nginx:1.27'), env })
      expect(codesOf(result.stderr)).toEqual(trusted ? ['LOCK_MISSING_ENTRY'] : ['CONFIG_UNTRUSTED'])
      if (!trusted)
        expect([result.code, result.stderr]).toEqual([
          2,
          expect.stringContaining('spec.lockFile may not be set to a path out of its folder by'),
        ])
      const named = await runInProcess(['lock', '--locked', '--config', 'pinpull.yaml'], {
        cwd: project,
        input: pod('nginx:1.27'),
        env,
      })
      expect(codesOf(named.stderr)).not.toContain('CONFIG_UNTRUSTED')
    })
  })

  test('may not be a link that leads out of its folder', async () => {
    mkdirSync(join(cwd, 'project'))
    writeFileSync(join(cwd, 'elsewhere.yaml'), SECRET)
    symlinkSync('../elsewhere.yaml', join(cwd, 'project/pinpull.yaml'))
    const project = join(cwd, 'project')
    const result = await runInProcess([], { cwd: project, input: pod('nginx:1.27'), env })
    expect([result.code, codesOf(result.stderr)]).toEqual([2, ['CONFIG_UNTRUSTED']])
    expectKept(result)
  })

  test('may be a link in its folder, as Kubernetes mounts a ConfigMap', async () => {
    mkdirSync(join(cwd, '..data'))
    writeFileSync(join(cwd, '..data/pinpull.yaml'), `${HEAD}spec: {defaultProfile: dev}\n`)
    symlinkSync('..data/pinpull.yaml', join(cwd, 'pinpull.yaml'))
    const result = await run([], pod('nginx:1.27'))
    expect([result.code, result.stdout]).toEqual([0, expect.stringContaining('imagePullPolicy: Always')])
  })

  test('nor is one made where a link to nothing leads out', async () => {
    const project = join(cwd, 'project')
    mkdirSync(project)
    symlinkSync('../outside.yaml', join(project, 'pinpull.lock.yaml'))
    const input = pod(`nginx@sha256:${'0'.repeat(64)}`)
    const result = await runInProcess(['lock', '--locked'], { cwd: project, input, env })
    expect([result.code, codesOf(result.stderr), existsSync(join(cwd, 'outside.yaml'))]).toEqual([
      2,
      ['CONFIG_UNTRUSTED'],
      false,
    ])
  })

  test('a lock file that is found may not be a link that leads out of its folder, unless a flag names it', async () => {
    const project = join(cwd, 'project')
    mkdirSync(project)
    writeFileSync(join(cwd, 'outside.yaml'), '')
    symlinkSync('../outside.yaml', join(project, 'pinpull.lock.yaml'))
    const at = (args: readonly string[]) =>
      runInProcess(args, { cwd: project, input: pod('nginx:1.27'), env })
    const found = await at(['--locked'])
    expect([found.code, codesOf(found.stderr)]).toEqual([2, ['CONFIG_UNTRUSTED']])
    expect(found.stderr).toContain('name the file with --lock-file pinpull.lock.yaml if you trust it')
    expect(codesOf((await at(['--locked', '--lock-file', 'pinpull.lock.yaml'])).stderr)).not.toContain(
      'CONFIG_UNTRUSTED',
    )
    expect(existsSync(join(cwd, 'outside.yaml'))).toBe(true)
  })
})

describe('a stored credential', () => {
  const LOGIN = Buffer.from(`robot:${SECRET}`).toString('base64')
  const put = (spec: string, name = 'pinpull.yaml') =>
    writeFileSync(join(cwd, name), `${HEAD}spec: ${spec}\n`)
  /** The user has logged in to the registry. */
  const loggedIn = (args: readonly string[], image: string, more: Record<string, string> = {}) =>
    run(args, pod(image), {
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry]: { auth: LOGIN } } }),
      ...more,
    })
  const isSent = () => asked.some((line) => line.includes(LOGIN))
  const mirror = (host = 'docker.io', path = '') =>
    `{registries: [{host: '${host}', mirrors: [{url: 'http://${registry}${path}'}]}]}`
  const rewrite = () =>
    `{profiles: [{name: prod, rewrite: [{from: '${registry}/hub', to: mirror.example/hub}]}]}`

  test.each<[name: string, spec: () => string, image: string]>([
    ['a mirror', mirror, 'docker.io/library/nginx:1.27'],
    ['a mirror of every registry', () => mirror('*'), 'ghcr.io/acme/web:1'],
    ['a mirror with a path', () => mirror('docker.io', '/v2/proxy'), 'nginx:1.27'],
    ['a rewrite', rewrite, 'mirror.example/hub/x:1'],
    [
      'a mirror with a rule of its own',
      () =>
        `{registries: [{host: docker.io, mirrors: [{url: 'http://${registry}'}]}, {host: '${registry}', credentials: {source: docker}}]}`,
      'nginx:1.27',
    ],
  ])('does not go to %s that only a found pinpull.yaml names', async (_, spec, image) => {
    put(spec())
    for (const args of [
      [],
      ['check', '--resolve'],
      ['diff'],
      ['explain'],
      ['lock'],
      ['inventory'],
      ['prepull'],
    ]) {
      asked.length = 0
      const result = await loggedIn(args, image)
      expect([args, asked.length > 0, isSent()]).toEqual([args, true, false])
      expectKept(result)
    }
  })

  test('with a message that explains why, and what to do', async () => {
    put(rewrite())
    const { stderr } = await loggedIn([], 'mirror.example/hub/x:1')
    expect(stderr).toContain(
      '(looked in: nowhere, as only pinpull.yaml names it: --config pinpull.yaml says that you trust the file)',
    )
  })

  test('and a mirror that is passed by is said', async () => {
    put(mirror(registry))
    const { stderr } = await loggedIn(['--profile', 'staging'], `${registry}/x/y:1`)
    expect(stderr).toContain(
      `warning CREDENTIAL_WITHHELD: the mirror ${registry} requires a login and was skipped`,
    )
  })

  test.each<[name: string, spec: () => string, image: string, args: () => readonly string[]]>([
    ['names the file', mirror, 'nginx:1.27', () => ['--config', 'pinpull.yaml']],
    ['names a file with a rewrite', rewrite, 'mirror.example/hub/x:1', () => ['--config', 'pinpull.yaml']],
    ['names the mirror', mirror, 'nginx:1.27', () => ['--mirror', `ghcr.io=http://${registry}`]],
  ])('goes there where the caller %s', async (_, spec, image, args) => {
    put(spec())
    await loggedIn(args(), image)
    expect(isSent()).toBe(true)
  })

  test('does not go over another scheme than the caller names', async () => {
    put(mirror())
    await loggedIn(['--mirror', `ghcr.io=https://${registry}`], 'nginx:1.27')
    expect([asked.length > 0, isSent()]).toEqual([true, false])
  })

  test('goes to the registry that a manifest names, as ever', async () => {
    put(mirror('*'))
    await loggedIn([], `${registry}/x/y:1`)
    expect(isSent()).toBe(true)
  })
})

describe('a functionConfig beside another configuration', () => {
  const own = (spec: string) => writeFileSync(join(cwd, 'pinpull.yaml'), `${HEAD}spec: ${spec}\n`)
  const choosing = (profile: string) => `${HEAD}spec: {defaultProfile: ${profile}}\n`
  const map = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: f}\ndata: ${data}\n`
  const MINE = '{profiles: [{name: mine, extends: dev, pullPolicy: Never}]}'
  const ASKING = '{defaultProfile: dev, profiles: [{name: mine, extends: dev, pullPolicy: Never}]}'

  test.each<[name: string, spec: string, given: string, args: readonly string[], policy: string]>([
    ['chooses a profile of that one', MINE, choosing('mine'), [], 'Never'],
    ['chooses it in a ConfigMap', MINE, map('{profile: mine}'), [], 'Never'],
    ['chooses nothing', ASKING, map('{}'), [], 'Always'],
    ['chooses what is chosen', ASKING, choosing('dev'), [], 'Always'],
    ['is beaten by a flag', MINE, choosing('mine'), ['--profile', 'dev'], 'Always'],
  ])('%s', async (_, spec, given, args, policy) => {
    own(spec)
    const result = await run(['--krm', ...args], list(given, 'nginx:1.27'))
    expect([result.code, result.stdout.match(/(?<=imagePullPolicy: )\w+/g), codesOf(result.stderr)]).toEqual([
      0,
      [policy],
      null,
    ])
  })

  test('is beaten by defaultProfile, with a warning', async () => {
    own(ASKING)
    const result = await run(['--krm'], list(choosing('mine'), 'nginx:1.27'))
    expect([result.code, codesOf(result.stderr), result.stdout]).toEqual([
      0,
      ['CONFIG_PROFILE_UNUSED'],
      expect.stringContaining('imagePullPolicy: Always'),
    ])
  })

  test.each<[name: string, given: string, code: string]>([
    ['profiles', `${HEAD}spec: {profiles: [{name: mine}]}\n`, 'CONFIG_CONFLICT'],
    ['fields', `${HEAD}spec: {defaultProfile: dev, fields: {copies: pin}}\n`, 'CONFIG_CONFLICT'],
    ['registries', `${HEAD}spec: ${STEAL().replace('undefined', 'a.example')}\n`, 'CONFIG_UNTRUSTED'],
    ['a lock file in a ConfigMap', map('{lockFile: a.yaml}'), 'CONFIG_UNTRUSTED'],
    ['a profile that there is not', choosing('moon'), 'PROFILE_UNKNOWN'],
    ['an unknown key', map('{profil: dev}'), 'CONFIG_UNKNOWN_KEY'],
  ])('may not bring %s', async (_, given, code) => {
    own(MINE)
    const result = await run(['--krm'], list(given, 'nginx:1.27'))
    expect(result.code).toBe(2)
    expect(codesOf(result.stderr)).toContain(code)
    if (code === 'CONFIG_CONFLICT') expect(result.stderr).toMatch(/functionConfig.*pinpull\.yaml/)
  })

  test('that is no object is an error, and none is none', async () => {
    const given = (functionConfig: string) =>
      `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: ${functionConfig}\nitems: []\n`
    const wrong = await run(['--krm'], given('prod'))
    expect([wrong.code, codesOf(wrong.stderr)]).toEqual([2, ['CONFIG_INVALID']])
    expect((await run(['--krm'], given('null'))).code).toBe(0)
  })

  test('is no way round what pinpull.yaml forbids', async () => {
    own("{profiles: [{name: prod, allowedRegistries: ['ghcr.io']}]}")
    const open = `${HEAD}spec: {profiles: [{name: prod, allowedRegistries: []}]}\n`
    expect((await run(['--krm'], list(open, `nginx@sha256:${'0'.repeat(64)}`))).code).toBe(2)
    const result = await run(['--krm'], list(map('{}'), `nginx@sha256:${'0'.repeat(64)}`))
    expect([result.code, codesOf(result.stderr)]).toEqual([1, ['REGISTRY_NOT_ALLOWED']])
  })
})

describe.skipIf(process.platform === 'win32')('what was only found is not waited for', () => {
  test.each([
    ['pinpull.yaml', 'CONFIG_UNREADABLE'],
    ['pinpull.lock.yaml', 'LOCK_NOT_READ'],
  ])('%s as a pipe', async (name, code) => {
    execFileSync('mkfifo', [join(cwd, name)])
    const result = await run([], pod())
    expect([result.code, result.stdout, codesOf(result.stderr)]).toEqual([2, '', [code]])
  })
})

describe('a legacy plugin of kustomize', () => {
  const called = () => ({ KUSTOMIZE_PLUGIN_CONFIG_ROOT: cwd })
  const plugin = (
    spec: string,
    args: readonly string[] = [],
    input = pod('nginx:1.27'),
    more: Record<string, string> = {},
  ) => {
    writeFileSync(join(cwd, 'kust-plugin-config-1'), `${HEAD}spec: ${spec}\n`)
    return run([join(cwd, 'kust-plugin-config-1'), ...args], input, { ...called(), ...more })
  }

  test('chooses a profile, and has rules', async () => {
    const result = await plugin('{defaultProfile: dev, profiles: [{name: dev, pullPolicy: Never}]}')
    expect([result.code, result.stdout]).toEqual([0, expect.stringContaining('imagePullPolicy: Never')])
  })

  test.each([
    '{lockFile: a.yaml}',
    '{profiles: [{name: prod, rewrite: [{from: docker.io, to: a.example}]}]}',
    '{profiles: [{name: prod, findings: {IMAGE_LATEST: info}}]}',
  ])('may not say %s', async (spec) => {
    const result = await plugin(spec)
    expect([result.code, result.stdout, codesOf(result.stderr)]).toEqual([2, '', ['CONFIG_UNTRUSTED']])
  })

  test('may not have a variable sent', async () => {
    const result = await plugin(STEAL(), [], pod())
    expect([result.code, codesOf(result.stderr), asked]).toEqual([2, ['CONFIG_UNTRUSTED'], []])
  })

  test.each<[says: string, own: string, args: string[], env: Record<string, string>, profile: string]>([
    ['its arguments, before its file', '', ['--profile', 'dev'], {}, 'dev'],
    ['its arguments, where pinpull.yaml chooses none', '{}', ['--profile=dev'], {}, 'dev'],
    ['pinpull.yaml', '{defaultProfile: prod}', ['--profile', 'dev'], {}, 'prod'],
    ['the environment', '', ['--profile', 'dev'], { PINPULL_PROFILE: 'prod' }, 'prod'],
  ])('the profile is chosen by %s', async (_, own, args, more, profile) => {
    if (own !== '') writeFileSync(join(cwd, 'pinpull.yaml'), `${HEAD}spec: ${own}\n`)
    const digested = pod(`nginx@sha256:${'0'.repeat(64)}`)
    const spec = own === '' ? '{defaultProfile: staging}' : '{}'
    const result = await plugin(spec, args, digested, more)
    expect([result.code, result.stderr.match(/^pinpull: (\w+):/m)?.[1]]).toEqual([0, profile])
  })

  test('arguments are quiet about nothing that the environment wants to hear, and turn no check off', async () => {
    const kept = pod(`nginx@sha256:${'0'.repeat(64)}`)
    const loud = await plugin('{}', ['--quiet'], kept, { PINPULL_VERBOSE: '1' })
    expect([loud.code, loud.stderr]).toEqual([0, expect.stringContaining('pinpull: prod: 1 image')])
    const unchecked = await plugin('{}', ['--locked'], kept, { PINPULL_CHECK_DIGESTS: '1' })
    expect([unchecked.code, unchecked.stdout, codesOf(unchecked.stderr)]).toEqual([2, '', ['USAGE']])
  })

  test('beside a pinpull.yaml it chooses a profile alone', async () => {
    writeFileSync(join(cwd, 'pinpull.yaml'), `${HEAD}spec: {}\n`)
    expect((await plugin('{defaultProfile: dev}')).stdout).toContain('imagePullPolicy: Always')
    const result = await plugin('{fields: {copies: pin}}')
    expect([result.code, codesOf(result.stderr)]).toEqual([2, ['CONFIG_CONFLICT']])
  })

  test.each([
    [['--config', 'other.yaml'], 'CONFIG_UNTRUSTED'],
    [['--config=other.yaml'], 'CONFIG_UNTRUSTED'],
    [['--mirror', 'docker.io=http://evil.example'], 'CONFIG_UNTRUSTED'],
    [['--auth-file=/etc/passwd'], 'CONFIG_UNTRUSTED'],
    [['--report', '/tmp/x.json'], 'CONFIG_UNTRUSTED'],
    [['--lock-file', '../x'], 'CONFIG_UNTRUSTED'],
    [['--quiet', '--pull-secrets'], 'CONFIG_UNTRUSTED'],
    [['--krm'], 'CONFIG_UNTRUSTED'],
    [['lock'], 'USAGE'],
    [['helm', 'install-plugin', '--directory', '.'], 'USAGE'],
    [['--profile', '--config', 'x'], 'USAGE'],
    [['-h'], 'USAGE'],
  ])('takes no arguments %j', async (args, code) => {
    const result = await plugin('{}', args)
    expect([result.code, result.stdout, codesOf(result.stderr)]).toEqual([2, '', [code]])
  })

  test('takes arguments that choose and restrict', async () => {
    const result = await plugin('{}', ['--profile=dev', '--quiet'])
    expect([result.code, result.stdout, result.stderr]).toEqual([
      0,
      expect.stringContaining('imagePullPolicy: Always'),
      '',
    ])
  })

  test('the environment is the caller’s, and may say everything', async () => {
    writeFileSync(join(cwd, 'kust-plugin-config-1'), `${HEAD}spec: {}\n`)
    const more = { ...called(), PINPULL_REPORT: 'report.json', PINPULL_PROFILE: 'dev' }
    await run([join(cwd, 'kust-plugin-config-1')], pod('nginx:1.27'), more)
    expect(existsSync(join(cwd, 'report.json'))).toBe(true)
  })
})

describe('annotations of manifests', () => {
  const skipped = `apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {pinpull.dev/skip: "true"}}\nspec:\n  containers:\n  - name: a\n    image: nginx:1.27\n`

  test('exempt nothing from the proof', async () => {
    const plain = await run(['check'], skipped)
    const proof = await run(['check', '--require-pinned'], skipped)
    expect([plain.code, proof.code, proof.stdout.match(/\berror [A-Z_]+/g)]).toEqual([
      0,
      1,
      ['error IMAGE_UNPINNED'],
    ])
  })

  test('are passed over where the profile says so', async () => {
    writeFileSync(join(cwd, 'pinpull.yaml'), `${HEAD}spec: {profiles: [{name: dev, annotations: ignore}]}\n`)
    const result = await run(['--profile', 'dev'], skipped)
    expect([result.code, result.stdout, codesOf(result.stderr)]).toEqual([
      0,
      expect.stringContaining('imagePullPolicy: Always'),
      ['ANNOTATION_IGNORED'],
    ])
  })
})

describe('patterns of a functionConfig', () => {
  const slow = 'a'.repeat(1 << 20)
  const judged = (spec: string, items: string) => {
    const input = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: pinpull.dev/v1alpha1\n  kind: Pinpull\n  spec: ${spec}\nitems:\n${items}`
    return run(['--krm', '--profile', 'dev'], input)
  }

  // Backtracking would take longer than a test may.
  test('an expression over a megabyte ends', async () => {
    const { code } = await judged(
      "{fields: {rules: [{kind: ConfigMap, path: data.a, value: '^((\\w+\\s?)+)$'}]}}",
      `- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: "${slow}!"}}\n`,
    )
    expect(code).toBe(0)
  })

  test('so does a pattern of names', async () => {
    const stars = 'a*'.repeat(40)
    const { code } = await judged(
      `{profiles: [{name: dev, exclude: [{name: '${stars}b', image: '${stars}b'}]}]}`,
      `- {apiVersion: v1, kind: Pod, metadata: {name: ${slow.slice(0, 100_000)}}, spec: {containers: [{name: a, image: ${slow.slice(0, 200)}}]}}\n`,
    )
    expect(code).toBe(0)
  })
})
