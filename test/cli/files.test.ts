import { spawnSync } from 'node:child_process'
import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM_COMMAND, type ProgramOptions, runProgram, startProgram } from '../support/program.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

const pod = (name: string, image = `nginx:1.27@${DIGEST}`): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - name: c\n    image: ${image}\n    imagePullPolicy: IfNotPresent\n`

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pinpull-files-'))
  mkdirSync(join(cwd, 'prod'))
  writeFileSync(join(cwd, 'a.yaml'), pod('a'))
  writeFileSync(join(cwd, 'b.yaml'), `---\n${pod('b').trimEnd()}`)
  writeFileSync(join(cwd, 'tag.yaml'), pod('tag', 'nginx:1.27'))
  writeFileSync(join(cwd, 'broken.yaml'), 'kind: [')
  writeFileSync(join(cwd, 'policy.yaml'), pod('p').replace('    imagePullPolicy: IfNotPresent\n', ''))
  writeFileSync(
    join(cwd, 'object.json'),
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"},"spec":{"containers":[]}}',
  )
  writeFileSync(
    join(cwd, 'escaped.json'),
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\\ud83d\\ude00"}}',
  )
  writeFileSync(
    join(cwd, 'pulled.yaml'),
    `Pulled: example.com/charts/one:0.1.0\nDigest: ${DIGEST}\n---\n${pod('one')}`,
  )
  writeFileSync(join(cwd, 'empty.yaml'), '')
  writeFileSync(join(cwd, 'prod/web.yaml'), pod('web'))
  writeFileSync(join(cwd, 'prod/values.yaml'), 'replicas: 1\n')
})
afterAll(() => rmSync(cwd, { recursive: true }))

async function run(args: readonly string[], options: ProgramOptions = {}) {
  const { code, stdout, stderr } = await runProgram(args, { cwd, ...options })
  return { code, stdout: stdout.toString(), stderr }
}

describe('files that are named', () => {
  test.each<[args: readonly string[], stdout: string]>([
    [['a.yaml'], pod('a')],
    [['./a.yaml', 'b.yaml', 'a.yaml'], `${pod('a')}---\n${pod('b')}---\n${pod('a')}`],
    [['-f', 'a.yaml', '-f', 'b.yaml'], `${pod('a')}---\n${pod('b').trimEnd()}`],
    [['b.yaml', '-f', 'a.yaml'], `${pod('a')}---\n${pod('b').trimEnd()}`],
    [
      ['object.json', 'empty.yaml', 'a.yaml'],
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"j"},"spec":{"containers":[]}}\n---\n${pod('a')}`,
    ],
    [['prod', 'a.yaml'], `${pod('web')}---\n${pod('a')}`],
    [
      [
        '.',
        '--exclude',
        '[b-z]*',
        '--exclude',
        'policy.yaml',
        '--exclude',
        '*.json',
        '--exclude',
        't*',
        '--exclude',
        'b*',
        '--exclude',
        'p*',
      ],
      pod('a'),
    ],
    [['policy.yaml'], pod('p')],
    [['pulled.yaml', 'a.yaml'], `---\n${pod('one')}---\n${pod('a')}`],
    [['empty.yaml'], ''],
  ])('%j', async (args, stdout) => {
    const found = await run(args)
    expect([found.code, found.stdout, found.stderr.includes('error')]).toEqual([0, stdout, false])
  })

  test('what holds no object is left out of a folder, and printed if it is named', async () => {
    const folder = await run(['prod'])
    expect(folder.stderr).toContain(
      'FILES_LEFT_OUT: skipped: 1 without a Kubernetes object: prod/values.yaml\n',
    )
    const named = await run(['prod/values.yaml', 'a.yaml'])
    expect(named.stderr).toContain('DOCUMENT_WITHOUT_OBJECT')
    expect([named.code, named.stdout]).toEqual([0, `replicas: 1\n---\n${pod('a')}`])
  })

  test('nothing is written if one of them fails, and the error names its file', async () => {
    const { code, stdout, stderr } = await run(['a.yaml', 'broken.yaml'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/broken\.yaml.*\b1\b/)
    expect(stderr).toMatch(/\npinpull: prod: 1 error in 1 image; nothing was written\n$/)
  })

  test('what Kubernetes would not read behind another file is an error', async () => {
    const { code, stdout, stderr } = await run(['a.yaml', 'escaped.json'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(
      'FILES_NOT_JOINED: escaped.json cannot be printed after another file: its JSON has an escape of surrogates (\\ud83d), which is not valid in YAML, as which it would be read\n',
    )
    expect((await run(['object.json', 'escaped.json'])).code).toBe(0)
  })

  test('--log-format json: each line is an object', async () => {
    const { code, stdout, stderr } = await run(['a.yaml', 'prod', '--log-format', 'json'])
    expect([code, stdout]).toEqual([0, `${pod('a')}---\n${pod('web')}`])
    const entries = stderr.trimEnd().split('\n')
    expect(entries.map((line) => typeof JSON.parse(line))).toEqual(entries.map(() => 'object'))
  })

  test.each<[failOn: string[], code: number, verdict: string]>([
    [[], 0, 'warned'],
    [['--fail-on', 'warning'], 1, 'failed'],
  ])('a page has the verdict of the run: %j', async (failOn, code, verdict) => {
    const report = join(cwd, 'report.html')
    expect((await run(['a.yaml', 'empty.yaml', '--report', report, ...failOn])).code).toBe(code)
    expect(readFileSync(report, 'utf8')).toContain(`<h1 class="verdict ${verdict}">`)
  })

  test.each([
    ['a.yaml lost.yaml > lost.yaml', 'lost.yaml'],
    ['./lost.yaml >> lost.yaml', './lost.yaml'],
    ['linked.yaml > lost.yaml', 'linked.yaml'],
  ])('the output must not go to one of them: %s', (line, file) => {
    writeFileSync(join(cwd, 'lost.yaml'), '')
    rmSync(join(cwd, 'linked.yaml'), { force: true })
    linkSync(join(cwd, 'lost.yaml'), join(cwd, 'linked.yaml'))
    const { status, stderr } = spawnSync('sh', ['-c', `"$@" ${line}`, 'sh', ...PROGRAM_COMMAND], {
      cwd,
      encoding: 'utf8',
    })
    expect([status, stderr.split('\n')[0]]).toEqual([
      2,
      `error USAGE: ${file} is also where the output goes, and > has emptied it: restore it, and write to another file, or into this one with pinpull pin --write`,
    ])
    for (const one of ['lost.yaml', 'linked.yaml']) rmSync(join(cwd, one))
  })

  test('a report is about all of them', async () => {
    const report = join(cwd, 'report.json')
    expect((await run(['a.yaml', 'b.yaml', '--report', report])).code).toBe(0)
    const { images } = JSON.parse(readFileSync(report, 'utf8')) as { images: { at: { file: string } }[] }
    expect(images.map(({ at }) => at.file)).toEqual(['a.yaml', 'b.yaml'])
  })
})

describe('standard input beside files', () => {
  const refusal = (names: string) =>
    `error FILES_BESIDE_STREAM: ${names} would be read, but manifests come from standard input too\n  → to transform the stream, leave ${names} out; to read both, add - to the files; to read the files only, add < /dev/null\n`

  test('a word that a host passes never replaces its stream', async () => {
    for (const args of [['prod'], ['-f', 'prod'], ['--profile', 'dev', 'prod']])
      expect(await run(args, { input: pod('x') })).toEqual({ code: 2, stdout: '', stderr: refusal('prod') })
  })

  test('a file as standard input counts, too', () => {
    const fd = openSync(join(cwd, 'a.yaml'), 'r')
    const [command, ...words] = PROGRAM_COMMAND
    const { status, stdout, stderr } = spawnSync(command, [...words, 'prod'], {
      cwd,
      stdio: [fd, 'pipe', 'pipe'],
      encoding: 'utf8',
    })
    closeSync(fd)
    expect([status, stdout, stderr]).toEqual([2, '', refusal('prod')])
  })

  test('what arrives while images are resolved is noticed before anything is written', async () => {
    let child: ReturnType<typeof startProgram>['child'] | undefined
    const registry = createServer((_, response) => {
      child?.stdin.write(pod('late'), () =>
        setTimeout(
          () =>
            response
              .writeHead(200, {
                'content-type': 'application/vnd.oci.image.index.v1+json',
                'docker-content-digest': DIGEST,
              })
              .end(),
          100,
        ),
      )
    })
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
    const mirror = `*=http://127.0.0.1:${(registry.address() as AddressInfo).port}`
    const started = startProgram(['--cache-ttl', '0', '--mirror', mirror, 'tag.yaml'], {
      cwd,
      keepOpen: true,
    })
    child = started.child
    const { code, stdout, stderr } = await started.result
    registry.close()
    expect([code, stdout.toString(), stderr]).toEqual([2, '', refusal('tag.yaml')])
  })

  test('a pipe that stays open and silent is not waited for', async () => {
    const { code, stdout, stderr } = await run(['a.yaml'], { keepOpen: true })
    expect([code, stdout]).toEqual([0, pod('a')])
    expect(stderr).toMatch(
      /^info INPUT_IDLE: standard input was not read: it is an open pipe that has sent nothing\n {2}→ .*< \/dev\/null/,
    )
  })

  test.each<[name: string, input: string]>([
    ['/dev/null', '</dev/null'],
    ['closed', '<&-'],
    ['an empty file', '<empty.yaml'],
  ])('%s: nothing is said', (_, redirection) => {
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', `"$@" a.yaml ${redirection}`, 'sh', ...PROGRAM_COMMAND],
      { cwd, encoding: 'utf8' },
    )
    expect([status, stdout, stderr]).toEqual([
      0,
      pod('a'),
      'pinpull: prod: 1 image: 0 pinned, 1 unchanged (already pinned); pull policy set on 0\n',
    ])
  })

  test('- is standard input among files, and alone the same as no file', async () => {
    const both = await run(['-', 'a.yaml'], { input: pod('x').trimEnd() })
    expect([both.code, both.stdout]).toEqual([0, `${pod('x')}---\n${pod('a')}`])
    for (const args of [['-'], ['-f', '-'], []])
      expect((await run(args, { input: pod('x') })).stdout).toBe(pod('x'))
  })

  test('with - data is expected under Helm, too; without it every pipe is refused there', async () => {
    const env = { HELM_PLUGIN_DIR: '/plugins/pinpull' }
    const { code, stdout, stderr } = await run(['prod'], { env })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      'error FILES_BESIDE_STREAM: prod would replace the manifests that Helm passes on standard input\n  → an option such as the profile needs its name: --post-renderer-args=--profile=prod; outside Helm, add < /dev/null\n',
    )
    expect((await run(['-'], { env, input: pod('x') })).stdout).toBe(pod('x'))
  })

  test('a KRM function takes no files', async () => {
    const { code, stderr } = await run(['--krm', 'prod'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error FILES_BESIDE_STREAM: with --krm a ResourceList comes from standard input, and prod would replace it',
    ])
  })

  test('no environment variable names files', async () => {
    const env = { PINPULL_FILENAME: 'prod', PINPULL_FILE: 'prod' }
    expect((await run([], { env, input: pod('x') })).stdout).toBe(pod('x'))
  })
})
