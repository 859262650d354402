import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { buildImage, type ImageSpec } from '../support/registry/image.ts'
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
  tag('web', { seed: 'a' })
})

const START = Date.UTC(2026, 10, 1)
const DAY = 24 * 60 * 60 * 1000
const CONFIG = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n'

/** Moves the tag of an image. */
function tag(name: string, spec: ImageSpec): void {
  registry.push(`acme/${name}:1`, spec)
}

const image = (name: string): string => `${registry.host}/acme/${name}:1`

const pod = (...names: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${names
    .map((name, i) => `  - name: c${i}\n    image: ${image(name)}\n`)
    .join('')}`

/** The digests of the images that are named in the tests. */
const letters = new Map(
  ['a', 'b', 'c', 'd'].map((seed): [string, string] => [buildImage({ seed }).top.digest, seed.toUpperCase()]),
)

/** Replaces hosts, folders and digests of the images `a` to `d` by names. */
function readable(text: string): string {
  let result = text.replaceAll(registry.host, 'HOST').replaceAll(folder, 'DIR')
  for (const [digest, letter] of letters) result = result.replaceAll(digest, letter)
  return result
}

/** Runs `pinpull lock` on a day. */
async function lock(day: number, args: readonly string[] = ['--update'], input = pod('web')) {
  const now = () => START + day * DAY
  const run = await runInProcess(['lock', ...args], { input, cwd: folder, now })
  expect(run.stdout).toBe('')
  return { code: run.code, stderr: readable(run.stderr) }
}

/** What the lock file has, with the day of each time. */
function entries(): string[] {
  const text = readable(readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8'))
  return text
    .replaceAll(/"(2026-[^"]*)"/g, (_, time: string) => `day ${(Date.parse(time) - START) / DAY}`)
    .split('\n')
    .filter((line) => /^ {4}(?:digest|resolvedAt|forced|candidate)/.test(line))
    .map((line) => line.trim())
}

const minAge = (spec: string): void => writeFileSync(join(folder, 'pinpull.yaml'), `${CONFIG}${spec}`)

describe('a moved tag', () => {
  test('waits for seven days, and is taken then; a second run changes nothing', async () => {
    minAge('  lock: {minAge: 7d}\n')
    expect(await lock(0)).toEqual({
      code: 0,
      stderr: `added HOST/acme/web:1 A
pinpull: lock: 1 image: 1 added, 0 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written
`,
    })
    tag('web', { seed: 'b' })
    expect(await lock(3)).toEqual({
      code: 0,
      stderr: `pinpull.lock.yaml:9:5: info LOCK_WAITING: HOST/acme/web:1: B, first seen at 2026-11-04T00:00:00Z, waits until 2026-11-11T00:00:00Z
  → after that, pinpull lock --update takes it; to take it now: pinpull lock --update --now --match HOST/acme/web:1 FILE
pinpull: lock: 1 image: 0 added, 0 updated, 1 unchanged, 0 removed, 1 waiting; pinpull.lock.yaml was written
`,
    })
    expect(entries()).toEqual(['digest: A', 'resolvedAt: day 0', 'candidate: {digest: B, seenAt: day 3}'])
    const before = readFileSync(join(folder, 'pinpull.lock.yaml'))
    expect((await lock(9.9)).stderr).toMatch(/1 waiting; pinpull.lock.yaml is unchanged\n$/)
    expect(readFileSync(join(folder, 'pinpull.lock.yaml'))).toEqual(before)
    expect((await lock(10)).stderr).toBe(`updated HOST/acme/web:1 A → B
pinpull: lock: 1 image: 0 added, 1 updated, 0 unchanged, 0 removed; pinpull.lock.yaml was written
`)
    expect(entries()).toEqual(['digest: B', 'resolvedAt: day 3'])
    expect((await lock(11)).stderr).toMatch(/1 unchanged, 0 removed; pinpull.lock.yaml is unchanged\n$/)
  })

  test('the filter and --locked use the locked digest while the other waits', async () => {
    await lock(0)
    tag('web', { seed: 'b' })
    await lock(3, ['--update', '--min-age', '7d'])
    for (const args of [[], ['--locked']]) {
      const run = await runInProcess(args, { input: pod('web'), cwd: folder })
      expect(readable(run.stdout)).toContain('image: HOST/acme/web:1@A\n')
    }
  })

  test('moves back: the candidate is dropped, with a warning', async () => {
    await lock(0)
    tag('web', { seed: 'b' })
    await lock(3, ['--update', '--min-age', '7d'])
    tag('web', { seed: 'a' })
    const run = await lock(4, ['--update', '--min-age', '7d'])
    expect(run.code).toBe(0)
    expect(run.stderr.split('\n')[0]).toBe(
      'pinpull.lock.yaml:9:5: warning LOCK_CANDIDATE_GONE: HOST/acme/web:1: B was first seen at 2026-11-04T00:00:00Z, and the tag no longer names it',
    )
    expect(entries()).toEqual(['digest: A', 'resolvedAt: day 0'])
  })

  test('moves on and on', async () => {
    await lock(0)
    let run = await lock(0)
    for (const [day, seed] of ['b', 'c', 'd', 'b'].entries()) {
      tag('web', { seed })
      run = await lock(day + 1, ['--update', '--min-age', '7d'])
    }
    expect(run.stderr).toContain(
      'warning LOCK_NEVER_RESTS: HOST/acme/web:1: 3 digests in a row were replaced before they were old enough',
    )
    expect(entries()).toEqual([
      'digest: A',
      'resolvedAt: day 0',
      'candidate: {digest: B, seenAt: day 4, changes: 3}',
    ])
  })

  test('is taken at once with --now, which the entry says until the next digest', async () => {
    minAge('  lock: {minAge: 7d}\n')
    tag('job', { seed: 'a' })
    const input = pod('web', 'job')
    await lock(0, [], input)
    for (const name of ['web', 'job']) tag(name, { seed: 'b' })
    const run = await lock(3, ['--update', '--now', '--match', image('web')], input)
    expect([run.code, run.stderr.split('\n')[0]]).toEqual([0, 'updated HOST/acme/web:1 A → B'])
    const web = ['digest: B', 'resolvedAt: day 3', 'forced: true']
    expect(entries()).toEqual(['digest: A', 'resolvedAt: day 0', ...web])
    await lock(4, ['--update'], input)
    const job = ['digest: A', 'resolvedAt: day 0', 'candidate: {digest: B, seenAt: day 4}']
    expect(entries()).toEqual([...job, ...web])
    tag('web', { seed: 'c' })
    await lock(5, ['--update'], input)
    await lock(12, ['--update'], input)
    expect(entries()).toEqual(['digest: B', 'resolvedAt: day 4', 'digest: C', 'resolvedAt: day 5'])
  })

  test('of two rules the first that matches counts, and the flag replaces all', async () => {
    minAge(`  lock:
    minAge: 7d
    rules:
      - {image: '${registry.host}/acme/job', minAge: 1d}
      - {image: '${registry.host}/**', minAge: 2w}
`)
    tag('job', { seed: 'a' })
    const input = pod('web', 'job')
    await lock(0, [], input)
    for (const name of ['web', 'job']) tag(name, { seed: 'b' })
    const run = await lock(3, ['--update'], input)
    expect(run.stderr.match(/waits until .*/g)).toEqual([
      'waits until 2026-11-18T00:00:00Z',
      'waits until 2026-11-05T00:00:00Z',
    ])
    await lock(4, ['--update'], input)
    expect(entries()).toEqual([
      'digest: B',
      'resolvedAt: day 3',
      'digest: A',
      'resolvedAt: day 0',
      'candidate: {digest: B, seenAt: day 3}',
    ])
    await lock(4, ['--update', '--min-age', '0'], input)
    expect(entries()).toEqual(['digest: B', 'resolvedAt: day 3', 'digest: B', 'resolvedAt: day 3'])
  })

  test('costs one HEAD where nothing has moved, and a GET where it has', async () => {
    await lock(0)
    const requests = async (day: number) => {
      registry.clearRequests()
      await lock(day, ['--update', '--min-age', '7d'])
      return registry.requests.map(({ method, path }) => `${method} ${path}`)
    }
    expect(await requests(1)).toEqual(['HEAD /v2/acme/web/manifests/1'])
    tag('web', { seed: 'b' })
    expect(await requests(2)).toEqual(['HEAD /v2/acme/web/manifests/1', 'GET /v2/acme/web/manifests/1'])
  })
})

describe('when new digests were first seen is written', () => {
  test('although another image fails: no digest changes then', async () => {
    minAge('  lock: {minAge: 7d}\n')
    tag('job', { seed: 'a' })
    const input = pod('web', 'job')
    await lock(0, [], input)
    tag('web', { seed: 'b' })
    registry.script({ when: { path: /\/job\// }, answer: failWith(404, 'MANIFEST_UNKNOWN') })
    const run = await lock(3, ['--update'], input)
    expect([run.code, run.stderr.split('\n').at(-2)]).toEqual([
      1,
      'pinpull: lock: 1 error; no digest was changed; pinpull.lock.yaml has when new digests were first seen',
    ])
    expect(entries()).toEqual([
      'digest: A',
      'resolvedAt: day 0',
      'digest: A',
      'resolvedAt: day 0',
      'candidate: {digest: B, seenAt: day 3}',
    ])
    expect((await lock(4, ['--update'], input)).stderr).toMatch(/1 error; nothing was written\n$/)
    expect((await lock(12, ['--update'], input)).code).toBe(1)
    expect(entries()).toContain('digest: A')
    registry.clearScript()
    expect((await lock(12, ['--update'], input)).code).toBe(0)
    expect(entries()).toEqual(['digest: A', 'resolvedAt: day 0', 'digest: B', 'resolvedAt: day 3'])
  })
})

describe('a mirror', () => {
  const update = (day: number, mirror: TestRegistry) =>
    lock(day, ['--update', '--min-age', '7d', '--mirror', `${registry.host}=${mirror.url}`])

  test('that is behind its registry does not count: the digest of the registry waits', async () => {
    const mirror = await startRegistry()
    try {
      await lock(0)
      tag('web', { seed: 'b' })
      mirror.push('acme/web:1', { seed: 'c' })
      const run = await update(3, mirror)
      expect([run.code, run.stderr.replaceAll(mirror.host, 'MIRROR').split('\n')[0]]).toEqual([
        0,
        'pinpull.lock.yaml:9:5: warning MIRROR_STALE: "HOST/acme/web:1": the mirror MIRROR says C, and HOST says B',
      ])
      expect(entries()).toContain('candidate: {digest: B, seenAt: day 3}')
      tag('web', { seed: 'a' })
      // The registry is clean again, and the mirror is not.
      await update(11, mirror)
      expect(entries()).toEqual(['digest: A', 'resolvedAt: day 0'])
    } finally {
      await mirror.close()
    }
  })

  test('counts where its registry cannot be reached, with a warning', async () => {
    const mirror = await startRegistry()
    try {
      await lock(0)
      mirror.push('acme/web:1', { seed: 'c' })
      registry.script({ answer: failWith(403, 'DENIED') })
      const run = await update(3, mirror)
      expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('warning MIRROR_NOT_COMPARED')])
      expect(entries()).toContain('candidate: {digest: C, seenAt: day 3}')
    } finally {
      await mirror.close()
    }
  })
})

describe('what nodes would lose', () => {
  test.each<[string, ImageSpec, string, string]>([
    [
      'a platform',
      { seed: 'b', platforms: ['linux/amd64'] },
      'PLATFORM_LOST',
      'has no manifest for linux/arm64, which the locked digest has',
    ],
    [
      'the index',
      { seed: 'b', index: false },
      'INDEX_BECAME_MANIFEST',
      'is a manifest of one platform; the locked digest is an index',
    ],
  ])('%s: a warning while it waits, an error then, and the digest stays', async (_, spec, code, message) => {
    await lock(0)
    tag('web', spec)
    const early = await lock(3, ['--update', '--min-age', '7d'])
    expect([early.code, early.stderr]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(`pinpull.lock.yaml:9:5: warning ${code}: HOST/acme/web:1: sha256:\\w+ ${message}`),
      ),
    ])
    const late = await lock(10, ['--update', '--min-age', '7d', '--now'])
    expect([late.code, late.stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`error ${code}: .*${message}`)),
    ])
    expect(entries().slice(0, 2)).toEqual(['digest: A', 'resolvedAt: day 0'])
    minAge(`  profiles: [{name: prod, findings: {${code}: warning}}]\n`)
    const accepted = await lock(10, ['--update'])
    expect([accepted.code, accepted.stderr]).toEqual([0, expect.stringContaining(`warning ${code}: `)])
    expect(entries()).toEqual([expect.not.stringMatching(/digest: A/), 'resolvedAt: day 3'])
  })
})

describe('an image that was never locked', () => {
  test('is refused with minAgeNew: deny, except with --now', async () => {
    minAge('  lock: {minAgeNew: deny}\n')
    const refused = await lock(0, [])
    expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([
      1,
      '<stdin>:7:12: error LOCK_UNSEEN: HOST/acme/web:1: not in the lock file, and minAgeNew denies images whose age nobody knows',
    ])
    expect((await lock(0, ['--update', '--now'])).code).toBe(0)
    expect(entries()).toEqual(['digest: A', 'resolvedAt: day 0', 'forced: true'])
  })

  test('is locked if its manifest has a digest already: somebody has chosen that', async () => {
    minAge('  lock: {minAgeNew: deny}\n')
    const { top } = buildImage({ seed: 'a' })
    const pinned = pod('web').replace(':1\n', `@${top.digest}\n`)
    expect((await lock(0, [], pinned)).code).toBe(0)
  })
})

describe('lock --check', () => {
  const check = (day: number, ...args: string[]) => lock(day, ['--check', ...args])

  test('lists what waits and until when, and writes nothing', async () => {
    minAge('  lock: {minAge: 7d}\n')
    await lock(0)
    tag('web', { seed: 'b' })
    const unknown = await check(2)
    expect([unknown.code, unknown.stderr.split('\n')[0]]).toEqual([
      1,
      'pinpull.lock.yaml:9:5: error LOCK_MOVED: HOST/acme/web:1 is locked as A, but is now B at HOST',
    ])
    await lock(3)
    const before = readFileSync(join(folder, 'pinpull.lock.yaml'))
    const waiting =
      'pinpull.lock.yaml:9:5: info LOCK_WAITING: HOST/acme/web:1: B, first seen at 2026-11-04T00:00:00Z, waits until 2026-11-11T00:00:00Z'
    for (const args of [[], ['--locked']]) {
      const run = await check(4, ...args)
      expect([run.code, run.stderr.split('\n')[0]]).toEqual([0, waiting])
      expect(run.stderr).toMatch(/holds what the manifests need, and 1 new digest waits\n$/)
    }
    const late = await check(10)
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('error LOCK_MOVED')])
    expect(readFileSync(join(folder, 'pinpull.lock.yaml'))).toEqual(before)
  })
})

describe('usage', () => {
  test.each([
    [['--min-age', '7d'], '--min-age makes moved digests wait: add --update'],
    [['--now'], '--now takes the current digests of an update: add --update, and --match to name the images'],
    [['--check', '--now'], '--now'],
    [['--update', '--min-age', 'week'], '"week" is not an age: use 7d, 36h, 2w or 0'],
    [['--update', '--min-age', '7'], '"7" is not an age: use 7d, 36h, 2w or 0'],
  ])('%j is refused', async (args, reason) => {
    const run = await lock(0, args)
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(reason)])
  })
})
