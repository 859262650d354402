import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Runtime, version } from '../../src/cli/commands/version.ts'
import { formatLock } from '../../src/lock/format.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { memoryIo, runInProcess, TYPED } from '../support/memory-io.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

const pod = (name: string, ...images: readonly string[]) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n${images
    .map((image, index) => `  - name: c${index}\n    image: ${image}\n    imagePullPolicy: IfNotPresent\n`)
    .join('')}`

let folder: string
let registry: TestRegistry

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-commands-'))
  mkdirSync(join(folder, 'apps/web'), { recursive: true })
  writeFileSync(join(folder, 'apps/web/pod.yaml'), pod('web', 'nginx:latest', `redis:7@${DIGEST}`))
  writeFileSync(
    join(folder, 'apps/job.json'),
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"},"spec":{"containers":[{"name":"c","image":"nginx:latest"}]}}',
  )
  writeFileSync(join(folder, 'apps/notes.txt'), 'image: nginx')
  writeFileSync(join(folder, 'pinned.yaml'), pod('pinned', `nginx:1.27.3@${DIGEST}`))
  writeFileSync(join(folder, 'utf16.yaml'), Buffer.from('\ufeffkind: Pod', 'utf16le'))
  registry = await startRegistry({ anyName: true })
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await registry.close()
})

const run = (args: readonly string[], input = '', env: Record<string, string> = {}) =>
  runInProcess(args, { cwd: folder, input, env })

describe('pinpull check', () => {
  test('files and folders, each finding with its file', async () => {
    const { code, stdout, stderr } = await run(['check', '--profile', 'prod', 'apps', 'pinned.yaml'])
    expect(code).toBe(1)
    expect(stderr).toBe('')
    expect(stdout).toContain(
      'apps/web/pod.yaml:7:12: error IMAGE_UNPINNED: "nginx:latest" is not pinned to a digest, which profile prod requires\n  Pod web, container c0, spec.containers[0].image\n',
    )
    expect(stdout).toMatch(/^apps\/job\.json:1:99: error .*\n {2}Pod j, container c/m)
    expect(stdout).toMatch(/\npinpull check: prod: 4 images in 3 inputs: 3 errors, 2 warnings\n$/)
  })

  test.each([
    ['-f pinned.yaml apps/job.json'],
    ['-f pinned.yaml -f apps/job.json'],
    ['--filename pinned.yaml --filename=apps/job.json'],
    ['-f=pinned.yaml -fapps/job.json'],
  ])('files that -f names, first and in their order: %s', async (line) => {
    const named = await run(['images', '--format', 'json', 'pinned.yaml', 'apps/job.json'])
    expect(await run(['images', '--format', 'json', ...line.split(' ')])).toEqual(named)
    expect((await run(['images', ...line.split(' ')], '', { PINPULL_FILENAME: 'absent.yaml' })).code).toBe(0)
  })

  test('an empty -f= is refused', async () => {
    const { code, stderr } = await run(['check', '-f='])
    expect(code).toBe(2)
    expect(stderr).toBe(
      "error USAGE: option '--filename <file>': it is empty: is a variable unset?\n  → see pinpull --help, or pinpull COMMAND --help\n",
    )
  })

  test('what meets the profile is exit code 0', async () => {
    expect(await run(['check', 'pinned.yaml'])).toEqual({
      code: 0,
      stdout: 'pinpull check: prod: 1 image: no errors or warnings\n',
      stderr: '',
    })
  })

  test.each<[string[], number, string]>([
    [['--profile', 'prod', 'apps'], 1, ''],
    [['--profile', 'prod', '--fail-on', 'never', 'apps'], 0, '; --fail-on never ignores them'],
    [['--profile', 'dev', 'apps/web'], 0, ''],
    [['--profile', 'dev', '--fail-on=warning', 'apps/web'], 1, '; --fail-on warning fails on them'],
    [['--fail-on=warning', 'pinned.yaml'], 0, ''],
  ])('--fail-on: %j', async (args, exit, note) => {
    const { code, stdout } = await run(['check', ...args])
    expect([code, /(;.*)?\n$/.exec(stdout)?.[1] ?? '']).toEqual([exit, note])
  })

  test('warnings alone do not fail', async () => {
    const { code, stdout } = await run(['check', '--profile', 'staging'], pod('p', 'nginx:1.27'))
    expect([code, stdout.split(': ')[1]]).toEqual([0, 'warning IMAGE_UNPINNED'])
  })

  test('--require-pinned makes an error of them', async () => {
    const args = ['check', '--profile', 'dev', '--require-pinned']
    expect((await run(args, pod('p', 'nginx:1.27'))).code).toBe(1)
    expect((await run(args, pod('p', `nginx:1.27@${DIGEST}`))).code).toBe(0)
  })

  test.each([
    ['nothing', '', 'it is empty'],
    ['comments', '# Source: shop/templates/web.yaml\n---\n', 'it is empty'],
    ['a list of nothing', 'apiVersion: v1\nkind: List\nitems: []\n', 'it is empty'],
    [
      "another program's message",
      'Error: chart not found\n',
      'it has no apiVersion and no kind; its top-level keys: Error',
    ],
  ])('--require-pinned takes %s for no proof', async (_, input, found) => {
    const { code, stdout } = await run(['check', '--require-pinned'], input)
    expect(code).toBe(1)
    expect(stdout).toContain(
      `error INPUT_WITHOUT_OBJECTS: the input contains no Kubernetes object: ${found}\n`,
    )
    expect(stdout).toMatch(/\npinpull check: prod: 0 images: 1 error\n$/)
    expect((await run(['check'], input)).code).toBe(0)
  })

  test('--require-pinned fails if every file is excluded', async () => {
    const args = ['check', '--require-pinned', '--exclude', '*', 'apps/job.json']
    const { code, stdout } = await run(args)
    expect(code).toBe(1)
    expect(stdout).toContain(
      'error INPUT_WITHOUT_OBJECTS: the input contains no Kubernetes object: every file was left out\n',
    )
    expect((await run(args.filter((word) => word !== '--require-pinned'))).code).toBe(0)
    expect((await run([...args, '--ignore-other-files'])).code).toBe(0)
  })

  test('--quiet prints errors alone', async () => {
    const { stdout } = await run(['check', '--quiet', '--profile', 'staging'], pod('p', 'nginx:1.27'))
    expect(stdout).toBe('')
  })

  test.each([
    ['json', /^\{\n {2}"tool"/],
    ['sarif', /"version": "2\.1\.0"/],
    ['junit', /^<\?xml version="1\.0"/],
    ['markdown', /^### Pinpull: profile prod\n/],
    ['html', /^<!doctype html>/],
    ['github', /^::warning file=apps\/job\.json,line=1,col=99,title=IMAGE_LATEST::/],
  ])('--format %s', async (format, expected) => {
    const { code, stdout } = await run(['check', '--format', format, 'apps'])
    expect(code).toBe(1)
    expect(stdout).toMatch(expected)
  })

  test.each([
    ['r.json', /^\{\n {2}"tool"/],
    ['r.sarif', /"columnKind"/],
    ['r.xml', /^<\?xml/],
    ['r.md', /^### Pinpull/],
    ['r.html', /^<!doctype html>\n<html lang="en">\n/],
    ['r.HTM', /^<!doctype html>/],
    ['r.log', /warning IMAGE_LATEST: /],
    ['r.txt', /^(?:\S+: )?warning IMAGE_LATEST: /],
  ])('--report %s is written by its extension', async (name, expected) => {
    await run(['check', '--report', name, 'apps'])
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(expected)
  })

  test('a report that cannot be written is an error beside the other diagnostics', async () => {
    const { code, stdout, stderr } = await run(['check', '--report', 'no/such/r.json', 'apps'])
    expect([code, stdout]).toEqual([2, (await run(['check', 'apps'])).stdout])
    expect(stderr).toBe(
      'error REPORT_NOT_WRITTEN: the report no/such/r.json cannot be written: no such file or directory (ENOENT)\n  → the folder must exist and be writable (Pinpull does not create it)\n',
    )
  })

  test('an input that cannot be read does not hide the others', async () => {
    const { code, stdout } = await run(['check', 'utf16.yaml', 'apps/web'])
    expect(code).toBe(1)
    expect(stdout).toContain('error INPUT_NOT_UTF8: ')
    expect(stdout).toContain('utf16.yaml: error INPUT_NOT_UTF8')
    expect(stdout).toContain('error IMAGE_UNPINNED: "nginx:latest"')
  })

  test('--resolve contacts the registries, and reports each problem once', async () => {
    const mirror = ['--mirror', `*=${registry.url}`, '--cache-ttl', '0']
    const { stdout } = await run(['check', '--resolve', ...mirror, 'apps/web'])
    expect(stdout.match(/IMAGE_LATEST/g)).toHaveLength(1)
    const json = await run(['check', '--resolve', ...mirror, '-o', 'json', 'apps/web'])
    const { images } = JSON.parse(json.stdout)
    expect(images[0]).toMatchObject({ result: images[0].image, outcome: 'kept', originKind: 'mirror' })
    expect(images[0].digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    const down = await run([
      'check',
      '--resolve',
      '--mirror',
      '*=http://127.0.0.1:1',
      '--cache-ttl',
      '0',
      '--timeout',
      '5s',
      'apps/web',
    ])
    expect(down.code).toBe(3)
    expect(down.stdout).toMatch(/error (REGISTRY_UNAVAILABLE|DEADLINE_EXCEEDED): /)
  })

  test('--resolve finds what only a registry can tell', async () => {
    const input = pod('p', 'nginx:1.27.3').replace(
      'spec:\n',
      'spec:\n  nodeSelector: {kubernetes.io/arch: s390x}\n',
    )
    const { stdout } = await run(
      ['check', '--resolve', '--mirror', `*=${registry.url}`, '--cache-ttl', '0'],
      input,
    )
    expect(stdout).toContain('warning IMAGE_PLATFORM_MISSING: ')
  })

  test('--check-digests implies --resolve for digests', async () => {
    const { code, stdout } = await run(
      ['check', '--check-digests', ...['--mirror', `*=${registry.url}`, '--cache-ttl', '0']],
      pod('p', `127.0.0.1:1/nginx:1.27.3@${DIGEST}`),
    )
    expect([code, stdout.match(/\berror [A-Z_]+/g)]).toEqual([1, ['error MANIFEST_UNKNOWN']])
  })

  const RENAMED =
    '--verify was renamed to --check-digests, which compares digests; to verify signatures: pinpull verify FILE, or verify in the profile'
  const RENAMED_VARIABLE =
    'PINPULL_VERIFY was renamed to PINPULL_CHECK_DIGESTS, which compares digests and verifies no signatures'

  test.each<[args: string[], env: Record<string, string>, reason: string]>([
    [['check', '--verify'], {}, RENAMED],
    [['--verify'], {}, RENAMED],
    [['diff', '--verify=true', 'apps'], {}, RENAMED],
    [['check'], { PINPULL_VERIFY: '1' }, RENAMED_VARIABLE],
    [['--quiet'], { PINPULL_VERIFY: 'yes' }, RENAMED_VARIABLE],
  ])('the name that it had is refused with its new one: %j %j', async (args, env, reason) => {
    const { code, stdout, stderr } = await run(args, '', env)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`error USAGE: ${reason}\n`)
  })

  test.each<[args: string[], env: Record<string, string>]>([
    [['--help'], { PINPULL_VERIFY: '1' }],
    [['images', 'apps'], { PINPULL_VERIFY: '1' }],
    [['check', 'pinned.yaml'], { PINPULL_VERIFY: '' }],
  ])('its variable is nobody else’s business: %j %j', async (args, env) => {
    expect((await run(args, '', env)).code).toBe(0)
  })

  test('stays quiet about the network without it', async () => {
    const before = registry.requests.length
    await run(['check', '--mirror', `*=${registry.url}`, 'apps'])
    expect(registry.requests.length).toBe(before)
  })
})

describe('pinpull images', () => {
  test('as a table', async () => {
    expect((await run(['images', 'apps'])).stdout).toBe(
      [
        'IMAGE                                                                            USED BY',
        'nginx:latest                                                                     apps/job.json:1:99: Pod j, container c, spec.containers[0].image',
        '                                                                                 apps/web/pod.yaml:7:12: Pod web, container c0, spec.containers[0].image',
        `redis:7@${DIGEST}  apps/web/pod.yaml:10:12: Pod web, container c1, spec.containers[1].image`,
        '',
      ].join('\n'),
    )
  })

  test('one a line', async () => {
    expect((await run(['images', '--format', 'lines', 'apps'])).stdout).toBe(
      `nginx:latest\nredis:7@${DIGEST}\n`,
    )
  })

  test('as JSON, with every use', async () => {
    const { tool, images: list } = JSON.parse((await run(['images', '--format', 'json', 'apps'])).stdout)
    expect(tool).toEqual({ name: 'pinpull', version: expect.any(String) })
    expect(list.map(({ image, uses }: { image: string; uses: object[] }) => [image, uses.length])).toEqual([
      ['nginx:latest', 2],
      [`redis:7@${DIGEST}`, 1],
    ])
    expect(list[0].uses[0]).toMatchObject({ file: 'apps/job.json', line: 1, container: 'c' })
  })

  test('broken YAML lists nothing', async () => {
    const { code, stdout, stderr } = await run(['images'], 'kind: [')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^(?:\S+: )?error YAML_INVALID: /)
  })

  test('an image with a line break in it stays on one line', async () => {
    const { stdout } = await run(['images', '--format', 'lines'], pod('p', '"a\\nb"'))
    expect(stdout).toBe('"a\\nb"\n')
  })
})

describe('pinpull explain', () => {
  test('who decided what', async () => {
    writeFileSync(
      join(folder, 'rules.yaml'),
      `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: prod
    rules:
    - name: databases
      match: {image: redis}
      policyMode: default
      pullPolicy: Never
`,
    )
    const { code, stdout } = await run(
      ['explain', '--config', 'rules.yaml', '--mirror', `*=${registry.url}`, '--cache-ttl', '0'],
      `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, image: nginx}\n  - {name: b, image: 'redis:7@${DIGEST}'}\n  - {name: c, image: 'redis:7@${DIGEST}', imagePullPolicy: Always}\n`,
    )
    expect(code).toBe(0)
    const digest = /nginx → nginx@(sha256:\w+)/.exec(stdout)?.[1]
    expect(stdout).toBe(`<stdin>:6:22: Pod p, container a, spec.containers[0].image
  found     as container image (rule R1)
  image     nginx → nginx@${digest}
            pinned (prod); digest from ${registry.host}
  policy    unset → IfNotPresent (prod)
            the Kubernetes default was Always

<stdin>:7:22: Pod p, container b, spec.containers[1].image
  found     as container image (rule R1)
  image     redis:7@${DIGEST}
            unchanged: already pinned (prod)
  policy    unset → Never (databases)
            the Kubernetes default is IfNotPresent

<stdin>:8:22: Pod p, container c, spec.containers[2].image
  found     as container image (rule R1)
  image     redis:7@${DIGEST}
            unchanged: already pinned (prod)
  policy    Always, unchanged (databases)
            the Kubernetes default is IfNotPresent

<stdin>:6:22: warning IMAGE_UNTAGGED: "nginx" has no tag (defaults to latest), so it can change at any time
  Pod p, container a, spec.containers[0].image
  → use a version tag in the source manifest
`)
  })
})

describe('pinpull diff', () => {
  const stream = `# shop\n${pod('p', 'nginx:1.27')}`

  test('the change, as a unified diff', async () => {
    const { code, stdout, stderr } = await run(['diff', '--profile', 'dev'], stream)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`--- a/stdin
+++ b/stdin
@@ -6,4 +6,4 @@
   containers:
   - name: c0
     image: nginx:1.27
-    imagePullPolicy: IfNotPresent
+    imagePullPolicy: Always
`)
  })

  test('files carry their names, and no change prints nothing', async () => {
    const { stdout } = await run(['diff', '--profile', 'dev', 'pinned.yaml', 'apps/web'])
    expect(stdout.split('\n').slice(0, 2)).toEqual(['--- a/apps/web/pod.yaml', '+++ b/apps/web/pod.yaml'])
  })

  test('a name with spaces ends with a tab, as patch wants it', async () => {
    writeFileSync(join(folder, 'a name.yaml'), pod('p', 'nginx:1.27'))
    const { stdout } = await run(['diff', '--profile', 'dev', 'a name.yaml'])
    rmSync(join(folder, 'a name.yaml'))
    expect(stdout.split('\n').slice(0, 2)).toEqual(['--- a/a name.yaml\t', '+++ b/a name.yaml\t'])
  })

  test('--exit-code', async () => {
    expect((await run(['diff', '--profile', 'dev', '--exit-code'], stream)).code).toBe(1)
    expect((await run(['diff', '--profile', 'dev', '--exit-code', 'pinned.yaml'])).code).toBe(0)
  })

  test.each<[what: string, input: string, args: string[], code: number, codeWithout: number]>([
    ['a finding', pod('p', 'NGINX'), [], 3, 1],
    ['a finding beside a difference', 'kind: "Pod', ['--profile', 'dev', 'apps', '-'], 3, 1],
    [
      'a registry that is down',
      pod('p', 'nginx'),
      ['--mirror', '*=http://127.0.0.1:1', '--timeout', '5s'],
      3,
      3,
    ],
    ['a file that is not there', '', ['no.yaml'], 2, 2],
    ['a profile that is not there', '', ['--profile', 'moon'], 2, 2],
  ])('--exit-code keeps 1 for a difference: %s', async (_, input, args, code, codeWithout) => {
    const words = ['--cache-ttl', '0', ...args]
    expect((await run(['diff', '--exit-code', ...words], input)).code).toBe(code)
    expect((await run(['diff', ...words], input)).code).toBe(codeWithout)
  })

  test('CRLF and a missing last line break are kept apart', async () => {
    const { stdout } = await run(['diff', '--profile', 'dev'], stream.trimEnd().replaceAll('\n', '\r\n'))
    expect(stdout).toContain(
      '-    imagePullPolicy: IfNotPresent\n\\ No newline at end of file\n+    imagePullPolicy: Always\n\\ No newline at end of file\n',
    )
    expect(stdout).toContain('     image: nginx:1.27\r\n')
  })

  test('a failing run shows why', async () => {
    const { code, stdout, stderr } = await run(['diff'], pod('p', 'NGINX'))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^(?:\S+: )?error REFERENCE_INVALID: /)
  })
})

describe('something that is no manifest', () => {
  const NOTES = 'NOTES:\n  thank you for installing shop\n'

  test.each([
    ['the filter', [], NOTES],
    ['check', ['check'], ''],
    ['images', ['images'], ''],
    ['fields', ['fields'], ''],
    ['explain', ['explain'], ''],
    ['diff', ['diff'], ''],
    ['inventory', ['inventory'], ''],
  ])('%s says so, and goes on', async (_, args, output) => {
    const { code, stdout, stderr } = await run(args, NOTES)
    expect(code).toBe(0)
    expect(stdout.startsWith(output)).toBe(true)
    expect((stdout + stderr).match(/^<stdin>:1:\d+: warning INPUT_WITHOUT_OBJECTS: /gm)).toHaveLength(1)
  })

  test.each([[''], [NOTES], ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n']])(
    'lock writes nothing where no image is: %j',
    async (input) => {
      const { code, stdout, stderr } = await run(['lock', '--locked'], input)
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toContain('error LOCK_WITHOUT_IMAGES: there is no image that could be locked')
      expect(existsSync(join(folder, 'pinpull.lock.yaml'))).toBe(false)
    },
  )

  test('check judges files that are named each by itself', async () => {
    writeFileSync(join(folder, 'values.yaml'), 'replicas: 1\n')
    const { code, stdout } = await run([
      'check',
      '--quiet',
      '--require-pinned',
      'values.yaml',
      'apps/job.json',
    ])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^values\.yaml:1:1: error DOCUMENT_WITHOUT_OBJECT: no Kubernetes object: it looks like the values of a chart\n/m,
    )
    const hook = await run(['check', '--ignore-other-files', '--require-pinned', 'values.yaml'])
    expect([hook.code, hook.stdout]).toEqual([
      0,
      `info FILES_LEFT_OUT: skipped: 1 without a Kubernetes object: values.yaml
  → to read a skipped file, name it on the command line
pinpull check: prod: 0 images: 1 note
`,
    ])
    const excluded = await run(['check', '--exclude', 'values.*', 'values.yaml', 'apps'])
    expect(excluded.stdout).toMatch(/^values\.yaml: info FILES_LEFT_OUT: skipped: 1 by --exclude\n/m)
    rmSync(join(folder, 'values.yaml'))
  })

  test.each([['images'], ['diff'], ['check']])(
    '%s of a folder that holds manifests, too, says nothing',
    async (name) => {
      writeFileSync(join(folder, 'apps/values.yaml'), 'replicas: 1\n')
      const { stdout, stderr } = await run([name, 'apps'])
      rmSync(join(folder, 'apps/values.yaml'))
      expect(stdout + stderr).not.toContain('INPUT_WITHOUT_OBJECTS')
    },
  )
})

describe('pinpull config', () => {
  test('schema', async () => {
    const { code, stdout } = await run(['config', 'schema'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).title).toBe('Pinpull configuration')
  })

  test('view', async () => {
    const { stdout } = await run(['config', 'view', '--profile', 'dev'])
    expect(stdout).toMatch(
      /^apiVersion: pinpull\.dev\/v1alpha1\nkind: Pinpull\nspec:\n {2}defaultProfile: dev\n/,
    )
  })
})

describe('an environment that is meant for another command', () => {
  const env = { PINPULL_FORMAT: 'sarif' }

  test('does not break one that knows no such value', async () => {
    expect(await run(['images', 'apps'], '', env)).toEqual(await run(['images', 'apps']))
    expect((await run(['check', 'apps'], '', env)).stdout).toContain('"version": "2.1.0"')
    expect(await run(['check', 'apps'], '', { PINPULL_FORMAT: 'table' })).toEqual(
      await run(['check', 'apps']),
    )
  })

  test('is still refused where nobody knows the value', async () => {
    const { code, stderr } = await run(['images', 'apps'], '', { PINPULL_FORMAT: 'sarfi' })
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error USAGE: PINPULL_FORMAT: "sarfi" is not one of table, json, yaml, name',
    ])
  })
})

describe('which configuration counts', () => {
  const withDefault = (profile: string) =>
    `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {defaultProfile: ${profile}}\n`
  const viewed = async (args: readonly string[], env: Record<string, string>, cwd: string) =>
    /defaultProfile: (\w+)/.exec((await runInProcess(['config', 'view', ...args], { cwd, env })).stdout)?.[1]

  test('a flag beats the environment, which beats the file in the working directory', async () => {
    const cwd = mkdtempSync(join(folder, 'choose-'))
    expect(await viewed([], {}, cwd)).toBe('prod')
    writeFileSync(join(cwd, 'pinpull.yaml'), withDefault('dev'))
    writeFileSync(join(cwd, 'env.yaml'), withDefault('staging'))
    writeFileSync(join(cwd, 'flag.yaml'), withDefault('airgap'))
    const env = { PINPULL_CONFIG: 'env.yaml' }
    expect(await viewed([], {}, cwd)).toBe('dev')
    expect(await viewed([], env, cwd)).toBe('staging')
    expect(await viewed(['--config', 'flag.yaml'], env, cwd)).toBe('airgap')
    expect(await viewed(['--config', 'flag.yaml'], { ...env, PINPULL_PROFILE: 'dev' }, cwd)).toBe('dev')
    expect(await viewed(['--profile', 'prod'], { ...env, PINPULL_PROFILE: 'dev' }, cwd)).toBe('prod')
  })

  test.each<[name: string, args: readonly string[], text: string | undefined, message: RegExp]>([
    [
      'a file that is not there',
      ['--config', 'x.yaml'],
      undefined,
      /^(?:\S+: )?error CONFIG_UNREADABLE: the configuration x\.yaml cannot be read: no such file or directory \(ENOENT\)\n/,
    ],
    ['a broken one', [], 'kind: [', /^pinpull\.yaml:\d+:\d+: error YAML_INVALID: /],
    [
      'one with mistakes, all of them',
      [],
      'kind: Pinpul\nsepc: 1\n',
      /^(?:\S+: )?error CONFIG_INVALID: .*lacks apiVersion\n[\s\S]*error CONFIG_INVALID: kind is "Pinpul"[\s\S]*error CONFIG_UNKNOWN_KEY: sepc is not known\n/,
    ],
    [
      'an unknown profile',
      ['--profile', 'pord'],
      withDefault('dev'),
      /^(?:\S+: )?error PROFILE_UNKNOWN: there is no profile "pord"\n {2}→ choose one of: dev, staging, prod, airgap \(did you mean prod\?\)\n/,
    ],
  ])('%s is exit code 2, and nothing is written', async (_, args, text, message) => {
    const cwd = mkdtempSync(join(folder, 'broken-'))
    if (text !== undefined) writeFileSync(join(cwd, 'pinpull.yaml'), text)
    const { code, stdout, stderr } = await runInProcess(args, { cwd, input: pod('p', 'nginx') })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })

  test('a configuration that is not UTF-8', async () => {
    const { code, stderr } = await run(['--config', 'utf16.yaml'])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^(?:\S+: )?error CONFIG_UNREADABLE: the configuration utf16\.yaml cannot be read: it is not UTF-8/,
    )
  })

  test('the functionConfig of a ResourceList counts, unless a file is named', async () => {
    const list = (config: string) =>
      `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: ${config}\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec:\n    containers:\n    - name: c\n      image: nginx:1.27\n`
    const config = '{apiVersion: v1, kind: ConfigMap, metadata: {name: f}, data: {profile: dev}}'
    expect((await run(['--krm'], list(config))).stdout).toContain('imagePullPolicy: Always\n')
    const broken = await run(['--krm'], list('{apiVersion: v1, kind: ConfigMap, data: {profil: dev}}'))
    expect(broken.code).toBe(2)
    expect(broken.stdout).toContain('data.profil is not known')
    writeFileSync(join(folder, 'named.yaml'), withDefault('airgap'))
    const named = await run(['--krm', '--config', 'named.yaml'], list(config))
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining('error LOCK_ABSENT: ')])
  })
})

describe('several files are one run', () => {
  const many = 'many'
  beforeAll(() => {
    mkdirSync(join(folder, many))
    for (const name of ['a', 'b', 'c']) {
      writeFileSync(join(folder, many, `${name}.yaml`), pod(name, 'nginx:1.27', `${name}:1.0.0`))
    }
  })
  const flags = () => ['--mirror', `*=${registry.url}`, '--cache-ttl', '0', many]

  test.each([[['check', '--resolve']], [['diff']], [['explain']]])(
    '%j asks for an image of three files once',
    async (command) => {
      registry.clearRequests()
      await run([...command, ...flags()])
      expect(registry.count()).toBe(4)
    },
  )

  test('errors of the lock file are reported once', async () => {
    writeFileSync(join(folder, 'bad-lock.yaml'), 'kind: Lock\n')
    const { code, stderr } = await run(['diff', '--lock-file', 'bad-lock.yaml', ...flags()])
    expect([code, stderr.match(/error LOCK_/g)?.length]).toEqual([1, 2])
  })
})

describe('a terminal as standard input', () => {
  const typed = (...args: readonly string[]) => runInProcess(args, { cwd: folder, input: TYPED })

  test('is not waited for without arguments', async () => {
    const { code, stdout, stderr } = await typed('--profile', 'dev')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      /^pinpull pins the images of Kubernetes manifests .*\n\n {2}pinpull deploy\.yaml > /,
    )
    expect(stderr).toMatch(/\nSee pinpull --help for all commands and options\.\n$/)
  })

  test('is read for -, and the user is told', async () => {
    const said = async (...args: readonly string[]) => (await typed(...args)).stderr.split('\n')[0]
    expect(await said('-')).toBe('pinpull: type manifests and end them with Ctrl-D, or see pinpull --help')
    expect(await said('-', '--quiet')).not.toContain('Ctrl-D')
  })
})

describe('help', () => {
  test.each([
    [['help'], 'Usage: pinpull [options] [command] [file...]\n'],
    [['help', 'check'], 'Usage: pinpull check [options] [file...]\n'],
    [['check', '--help'], 'Usage: pinpull check [options] [file...]\n'],
  ])('%j', async (args, first) => {
    const { code, stdout } = await run(args)
    expect([code, stdout.slice(0, first.length)]).toEqual([0, first])
  })

  test('says what the environment can, and shows how it is used', async () => {
    const { stdout } = await run(['--help'])
    expect(stdout).toContain(
      '\nEvery option except -f can also be set in the environment:\n--lock-file is PINPULL_LOCK_FILE.\n',
    )
  })
})

describe('options that stand before the command', () => {
  test.each([
    [['--profile', 'dev', 'check', 'pinned.yaml'], 'pinpull check: dev: 1 image: no errors or warnings\n'],
    [['--profile=dev', 'check', '--profile', 'staging', 'pinned.yaml'], 'pinpull check: staging: '],
    [['--quiet', 'check', 'pinned.yaml'], ''],
    [['-f', 'pinned.yaml', 'check', '-f', 'pinned.yaml'], 'pinpull check: prod: 2 images in 2 inputs: '],
  ])('%j: are its own', async (args, first) => {
    const { code, stdout } = await run(args)
    expect([code, stdout.slice(0, first.length || 1)]).toEqual([0, first])
  })

  test.each([
    [['--profile', 'moon', 'check', 'pinned.yaml'], 'PROFILE_UNKNOWN: there is no profile "moon"'],
    [['--locked', 'images', 'pinned.yaml'], 'USAGE: pinpull images has no option --locked'],
    [['--report', 'r.json', 'config', 'view'], 'USAGE: pinpull config view has no option --report'],
  ])('%j: are never dropped', async (args, message) => {
    const { code, stderr } = await run(args)
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error ${message}`])
  })
})

describe('the filter with --fail-on warning', () => {
  const warned =
    'kind: ConfigMap\nmetadata: {name: a}\ndata: {image: "ghcr.io/acme/web:1.4"}\n---\nfoo: bar\n'

  test('writes nothing after a warning, which is printed with --quiet, too', async () => {
    const usual = await run(['--profile', 'dev'], warned)
    expect([usual.code, usual.stdout, /\bwarning ([A-Z_]+)/.exec(usual.stderr)?.[1]]).toEqual([
      0,
      warned,
      'DOCUMENT_WITHOUT_OBJECT',
    ])
    const strict = await run(['--profile', 'dev', '--fail-on', 'warning'], warned)
    expect([strict.code, strict.stdout]).toEqual([1, ''])
    expect(strict.stderr).toMatch(
      /\npinpull: dev: 1 warning in 0 images; nothing was written \(--fail-on warning\)\n$/,
    )
    const quiet = await run(['--profile', 'dev', '-q'], warned, { PINPULL_FAIL_ON: 'warning' })
    expect([quiet.code, quiet.stdout, quiet.stderr.includes('DOCUMENT_WITHOUT_OBJECT')]).toEqual([
      1,
      '',
      true,
    ])
  })

  test('never is for commands that check: refused on the line, ignored in the environment', async () => {
    const { code, stderr } = await run(['--fail-on=never'], warned)
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `error USAGE: option '--fail-on <severity>': "never" is not one of warning, error`,
    ])
    expect((await run(['--profile', 'dev'], warned, { PINPULL_FAIL_ON: 'never' })).code).toBe(0)
    expect((await run(['--profile', 'dev'], warned, { PINPULL_FAIL_ON: 'nothing' })).code).toBe(2)
  })
})

const FROM_LOCK = ['--from-lock', '--lock-file', 'own.lock.yaml']

describe('--output', () => {
  beforeAll(() => {
    const reference = 'docker.io/library/nginx:1.27'
    const lock = formatLock([{ reference, digest: DIGEST as Digest, mediaType: 'a/b' }])
    writeFileSync(join(folder, 'own.lock.yaml'), lock)
  })

  test.each([
    ['check', 'apps'],
    ['images', 'apps'],
    ['fields', 'apps'],
    ['explain', '--profile', 'dev', 'pinned.yaml'],
    ['diff', 'pinned.yaml'],
    ['lock', '--check', '--locked', '--image', `nginx@${DIGEST}`],
    ['inventory', ...FROM_LOCK],
    ['version'],
  ])('%s: JSON and YAML are one document with the version, and the same', async (...args) => {
    const json = JSON.parse((await run([...args, '-o', 'json'])).stdout)
    expect(json.tool).toEqual({ name: 'pinpull', version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
    expect(parse((await run([...args, '--output=yaml'])).stdout)).toEqual(json)
    expect(JSON.parse((await run([...args, '--format', 'json'])).stdout)).toEqual(json)
    const { PINPULL_OUTPUT, PINPULL_FORMAT } = { PINPULL_OUTPUT: 'json', PINPULL_FORMAT: 'yaml' }
    expect(JSON.parse((await run(args, '', { PINPULL_OUTPUT, PINPULL_FORMAT })).stdout)).toEqual(json)
    expect(parse((await run(args, '', { PINPULL_FORMAT })).stdout)).toEqual(json)
  })

  test('a configuration names its own version', async () => {
    const json = JSON.parse((await run(['config', 'view', '-o', 'json'])).stdout)
    expect(json.apiVersion).toBe('pinpull.dev/v1alpha1')
    expect(parse((await run(['config', 'view'])).stdout)).toEqual(json)
  })

  test.each([
    [
      ['check', '-o', 'table', 'pinned.yaml'],
      ['check', '-o', 'text', 'pinned.yaml'],
    ],
    [
      ['images', '-o', 'text', 'apps'],
      ['images', '-o', 'table', 'apps'],
    ],
    [
      ['images', '--format', 'lines', 'apps'],
      ['images', '-o', 'name', 'apps'],
    ],
    [
      ['inventory', '--format', 'list', ...FROM_LOCK],
      ['inventory', '-o', 'name', ...FROM_LOCK],
    ],
    [
      ['inventory', ...FROM_LOCK],
      ['inventory', '-o', 'name', ...FROM_LOCK],
    ],
  ])('%j is %j', async (args, same) => {
    const result = await run(args)
    expect(result.code).toBe(0)
    expect(await run(same)).toEqual(result)
  })

  test('a table of the inventory', async () => {
    const { stdout } = await run(['inventory', '-o', 'table', '--to', 'mirror.local', ...FROM_LOCK])
    expect(stdout).toBe(
      `IMAGE                         DIGEST${' '.repeat(67)}PLATFORMS  COPY TO
docker.io/library/nginx:1.27  ${DIGEST}             mirror.local/docker.io/library/nginx
`,
    )
  })

  test('diff names the files that would change', async () => {
    const { stdout } = await run([
      'diff',
      '-o',
      'name',
      '--mirror',
      `*=${registry.url}`,
      'apps',
      'pinned.yaml',
    ])
    expect(stdout).toBe('apps/job.json\napps/web/pod.yaml\n')
  })

  test('what only another command can print is ignored in the environment, and refused on the line', async () => {
    expect((await run(['images', 'apps'], '', { PINPULL_OUTPUT: 'sarif' })).code).toBe(0)
    expect((await run(['check', 'pinned.yaml'], '', { PINPULL_FORMAT: 'lines' })).code).toBe(0)
    expect((await run(['images', 'apps'], '', { PINPULL_OUTPUT: 'xml' })).stderr).toBe(
      'error USAGE: PINPULL_OUTPUT: "xml" is not one of table, json, yaml, name\n  → see pinpull --help, or pinpull COMMAND --help\n',
    )
    const { code, stderr } = await run(['images', '-o', 'sarif', 'apps'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `error USAGE: option '--output <format>': "sarif" is not one of table, json, yaml, name`,
    ])
  })
})

describe('pinpull version', () => {
  const runtime = { platform: 'linux', arch: 'x64', versions: { node: '24.21.0' } }

  test.each<[Runtime, string]>([
    [runtime, 'node 24.21.0, linux/amd64'],
    [{ ...runtime, platform: 'darwin', arch: 'arm64' }, 'node 24.21.0, darwin/arm64'],
    [
      { ...runtime, versions: { node: '24.3.0', bun: '1.4.5' }, platform: 'win32' },
      'bun 1.4.5, windows/amd64',
    ],
  ])('%j', (on, described) => {
    const io = memoryIo('', folder)
    expect(version({}, { ...io, selfCommand: () => ['node', 'pinpull.js'] }, on)).toBe(0)
    expect(io.outputs.join('')).toMatch(/^pinpull \d+\.\d+\.\d+ \(commit unknown, .*\)\n$/)
    expect(io.outputs.join('')).toContain(`, ${described})`)
  })

  test('a standalone binary says so', () => {
    const io = memoryIo('', folder)
    version(
      {},
      { ...io, selfCommand: () => ['/usr/bin/pinpull'] },
      { ...runtime, versions: { bun: '1.4.5' } },
    )
    expect(io.outputs.join('')).toContain('(commit unknown, standalone binary, bun 1.4.5, linux/amd64)')
  })

  test('--version stays a number', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await run(['-V'])).stdout).toBe((await run(['--version'])).stdout)
  })
})

describe('words that are no command', () => {
  test.each([
    [['chek'], 'unknown command "chek"; did you mean "check"?'],
    [['frobnicate'], 'there is no file and no command "frobnicate"'],
    [['prod'], 'there is no file prod; for the profile, write --profile=prod'],
    [['help', 'chek'], 'unknown command "chek"; did you mean "check"?'],
    [['config'], 'config needs a command: init, schema, view'],
    [['check', '--unheard-of=1'], 'unknown option --unheard-of'],
    [
      ['helm', 'install-plugin', '--directory', ''],
      `option '--directory <folder>': it is empty: is a variable unset?`,
    ],
    [
      ['check', '--format', 'xml'],
      `option '--output <format>': "xml" is not one of text, json, yaml, sarif, junit, markdown, html, github`,
    ],
    [['completion', 'tcsh'], 'pinpull completion needs a shell: bash, zsh, fish, not "tcsh"'],
  ])('%s', async (args, reason) => {
    expect(await run(args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error USAGE: ${reason}\n  → see pinpull --help, or pinpull COMMAND --help\n`,
    })
  })
})
