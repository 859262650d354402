import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PROGRAM_COMMAND, runProgram } from '../support/program.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

let registry: TestRegistry
let home: string
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pinpull-home-'))
  return () => rmSync(home, { recursive: true })
})

const helm = { HELM_PLUGIN_DIR: '/plugins/pinpull', HELM_PLUGIN_NAME: 'pinpull' }
const pod =
  'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: app\n      image: '
const broken = `${pod}NGINX\n`
const BROKEN = `<stdin>:8:14: error REFERENCE_INVALID: "NGINX" is not an image reference: the name of a repository is lower case
  Pod web, container app, spec.containers[0].image
  → correct the image, or exclude this field
pinpull: prod: 1 error in 1 image; nothing was written
`

describe('as a plugin of Helm 4', () => {
  test.each([
    ['nothing', '', '# pinpull: no manifests\n'],
    ['white space', '\n\n', '# pinpull: no manifests\n'],
    ['a comment', '# Source: a.yaml\n', '# Source: a.yaml\n'],
    ['an object without images', 'kind: Namespace\napiVersion: v1\n', 'kind: Namespace\napiVersion: v1\n'],
  ])('%s is answered with something', async (_, input, output) => {
    const run = await runProgram([], { input, env: helm })
    expect([run.code, run.stdout.toString()]).toEqual([0, output])
  })

  const noTerminal = process.platform !== 'linux' || !existsSync('/usr/bin/script')
  if (noTerminal) console.warn('skipped: the controlling terminal (needs script of util-linux)')
  test.skipIf(noTerminal)('what Helm swallows is told at the terminal', async () => {
    const [command, ...words] = PROGRAM_COMMAND
    writeFileSync(join(home, 'input.yaml'), broken)
    // `script` gives the shell a terminal; the program's own streams lead elsewhere, as in Helm.
    const line = `'${[command, ...words].join("' '")}' < input.yaml > out 2> err; echo "exit $?"`
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, ...helm }
    const seen = await new Promise<string>((resolve, reject) => {
      execFile('script', ['-qec', line, '/dev/null'], { cwd: home, env }, (error, stdout) =>
        error === null ? resolve(stdout.replaceAll('\r\n', '\n')) : reject(error),
      ).stdin?.end()
    })
    expect(seen).toBe(`${BROKEN}exit 1\n`)
    expect(readFileSync(join(home, 'err'), 'utf8')).toBe(BROKEN)
    expect(readFileSync(join(home, 'out'), 'utf8')).toBe('')
  })
})

describe('pinpull last', () => {
  const last = (env: Record<string, string> = { HOME: home }) => runProgram(['last'], { env })

  test('prints what a failed run had to say', async () => {
    await runProgram([], { input: broken, env: { HOME: home, ...helm }, cwd: home })
    const { code, stdout } = await last()
    const [head, ...rest] = stdout.toString().split('\n')
    expect(head).toMatch(/^run by helm plugin pinpull in \/.+ at 20\d\d-[-\d]+T[:.\d]+Z, exit code 1$/)
    expect([code, rest.join('\n')]).toEqual([0, BROKEN])
  })

  test('remembers wrong usage too, for a plugin.yaml can be wrong', async () => {
    await runProgram(['--frobnicate'], { env: { HOME: home } })
    expect((await last()).stdout.toString()).toMatch(
      /exit code 2\nerror USAGE: unknown option --frobnicate\n/,
    )
  })

  test('a run that succeeds, and last itself, are not remembered', async () => {
    await runProgram([], { input: broken, env: { HOME: home } })
    const before = (await last()).stdout
    await runProgram([], { input: '', env: { HOME: home } })
    await last()
    expect((await last()).stdout.equals(before)).toBe(true)
  })

  test('reports that no failure is saved', async () => {
    const { code, stdout, stderr } = await last()
    expect([code, stdout.toString(), stderr]).toEqual([1, '', 'pinpull: no failed run is remembered here\n'])
  })

  test('keeps it in XDG_STATE_HOME, for its user only', async () => {
    const state = join(home, 'state')
    await runProgram([], { input: broken, env: { HOME: home, XDG_STATE_HOME: state } })
    const file = join(state, 'pinpull/last-failure.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(join(home, '.local'))).toBe(false)
    writeFileSync(file, '{"text": 1}')
    expect((await last({ HOME: home, XDG_STATE_HOME: state })).code).toBe(1)
  })

  test('a home that is not there is not made', async () => {
    const { code } = await runProgram([], { input: broken, env: { HOME: join(home, 'absent') } })
    expect([code, existsSync(join(home, 'absent'))]).toEqual([1, false])
  })

  test('a home that cannot be written to changes nothing else', async () => {
    const { code, stderr } = await runProgram([], { input: broken, env: { HOME: '/dev/null' } })
    expect([code, stderr]).toEqual([1, BROKEN])
  })
})

describe('as a KRM function', () => {
  const items = (image: string): string => `items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: web
    annotations:
      internal.config.kubernetes.io/path: 'pod.yaml'
      internal.config.kubernetes.io/index: '0'
  spec:
    containers:
    - name: app
      image: ${image}
`
  const head = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n'
  const mirror = () => ['--krm', '--mirror', `*=${registry.url}`]

  test('a list comes back with its images pinned, and nothing else changed', async () => {
    const { code, stdout } = await runProgram(mirror(), { input: head + items('nginx:1.27') })
    expect(code).toBe(0)
    expect(stdout.toString().replace(/sha256:[a-f0-9]{64}/, 'DIGEST')).toBe(
      head + items('nginx:1.27@DIGEST\n      imagePullPolicy: IfNotPresent'),
    )
  })

  test('a failure is exit code 1, the unchanged list and its results', async () => {
    const { code, stdout, stderr } = await runProgram(['--krm'], { input: head + items('NGINX') })
    expect([code, stdout.toString()]).toEqual([
      1,
      `results:\n- {"message":"\\"NGINX\\" is not an image reference: the name of a repository is lower case; correct the image, or exclude this field","severity":"error","resourceRef":{"apiVersion":"v1","kind":"Pod","name":"web"},"field":{"path":"spec.containers[0].image","currentValue":"NGINX"},"file":{"path":"pod.yaml","index":0},"tags":{"code":"REFERENCE_INVALID"}}\n${head}${items('NGINX')}`,
    ])
    expect(stderr).toContain('error REFERENCE_INVALID')
  })

  test('so is wrong configuration', async () => {
    const { code, stdout } = await runProgram(['--krm', '--profile', 'moon'], {
      input: head + items('nginx'),
    })
    expect(code).toBe(2)
    expect(stdout.toString()).toMatch(
      /^results:\n- \{"message":"[^\n]+"code":"PROFILE_UNKNOWN"\}\}\napiVersion/,
    )
  })

  test('a list that cannot be read is nothing on stdout', async () => {
    const { code, stdout } = await runProgram(['--krm'], { input: `${head}items: [\n` })
    expect([code, stdout.toString()]).toEqual([1, ''])
  })
})
