import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CONTAINERD_NAME, layoutFiles, REF_NAME, tarOf, writeFolder } from '../support/image-layout.ts'
import { runInProcess, TYPED } from '../support/memory-io.ts'
import { buildImage, type Image } from '../support/registry/image.ts'
import { failWith } from '../support/registry/misbehaviour.ts'
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
  registry.clearRequests()
  registry.clearScript()
  for (const name of ['library/nginx:1.27', 'library/redis:7', 'library/busybox:1.37', 'acme/app:v1']) {
    registry.push(name, { seed: 'first' })
  }
})

const pod = (...images: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${images
    .map((image, i) => `  - name: c${i}\n    image: ${image}\n`)
    .join('')}`

const first = buildImage({ seed: 'first' }).top.digest
const second = buildImage({ seed: 'second' }).top.digest

/** Runs `pinpull lock` with the mirror; times are made the same. */
async function lock(args: readonly string[], input = '', env: Record<string, string> = {}) {
  const mirror = args.includes('--locked') ? [] : ['--mirror', `*=${registry.url}`]
  const run = await runInProcess(['lock', ...args, ...mirror], { input, cwd: folder, env })
  expect(run.stdout).toBe('')
  return { code: run.code, stderr: run.stderr.replaceAll(registry.host, 'HOST').replaceAll(folder, 'DIR') }
}

function lockText(name = 'pinpull.lock.yaml'): string {
  const text = readFileSync(join(folder, name), 'utf8')
  return text.replaceAll(registry.host, 'HOST').replaceAll(/"\d{4}-[^"]*"/g, '"NOW"')
}

const HEAD = `# What each image tag named when it was last resolved. Written by "pinpull lock"; made to be reviewed.
apiVersion: pinpull.dev/v1alpha2
kind: Lock
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
images:
`
/** The lines about the platforms of an image of two. */
const platformsText = ({ manifests: [amd64, arm64] }: Image): string => `    platforms:
      - {platform: linux/amd64, digest: ${amd64?.digest}}
      - {platform: linux/arm64, digest: ${arm64?.digest}}`
const entryText = (reference: string, digest: string): string => `  - reference: ${reference}
    digest: ${digest}
    mediaType: application/vnd.oci.image.index.v1+json
${platformsText(buildImage({ seed: digest === first ? 'first' : 'second' }))}
    source: "HOST"
    resolvedAt: "NOW"
`

describe('pinpull lock', () => {
  test('writes what every tag names, from standard input', async () => {
    const { code, stderr } = await lock([], pod('redis:7', 'nginx:1.27', 'docker.io/library/nginx:1.27'))
    expect(code).toBe(0)
    expect(stderr).toBe(`added docker.io/library/redis:7 ${first}
added docker.io/library/nginx:1.27 ${first}
pinpull: lock: 2 images: 2 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written
`)
    expect(lockText()).toBe(
      HEAD + entryText('docker.io/library/nginx:1.27', first) + entryText('docker.io/library/redis:7', first),
    )
  })

  test('from files, folders and several streams', async () => {
    mkdirSync(join(folder, 'base'))
    writeFileSync(join(folder, 'base', 'a.yaml'), pod('nginx:1.27'))
    writeFileSync(
      join(folder, 'base', 'b.json'),
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'b' },
        spec: { containers: [{ name: 'b', image: 'redis:7' }] },
      }),
    )
    writeFileSync(join(folder, 'c.yaml'), pod('acme/app:v1'))
    const { code, stderr } = await lock(['base', 'c.yaml', '-'], pod('busybox:1.37'))
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      0,
      'pinpull: lock: 4 images: 4 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written',
    ])
  })

  test('if nothing moved, no byte changes and no registry is contacted', async () => {
    const input = pod('nginx:1.27', 'redis:7')
    await lock([], input)
    const path = join(folder, 'pinpull.lock.yaml')
    const before = statSync(path, { bigint: true })
    registry.clearRequests()
    const { code, stderr } = await lock([], input)
    expect([code, stderr]).toEqual([
      0,
      'pinpull: lock: 2 images: 0 added, 0 updated, 2 unchanged, 0 removed; pinpull.lock.yaml is unchanged\n',
    ])
    expect(registry.requests).toEqual([])
    await lock(['--update'], input)
    expect(registry.requests.length).toBeGreaterThan(0)
    expect(statSync(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })
  })

  test('adds what is missing and leaves what has moved', async () => {
    await lock([], pod('nginx:1.27'))
    registry.push('library/nginx:1.27', { seed: 'second' })
    await lock([], pod('nginx:1.27', 'redis:7'))
    expect(lockText()).toBe(
      HEAD + entryText('docker.io/library/nginx:1.27', first) + entryText('docker.io/library/redis:7', first),
    )
  })

  test('a pattern that matches nothing is not taken for a success', async () => {
    await lock([], pod('nginx:1.27'))
    const { code, stderr } = await lock(
      ['--update', '--match', 'nginx', '--match', 'ngnix'],
      pod('nginx:1.27'),
    )
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error USAGE: --match ngnix matches no image of pinpull.lock.yaml',
    ])
    expect((await lock(['--update', '--match', 'redis'], pod('nginx:1.27', 'redis:7'))).code).toBe(0)
  })

  test.each<[string, string[], string, string, string]>([
    ['everything', ['--update'], pod('nginx:1.27', 'redis:7'), second, second],
    ['what a pattern matches', ['--update', '--match', 'nginx'], pod('nginx:1.27', 'redis:7'), second, first],
    [
      'what one of two patterns matches',
      ['--update', '--match', 'nginx', '--match=redis'],
      pod('nginx:1.27', 'redis:7'),
      second,
      second,
    ],
    ['what a pattern matches, unused', ['--update', '--match', 'redis:*'], '', first, second],
  ])('--update resolves %s again', async (_, args, input, nginx, redis) => {
    await lock([], pod('nginx:1.27', 'redis:7'))
    for (const name of ['library/nginx:1.27', 'library/redis:7']) registry.push(name, { seed: 'second' })
    const { code, stderr } = await lock(args, input)
    expect(code).toBe(0)
    if (redis === second) expect(stderr).toContain(`updated docker.io/library/redis:7 ${first} → ${second}\n`)
    expect(lockText()).toBe(
      HEAD + entryText('docker.io/library/nginx:1.27', nginx) + entryText('docker.io/library/redis:7', redis),
    )
  })

  test('the file or folder behind --update is a FILE', async () => {
    mkdirSync(join(folder, 'm'))
    writeFileSync(join(folder, 'm', 'stream.yaml'), pod('nginx:1.27'))
    await lock(['m'])
    registry.push('library/nginx:1.27', { seed: 'second' })
    for (const args of [
      ['--update', 'm'],
      ['--update', join('m', 'stream.yaml')],
      ['m', '--update'],
    ]) {
      expect((await lock(args)).code).toBe(0)
    }
    expect(lockText()).toContain(second)
  })

  test.each<[string[], string]>([
    [
      ['--update', 'nginx'],
      "there is no file nginx; to update only images that match a pattern: --update --match 'nginx'",
    ],
    [
      ['--update', '--prune', 'bitnami/*'],
      "there is no file bitnami/*; to update only images that match a pattern: --update --match 'bitnami/*'",
    ],
    [
      ['--update=nginx'],
      "option --update takes no value; to update only images that match a pattern: --update --match 'nginx'",
    ],
    [['--match', 'nginx'], '--match narrows --update: add --update'],
  ])('a pattern that is not the value of --match: %j', async (args, reason) => {
    const { code, stderr } = await lock(args, pod('nginx:1.27'))
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error USAGE: ${reason}`])
  })

  test('--update cannot contact registries with --locked', async () => {
    await lock([], pod('nginx:1.27'))
    const { code, stderr } = await lock(['--update', '--locked'], pod('nginx:1.27'))
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error USAGE: --update contacts registries, which --locked forbids: name a layout with --from-layout',
    ])
  })

  test('--prune drops what nothing uses', async () => {
    await lock([], pod('nginx:1.27', 'redis:7'))
    const { stderr } = await lock(['--prune'], pod('redis:7'))
    expect(stderr).toBe(`removed docker.io/library/nginx:1.27 ${first}
pinpull: lock: 1 image: 0 added, 0 updated, 1 unchanged, 1 removed; pinpull.lock.yaml was written
`)
    expect(lockText()).toBe(HEAD + entryText('docker.io/library/redis:7', first))
  })

  test.each([
    ['an empty stream', ['--prune'], ''],
    ['a stream without images', ['--prune'], 'kind: ConfigMap\n'],
  ])('--prune does not empty the file for %s', async (_, args, input) => {
    await lock([], pod('nginx:1.27'))
    const before = lockText()
    const { code, stderr } = await lock(args, input)
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error USAGE: no image was found in the manifests: --prune would empty the lock file',
    ])
    expect(lockText()).toBe(before)
  })

  test('at a terminal what is locked can be updated and checked, and nothing waits for manifests', async () => {
    await lock([], pod('nginx:1.27'))
    registry.push('library/nginx:1.27', { seed: 'second' })
    const checked = await lock(['--check'], TYPED)
    expect([checked.code, checked.stderr.match(/\berror [A-Z_]+/g)]).toEqual([1, ['error LOCK_MOVED']])
    expect((await lock(['--update'], TYPED)).stderr).toContain(
      `updated docker.io/library/nginx:1.27 ${first}`,
    )
    expect((await lock(['--check'], TYPED)).code).toBe(0)
    expect((await lock([], TYPED)).code).toBe(2)
  })

  test('keeps the comments of those who review', async () => {
    await lock([], pod('nginx:1.27', 'redis:7'))
    const path = join(folder, 'pinpull.lock.yaml')
    const commented = readFileSync(path, 'utf8').replace(
      '  - reference: docker.io/library/redis',
      '  # held back: see issue 12\n$&',
    )
    writeFileSync(path, commented)
    registry.push('library/nginx:1.27', { seed: 'second' })
    await lock(['--update', '--match', 'nginx'], pod('nginx:1.27', 'redis:7'))
    expect(lockText()).toBe(
      `${HEAD}${entryText('docker.io/library/nginx:1.27', second)}  # held back: see issue 12\n${entryText('docker.io/library/redis:7', first)}`,
    )
  })

  test('an image that names its digest is in the inventory too, once', async () => {
    const { code } = await lock([], pod(`nginx@${first}`, `redis:7@${first}`, 'redis:7'))
    expect(code).toBe(0)
    expect(lockText()).toBe(
      HEAD +
        entryText(`docker.io/library/nginx@${first}`, first) +
        entryText('docker.io/library/redis:7', first) +
        entryText(`docker.io/library/redis@${first}`, first),
    )
  })

  test("--platform locks that platform's manifest, under an entry of its own", async () => {
    const input = pod('nginx:1.27')
    await lock([], input)
    await lock(['--platform', 'linux/arm64'], input)
    const arm64 = buildImage({ seed: 'first' }).manifests[1]?.digest ?? ''
    expect(
      lockText(),
    ).toBe(`${HEAD}${entryText('docker.io/library/nginx:1.27', first)}  - reference: docker.io/library/nginx:1.27
    platform: linux/arm64
    digest: ${arm64}
    mediaType: application/vnd.oci.image.manifest.v1+json
    platforms: [linux/arm64]
    source: "HOST"
    resolvedAt: "NOW"
`)
    const run = await runInProcess(['--locked', '--platform', 'linux/arm64'], { input, cwd: folder })
    expect(run.stdout).toContain(`nginx:1.27@${arm64}\n`)
  })

  test('--image locks what no manifest names, without reading any', async () => {
    await lock(['--image', 'busybox:1.37', '--image', 'nginx:1.27'])
    expect(lockText()).toBe(
      HEAD +
        entryText('docker.io/library/busybox:1.37', first) +
        entryText('docker.io/library/nginx:1.27', first),
    )
  })

  test.each<[string, string[], Record<string, string>, string]>([
    ['the flag', ['--lock-file', 'other.yaml'], {}, 'other.yaml'],
    ['the environment', [], { PINPULL_LOCK_FILE: 'other.yaml' }, 'other.yaml'],
    ['beside the configuration', ['--config', 'conf/pinpull.yaml'], {}, 'conf/pinpull.lock.yaml'],
    ['what the configuration says', ['--config', 'conf/named.yaml'], {}, 'conf/mine.yaml'],
  ])('%s says where', async (_, args, env, name) => {
    mkdirSync(join(folder, 'conf'))
    const config = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nmetadata: {name: x}\n'
    writeFileSync(join(folder, 'conf', 'pinpull.yaml'), config)
    writeFileSync(join(folder, 'conf', 'named.yaml'), `${config}spec: {lockFile: mine.yaml}\n`)
    expect((await lock(args, pod('nginx:1.27'), env)).code).toBe(0)
    expect(lockText(name)).toBe(HEAD + entryText('docker.io/library/nginx:1.27', first))
  })

  test('names everything that does not resolve, and writes nothing', async () => {
    const { code, stderr } = await lock(['--image', 'nowhere/at:all'], pod('nginx:1.27'))
    expect(code).toBe(1)
    expect(stderr).toContain('error ')
    const both = await lock(['-'], pod('nginx:1.27', 'missing/one:1', 'missing/two:2'))
    expect(both.code).toBe(1)
    expect(both.stderr).toMatch(/missing\/one:1[\s\S]*missing\/two:2/)
    expect(both.stderr).toContain('pinpull: lock: 2 errors; nothing was written\n')
    expect(existsSync(join(folder, 'pinpull.lock.yaml'))).toBe(false)
  })

  test('names the file that cannot be read', async () => {
    writeFileSync(join(folder, 'good.yaml'), pod('nginx:1.27'))
    writeFileSync(join(folder, 'bad.yaml'), Buffer.from([0xff]))
    writeFileSync(join(folder, 'worse.yaml'), 'a: "b\n')
    const { code, stderr } = await lock(['good.yaml', 'bad.yaml', 'worse.yaml'])
    expect([code, stderr.match(/^\S+ error \w+/gm)]).toEqual([
      1,
      ['bad.yaml:1:1: error INPUT_NOT_UTF8', 'worse.yaml:2:1: error YAML_INVALID'],
    ])
  })

  test('a damaged lock file is refused with its line, and stays', async () => {
    await lock([], pod('nginx:1.27'))
    const path = join(folder, 'pinpull.lock.yaml')
    const damaged = `${readFileSync(path, 'utf8')}<<<<<<< HEAD\n`
    writeFileSync(path, damaged)
    const { code, stderr } = await lock([], pod('redis:7'))
    expect(code).toBe(1)
    expect(
      stderr,
    ).toBe(`pinpull.lock.yaml:17:1: error LOCK_CONFLICT: the lock file contains a merge conflict marker: <<<<<<< HEAD
  → take either side, finish the merge, then run pinpull lock FILE to add what is missing
`)
    expect(readFileSync(path, 'utf8')).toBe(damaged)
  })
})

const JSON_LOCK = {
  apiVersion: 'pinpull.dev/v1alpha1',
  kind: 'Lock',
  metadata: { name: 'pinpull' },
  images: ['nginx:1.27', 'redis:7'].map((image) => ({
    reference: `docker.io/library/${image}`,
    digest: first,
    mediaType: 'application/vnd.oci.image.index.v1+json',
  })),
}

describe('pinpull lock --check', () => {
  const input = pod('nginx:1.27', 'redis:7')

  test('is content where the lock holds what the manifests need', async () => {
    await lock([], input)
    expect(await lock(['--check'], input)).toEqual({
      code: 0,
      stderr: 'pinpull: lock: pinpull.lock.yaml holds what the manifests need, and nothing has moved\n',
    })
  })

  test('lists what is missing, unused and moved, each with its place', async () => {
    await lock([], input)
    registry.push('library/nginx:1.27', { seed: 'second' })
    const before = readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8')
    const { code, stderr } = await lock(['--check'], pod('nginx:1.27', 'acme/app:v1'))
    expect(code).toBe(1)
    expect(
      stderr,
    ).toBe(`<stdin>:9:12: error LOCK_MISSING_ENTRY: acme/app:v1: not in the lock file pinpull.lock.yaml
  Pod web, container c1, spec.containers[1].image
  → lock it where the registry can be reached, and commit the result: … | pinpull lock
pinpull.lock.yaml:17:5: error LOCK_UNUSED: docker.io/library/redis:7: in the lock file, but no manifest uses it
  → run pinpull lock --prune FILE... with all manifests that share the lock file
pinpull.lock.yaml:9:5: error LOCK_MOVED: docker.io/library/nginx:1.27 is locked as ${first}, but is now ${second} at HOST
  → review what changed; pinpull lock --update --match docker.io/library/nginx:1.27 FILE locks the new digest
pinpull.lock.yaml:9:5: info IMAGE_DIGEST_UNTAGGED: "docker.io/library/nginx:1.27": the tag 1.27 names ${second}, and no other tag that was looked up names ${first}
  → tag it again before the registry deletes untagged manifests, or use the current digest of the tag
pinpull: lock: 3 errors; nothing was written
`)
    expect(readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8')).toBe(before)
  })

  test('in the formats of reports: on the line of the lock file, in a pull request', async () => {
    await lock([], input)
    registry.push('library/nginx:1.27', { seed: 'second' })
    const args = ['lock', '--check', '--format', 'github', '--report', 'lock.sarif', '--report', 'lock.html']
    const run = await runInProcess([...args, '--mirror', `*=${registry.url}`], { input, cwd: folder })
    expect(run.code).toBe(1)
    expect(run.stdout).toMatch(
      /^::error file=pinpull\.lock\.yaml,line=9,col=5,title=LOCK_MOVED[^\n]*\n::notice [^\n]*UNTAGGED[^\n]*\n$/,
    )
    expect(run.stderr).toBe('pinpull: lock: 1 error; nothing was written\n')
    const sarif = JSON.parse(readFileSync(join(folder, 'lock.sarif'), 'utf8'))
    expect(sarif.runs[0].results).toMatchObject([
      {
        ruleId: 'LOCK_MOVED',
        locations: [
          { physicalLocation: { artifactLocation: { uri: 'pinpull.lock.yaml' }, region: { startLine: 9 } } },
        ],
      },
      { ruleId: 'IMAGE_DIGEST_UNTAGGED', level: 'note' },
    ])
    const page = readFileSync(join(folder, 'lock.html'), 'utf8')
    expect(page).toContain(
      '<span class="line here"><span class="number">9</span><code>  - <mark>reference</mark>: docker.io/library/nginx:1.27\n</code></span>',
    )
    expect(page).toContain('data-label="Source"><div>lock file <code>pinpull.lock.yaml</code></div>')
  })

  test('a moved tag is shown by it, and by nothing else', async () => {
    await lock([], input)
    const filter = () => runInProcess(['--mirror', `*=${registry.url}`], { input, cwd: folder })
    const before = await filter()
    registry.push('library/nginx:1.27', { seed: 'second' })
    expect(await filter()).toEqual(before)
    expect((await lock([], input)).code).toBe(0)
    expect((await lock(['--check', '--locked'], input)).code).toBe(0)
    expect((await lock(['--check'], input)).code).toBe(1)
  })

  test('with --locked contacts no registry', async () => {
    await lock([], input)
    registry.clearRequests()
    const { code, stderr } = await lock(['--check', '--locked'], pod('nginx:1.27', 'redis:7', 'acme/app:v1'))
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      '<stdin>:11:12: error LOCK_MISSING_ENTRY: acme/app:v1: not in the lock file pinpull.lock.yaml',
    ])
    expect(registry.requests).toEqual([])
  })

  test('asks by HEAD alone, which costs no pull', async () => {
    await lock([], input)
    registry.clearRequests()
    await lock(['--check'], input)
    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD', 'HEAD'])
  })

  const gone = {
    when: { path: `/v2/library/nginx/manifests/${first}` },
    answer: failWith(404, 'MANIFEST_UNKNOWN'),
  }
  const goneText = `pinpull.lock.yaml:9:5: error LOCK_DIGEST_GONE: docker.io/library/nginx:1.27: digest ${first} was not found in library/nginx at HOST; it is locked on line 9 of pinpull.lock.yaml
  → push the image again, or run pinpull lock --update --match docker.io/library/nginx:1.27 FILE to lock the current digest of the tag
`

  test.each<[what: string, tag: 'moved' | 'same' | 'deleted', first: string[]]>([
    ['where its tag has moved', 'moved', ['error LOCK_MOVED', 'error LOCK_DIGEST_GONE']],
    ['where its tag still names it', 'same', ['error LOCK_DIGEST_GONE']],
    ['where its tag was deleted with it', 'deleted', ['error LOCK_DIGEST_GONE']],
  ])('a digest that is gone is told %s', async (_, tag, codes) => {
    await lock([], input)
    if (tag === 'moved') registry.push('library/nginx:1.27', { seed: 'second' })
    const deleted = {
      when: { path: '/v2/library/nginx/manifests/1.27' },
      answer: failWith(404, 'MANIFEST_UNKNOWN'),
    }
    registry.script(gone, ...(tag === 'deleted' ? [deleted] : []))
    const { code, stderr } = await lock(['--check'], input)
    expect([code, stderr.match(/\berror [A-Z_]+/g)]).toEqual([1, codes])
    expect(stderr).toContain(goneText)
  })

  test('a digest that is there under a tag that was deleted is next to go', async () => {
    await lock([], input)
    registry.script({
      when: { path: '/v2/library/nginx/manifests/1.27' },
      answer: failWith(404, 'MANIFEST_UNKNOWN'),
    })
    const { stderr } = await lock(['--check'], input)
    expect(stderr.match(/\b(?:error|warning|info) [A-Z_]+/g)).toEqual([
      'error MANIFEST_UNKNOWN',
      'info IMAGE_DIGEST_UNTAGGED',
    ])
  })

  test('a digest that another locked tag names is not', async () => {
    registry.push('library/nginx:stable', { seed: 'first' })
    const both = pod('nginx:1.27', 'nginx:stable')
    await lock([], both)
    registry.push('library/nginx:1.27', { seed: 'second' })
    const { stderr } = await lock(['--check'], both)
    expect(stderr.match(/\b(?:error|warning|info) [A-Z_]+/g)).toEqual(['error LOCK_MOVED'])
  })

  test('a registry that refuses access is one error for all entries, and exits with 3', async () => {
    await lock([], input)
    registry.script({ answer: failWith(403, 'DENIED') })
    const { code, stderr } = await lock(['--check'], input)
    expect([code, stderr.match(/\berror [A-Z_]+/g)]).toEqual([3, ['error REGISTRY_DENIED']])
  })

  test.each<[form: string, change: (text: string) => string, line: number]>([
    ['as it was written', (text) => text, 17],
    ['with a comment', (text) => text.replace('images:\n', 'images:\n  # see issue 12\n'), 18],
    ['as JSON', () => JSON.stringify(JSON_LOCK), 1],
  ])('--check-digests of the filter names the line of the entry: %s', async (_, change, line) => {
    await lock([], input)
    const path = join(folder, 'pinpull.lock.yaml')
    writeFileSync(path, change(readFileSync(path, 'utf8')))
    const missing = `/v2/library/redis/manifests/${first}`
    registry.script({ when: { path: missing }, answer: failWith(404, 'MANIFEST_UNKNOWN') })
    const mirror = ['--mirror', `*=${registry.url}`]
    const plain = await runInProcess(mirror, { input, cwd: folder })
    expect([plain.code, plain.stderr]).toEqual([0, expect.not.stringContaining('GONE')])
    // Nobody but the mirror is to be asked from here.
    const proxy = { HTTPS_PROXY: 'http://127.0.0.1:1', CI: '1' }
    const run = await runInProcess(['--check-digests', ...mirror], { input, cwd: folder, env: proxy })
    expect([run.code, run.stdout]).toEqual([1, ''])
    expect(run.stderr).toContain(
      `<stdin>:9:12: error LOCK_DIGEST_GONE: redis:7: digest ${first} was not found in library/redis at ${registry.host}; it is locked on line ${line} of pinpull.lock.yaml\n  Pod web, container c1`,
    )
  })

  test('may not be combined with --update', async () => {
    const { code, stderr } = await lock(['--check', '--update'], input)
    expect(code).toBe(2)
    expect(stderr).toContain("option '--check' cannot be used with option '--update'")
  })
})

test('does not claim that a file exists that could not be written', async () => {
  const { code, stderr } = await lock(['--lock-file', 'no/such/folder.yaml'], pod('nginx:1.27'))
  expect([code, stderr.match(/^(?:added|error LOCK_\w+)/gm)]).toEqual([2, ['error LOCK_NOT_WRITTEN']])
})

describe('pinpull lock --from-layout', () => {
  const image = buildImage({ seed: 'laid out' })

  test.each<[string, string, (path: string) => void, string[]]>([
    [
      'a folder',
      'images',
      (path) => writeFolder(path, layoutFiles([{ image, annotations: { [CONTAINERD_NAME]: 'nginx:1.27' } }])),
      ['--from-layout', 'images'],
    ],
    [
      'an archive',
      'images.tar',
      (path) =>
        writeFileSync(
          path,
          tarOf(layoutFiles([{ image, annotations: { [CONTAINERD_NAME]: 'nginx:1.27' } }])),
        ),
      ['--from-layout', 'images.tar'],
    ],
    [
      'a repository whose tags it has',
      'nginx.tar',
      (path) => writeFileSync(path, tarOf(layoutFiles([{ image, annotations: { [REF_NAME]: '1.27' } }]))),
      ['--from-layout', 'nginx=nginx.tar'],
    ],
  ])('looks in %s, and opens no socket with --locked', async (_, name, write, args) => {
    if (name === 'images') mkdirSync(join(folder, name))
    write(join(folder, name))
    const { code } = await lock(['--locked', ...args], pod('nginx:1.27'))
    expect(code).toBe(0)
    const transport = name === 'images' ? 'oci' : 'oci-archive'
    expect(lockText()).toBe(`${HEAD}  - reference: docker.io/library/nginx:1.27
    digest: ${image.top.digest}
    mediaType: application/vnd.oci.image.index.v1+json
${platformsText(image)}
    source: ${transport}:${name}
    resolvedAt: "NOW"
`)
    expect(registry.requests).toEqual([])
  })

  test('asks the registry for the rest; with --locked that is an error', async () => {
    const files = layoutFiles([{ image, annotations: { [CONTAINERD_NAME]: 'nginx:1.27' } }])
    writeFileSync(join(folder, 'images.tar'), tarOf(files))
    const input = pod('nginx:1.27', 'redis:7')
    const refused = await lock(['--locked', '--from-layout', 'images.tar'], input)
    expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([
      1,
      '<stdin>:9:12: error LAYOUT_IMAGE_MISSING: redis:7: not found in any of the image layouts (images.tar)',
    ])
    expect((await lock(['--from-layout', 'images.tar'], input)).code).toBe(0)
    expect(lockText()).toContain('source: oci-archive:images.tar\n')
    expect(lockText()).toContain(entryText('docker.io/library/redis:7', first))
  })

  test('a layout that cannot be opened is named as on the command line', async () => {
    writeFileSync(join(folder, 'text.tar'), 'x'.repeat(2048))
    expect([
      await lock(['--from-layout', 'no.tar'], ''),
      await lock(['--from-layout', 'text.tar'], ''),
    ]).toEqual([
      expect.objectContaining({
        code: 2,
        stderr: expect.stringContaining('error LAYOUT_NOT_READ: the image layout no.tar could not be read: '),
      }),
      expect.objectContaining({
        code: 2,
        stderr: expect.stringContaining('error LAYOUT_INVALID: text.tar is not '),
      }),
    ])
  })
})
