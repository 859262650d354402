import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../../support/program.ts'
import { startRegistry, type TestRegistry } from '../../support/registry/registry.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { GO_TOOLS, goTool } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'

const needs = { helm: await goTool(GO_TOOLS.helm4) }

const CHART = 'apiVersion: v2\nname: web\nversion: 0.1.0\n'
const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"
`
const VALUES = '# The image.\nimage:\n  repository: acme/web\n  tag: "1.2" # tested\n'
const DIGEST = /sha256:[0-9a-f]{64}/g

describeWith(needs, 'pinpull pin with Helm', ({ helm }) => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ anyName: true, mirror: true })
  })
  afterAll(() => registry.close())

  /** A folder with a chart, and the program in it. */
  function place(
    files: Readonly<Record<string, string>>,
    path: string = dirname(helm),
    variables: Readonly<Record<string, string>> = {},
  ) {
    const cwd = temporaryFolder()
    const write = (name: string, text: string): void => {
      mkdirSync(dirname(join(cwd, name)), { recursive: true })
      writeFileSync(join(cwd, name), text)
    }
    for (const [name, text] of Object.entries(files)) write(name, text)
    return {
      cwd,
      write,
      read: (name: string) => readFileSync(join(cwd, name), 'utf8').replace(DIGEST, 'DIGEST'),
      pin: async (...args: readonly string[]) => {
        const env = { PINPULL_CACHE_TTL: '0', PINPULL_MIRROR: `*=${registry.url}`, PATH: path, ...variables }
        const { code, stdout, stderr } = await runProgram(['pin', ...args], { cwd, env })
        return { code, stdout: stdout.toString().replace(DIGEST, 'DIGEST'), stderr }
      },
    }
  }

  const chart = { 'chart/Chart.yaml': CHART, 'chart/values.yaml': VALUES, 'chart/templates/web.yaml': POD }

  test('a folder with a chart: all its values, each file for an environment of its own', async () => {
    const { pin, read } = place({
      ...chart,
      'chart/values-stage.yaml': 'image: {tag: "1.3"}\n',
      'chart/values-prod.yaml': 'replicas: 3\n',
    })
    expect(await pin('--write', 'chart')).toEqual({
      code: 0,
      stderr: `chart/values.yaml: info SOURCE_DIGEST_STAYS: chart/values.yaml has the digest of an image in image.digest: with another tag from elsewhere, the image stays the same
  → where a HelmRelease, an Application, --set or another values file sets the tag, set the digest there, too
pinpull: pin: 3 images: 3 pinned, proved with Helm v4.2; 2 files written
`,
      stdout: expect.stringContaining('+  digest: DIGEST\n'),
    })
    expect([
      read('chart/values.yaml'),
      read('chart/values-stage.yaml'),
      read('chart/values-prod.yaml'),
    ]).toEqual([`${VALUES}  digest: DIGEST\n`, 'image: {tag: "1.3", digest: DIGEST}\n', 'replicas: 3\n'])
    expect(await pin('--write', 'chart')).toEqual({
      code: 0,
      stderr: 'pinpull: pin: 3 images: 3 unchanged; no file changes\n',
      stdout: '',
    })
  })

  test('a digest in the values of a chart never becomes that of another tag in the values beside them', async () => {
    const stage = 'image: {tag: "1.3"}\n'
    const { pin, read } = place({ ...chart, 'chart/values-stage.yaml': stage })
    const { code, stdout, stderr } = await pin('--write', 'chart/values.yaml')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(
      'SOURCE_LEFT: chart/values-stage.yaml stays as it is: the change of chart/values.yaml would change more than its images: ',
    )
    expect([read('chart/values.yaml'), read('chart/values-stage.yaml')]).toEqual([VALUES, stage])
  })

  test('values of a chart that is elsewhere; other values and options go to Helm', async () => {
    const { pin, read } = place({ ...chart, 'ours.yaml': '# Ours.\n', 'base.yaml': 'image: {tag: "1.4"}\n' })
    const args = [
      '--write',
      '--chart',
      'chart',
      '--values',
      'base.yaml',
      '--set',
      'image.repository=acme/other',
    ]
    const withheld = await pin(...args, 'ours.yaml')
    expect([withheld.code, withheld.stdout]).toEqual([0, ''])
    expect(withheld.stderr).toContain(
      'acme/other:1.4: not pinned: no file has image.digest, which makes it; --add inserts it',
    )
    const added = await pin(...args, '--add', 'ours.yaml')
    expect([added.code, added.stderr]).toEqual([
      0,
      'pinpull: pin: 1 image: 1 pinned, proved with Helm v4.2; 1 file written\n',
    ])
    expect(read('ours.yaml')).toBe('# Ours.\nimage:\n  digest: DIGEST\n')
  })

  test('a chart in an archive is the same as its folder', async () => {
    const { pin, cwd } = place({ ...chart, 'ours.yaml': 'image:\n  tag: "1.4"\n' })
    execFileSync('tar', ['czf', 'web-0.1.0.tgz', 'chart'], { cwd })
    const unpacked = await pin('--chart', 'chart', 'ours.yaml')
    expect(unpacked.stdout).toContain('+  digest: DIGEST\n')
    expect(await pin('--chart', 'web-0.1.0.tgz', 'ours.yaml')).toEqual(unpacked)
    writeFileSync(join(cwd, 'broken.tgz'), 'text')
    const broken = await pin('--chart', 'broken.tgz', 'ours.yaml')
    expect([broken.code, broken.stderr]).toEqual([
      1,
      expect.stringContaining('broken.tgz is no chart archive'),
    ])
  })

  test('-o json says what was proved, and by which Helm', async () => {
    const { pin } = place(chart)
    const { stdout } = await pin('-o', 'json', 'chart/values.yaml')
    const { images, proofs } = JSON.parse(stdout)
    expect(images).toEqual([
      {
        at: { file: 'chart/values.yaml', line: 3, column: 3, path: 'image.digest' },
        before: 'acme/web:1.2',
        after: 'acme/web:1.2@DIGEST',
        outcome: 'written',
      },
    ])
    expect(proofs).toEqual([{ kind: 'proved', subject: 'chart', by: 'Helm v4.2' }])
  })

  test.each<[string, Record<string, string>, string | undefined, string]>([
    ['a template that fails', { ...chart, 'chart/templates/bad.yaml': '{{ fail "no" }}' }, undefined, 'no'],
    [
      'a dependency that is missing',
      {
        ...chart,
        'chart/Chart.yaml': `${CHART}dependencies: [{name: db, version: 1.0.0, repository: "file://../db"}]\n`,
      },
      undefined,
      '→ fetch its dependencies first: helm dependency build chart',
    ],
    ['no Helm', chart, '/nowhere', '→ install Helm: no value is changed without rendering the chart'],
    [
      'values that are no YAML',
      { ...chart, 'chart/values.yaml': 'a: [\n' },
      undefined,
      'is not one YAML document with values',
    ],
  ])('%s is an error, and nothing is written', async (_, files, path, message) => {
    const { pin, read } = place(files, path)
    const before = read('chart/values.yaml')
    const { code, stdout, stderr } = await pin('--write', 'chart/values.yaml')
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)])
    expect(stderr).toContain('error SOURCE_LEFT: chart/values.yaml stays as it is: ')
    // So it is if the chart is named. In a folder of many files it is expected that some charts need options.
    for (const [named, expected] of [
      ['chart/', 1],
      ['.', 0],
    ] as const)
      expect([named, (await pin('--write', named)).code]).toEqual([named, expected])
    expect(read('chart/values.yaml')).toBe(before)
  })

  test('variables of Helm have no effect', async () => {
    const guard = '{{ if ne .Release.Namespace "default" }}{{ fail "another namespace" }}{{ end }}'
    const { pin } = place({ ...chart, 'chart/templates/guard.yaml': guard }, undefined, {
      HELM_NAMESPACE: 'other',
      HELM_PLUGINS: '/nowhere',
    })
    expect((await pin('chart/values.yaml')).code).toBe(0)
    expect((await pin('-n', 'other', 'chart/values.yaml')).stderr).toContain('another namespace')
  })
})
