import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PROGRAM_COMMAND, runProgram, startProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: app, image: nginx:1.27}
`

let registry: TestRegistry
let folder: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())
beforeEach(() => {
  folder = temporaryFolder()
})

/** A run that has an answer to keep, and one that has a failure to keep. */
async function runBoth(env: Readonly<Record<string, string>>) {
  const mirror = ['--mirror', `*=${registry.url}`]
  const good = await runProgram(mirror, { input: POD, env, cwd: folder })
  expect([good.code, good.stdout.toString().includes('nginx:1.27@sha256:')], good.stderr).toEqual([0, true])
  const bad = await runProgram(mirror, { input: POD.replace('nginx', 'NGINX'), env, cwd: folder })
  expect([bad.code, bad.stderr.includes('REFERENCE_INVALID')]).toEqual([1, true])
}

const KEPT = ['cache/pinpull/answers-1.json', 'state/pinpull/last-failure.json']
const below = (path = ''): string => join(folder, path)
const homes = (): Record<string, string> => ({
  XDG_CACHE_HOME: below('cache'),
  XDG_STATE_HOME: below('state'),
})

describe("files of Pinpull's own", () => {
  test('can be read by the user only, whatever the umask', async () => {
    const before = process.umask(0)
    await runBoth(homes()).finally(() => process.umask(before))
    const modes = KEPT.flatMap((path) => [dirname(path), path]).map(
      (path) => statSync(below(path)).mode & 0o777,
    )
    expect(modes).toEqual([0o700, 0o600, 0o700, 0o600])
    const last = await runProgram(['last'], { env: homes() })
    expect([last.code, last.stdout.toString().includes('REFERENCE_INVALID')]).toEqual([0, true])
  })

  test('are not written through links', async () => {
    for (const path of KEPT) {
      mkdirSync(below(dirname(path)), { recursive: true, mode: 0o700 })
      writeFileSync(below(`${path}.victim`), 'precious', { mode: 0o600 })
      symlinkSync(below(`${path}.victim`), below(path))
    }
    await runBoth(homes())
    for (const path of KEPT) {
      expect(readFileSync(below(`${path}.victim`), 'utf8')).toBe('precious')
      expect(lstatSync(below(path)).isFile()).toBe(true)
    }
  })

  /** Each names what is put where the folders of the cache and of the last failure would be. */
  test.each<[name: string, arrange: (home: string) => void]>([
    [
      'a folder that all may write',
      (home) => {
        mkdirSync(join(home, 'pinpull'), { recursive: true })
        chmodSync(join(home, 'pinpull'), 0o777)
      },
    ],
    [
      'a home that all may write',
      (home) => {
        mkdirSync(home)
        chmodSync(home, 0o777)
      },
    ],
    [
      'a link in a home that all may write',
      (home) => {
        mkdirSync(home)
        mkdirSync(`${home}-theirs`, { mode: 0o700 })
        symlinkSync(`${home}-theirs`, join(home, 'pinpull'))
        chmodSync(home, 0o777)
      },
    ],
    ['a file', (home) => writeFileSync(home, '')],
    [
      'a pipe',
      (home) => {
        mkdirSync(join(home, 'pinpull'), { recursive: true, mode: 0o700 })
        for (const path of KEPT)
          spawnSync('mkfifo', [join(home, 'pinpull', path.split('/').at(-1) as string)])
      },
    ],
    ['a link in a circle', (home) => symlinkSync(home, home)],
  ])('are not kept where %s is in the way, and the run goes on', async (_, arrange) => {
    for (const home of ['cache', 'state']) arrange(below(home))
    const before = listing()
    await runBoth(homes())
    expect(listing()).toEqual(before)
  })

  test.each(['/proc', '/proc/self', '/dev/null', 'relative', ''])(
    'a home at "%s" stops nobody',
    async (home) => {
      await runBoth({ HOME: home })
      await runBoth({ XDG_CACHE_HOME: join(home, 'a/b'), XDG_STATE_HOME: join(home, 'c/d') })
    },
  )

  const listing = (): readonly string[] => readdirSync(folder, { recursive: true }).map(String).toSorted()
})

describe('a report', () => {
  const check = ['check', '--report']

  test('keeps the mode that it has, and a new one has that of the umask', async () => {
    writeFileSync(below('kept.json'), 'old', { mode: 0o640 })
    for (const name of ['kept.json', 'new.json'])
      await runProgram([...check, name], { input: POD, cwd: folder })
    expect(['kept.json', 'new.json'].map((name) => statSync(below(name)).mode & 0o777)).toEqual([
      0o640,
      0o666 & ~process.umask(),
    ])
    expect(readdirSync(folder).toSorted()).toEqual(['kept.json', 'new.json'])
  })

  test('goes through a link of the user, and not through one in a folder that all may write', async () => {
    mkdirSync(below('real'))
    mkdirSync(below('shared'))
    chmodSync(below('shared'), 0o777)
    symlinkSync('real/report.json', below('link.json'))
    symlinkSync('../real/report.json', below('shared/link.json'))
    const good = await runProgram([...check, 'link.json'], { input: POD, cwd: folder })
    expect([good.code, lstatSync(below('link.json')).isSymbolicLink()]).toEqual([1, true])
    const written = readFileSync(below('real/report.json'), 'utf8')
    expect(JSON.parse(written).images).toHaveLength(1)
    const bad = await runProgram([...check, 'shared/link.json'], { input: '', cwd: folder })
    expect(bad.code).toBe(2)
    expect(bad.stderr.replaceAll(folder, 'DIR')).toContain(
      'error REPORT_NOT_WRITTEN: the report shared/link.json cannot be written: DIR/shared/link.json is a link that another user can have made',
    )
    expect(readFileSync(below('real/report.json'), 'utf8')).toBe(written)
  })

  test('to standard output or to a pipe of the shell comes before the manifests', async () => {
    const run = await runProgram(['--profile', 'dev', '--report', '/dev/stdout'], { input: POD })
    expect(run.stdout.toString()).toMatch(/^<stdin>:6:\d+: (?:info|unchanged)|^pinpull: dev: 1 image/)
    const command = PROGRAM_COMMAND.map((word) => `'${word}'`).join(' ')
    const script = `${command} --profile dev --report >(cat > report) > manifests; wait $!`
    const shell = spawn('bash', ['-c', script], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] })
    shell.stdin.end(POD)
    await new Promise((resolve) => shell.on('close', resolve))
    expect(readFileSync(below('report'), 'utf8')).toContain('pinpull: dev: 1 image')
    expect(readFileSync(below('manifests'), 'utf8')).toContain('imagePullPolicy: Always')
  })

  test('of an earlier run is not mistaken for that of a run that is killed', async () => {
    await runProgram([...check, 'report.json'], { input: POD, cwd: folder })
    const { child, result } = startProgram(['--report', 'report.json', '--profile', 'dev'], {
      cwd: folder,
      keepOpen: true,
    })
    await expect.poll(() => readFileSync(below('report.json'), 'utf8')).toContain('RUN_UNFINISHED')
    child.kill('SIGKILL')
    expect((await result).signal).toBe('SIGKILL')
    const { images, diagnostics } = JSON.parse(readFileSync(below('report.json'), 'utf8'))
    expect([images, diagnostics.map((one: { code: string }) => one.code)]).toEqual([[], ['RUN_UNFINISHED']])
    await runProgram(['--report', 'report.json', '--profile', 'dev'], { input: POD, cwd: folder })
    expect(JSON.parse(readFileSync(below('report.json'), 'utf8')).images).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  test('to a file that another run holds open leaves that one whole', async () => {
    await runProgram([...check, 'report.json'], { input: POD, cwd: folder })
    const before = readFileSync(below('report.json'), 'utf8')
    const tail = spawn('tail', ['-c', '+1', '-f', 'report.json'], { cwd: folder })
    const seen = await new Promise<string>((resolve) =>
      tail.stdout.once('data', (chunk) => resolve(String(chunk))),
    )
    await runProgram([...check, 'report.json'], { input: `${POD}---\n${POD}`, cwd: folder })
    tail.kill()
    expect([seen, JSON.parse(readFileSync(below('report.json'), 'utf8')).images.length]).toEqual([before, 2])
    expect(existsSync(below('report.json'))).toBe(true)
  })
})
