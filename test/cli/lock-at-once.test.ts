import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LOCK = 'pinpull.lock.yaml'
const MUTEX = `.${LOCK}.lock`

let registry: TestRegistry
let cwd: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())
beforeEach(() => {
  cwd = temporaryFolder()
})

const lock = (...args: readonly string[]) =>
  runProgram(['lock', '--mirror', `*=${registry.url}`, ...args], { cwd, env: { PINPULL_TIMEOUT: '10m' } })
const addOne = (tag: number, ...args: readonly string[]) => lock('--image', `nginx:v${tag}`, ...args)
const locked = (): string[] =>
  [...readFileSync(join(cwd, LOCK), 'utf8').matchAll(/nginx:(v\d+)/g)].map(([, tag = '']) => tag)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)
const tags = (count: number): string[] =>
  upTo(count)
    .map((tag) => `v${tag}`)
    .toSorted()

/** The number of a process that has ended, and how this machine is called in the file. */
function endedHolder(): string {
  const script = `
    const { hostname } = require('node:os')
    const { readlinkSync } = require('node:fs')
    let namespace = ''
    try { namespace = readlinkSync('/proc/self/ns/pid').replaceAll(/\\D/g, '') } catch {}
    console.log(encodeURIComponent(hostname()) + '/' + namespace + ' ' + process.pid + ' 0123456789abcdef')`
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout
}

describe('runs of pinpull lock at once', () => {
  test.each([
    ['there is no lock file yet', () => {}],
    ['there is one', async () => expect((await addOne(1)).code).toBe(0)],
    ['a run was killed while it wrote', () => writeFileSync(join(cwd, MUTEX), endedHolder())],
  ])('all keep what they add where %s', async (_, arrange) => {
    await arrange()
    const runs = await Promise.all(upTo(20).map((tag) => addOne(tag)))
    expect(runs.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(Array(20).fill(0))
    expect([locked(), readdirSync(cwd)]).toEqual([tags(20), [LOCK]])
  })

  test('add, update and prune beside each other, and comments stay', async () => {
    await lock(...upTo(4).flatMap((tag) => ['--image', `nginx:v${tag}`]))
    const path = join(cwd, LOCK)
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('  - reference: docker.io/library/nginx:v2', '  # held back\n$&'),
    )
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "nginx:v2"}, {name: b, image: "nginx:v3"}]}\n'
    writeFileSync(join(cwd, 'pod.yaml'), pod)
    const runs = await Promise.all([
      addOne(5),
      addOne(6),
      lock('--update', '--image', 'nginx:v2'),
      lock('--prune', 'pod.yaml'),
    ])
    expect(runs.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0])
    const kept = locked()
    expect(
      ['v2', 'v3'].every((tag) => kept.includes(tag)),
      kept.join(),
    ).toBe(true)
    expect(kept.includes('v1') || kept.includes('v4')).toBe(false)
    expect(readFileSync(path, 'utf8')).toContain('  # held back\n  - reference: docker.io/library/nginx:v2\n')
  })

  test('end with an error in time where somebody else holds the file', async () => {
    writeFileSync(join(cwd, MUTEX), 'elsewhere/1 1 0123456789abcdef\n')
    const { code, stderr } = await addOne(1, '--timeout', '2s')
    expect(code).toBe(2)
    expect(stderr.replaceAll(cwd, 'DIR')).toContain(
      'error LOCK_NOT_WRITTEN: the lock file DIR/pinpull.lock.yaml could not be written: another run was still writing it after 2 s',
    )
    expect(readdirSync(cwd)).toEqual([MUTEX])
  })
})
