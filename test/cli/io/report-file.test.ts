import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess } from '../../support/memory-io.ts'

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: nginx:1}]}\n'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pinpull-report-'))
  writeFileSync(
    join(cwd, 'bad.yaml'),
    'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {a: 1, b: 2}\n',
  )
})
afterAll(() => rmSync(cwd, { recursive: true }))

/** Helm 4 keeps standard error to itself: the file is then all there is. */
describe('a report tells of a run that failed before any image was looked at', () => {
  test.each<[name: string, args: readonly string[], input: string, codes: readonly string[]]>([
    ['no lock file', ['--locked'], POD, ['LOCK_ABSENT']],
    ['a broken configuration', ['--config', 'bad.yaml'], POD, ['CONFIG_UNKNOWN_KEY', 'CONFIG_UNKNOWN_KEY']],
    ['an unknown profile', ['--profile', 'moon'], POD, ['PROFILE_UNKNOWN']],
    ['UTF-16', [], '\xff\xfe', ['INPUT_NOT_UTF8']],
    ['a check without its configuration', ['check', '--config', 'none.yaml'], POD, ['CONFIG_UNREADABLE']],
    ['a check of what is not there', ['check', 'none.yaml'], POD, ['FILE_MISSING']],
    ['a lock that would come out empty', ['lock', '--prune', '--locked'], '', ['USAGE']],
  ])('%s', async (_, args, input, codes) => {
    const file = join(cwd, 'report.json')
    writeFileSync(file, 'what an earlier run left')
    const bytes = Buffer.from(input, 'latin1')
    const { code, stdout } = await runInProcess(['--report', file, ...args], { cwd, input: bytes })
    expect([code === 1 || code === 2, stdout]).toEqual([true, ''])
    const { diagnostics } = JSON.parse(readFileSync(file, 'utf8'))
    expect(diagnostics.map((one: { code: string }) => one.code)).toEqual(codes)
  })
})

test.each([
  ['check', ['check']],
  ['lock --check', ['lock', '--check', '--locked']],
  ['the filter', ['--profile', 'dev']],
  ['a run that fails before any image is looked at', ['--profile', 'moon']],
])('--report may be given several times: %s', async (_, command) => {
  const names = ['a report.md', 'r.sarif', 'r.json']
  const files = names.map((name) => join(cwd, name))
  for (const file of files) rmSync(file, { force: true })
  await runInProcess([...command, ...files.flatMap((file) => ['--report', file])], { cwd, input: POD })
  const [markdown, sarif, json] = files.map((file) => readFileSync(file, 'utf8')) as [string, string, string]
  expect(markdown).toMatch(/^#/)
  expect(Object.keys(JSON.parse(sarif))).toContain('runs')
  expect(Object.keys(JSON.parse(json))).toContain('diagnostics')
})

test('PINPULL_REPORT names one file, whose path may contain spaces', async () => {
  const env = { PINPULL_REPORT: 'a b.json' }
  const { code } = await runInProcess(['--profile', 'dev'], { cwd, input: POD, env })
  expect([code, JSON.parse(readFileSync(join(cwd, 'a b.json'), 'utf8')).profile]).toEqual([0, 'dev'])
})

/** The run has failed then: whoever asked for a report waits for one. What it would have told is told all the same. */
describe('a report that cannot be written hides nothing', () => {
  const NOWHERE = ['--report', 'no/such/report.json']
  const UNWRITTEN =
    'error REPORT_NOT_WRITTEN: the report no/such/report.json cannot be written: no such file or directory (ENOENT)\n  → the folder must exist and be writable (Pinpull does not create it)\n'
  const BAD = POD.replace('nginx:1', 'NGINX')

  test('the filter', async () => {
    const good = await runInProcess([...NOWHERE, '--profile', 'dev'], { cwd, input: POD })
    expect(good).toEqual({
      code: 2,
      stdout: '',
      stderr: `${UNWRITTEN}pinpull: dev: 1 error in 1 image; nothing was written\n`,
    })
    const bad = await runInProcess(NOWHERE, { cwd, input: BAD })
    expect([bad.code, bad.stdout]).toEqual([2, ''])
    expect(bad.stderr).toMatch(
      /^(?:\S+: )?error REPORT_NOT_WRITTEN: .*\n.*\n\S+ error REFERENCE_INVALID: "NGINX"/,
    )
  })

  test('a dash is no file', async () => {
    const { code, stdout, stderr } = await runInProcess(['--report', '-'], { cwd, input: POD })
    expect([code, stdout, existsSync(join(cwd, '-'))]).toEqual([2, '', false])
    expect(stderr).toContain('the report - cannot be written: standard output has something else to say')
  })

  test('the filter that ends with an error', async () => {
    const { code, stderr } = await runInProcess([...NOWHERE, '--profile', 'moon'], { cwd, input: POD })
    expect([code, stderr.match(/\berror [A-Z_]+/g)]).toEqual([
      2,
      ['error REPORT_NOT_WRITTEN', 'error PROFILE_UNKNOWN'],
    ])
  })

  test('a function, whose list comes back with everything', async () => {
    const list = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- ${BAD.trimEnd().replaceAll('\n', '\n  ')}\n`
    const { code, stdout } = await runInProcess(['--krm', ...NOWHERE], { cwd, input: list })
    expect([code, stdout.endsWith(list)]).toEqual([2, true])
    expect(stdout.match(/(?<="code": ?")\w+/g)).toEqual(['REPORT_NOT_WRITTEN', 'REFERENCE_INVALID'])
  })

  test('lock, which writes no lock file', async () => {
    const { code, stdout, stderr } = await runInProcess(['lock', '--locked', ...NOWHERE], { cwd, input: POD })
    expect([code, stdout, stderr.match(/\berror [A-Z_]+/g)]).toEqual([
      2,
      '',
      ['error REPORT_NOT_WRITTEN', 'error LOCK_MISSING_ENTRY'],
    ])
    const empty = await runInProcess(['lock', '--locked', '--format', 'json', ...NOWHERE], { cwd, input: '' })
    expect([
      empty.code,
      JSON.parse(empty.stdout).diagnostics.length,
      existsSync(join(cwd, 'pinpull.lock.yaml')),
    ]).toEqual([2, 1, false])
  })
})

describe('a report as a page', () => {
  const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n---\n'
  const WEB = POD.replace('image: nginx:1', 'env: [{name: PASSWORD, value: hunter2}], image: NGINX')
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8')

  test.each<[name: string, args: readonly string[], command: string]>([
    ['the filter', [], 'pinpull'],
    ['check', ['check'], 'pinpull check'],
    ['lock --check', ['lock', '--check', '--locked'], 'pinpull lock --check'],
  ])('%s shows the lines around a finding, and no value that may be secret', async (_, args, command) => {
    await runInProcess([...args, '--report', 'r.html', '--profile', 'prod'], {
      cwd,
      input: SECRET + WEB,
    })
    const page = read('r.html')
    expect(page).toContain(`<p class="what"><code>${command}</code> with profile <code>prod</code></p>`)
    expect(page).toContain(
      '<span class="number">9</span><code>spec: {containers: [{name: app, env: [{name: PASSWORD, value: <span class="value">•••</span>}], image: <mark>NGINX</mark>}]}\n</code>',
    )
    expect(page).not.toContain('hunter2')
  })

  test('the filter shows what it changed', async () => {
    const { code } = await runInProcess(['--report', 'r.html', '--profile', 'dev'], { cwd, input: POD })
    expect([
      code,
      read('r.html')
        .match(/<(?:ins|del)>.*/g)
        ?.map((line) => line.replace(/<[^>]*>/g, '')),
    ]).toEqual([
      0,
      [
        '4−spec: {containers: [{name: app, image: nginx:1}]}',
        '4+spec: {containers: [{name: app, image: nginx:1, imagePullPolicy: Always}]}',
      ],
    ])
  })

  test('the filter that fails on warnings shows no change', async () => {
    const args = ['--report', 'r.html', '--profile', 'dev', '--fail-on', 'warning']
    const { code } = await runInProcess(args, {
      cwd,
      input: `${POD.replace('nginx:1', '$(IMAGE)')}---\n${POD}`,
    })
    expect([code, read('r.html').includes('Failed: 1 warning</h1>')]).toEqual([1, true])
    expect(read('r.html')).not.toContain('id="changes"')
  })

  test('a time is that of the build, if it sets one', async () => {
    const args = ['check', '--report', 'r.html']
    await runInProcess(args, { cwd, input: POD, env: { SOURCE_DATE_EPOCH: '1764201600' } })
    expect(read('r.html')).toContain('<time datetime="2025-11-27T00:00:00Z">')
    await runInProcess(args, { cwd, input: POD, env: { SOURCE_DATE_EPOCH: 'soon' } })
    const page = read('r.html')
    expect(page).not.toContain('<time')
    await runInProcess(args, { cwd, input: POD })
    expect(read('r.html')).toBe(page)
  })
})

describe('a report whose extension no format has', () => {
  test.each<[args: readonly string[]]>([[[]], [['check']], [['lock']], [['lock', '--check']]])(
    '%j',
    async (args) => {
      const io = { cwd, input: POD }
      const { code, stdout, stderr } = await runInProcess(
        [...args, '--report', 'known.json', '--report', 'r.toml'],
        io,
      )
      expect([code, stdout, stderr.split('\n')[0]]).toEqual([
        2,
        '',
        'error USAGE: --report r.toml: no format has the extension .toml; there are .html, .htm, .json, .sarif, .xml, .md, .txt, .log',
      ])
      expect(existsSync(join(cwd, 'r.toml'))).toBe(false)
      expect(existsSync(join(cwd, 'known.json'))).toBe(false)
    },
  )

  test('it is refused before the input is read', async () => {
    const { stderr } = await runInProcess(['check', '--report', 'r.toml', 'none.yaml'], { cwd })
    expect(stderr).not.toContain('none.yaml')
  })
})
