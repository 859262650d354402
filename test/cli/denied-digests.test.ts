import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { buildImage } from '../support/registry/image.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
  registry.push('acme/web:1', { seed: 'bad' })
  registry.push('acme/job:1', { seed: 'good' })
})

const bad = buildImage({ seed: 'bad' })
const good = buildImage({ seed: 'good' })
const index = bad.top.digest
const child = bad.manifests[1]?.digest ?? ''

function deny(...digests: readonly string[]): void {
  configure(`  denyDigests: [${digests.map((one) => `"${one}"`).join(', ')}]\n`)
}

function configure(spec: string): void {
  writeFileSync(
    join(folder, 'pinpull.yaml'),
    `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n${spec}`,
  )
}

const pod = (...images: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${images
    .map(
      (image, i) =>
        `  - name: c${i}\n    image: ${image.replace('HOST', registry.host)}\n    imagePullPolicy: IfNotPresent\n`,
    )
    .join('')}`

/** The exit code, and the errors that a run reports: each with its place and the digest on the list. */
async function errors(args: readonly string[], input: string) {
  const { code, stdout, stderr } = await runInProcess(args, { input, cwd: folder })
  const found = `${stdout}\n${stderr}`.matchAll(/^(\S+): error (\w+): .*? has (sha256:\w+)$/gm)
  return [code, [...found].map(([, place, name, digest]) => `${place} ${name} ${names.get(digest ?? '')}`)]
}
const names = new Map([
  [index, 'index'],
  [child, 'child'],
])

describe('a denied digest is an error', () => {
  test.each([
    ['of an index', index, 'index'],
    ['of a manifest in an index', child, 'child'],
  ])('%s', async (_, digest, name) => {
    await runInProcess(['lock'], { input: pod('HOST/acme/web:1', 'HOST/acme/job:1'), cwd: folder })
    deny(digest)
    const tagged = pod('HOST/acme/web:1', 'HOST/acme/job:1')
    const pinned = pod(`HOST/acme/web:1@${index}`, `HOST/acme/web@${child}`)
    const found = `DIGEST_DENIED ${name}`
    // From the lock file, without a registry.
    expect(await errors(['--locked'], tagged)).toEqual([1, [`<stdin>:7:12 ${found}`]])
    expect(await errors([], tagged)).toEqual([1, [`<stdin>:7:12 ${found}`]])
    expect(await errors(['lock'], tagged)).toEqual([1, [`<stdin>:7:12 ${found}`]])
    expect(await errors(['lock', '--check'], tagged)).toEqual([1, [`<stdin>:7:12 ${found}`]])
    expect(await errors(['lock', '--check', '--locked'], pod('HOST/acme/job:1'))).toEqual([
      1,
      expect.arrayContaining([`pinpull.lock.yaml:17:5 ${found}`]),
    ])
    expect(await errors(['inventory', '-o', 'table'], tagged)).toEqual([1, [`<stdin>:7:12 ${found}`]])
    expect(await errors(['diff'], tagged)).toEqual([1, [`<stdin>:7:12 ${found}`]])
    // What stands in manifests: the lock file knows which index the manifest belongs to, and which manifests the index has.
    const both = [7, 10]
    expect(await errors(['check'], pinned)).toEqual([1, both.map((line) => `<stdin>:${line}:12 ${found}`)])
    expect(await errors([], pinned)).toEqual([1, both.map((line) => `<stdin>:${line}:12 ${found}`)])
    expect(await errors(['guard', '--only-locked'], '')).toEqual([1, []])
  })

  test('what an old lock file does not know is said', async () => {
    await runInProcess(['lock'], { input: pod('HOST/acme/web:1'), cwd: folder })
    const path = join(folder, 'pinpull.lock.yaml')
    const text = readFileSync(path, 'utf8').replace(
      / {4}platforms:\n(?: {6}.*\n)+/,
      '    platforms: [linux/amd64]\n',
    )
    writeFileSync(path, text)
    const locked = () => runInProcess(['--locked'], { input: pod('HOST/acme/web:1'), cwd: folder })
    expect((await locked()).stderr).not.toContain('MANIFESTS_NOT_KNOWN')
    deny(child)
    expect(await locked()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('<stdin>:7:12: warning MANIFESTS_NOT_KNOWN: '),
    })
    expect(await errors(['lock', '--update'], pod('HOST/acme/web:1'))).toEqual([
      1,
      ['<stdin>:7:12 DIGEST_DENIED child'],
    ])
  })

  test('without a lock file: the index is read', async () => {
    deny(child)
    expect(await errors([], pod('HOST/acme/web:1', 'HOST/acme/job:1'))).toEqual([
      1,
      ['<stdin>:7:12 DIGEST_DENIED child'],
    ])
    expect(await errors(['lock'], pod('HOST/acme/web:1'))).toEqual([1, ['<stdin>:7:12 DIGEST_DENIED child']])
    expect(await errors(['check', '--resolve'], pod('HOST/acme/web:1'))).toEqual([
      1,
      ['<stdin>:7:12 DIGEST_DENIED child'],
    ])
  })

  test('whatever profile, rule or annotation say', async () => {
    configure(`  denyDigests: ["${index}"]
  profiles:
  - name: dev
    exclude: ['${registry.host}/**']
    findings: {IMAGE_UNPINNED: 'off'}
`)
    const skipped = pod(`HOST/acme/web:1@${index}`).replace(
      'name: web}',
      'name: web, annotations: {pinpull.dev/skip: "true"}}',
    )
    for (const args of [[], ['check'], ['check', '--profile', 'dev'], ['--profile', 'dev']])
      expect(await errors(args, skipped)).toEqual([1, ['<stdin>:7:12 DIGEST_DENIED index']])
  })

  test('and an update may not come to one, nor stay there', async () => {
    registry.push('acme/web:1', { seed: 'good' })
    const input = pod('HOST/acme/web:1')
    await runInProcess(['lock'], { input, cwd: folder })
    deny(child)
    registry.push('acme/web:1', { seed: 'bad' })
    expect(await errors(['lock', '--update', '--now'], input)).toEqual([
      1,
      ['<stdin>:7:12 DIGEST_DENIED child'],
    ])
    expect(await errors(['--locked'], input)).toEqual([0, []])
    configure(`  denyDigests: ["${good.top.digest}"]\n  lock: {minAge: 7d}\n`)
    expect((await errors(['lock', '--update'], input))[0]).toBe(1)
    expect(await errors(['lock', '--update', '--now'], input)).toEqual([0, []])
  })
})

describe('the list', () => {
  test('is also a file: one digest a line, with comments', async () => {
    configure('  denyDigestsFile: denied.txt\n')
    writeFileSync(join(folder, 'denied.txt'), `# CVE-2026-1\r\n\r\n  ${index}  # web 1\r\n`)
    expect(await errors(['check'], pod(`HOST/acme/web:1@${index}`))).toEqual([
      1,
      ['<stdin>:7:12 DIGEST_DENIED index'],
    ])
  })

  test.each([
    [
      'a line that is no digest',
      '  denyDigestsFile: denied.txt\n',
      `${index}\nsha256:abc\n`,
      'denied.txt:2: error CONFIG_INVALID',
    ],
    ['a file that is missing', '  denyDigestsFile: gone.txt\n', '', 'CONFIG_UNREADABLE'],
    ['a file elsewhere', '  denyDigestsFile: ../denied.txt\n', '', 'CONFIG_UNTRUSTED'],
    [
      'a value that is no digest',
      '  denyDigests: [latest]\n',
      '',
      'error CONFIG_INVALID: spec.denyDigests[0] is no digest',
    ],
  ])('%s is an error', async (_, spec, text, message) => {
    configure(spec)
    writeFileSync(join(folder, 'denied.txt'), text)
    const run = await runInProcess(['check'], { input: pod('HOST/acme/web:1'), cwd: folder })
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('a manifest in an index that stands in the input is found without a lock file', async () => {
    deny(child)
    const pinned = pod(`HOST/acme/web:1@${index}`, `HOST/acme/job:1@${good.top.digest}`)
    const skipped = pinned.replace('{name: web}', '{name: web, annotations: {pinpull.dev/skip: "true"}}')
    for (const input of [pinned, skipped])
      expect(await errors([], input)).toEqual([1, ['<stdin>:7:12 DIGEST_DENIED child']])
    const offline = await runInProcess(['--locked'], { input: pinned, cwd: folder })
    expect(offline.stderr).toContain(
      'MANIFESTS_NOT_KNOWN: ' +
        `${registry.host}/acme/web:1@${index}: this run does not have the manifests of its index, so they were not compared`,
    )
  })

  test('a functionConfig adds to it, and takes nothing away', async () => {
    deny(index)
    const list = (spec: string) => `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig: {apiVersion: pinpull.dev/v1alpha1, kind: Pinpull, spec: ${spec}}
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: '${registry.host}/acme/web@${index}'}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: b, image: '${registry.host}/acme/job@${good.top.digest}'}]}}
`
    for (const [spec, count] of [
      ['{}', 1],
      ['{denyDigests: []}', 1],
      [`{denyDigests: ["${good.top.digest}"]}`, 2],
    ] as const) {
      const run = await runInProcess(['--krm'], { input: list(spec), cwd: folder })
      expect([spec, run.code, (run.stdout + run.stderr).match(/DIGEST_DENIED: /g)?.length]).toEqual([
        spec,
        1,
        count,
      ])
    }
    const file = await runInProcess(['--krm'], { input: list('{denyDigestsFile: denied.txt}'), cwd: folder })
    expect(file.stdout + file.stderr).toContain('CONFIG_UNTRUSTED')
  })
})

test('the guard refuses denied digests, also of images that the profile excludes', async () => {
  configure(`  denyDigests: ["${child}"]\n  profiles: [{name: prod, exclude: ['ghcr.io/**']}]\n`)
  const { stdout } = await runInProcess(['guard'], { cwd: folder })
  expect(stdout).toContain(`'${child}': ''`)
  expect(stdout).toContain('expression: "size(variables.digestDenied) == 0"')
  expect(stdout).not.toContain(index)
})
