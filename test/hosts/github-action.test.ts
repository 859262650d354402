import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ActionRun, readAction, runAction } from '../support/composite-action.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: ${image}\n      imagePullPolicy: IfNotPresent\n`
const PINNED = pod(`nginx:1.27@sha256:${'a'.repeat(64)}`)
const UNPINNED = pod('nginx:1.27')

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

let sandbox: Sandbox
beforeEach(() => {
  sandbox = createSandbox()
  return () => sandbox.remove()
})

/** Runs the action with the program under test. */
const act = (inputs: Readonly<Record<string, string>>): Promise<ActionRun> =>
  runAction(sandbox, { program: 'pinpull', ...inputs })

describe('action.yml', () => {
  const { inputs, outputs, runs } = readAction()

  test('no script contains an expression: an input would be code there', () => {
    expect(runs.using).toBe('composite')
    expect(runs.steps.map(({ shell, run }) => [shell, run.includes('${{')])).toEqual([
      ['bash', false],
      ['bash', false],
    ])
  })

  test('every input is used, and every output comes from a step', () => {
    const used = new Set(runs.steps.flatMap(({ env }) => Object.values(env)))
    expect([...used].toSorted()).toEqual(
      Object.keys(inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .toSorted(),
    )
    for (const [name, { value }] of Object.entries(outputs))
      expect(value).toBe(`\${{ steps.run.outputs.${name} }}`)
  })

  test('uses no other action', () => {
    expect(runs.steps.filter((step) => 'uses' in step)).toEqual([])
  })
})

describe('mode check', () => {
  test('an image without a digest: an annotation, a finding in SARIF, a row in the summary', async () => {
    sandbox.write('out/web.yaml', UNPINNED)
    const { code, stdout, written, summary } = await act({ files: 'out/web.yaml' })
    expect([code, written['exit-code']]).toEqual([1, '1'])
    expect(stdout).toMatch(/^::error file=out\/web\.yaml,line=8,[^\n]*title=IMAGE_UNPINNED::/m)
    expect(summary).toMatch(/^### Pinpull: profile prod\n/)
    expect(summary).toContain('| error | IMAGE_UNPINNED | ')
    const sarif = JSON.parse(sandbox.read(written['sarif']?.slice(sandbox.folder.length + 1) ?? ''))
    expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['IMAGE_UNPINNED'])
  })

  test.each<[name: string, files: string]>([
    ['a file', 'out/web.yaml'],
    ['a folder', 'out'],
    ['a pattern', 'out/*.yaml'],
    ['several, with blank lines, blanks around them, and Windows line breaks', '\n out/web.yaml\r\n\nout \n'],
    ['a name with spaces, quotes and a pattern’s characters', `it's [a] "file".yaml`],
    ['a name that looks like an option', '--help.yaml'],
  ])('pinned manifests in %s pass', async (_, files) => {
    sandbox.write('out/web.yaml', PINNED)
    sandbox.write(`it's [a] "file".yaml`, PINNED)
    sandbox.write('--help.yaml', PINNED)
    const { code, summary } = await act({ files })
    expect([code, summary.includes('No errors or warnings.')]).toEqual([0, true])
  })

  test('profile, configuration, more arguments and the working directory', async () => {
    sandbox.write(
      'shop/conf/p.yaml',
      'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {profiles: [{name: qa, extends: dev}]}\n',
    )
    sandbox.write('shop/out/web.yaml', UNPINNED)
    sandbox.write('shop/out/values.yaml', 'image: nginx\n')
    const { code, summary, written } = await act({
      files: 'out',
      profile: 'qa',
      config: 'conf/p.yaml',
      'require-pinned': 'false',
      args: '--exclude=values.yaml\n--ignore-other-files\n',
      'working-directory': 'shop',
      sarif: 'reports.sarif',
    })
    expect([code, summary.split('\n')[0]]).toEqual([0, '### Pinpull: profile qa'])
    expect(written['sarif']).toBe(join(sandbox.folder, 'shop/reports.sarif'))
    expect(existsSync(join(sandbox.folder, 'shop/reports.sarif'))).toBe(true)
  })

  test('without a summary', async () => {
    sandbox.write('a.yaml', PINNED)
    expect((await act({ files: 'a.yaml', summary: 'false' })).summary).toBe('')
  })

  test('a summary that GitHub would refuse is shortened', async () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      pod(`example.com/${'x'.repeat(200)}/image:${index}`),
    )
    sandbox.write('a.yaml', many.join('---\n'))
    const { code, summary } = await act({ files: 'a.yaml' })
    expect([code, Buffer.byteLength(summary) < 1 << 20]).toEqual([1, true])
    expect(summary).toMatch(/ \|\n\n…and more: the summary of a job holds 1 MiB\.\n$/)
  })
})

describe('mode pin-files', () => {
  const files = (): Promise<ActionRun> =>
    act({ files: 'apps', mode: 'pin-files', args: `--mirror=*=${registry.url}\n--exclude=other.yaml` })

  test('pins the files, and has the body of a pull request', async () => {
    sandbox.write('apps/web.yaml', UNPINNED)
    sandbox.write('apps/other.yaml', UNPINNED)
    const { code, written, summary } = await files()
    expect([code, written['changed'], sandbox.read('apps/other.yaml')]).toEqual([0, 'true', UNPINNED])
    expect(sandbox.read('apps/web.yaml')).toMatch(/image: nginx:1\.27@sha256:[0-9a-f]{64}\n/)
    const body = sandbox.read(written['body']?.slice(sandbox.folder.length + 1) ?? '')
    expect([body, body.startsWith('### Pinned images\n\nChanges `apps/web.yaml`.')]).toEqual([summary, true])
    expect((await files()).written['changed']).toBe('false')
  })

  test('fails if one cannot be pinned, and changes none', async () => {
    sandbox.write('apps/web.yaml', UNPINNED)
    sandbox.write('apps/broken.yaml', 'kind: [')
    const { code, written, summary } = await files()
    expect([code, written['changed'], sandbox.read('apps/web.yaml')]).toEqual([1, 'false', UNPINNED])
    expect(summary).toContain('YAML_INVALID')
  })
})

describe('mode pin', () => {
  test('writes the pinned manifests, and says where', async () => {
    sandbox.write('rendered.yaml', UNPINNED)
    const { code, written, summary } = await act({
      mode: 'pin',
      files: 'rendered.yaml',
      output: 'new/pinned.yaml',
      args: `--mirror=*=${registry.url}`,
    })
    expect([code, written['manifests']]).toEqual([0, join(sandbox.folder, 'new/pinned.yaml')])
    expect(sandbox.read('new/pinned.yaml')).toMatch(/image: nginx:1\.27@sha256:[0-9a-f]{64}\n/)
    expect(summary).toContain('`nginx:1.27` → `nginx:1.27@sha256:')
  })

  test('joins files and folders, and names each file in the reports', async () => {
    sandbox.write('apps/a.yaml', UNPINNED)
    sandbox.write('apps/b/b.yaml', PINNED)
    sandbox.write('c.yaml', UNPINNED)
    const { code, summary } = await act({
      mode: 'pin',
      files: 'apps\nc.yaml',
      output: 'pinned.yaml',
      args: `--mirror=*=${registry.url}`,
    })
    expect(code).toBe(0)
    const pinned = sandbox.read('pinned.yaml')
    expect([pinned.match(/^---$/gm)?.length, pinned.match(/image: nginx:1\.27@sha256:/g)?.length]).toEqual([
      2, 3,
    ])
    expect(summary).toContain('apps/a.yaml:8:14')
  })

  test('writes nothing if an image cannot be resolved', async () => {
    sandbox.write('rendered.yaml', UNPINNED)
    sandbox.write('pinned.yaml', 'as it was')
    const { code, written, summary } = await act({
      mode: 'pin',
      files: 'rendered.yaml',
      output: 'pinned.yaml',
      args: '--locked',
    })
    expect([code, written['exit-code'], written['manifests']]).toEqual([2, '2', undefined])
    expect([sandbox.read('pinned.yaml'), summary.includes('| LOCK_ABSENT |')]).toEqual(['as it was', true])
  })
})

describe('mode lock-check', () => {
  test('compares the lock file with the manifests and the registry', async () => {
    sandbox.write('web.yaml', UNPINNED)
    const mirror = `--mirror=*=${registry.url}`
    await sandbox.run('pinpull', ['lock', mirror, 'web.yaml'])
    expect((await act({ mode: 'lock-check', files: 'web.yaml', args: mirror })).code).toBe(0)
    sandbox.write('web.yaml', pod('nginx:1.28'))
    const { code, stdout, summary } = await act({ mode: 'lock-check', files: 'web.yaml', args: '--locked' })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^::error file=web\.yaml,[^\n]*title=LOCK_MISSING_ENTRY::/m)
    expect(summary).toContain('| LOCK_UNUSED |')
  })
})

describe('without the input program', () => {
  test('the program that is built in the folder of the action runs', async () => {
    sandbox.write('a.yaml', PINNED)
    const { code, stdout } = await act({ files: 'a.yaml', program: '' })
    expect([code, stdout.includes('npm')]).toEqual([0, false])
  })
})

describe('inputs that try to be something else', () => {
  const TOUCH = 'touch pwned'
  const ATTACKS = {
    'a substitution': `$(${TOUCH})`,
    backquotes: `\`${TOUCH}\``,
    'a separator': `; ${TOUCH};`,
    'the end of a quotation': `" ; ${TOUCH}; "`,
    'the end of another one': `' ; ${TOUCH}; '`,
    'an expansion': `\${IFS@P} $(${TOUCH})`,
    'lines of commands': `x\n${TOUCH}\n::error::pwned`,
    'the line of an output': 'x\nmanifests=/etc/passwd',
    'an escaped line': 'x%0A::error::pwned',
    'an old command': '##[error]pwned',
    'an index': `lines[$(${TOUCH})]`,
    'an option': '--registries-conf=/dev/null',
    'a dash': '-',
    nothing: '',
  }
  const CASES = Object.keys(readAction().inputs)
    .filter((name) => name !== 'program')
    .flatMap((name) =>
      Object.entries(ATTACKS).map(([attack, text], index) => ({
        name,
        attack,
        text,
        mode: index % 2 === 0 ? 'check' : 'pin',
      })),
    )

  test.each(CASES)('$name: $attack', async ({ name, text, mode }) => {
    sandbox.write('a.yaml', UNPINNED)
    const inputs = { files: 'a.yaml', mode, output: 'pinned.yaml' }
    // The filter must not contact a registry.
    const { stdout, stderr, written } = await act({ ...inputs, args: '--locked', [name]: text })
    expect(readdirSync(sandbox.folder)).not.toContain('pwned')
    const known = ['sarif', 'exit-code', 'manifests']
    expect(Object.keys(written).filter((key) => !known.includes(key))).toEqual([])
    expect(written['manifests']).not.toBe('/etc/passwd')
    expect(`${stdout}\n${stderr}`).not.toMatch(/^\s*::\w+[^:]*::pwned|##\[/m)
  })

  test.each([
    ['a pattern', 'out/*'],
    ['a folder', 'out'],
  ])('names of files in %s are never code, nor options, nor commands to the runner', async (_, files) => {
    for (const name of [
      `$(${TOUCH}).yaml`,
      `\`${TOUCH}\`.yaml`,
      '::error::pwned.yaml',
      '-o.yaml',
      ' $x .yaml',
    ])
      sandbox.write(`out/${name}`, UNPINNED)
    sandbox.write('out/b\n::error::pwned.yaml', UNPINNED)
    const { code, stdout, stderr } = await act({ files })
    expect([code, readdirSync(sandbox.folder).includes('pwned')]).toEqual([1, false])
    expect(`${stdout}\n${stderr}`).not.toMatch(/^\s*::error::/m)
    expect(stdout.match(/title=IMAGE_UNPINNED/g)).toHaveLength(6)
  })

  test.each([
    ['an unknown mode', { mode: 'chek' }, 'the input mode is check, pin, pin-files or lock-check'],
    ['no files', { files: ' \n' }, 'the input files is empty'],
    ['a pattern for nothing', { files: '*.json' }, 'a pattern of the input files matches no file'],
    ['pin without a file to write', { mode: 'pin' }, 'mode pin needs the input output'],
    [
      'a report that would not be SARIF',
      { sarif: 'x.json' },
      'the name of the input sarif must end with .sarif',
    ],
    [
      'a switch that is neither',
      { summary: 'yes' },
      'the inputs require-pinned and summary are true or false',
    ],
  ])('%s is explained', async (_, inputs, text) => {
    sandbox.write('a.yaml', PINNED)
    const { code, stdout } = await act({ files: 'a.yaml', ...inputs })
    expect([code, stdout]).toEqual([2, `::error title=Pinpull::${text}\n`])
  })
})
