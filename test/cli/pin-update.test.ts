import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { buildImage, type ImageSpec } from '../support/registry/image.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry()
  for (const seed of ['a', 'b', 'c']) registry.push(`acme/web@${seed}`, { seed })
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
  tag({ seed: 'a' })
})

const START = Date.UTC(2026, 10, 1)
const DAY = 24 * 60 * 60 * 1000

/** Moves the tag. What it named before stays in the registry. */
function tag(spec: ImageSpec): void {
  registry.push('acme/web:1', spec)
}

const digests = new Map(
  ['a', 'b', 'c', 'd'].map((seed): [string, string] => [seed.toUpperCase(), buildImage({ seed }).top.digest]),
)

/** Replaces hosts, folders and digests of the images `a` to `d` by names. */
function readable(text: string): string {
  let result = text.replaceAll(registry.host, 'HOST').replaceAll(folder, 'DIR')
  for (const [letter, digest] of digests) result = result.replaceAll(digest, letter)
  return result.replaceAll(/"(2026-[^"]*)"/g, (_, time: string) => `day ${(Date.parse(time) - START) / DAY}`)
}

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: c, image: "${image}"}\n`
const pinned = (letter: string): string => `${registry.host}/acme/web:1@${digests.get(letter)}`
const source = (letter: string): string => pod(pinned(letter))

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
/** The entries of the state file. */
const state = (name = 'state.yaml'): string[] =>
  readable(read(name))
    .split('\n')
    .filter((line) => /^ {2,4}(?:- reference|digest|resolvedAt|forced|candidate)/.test(line))
    .map((line) => line.replace(/^[ -]+/, '').replaceAll('"', ''))

async function update(day: number, ...args: readonly string[]) {
  const now = () => START + day * DAY
  const run = await runInProcess(['pin', '--update', ...args, 'web.yaml'], { cwd: folder, now })
  return { code: run.code, stdout: readable(run.stdout), stderr: readable(run.stderr) }
}

describe('pin --update', () => {
  test('replaces the digest alone, and a second run changes nothing', async () => {
    write('web.yaml', source('A'))
    tag({ seed: 'b' })
    expect(await update(0)).toEqual({
      code: 0,
      stdout: `--- a/web.yaml
+++ b/web.yaml
@@ -3,4 +3,4 @@
 metadata: {name: web}
 spec:
   containers:
-  - {name: c, image: "HOST/acme/web:1@A"}
+  - {name: c, image: "HOST/acme/web:1@B"}
`,
      stderr: 'pinpull: pin: 1 image: 1 pinned; 1 file would change: --write does it\n',
    })
    await update(0, '--write')
    expect(read('web.yaml')).toBe(source('B'))
    expect(await update(0, '--write')).toMatchObject({ code: 0, stdout: '' })
    expect(existsSync(join(folder, 'pinpull.lock.yaml'))).toBe(false)
  })

  test.each<[name: string, image: string, reason: string]>([
    ['without a digest', 'acme/web:1', 'it has no digest'],
    ['with a digest and no tag', `acme/web@sha256:${'0'.repeat(64)}`, 'its digest has no tag'],
    [
      'that Flux writes',
      `acme/web:1@sha256:${'0'.repeat(64)}"} # {"$imagepolicy": "a:b"} #`,
      'written by Flux',
    ],
  ])('leaves an image %s, and says so', async (_, image, reason) => {
    write('web.yaml', pod(`${registry.host}/${image}`).replace(/#"}/, ''))
    const { stdout } = await update(0, '--match', '**/acme/web', '-o', 'json')
    expect(JSON.parse(stdout).images).toMatchObject([{ outcome: 'unchanged', reason }])
  })

  test('--match names some of the images, and a pattern for none is an error', async () => {
    write('web.yaml', `${source('A')}---\n${pod(`${registry.host}/acme/other:1@${digests.get('A')}`)}`)
    tag({ seed: 'b' })
    const { stdout } = await update(0, '--match', '**/acme/web', '-o', 'json')
    expect(JSON.parse(stdout).images).toMatchObject([{ outcome: 'written' }, { reason: 'not matched' }])
    expect(await update(0, '--match', '**/acme/web', '--match', 'nope', '--write')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('error USAGE: --match nope matches no image of the files'),
    })
    expect(read('web.yaml')).toContain(source('A'))
  })

  test.each<[args: readonly string[], reason: string]>([
    [['--update', '--min-age', '7d'], 'a cool-down needs a file that remembers when digests were first seen'],
    [['--update', '--locked'], '--update contacts registries, which --locked forbids'],
    [['--min-age', '7d'], '--min-age is about moved digests: add --update'],
    [['--match', 'nginx'], '--match is about moved digests: add --update'],
    [['--state', 'state.yaml'], '--state is about moved digests: add --update'],
  ])('pin %j is wrong usage', async (args, reason) => {
    write('web.yaml', source('A'))
    const { code, stderr } = await runInProcess(['pin', ...args, 'web.yaml'], { cwd: folder })
    expect([code, stderr.includes(`error USAGE: ${reason}`)]).toEqual([2, true])
  })
})

describe('a cool-down of seven days', () => {
  const run = (day: number, ...args: readonly string[]) =>
    update(day, '--min-age', '7d', '--state', 'state.yaml', ...args)

  test('holds, and its beginning is remembered although nothing is written', async () => {
    write('web.yaml', source('A'))
    expect(await run(0)).toMatchObject({ code: 0, stdout: '' })
    expect(existsSync(join(folder, 'state.yaml'))).toBe(false)
    tag({ seed: 'b' })
    const first = await run(1)
    expect(first).toMatchObject({ code: 0, stdout: '' })
    expect(first.stderr).toContain(
      'info LOCK_WAITING: HOST/acme/web:1: B, first seen at 2026-11-02T00:00:00Z, waits until 2026-11-09T00:00:00Z',
    )
    expect(first.stderr).toContain(
      '→ after that, pinpull pin --update takes it; to take it now: pinpull pin --update --now --match HOST/acme/web:1 FILE',
    )
    const waiting = ['reference: HOST/acme/web:1', 'digest: A', 'candidate: {digest: B, seenAt: day 1}']
    expect(state()).toEqual(waiting)
    expect(await run(7.9, '--write')).toMatchObject({ code: 0, stdout: '' })
    expect([read('web.yaml'), state()]).toEqual([source('A'), waiting])
    // Without --write, the state does not say that the digest was taken.
    expect((await run(8)).stdout).toContain('+  - {name: c, image: "HOST/acme/web:1@B"}')
    expect(state()).toEqual(waiting)
    expect((await run(8, '--write')).code).toBe(0)
    expect([read('web.yaml'), state()]).toEqual([
      source('B'),
      ['reference: HOST/acme/web:1', 'digest: B', 'resolvedAt: day 1'],
    ])
    expect(await run(9, '--write')).toMatchObject({ code: 0, stdout: '' })
  })

  test('starts anew when the tag moves again, and ends when it moves back', async () => {
    write('web.yaml', source('A'))
    tag({ seed: 'b' })
    await run(0)
    tag({ seed: 'c' })
    const moved = await run(6)
    expect(moved.stderr).toContain('warning LOCK_CANDIDATE_GONE: HOST/acme/web:1: B was first seen at')
    expect((await run(8)).stdout).toBe('')
    tag({ seed: 'a' })
    const back = await run(9)
    expect([back.stdout, back.stderr.includes('LOCK_CANDIDATE_GONE')]).toEqual(['', true])
    expect(state()).toEqual(['reference: HOST/acme/web:1', 'digest: A'])
  })

  test('--now takes it at once, and says so in the state', async () => {
    write('web.yaml', source('A'))
    tag({ seed: 'b' })
    expect((await run(0, '--now', '--write')).stdout).toContain('web:1@B')
    expect(state()).toEqual(['reference: HOST/acme/web:1', 'digest: B', 'resolvedAt: day 0', 'forced: true'])
  })

  test('a digest that another run has taken is old enough here', async () => {
    write('web.yaml', source('A'))
    tag({ seed: 'b' })
    await run(0)
    await run(7, '--write')
    // A branch from before.
    write('web.yaml', source('A'))
    expect((await run(7, '--write')).stdout).toContain('web:1@B')
  })

  test('what was changed by hand is not undone', async () => {
    write('web.yaml', source('A'))
    tag({ seed: 'b' })
    await run(0)
    write('web.yaml', source('B'))
    expect(await run(1, '--write')).toMatchObject({ code: 0, stdout: '' })
    expect(read('web.yaml')).toBe(source('B'))
  })

  test('the lock file is the memory where there is one, and follows', async () => {
    write('web.yaml', source('A'))
    write('pinpull.yaml', 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  lock: {minAge: 7d}\n')
    await runInProcess(['lock', 'web.yaml'], { cwd: folder, now: () => START })
    tag({ seed: 'b' })
    await update(1)
    expect((await update(7.5, '--write')).stdout).toBe('')
    expect((await update(8, '--write')).stdout).toContain('web:1@B')
    expect(state('pinpull.lock.yaml')).toContain('digest: B')
    const locked = await runInProcess(['pin', '--locked', 'web.yaml'], { cwd: folder })
    expect([locked.code, locked.stdout.includes(pinned('B'))]).toEqual([0, true])
  })
})

describe('what nodes would lose', () => {
  test('a lost platform is an error, and nothing is written', async () => {
    tag({ seed: 'a', platforms: ['linux/amd64', 'linux/arm64'] })
    const both = buildImage({ seed: 'a', platforms: ['linux/amd64', 'linux/arm64'] }).top.digest
    const text = pod(`${registry.host}/acme/web:1@${both}`)
    write('web.yaml', text)
    tag({ seed: 'b', platforms: ['linux/amd64'] })
    const { code, stdout, stderr } = await update(0, '--write')
    expect([code, stdout, read('web.yaml')]).toEqual([1, '', text])
    expect(stderr).toContain('error PLATFORM_LOST')
    expect(stderr).toContain('linux/arm64')
  })
})

describe('denyDigests', () => {
  const deny = (digest: string): void =>
    write(
      'pinpull.yaml',
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  denyDigests: ["${digest}"]\n`,
    )
  const child = (seed: string): string => buildImage({ seed }).manifests[0]?.digest ?? ''

  test('a manifest in the new index that is denied stops the run', async () => {
    write('web.yaml', source('A'))
    tag({ seed: 'b' })
    deny(child('b'))
    const { code, stdout, stderr } = await update(0, '--write')
    expect([code, stdout, read('web.yaml')]).toEqual([1, '', source('A')])
    expect(stderr).toContain('error DIGEST_DENIED')
  })

  test('a denied pin that cannot move stops the run, and one that can move does', async () => {
    write('web.yaml', source('A'))
    deny(child('a'))
    expect((await update(0)).stderr).toContain('error DIGEST_DENIED')
    tag({ seed: 'b' })
    const waiting = await update(0, '--min-age', '7d', '--state', 'state.yaml')
    expect([waiting.code, waiting.stderr.includes('error DIGEST_DENIED')]).toEqual([1, true])
    expect((await update(0, '--write')).code).toBe(0)
    expect(read('web.yaml')).toBe(source('B'))
  })
})

describe('--summary', () => {
  const summary = async (day: number, ...args: readonly string[]): Promise<string> => {
    await update(day, '--write', '--state', 'state.yaml', '--summary', 'body.md', ...args)
    return readable(read('body.md')).trim()
  }

  test('has digests, age and platforms of what moved, and how to undo it', async () => {
    tag({ seed: 'a', platforms: ['linux/amd64'] })
    const old = buildImage({ seed: 'a', platforms: ['linux/amd64'] }).top.digest
    write('web.yaml', pod(`${registry.host}/acme/web:1@${old}`))
    tag({ seed: 'b' })
    expect(await summary(0, '--min-age', '7d')).toBe(`### Pinned images

No image changes.

- LOCK_WAITING: HOST/acme/web:1: B, first seen at 2026-11-01T00:00:00Z, waits until 2026-11-08T00:00:00Z`)
    expect((await summary(9, '--min-age', '7d')).replace(old, 'OLD')).toBe(`### Pinned images

Changes \`web.yaml\`.

| Image | Old digest | New digest | First seen | Platforms |
| --- | --- | --- | --- | --- |
| \`HOST/acme/web:1\` | \`OLD\` | \`B\` | 2026-11-01, 9 days ago | +linux/arm64 |

To undo it, revert the commit: \`git revert COMMIT\`. To refuse a digest for good, add it to \`denyDigests\` in \`pinpull.yaml\`.`)
  })

  test('says that a new digest is young, and escapes the names of files', async () => {
    write('web.yaml', source('A'))
    const file = 'a|b `c` <img src=x> @all.yaml'
    write(file, source('A'))
    tag({ seed: 'b' })
    const text = await summary(0, file)
    expect(text).toContain('Changes `` a\\|b `c` <img src=x> @all.yaml ``, `web.yaml`.')
    expect(text).toContain('- Nobody had seen the new digest of `HOST/acme/web:1` a day ago.')
  })

  test('has the errors of a run that changed nothing', async () => {
    write('web.yaml', source('A'))
    tag({ seed: 'b', index: false })
    expect(await summary(0)).toContain('No file was changed, because of errors:\n\n- INDEX_BECAME_MANIFEST: ')
  })
})
