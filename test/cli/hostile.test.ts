import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectHarmless, HIDDEN, HOSTILE } from '../support/hostile-texts.ts'
import { runProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const NAMES = Object.values(HOSTILE)

/** JSON, since it can hold every one of them. */
function pod(hostile: string, image = hostile): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: hostile,
      namespace: hostile,
      labels: { [hostile]: hostile },
      annotations: { [hostile]: hostile, 'pinpull.dev/skip': hostile },
    },
    spec: {
      nodeSelector: { [hostile]: hostile },
      containers: [{ name: hostile, image, imagePullPolicy: hostile }],
      imagePullSecrets: [{ name: hostile }],
    },
  }
}
const stream = (objects: readonly unknown[]): string =>
  objects.map((one) => `${JSON.stringify(one)}\n`).join('')
const custom = (hostile: string): unknown => ({
  apiVersion: 'evil.example/v1',
  kind: hostile,
  metadata: { name: hostile },
  spec: { [hostile]: { image: hostile }, other: 'nginx:1.27' },
})
const good = (hostile: string): unknown => {
  const one = pod(hostile, 'nginx:1.27') as {
    metadata: { annotations: object }
    spec: { containers: [{ imagePullPolicy?: string }] }
  }
  one.metadata.annotations = { [hostile]: hostile }
  one.spec.containers[0].imagePullPolicy = 'Always'
  return one
}
/** Hostile text around an image that is changed. */
const AROUND = NAMES.filter((name) => !/[\n\r\0\u0085\u2028\u2029\b]/.test(name)).map(
  (name) =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      args:\n        - ${JSON.stringify(name)}\n      image: nginx:1.27\n`,
)
const RAW = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    args: [ "x\u00ad\u202e ##[error]y" ]\n    image: nginx:1.27\n    # tail \u200b\n# ::error::x\n`

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
  folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
  writeFileSync(join(folder, 'bad.json'), stream([...NAMES.map((name) => pod(name)), ...NAMES.map(custom)]))
  writeFileSync(join(folder, 'good.json'), stream(NAMES.map(good)))
  writeFileSync(join(folder, 'around.yaml'), AROUND.join('---\n'))
  writeFileSync(join(folder, 'raw.yaml'), RAW)
  mkdirSync(join(folder, 'names'))
  for (const [index, name] of NAMES.entries()) {
    const file = `${name.replaceAll(/[/\0]/g, '')}.yaml`
    writeFileSync(join(folder, 'names', file), index % 2 === 0 ? 'a: [\n' : stream([pod(name, 'NGINX')]))
  }
  const profiles = NAMES.map((name) => ({
    name,
    extends: name,
    rules: [{ match: { images: [name] }, pin: name }],
    [name]: name,
  }))
  const config = {
    apiVersion: 'pinpull.dev/v1alpha1',
    kind: 'Pinpull',
    spec: { profiles, [NAMES[0] as string]: 1 },
  }
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  const list = {
    apiVersion: 'config.kubernetes.io/v1',
    kind: 'ResourceList',
    items: NAMES.map((name) => pod(name)),
  }
  writeFileSync(join(folder, 'list.json'), JSON.stringify(list, undefined, 1))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await registry.close()
})

/** Runs the program and gives back what it printed, once it is known to be harmless. */
async function run(args: readonly string[], input = '', env: Record<string, string> = {}) {
  const home = { XDG_STATE_HOME: join(folder, 'state'), PINPULL_CACHE_TTL: '0' }
  const ran = await runProgram(args, { cwd: folder, input, env: { ...home, ...env } })
  const { code, stderr } = ran
  expect(code, stderr).not.toBe(70)
  return { code, stdout: ran.stdout.toString(), stderr }
}

describe('what is hostile in a manifest is harmless in what is printed', () => {
  const mirror = (): string[] => ['--mirror', `*=${registry.url}`]
  test.each<[name: string, args: readonly string[]]>([
    ['check', ['check', 'bad.json', 'good.json']],
    ['check --require-pinned', ['check', '--require-pinned', 'bad.json']],
    ['check --format json', ['check', '--format', 'json', 'bad.json', 'good.json']],
    ['check --format sarif', ['check', '--format', 'sarif', 'bad.json', 'good.json']],
    ['check --format junit', ['check', '--format', 'junit', 'bad.json', 'good.json']],
    ['check --format markdown', ['check', '--format', 'markdown', 'bad.json', 'good.json']],
    ['check of files', ['check', 'names']],
    ['check of files as JSON', ['check', '--format', 'json', 'names']],
    ['check of files as SARIF', ['check', '--format', 'sarif', 'names']],
    ['check of files as JUnit', ['check', '--format', 'junit', 'names']],
    ['check of files as Markdown', ['check', '--format', 'markdown', 'names']],
    ['images', ['images', 'bad.json']],
    ['images --format json', ['images', '--format', 'json', 'bad.json']],
    ['images --format lines', ['images', '--format', 'lines', 'bad.json']],
    ['images of files', ['images', 'names']],
    ['fields', ['fields', 'bad.json']],
    ['fields --format json', ['fields', '--format', 'json', 'bad.json']],
    ['explain', ['explain', '--locked', 'bad.json']],
    ['explain of what is good', ['explain', '--profile', 'dev', 'good.json']],
    ['explain of files', ['explain', '--profile', 'dev', 'names']],
    ['diff of what is around', ['diff', '--profile', 'dev', 'around.yaml']],
    ['diff of what is around, raw', ['diff', '--profile', 'dev', 'raw.yaml']],
    ['diff of files', ['diff', 'names']],
    ['inventory', ['inventory', 'bad.json']],
    ['prepull', ['prepull', 'bad.json']],
    ['lock', ['lock', '--locked', 'bad.json', 'good.json']],
    ['lock of files', ['lock', '--locked', 'names']],
    ['config view of a bad configuration', ['config', 'view', '--config', 'config.yaml']],
    ['last', ['last']],
  ])('%s', async (_, args) => {
    if (args[0] === 'last') await run([], stream(NAMES.map((name) => pod(name))))
    const { stdout, stderr } = await run(args)
    expect(stdout.length + stderr.length).toBeGreaterThan(100)
    expectHarmless(stdout)
    expectHarmless(stderr)
  })

  test.each([
    ['inventory', ['inventory', '--format', 'json', 'good.json']],
    ['prepull', ['prepull', 'good.json']],
    ['lock', ['lock', '--verbose', '--lock-file', 'new.lock.yaml', 'good.json']],
  ])('%s, with registries that answer', async (_, args) => {
    const { stdout, stderr } = await run([...args, ...mirror()])
    expectHarmless(stdout)
    expectHarmless(stderr)
  })

  test('the filter, which passes manifests on as they are', async () => {
    const input = readFileSync(join(folder, 'good.json'), 'utf8')
    const { code, stdout, stderr } = await run(['--profile', 'dev', '--verbose'], input)
    expect([code, stdout]).toEqual([0, input])
    expect(stderr.split('\n').length).toBeGreaterThan(2 * NAMES.length)
    expectHarmless(stderr)
    const bad = await run(['--verbose'], readFileSync(join(folder, 'bad.json'), 'utf8'))
    expect([bad.code, bad.stdout]).toEqual([1, ''])
    expectHarmless(bad.stderr)
  })

  test('GitHub annotations are one command a finding', async () => {
    const { stdout } = await run(['check', '--format', 'github', 'bad.json', 'names'])
    const { diagnostics } = JSON.parse((await run(['check', '--format', 'json', 'bad.json', 'names'])).stdout)
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(diagnostics.length)
    for (const line of lines)
      expect(line).toMatch(
        /^::(?:error|warning|notice) (?:file=[^,:]*,)?(?:line=\d+,)?(?:col=\d+,)?title=[A-Z_]+::/,
      )
    expect(HIDDEN.exec(stdout)?.[0]).toBeUndefined()
    expect(stdout).not.toMatch(/##(?:vso|teamcity)?\[/i)
  })

  test.each(['json', 'sarif', 'xml', 'md', 'html', 'txt'])('a report as .%s', async (extension) => {
    const file = `report.${extension}`
    await run(['check', '--report', file, 'bad.json', 'good.json', 'names'])
    const report = readFileSync(join(folder, file), 'utf8')
    expect(report.length).toBeGreaterThan(1000)
    expectHarmless(report)
  })

  test('results of a KRM function', async () => {
    const input = readFileSync(join(folder, 'list.json'), 'utf8')
    const { stdout, stderr } = await run(['--krm'], input)
    const results = stdout.slice(0, stdout.indexOf('"items"'))
    const added = results.slice(results.indexOf('"results"'))
    expect(added).toContain('REFERENCE_INVALID')
    expectHarmless(added)
    expectHarmless(stderr)
  })

  // Each alone is in hostile-arguments.test.ts.
  const ALL = NAMES.join(' ').replaceAll('\0', '')
  test.each<[name: string, args: readonly string[], env?: Record<string, string>]>([
    ['a command', [ALL]],
    ['an option', [`--${ALL}`]],
    ['the name of a profile', ['--profile', ALL]],
    ['files', ['check', ...NAMES.map((name) => name.replaceAll('\0', ''))]],
    ['variables', [], { PINPULL_PROFILE: ALL, PINPULL_TIMEOUT: ALL }],
  ])('in arguments and the environment: %s', async (_, args, env) => {
    const { stdout, stderr } = await run(args, '', env)
    expectHarmless(stdout)
    expectHarmless(stderr)
  })
})

describe('nothing is lost where programs read', () => {
  test('JSON gives every image as it is written', async () => {
    const { stdout } = await run(['images', '--format', 'json', 'bad.json'])
    const images = JSON.parse(stdout).images.map(({ image }: { image: string }) => image)
    expect(images.filter((image: string) => image !== 'nginx:1.27')).toEqual(expect.arrayContaining(NAMES))
  })

  test('a list of lines has a line for each image, a JSON string where it is not a word', async () => {
    const { stdout } = await run(['images', '--format', 'lines', 'bad.json'])
    const lines = stdout.trimEnd().split('\n')
    const { stdout: json } = await run(['images', '--format', 'json', 'bad.json'])
    expect(lines.map((line) => (line.startsWith('"') ? JSON.parse(line) : line))).toEqual(
      JSON.parse(json).images.map(({ image }: { image: string }) => image),
    )
  })

  test('a page of Markdown has no markup of theirs', async () => {
    const { stdout } = await run(['check', '--format', 'markdown', 'bad.json'])
    for (const markup of ['<img', '](https', ' @admins', 'https://evil', 'www.evil', '<script']) {
      const text = stdout.replaceAll(/(`+) ?.*?\1(?!`)/g, '')
      expect(text.replaceAll(/\\./g, '')).not.toContain(markup)
    }
  })

  test('JUnit has as many cases as it says, and none of theirs', async () => {
    const { stdout } = await run(['check', '--format', 'junit', 'bad.json'])
    const said = [...stdout.matchAll(/<testsuite [^>]*tests="(\d+)"/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    )
    expect(stdout.match(/<testcase /g)).toHaveLength(said)
    expect(stdout).not.toContain('forged"/>')
  })

  test('SARIF has no placeholder and no link of theirs', async () => {
    const { stdout } = await run(['check', '--format', 'sarif', 'bad.json'])
    const { results } = JSON.parse(stdout).runs[0]
    for (const { message } of results) {
      expect(message.text.replaceAll('{{', '').replaceAll('}}', '')).not.toMatch(/[{}]|\]\(/)
    }
  })

  test('manifests for pulling ahead hold the selectors of the input', async () => {
    const { parseAllDocuments } = await import('yaml')
    const { stdout } = await run(['prepull', 'good.json', '--mirror', `*=${registry.url}`])
    const selectors = parseAllDocuments(stdout).flatMap((document) =>
      Object.keys(
        (document.toJS() as { spec: { template: { spec: { nodeSelector?: object } } } }).spec.template.spec
          .nodeSelector ?? {},
      ),
    )
    expect(selectors).toEqual(expect.arrayContaining(NAMES))
  })
})
