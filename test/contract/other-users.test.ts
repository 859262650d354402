import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { PROGRAM_COMMAND } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'
import { describeWith, findProgram, type Need } from './support/need.ts'

const USER = 12_345
const STRANGER = 23_456
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: "nginx:1.27"}]}\n'

const root: Need =
  process.platform === 'linux' && process.getuid?.() === 0
    ? { kind: 'found', path: '/' }
    : { kind: 'missing', reason: 'only root on Linux can be several users', optional: true }
const unshare = findProgram('unshare', 'install util-linux')
const setpriv = findProgram('setpriv', 'install util-linux')

describeWith({ root, unshare, setpriv }, 'a machine that others use, too', (programs) => {
  let registry: TestRegistry
  let sandbox: Sandbox
  /** As /tmp is: all may add a name, and only its owner may change it. */
  let shared: string
  let home: string
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true, mirror: true })
    sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
  })
  afterAll(async () => {
    sandbox.remove()
    await registry.close()
  })
  beforeEach(() => {
    shared = mkdtempSync(join(tmpdir(), 'pinpull-shared-'))
    chmodSync(shared, 0o1777)
    home = join(shared, 'home')
    mkdirSync(home, { mode: 0o700 })
    writeFileSync(join(home, 'victim'), 'precious')
    for (const path of [home, join(home, 'victim')]) chownSync(path, USER, USER)
  })
  afterEach(() => rmSync(shared, { recursive: true }))

  const program = PROGRAM_COMMAND.map((word) => `'${word}'`).join(' ')
  /** Runs the program as a user, whose answers are kept. */
  const runAs = (id: number, args: string, env: Readonly<Record<string, string>> = {}) =>
    sandbox.run(
      'sh',
      ['-c', `exec '${programs.setpriv}' --reuid=${id} --regid=${id} --clear-groups ${program} ${args}`],
      {
        input: POD,
        env: { HOME: home, PINPULL_CACHE_TTL: '5m', XDG_CACHE_HOME: join(shared, 'cache'), ...env },
        cwd: '/',
      },
    )
  const victim = (): string => readFileSync(join(home, 'victim'), 'utf8')
  const plant = (path: string, target: string): void => {
    symlinkSync(target, path)
    lchownSync(path, STRANGER, STRANGER)
  }
  const makeAs = (id: number, path: string): void => {
    mkdirSync(path, { mode: 0o755 })
    chownSync(path, id, id)
  }

  test.each<[name: string, arrange: (cache: string) => void]>([
    ["a stranger's folder", (cache) => makeAs(STRANGER, cache)],
    [
      "a stranger's folder in one of the user's",
      (cache) => {
        makeAs(USER, cache)
        makeAs(STRANGER, join(cache, 'pinpull'))
        plant(join(cache, 'pinpull', 'answers-1.json'), join(home, 'victim'))
      },
    ],
    ["a stranger's link to the user's home", (cache) => plant(cache, home)],
    [
      "a stranger's link to a folder of theirs",
      (cache) => {
        makeAs(USER, cache)
        makeAs(USER, join(home, 'pinpull'))
        plant(join(cache, 'pinpull'), join(home, 'pinpull'))
      },
    ],
  ])('the cache is not kept in %s', async (_, arrange) => {
    arrange(join(shared, 'cache'))
    const { code, stdout, stderr } = await runAs(USER, '--verbose')
    expect([code, stdout.includes('nginx:1.27@sha256:'), victim()]).toEqual([0, true, 'precious'])
    expect(stderr).toMatch(/^pinpull: the cache was not kept: .*other user/m)
    expect(
      readdirSync(home).flatMap((name) => (name === 'pinpull' ? readdirSync(join(home, name)) : [])),
    ).toEqual([])
  })

  test("the cache is kept in the user's own folder in a shared one", async () => {
    const { code, stderr } = await runAs(USER, '--verbose')
    expect([code, stderr.includes('not kept')]).toEqual([0, false])
    const { mode, uid } = statSync(join(shared, 'cache/pinpull/answers-1.json'))
    expect([mode & 0o777, uid]).toEqual([0o600, USER])
  })

  test.each([
    ['a user', USER],
    ['root', 0],
  ])("a report of %s does not go through a stranger's link or pipe", async (_, id) => {
    plant(join(shared, 'link.json'), join(home, 'victim'))
    spawnSync('mkfifo', [join(shared, 'pipe.json')])
    chownSync(join(shared, 'pipe.json'), STRANGER, STRANGER)
    for (const name of ['link.json', 'pipe.json']) {
      const { code, stderr } = await runAs(id, `check --report '${join(shared, name)}' -`)
      expect([code, stderr.includes('error REPORT_NOT_WRITTEN')]).toEqual([2, true])
    }
    expect(victim()).toBe('precious')
  })

  test("a report of root is not given to a stranger who has made its file, and stays that of the folder's owner", async () => {
    const files = [
      [join(shared, 'report.json'), STRANGER, 0o666],
      [join(home, 'report.json'), USER, 0o640],
    ] as const
    for (const [path, id, mode] of files) {
      writeFileSync(path, 'old')
      chmodSync(path, mode)
      chownSync(path, id, id)
      await runAs(0, `check --report '${path}' -`)
    }
    const [theirs, own] = files.map(([path]) => statSync(path))
    expect([theirs?.uid, own?.uid, own!.mode & 0o777]).toEqual([0, USER, 0o640])
  })

  test('a full disk leaves the old report and the old lock file, and nothing else', async () => {
    const script = `mount -t tmpfs -o size=16k tmpfs '${home}' && cd '${home}' && echo old > report.json &&
      { dd if=/dev/zero of=full bs=4k 2>/dev/null || true; } &&
      { ${program} lock --report report.json - < pod || true; } ; { ${program} lock - < '${shared}/pod' || true; } ;
      cat report.json; ls -A`
    writeFileSync(join(shared, 'pod'), POD)
    const { stdout, stderr } = await sandbox.run(
      programs.unshare,
      ['--mount', 'sh', '-c', script.replace('< pod', `< '${shared}/pod'`)],
      {
        env: { XDG_CACHE_HOME: home, XDG_STATE_HOME: home },
        cwd: '/',
      },
    )
    expect(stderr.match(/error \w+_NOT_WRITTEN: .*ENOSPC/g)).toHaveLength(2)
    expect(stdout.split('\n').filter((line) => line !== 'pinpull')).toEqual([
      'old',
      'full',
      'report.json',
      '',
    ])
  })
})
