import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formatLock } from '../../src/lock/format.ts'
import type { LockEntry } from '../../src/lock/lock.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { runInProcess } from '../support/memory-io.ts'
import { RUNS_ON_NODE, runProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}` as Digest
const entry = (reference: string, digit: string): LockEntry => ({
  reference,
  digest: digest(digit),
  mediaType: 'application/vnd.oci.image.index.v1+json',
})
const pod = (...images: readonly string[]): string =>
  `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
${images.map((image, i) => `  - name: c${i}\n    image: ${image}\n`).join('')}`

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})
function writeLock(entries: readonly LockEntry[], name = 'pinpull.lock.yaml'): void {
  writeFileSync(join(folder, name), formatLock(entries))
}

/** A registry that refuses every connection: nobody may be asked. */
const NOBODY = ['--mirror', '*=http://127.0.0.1:9']

describe('the filter and the lock file', () => {
  test('reads the lock file of the working directory by itself', async () => {
    writeLock([entry('docker.io/library/nginx:1.27', 'a')])
    const { code, stdout, stderr } = await runInProcess(NOBODY, { input: pod('nginx:1.27'), cwd: folder })
    expect([code, stderr]).toEqual([
      0,
      'pinpull: prod: 1 image: 1 pinned, 0 unchanged; pull policy set on 1\n',
    ])
    expect(stdout).toBe(pod(`nginx:1.27@${digest('a')}\n    imagePullPolicy: IfNotPresent`))
  })

  test.each<[string, string[], Record<string, string>]>([
    ['the flag', ['--lock-file', 'other.yaml'], {}],
    ['the environment', [], { PINPULL_LOCK_FILE: 'other.yaml' }],
  ])('%s names another one', async (_, args, env) => {
    writeLock([entry('docker.io/library/nginx:1.27', 'a')])
    writeLock([entry('docker.io/library/nginx:1.27', 'b')], 'other.yaml')
    const { stdout } = await runInProcess([...NOBODY, ...args], {
      input: pod('nginx:1.27'),
      cwd: folder,
      env,
    })
    expect(stdout).toContain(`nginx:1.27@${digest('b')}\n`)
  })

  test('asks the registry for what the lock does not hold', async () => {
    const registry = await startRegistry({ anyName: true })
    writeLock([entry('docker.io/library/nginx:1.27', 'a')])
    const input = pod('nginx:1.27', 'redis:7')
    const { code } = await runInProcess(['--mirror', `*=${registry.url}`], { input, cwd: folder })
    await registry.close()
    expect(code).toBe(0)
    expect(registry.requests.map(({ path }) => path)).toEqual(['/v2/library/redis/manifests/7'])
  })

  test('--locked names everything that is missing, and writes nothing', async () => {
    writeLock([entry('docker.io/library/nginx:1.27', 'a')])
    const input = pod('nginx:1.27', 'redis:7', 'ghcr.io/acme/app:v1.2.3')
    const { code, stdout, stderr } = await runInProcess(['--locked'], { input, cwd: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(
      stderr,
    ).toBe(`error LOCK_MISSING_ENTRY: not in the lock file pinpull.lock.yaml; 2 images are affected:
  <stdin>:10:12: redis:7 (Pod web)
  <stdin>:12:12: ghcr.io/acme/app:v1.2.3 (Pod web)
  → lock it where the registry can be reached, and commit the result: … | pinpull lock
pinpull: prod: 1 error in 3 images; nothing was written
`)
  })

  test.each([
    ['--locked without a lock file', ['--locked'], 'pinpull.lock.yaml'],
    [
      '--locked without it, in a profile that lets images pass',
      ['--locked', '--profile', 'staging'],
      'pinpull.lock.yaml',
    ],
    ['a lock file that is named and not there', ['--lock-file', 'nowhere.yaml'], 'nowhere.yaml'],
  ])('%s fails', async (_, args, name) => {
    const { code, stdout, stderr } = await runInProcess(args, { input: pod('nginx:1.27'), cwd: folder })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`error LOCK_ABSENT: there is no lock file ${join(folder, name)}\n`)
  })

  test.each([
    ['nothing', ''],
    ['no image', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n'],
    ['an image with a digest', pod(`nginx:1.27@${digest('a')}`)],
  ])('--locked needs no lock file for %s', async (_, input) => {
    const ran = await runInProcess(['--locked', '--lock-file', 'nowhere.yaml'], { input, cwd: folder })
    expect([ran.code, ran.stderr.includes('LOCK_ABSENT')]).toEqual([0, false])
  })

  test('a lock file that links to nothing is not passed by', async () => {
    const path = join(folder, 'pinpull.lock.yaml')
    symlinkSync('nowhere', path)
    for (const args of [NOBODY, ['lock', ...NOBODY]]) {
      const { code, stdout, stderr } = await runInProcess(args, { input: pod('nginx:1.27'), cwd: folder })
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toContain(
        `error LOCK_NOT_READ: the lock file ${path} could not be read: it links to nothing\n`,
      )
    }
  })

  test.each([
    ['PINPULL_LOCKED', [], { PINPULL_LOCKED: '1' }, '--locked'],
    ['a profile that pins from the lock', ['--profile', 'airgap'], {}, 'profile airgap'],
  ])('--check-digests is refused under %s', async (_, args, env, by) => {
    const { code, stderr } = await runInProcess(['--check-digests', ...args], {
      input: pod('a:1'),
      cwd: folder,
      env,
    })
    expect(code).toBe(2)
    expect(stderr).toContain(`error USAGE: --check-digests contacts registries, but ${by} forbids it\n`)
  })

  test('a damaged lock file fails the run and names the line, and no registry is contacted', async () => {
    writeLock([entry('docker.io/library/nginx:1.27', 'a')])
    const path = join(folder, 'pinpull.lock.yaml')
    writeFileSync(path, readFileSync(path, 'utf8').replace('aaaa\n', 'aaa\n'))
    const { code, stdout, stderr } = await runInProcess([], { input: pod('nginx:1.27'), cwd: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(
      stderr,
    ).toBe(`pinpull.lock.yaml:10:13: error LOCK_INVALID: the lock file cannot be used: a sha256 digest has 64 hex digits, and this one has 63
  → restore it from version control, or delete the entry and run pinpull lock FILE
pinpull: prod: 1 error in 0 images; nothing was written
`)
  })
})

describe('the same stream and the same lock give the same bytes', () => {
  const images = Array.from({ length: 30 }, (_, i) => `registry.example.com/app${i % 20}:v1.${i % 20}`)
  const input = pod(...images)
  beforeEach(() => {
    writeLock(images.slice(0, 20).map((image, i) => entry(image, (i % 16).toString(16))))
  })

  test('over 100 runs, all at the same time', async () => {
    const run = () => runInProcess(['--locked'], { input, cwd: folder })
    const runs = await Promise.all(Array.from({ length: 100 }, run))
    expect(new Set(runs.map(({ code }) => code))).toEqual(new Set([0]))
    const outputs = new Set(runs.map(({ stdout }) => stdout))
    expect(outputs.size).toBe(1)
    expect([...outputs][0]).toContain(`registry.example.com/app19:v1.19@${digest('3')}\n`)
  })

  test.skipIf(!RUNS_ON_NODE)(
    'and no socket is opened, no process started, and no network module loaded',
    async () => {
      const preload = fileURLToPath(new URL('../support/no-network.mjs', import.meta.url))
      const env = { NODE_OPTIONS: `--import=${preload}` }
      const plain = await runProgram(['--locked'], { input, cwd: folder })
      const guarded = await runProgram(['--locked'], { input, cwd: folder, env })
      expect([guarded.code, guarded.stderr]).toEqual([0, plain.stderr])
      expect(guarded.stdout.equals(plain.stdout)).toBe(true)
      const asking = await runProgram(NOBODY, { input: pod('nginx'), cwd: folder, env })
      expect([asking.code, asking.stderr.split('\n')[0]]).toEqual([
        98,
        'no-network: net.createConnection was called',
      ])
    },
  )
})

describe('the cache', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true })
  })
  afterAll(() => registry.close())

  /** Runs twice and counts the requests of the second run. */
  async function askedAgain(args: readonly string[] = [], env: Record<string, string> = {}): Promise<number> {
    const run = () =>
      runInProcess(['--mirror', `*=${registry.url}`, ...args], {
        input: pod('nginx:1.27', 'redis:7'),
        cwd: folder,
        env: { HOME: folder, ...env },
      })
    const first = await run()
    registry.clearRequests()
    const second = await run()
    expect([first.code, second.code]).toEqual([0, 0])
    expect(second.stdout).toBe(first.stdout)
    return registry.requests.length
  }

  test.each<[string, string[], Record<string, string>, number]>([
    ['answers for a while', [], {}, 0],
    ['not with a lifetime of 0', ['--cache-ttl', '0'], {}, 2],
    ['not with a lifetime of 0 in the environment', [], { PINPULL_CACHE_TTL: '0s' }, 2],
    ['not in continuous integration', [], { CI: 'true' }, 2],
    ['in continuous integration where it is asked for', ['--cache-ttl', '1m'], { CI: 'true' }, 0],
    ['not when the time is over', ['--cache-ttl', '1ms'], {}, 2],
    ['not without a home', [], { HOME: '/dev/null/home' }, 2],
  ])('%s', async (_, args, env, requests) => {
    expect(await askedAgain(args, env)).toBe(requests)
  })

  test("is the user's alone, and where the XDG specification says", async () => {
    await askedAgain([], { XDG_CACHE_HOME: join(folder, 'xdg') })
    expect(readdirSync(join(folder, 'xdg', 'pinpull'))).toEqual(['answers-1.json'])
    await askedAgain()
    expect(readdirSync(join(folder, '.cache', 'pinpull'))).toEqual(['answers-1.json'])
  })

  test('another mirror is asked anew', async () => {
    await askedAgain()
    registry.clearRequests()
    const args = ['--mirror', `docker.io=${registry.url}`]
    await runInProcess(args, { input: pod('nginx:1.27'), cwd: folder, env: { HOME: folder } })
    expect(registry.requests).toHaveLength(1)
  })

  test('steps aside where it cannot be written', async () => {
    // A file where the folder should be is what even root cannot write through.
    writeFileSync(join(folder, '.cache'), '')
    expect(await askedAgain()).toBe(2)
    const { stderr } = await runInProcess(['--verbose', '--mirror', `*=${registry.url}`], {
      input: pod('nginx:1.27'),
      cwd: folder,
      env: { HOME: folder },
    })
    expect(stderr).toMatch(/^pinpull: the cache was not kept: not a directory \(ENOTDIR\)$/m)
  })

  test('is never a source for --locked', async () => {
    await askedAgain()
    writeLock([])
    const { code, stderr } = await runInProcess(['--locked'], {
      input: pod('nginx:1.27'),
      cwd: folder,
      env: { HOME: folder },
    })
    expect([code, stderr.split(': ')[1]]).toEqual([1, 'error LOCK_MISSING_ENTRY'])
  })
})
