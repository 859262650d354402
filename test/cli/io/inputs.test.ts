import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readInputs } from '../../../src/cli/io/inputs.ts'
import { parseFilePattern } from '../../../src/cli/options/values.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pinpull-inputs-'))
  for (const name of [
    'b.yaml',
    'a/z.yml',
    'a/b/c.JSON',
    'a/notes.md',
    'a/.hidden.yaml',
    '.git/config.yaml',
    'node_modules/x/y.yaml',
    'empty/README.md',
  ]) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), `# ${name}\n`)
  }
  symlinkSync('../b.yaml', join(cwd, 'a/link.yaml'))
  symlinkSync('..', join(cwd, 'a/up'))
  symlinkSync('nowhere', join(cwd, '.git/gone.yaml'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

function read(...paths: string[]): [string | undefined, string][] {
  const readInput = () => new TextEncoder().encode('# stdin\n')
  const { inputs } = readInputs(paths, { cwd, readInput, isInputTerminal: () => false })
  return inputs.map(({ file, bytes }) => [file, new TextDecoder().decode(bytes)])
}

/** What is left out of a folder, and which files are not. */
function leave(...patterns: string[]): [string[], unknown[]] {
  const io = { cwd, readInput: () => new Uint8Array(), isInputTerminal: () => false }
  const { inputs, skipped } = readInputs(['.'], io, { exclude: patterns.map(parseFilePattern) })
  return [
    inputs.flatMap(({ file }) => file ?? []),
    skipped.map(({ code, args, at }) => [code, args['left'], at?.file]),
  ]
}

const ALL = ['a/.hidden.yaml', 'a/b/c.JSON', 'a/link.yaml', 'a/z.yml', 'b.yaml']
const OTHERS = '3 files that kubectl does not read either'

describe('what is skipped', () => {
  test.each<[name: string, patterns: string[], files: string[], left: string]>([
    ['by nobody', [], ALL, `${OTHERS}, node_modules`],
    [
      'a name',
      ['z.yml'],
      ALL.filter((file) => file !== 'a/z.yml'),
      `${OTHERS}, 1 by --exclude, node_modules`,
    ],
    ['names by a pattern', ['*.y*ml'], ['a/b/c.JSON'], `${OTHERS}, 4 by --exclude, node_modules`],
    [
      'a folder',
      ['a/'],
      ['b.yaml'],
      '1 file that kubectl does not read either, 1 by --exclude, node_modules',
    ],
    [
      'a folder by its path',
      ['./a/b'],
      ALL.filter((file) => file !== 'a/b/c.JSON'),
      `${OTHERS}, 1 by --exclude, node_modules`,
    ],
    [
      'whatever is below a folder',
      ['a/**'],
      ['b.yaml'],
      '1 file that kubectl does not read either, 6 by --exclude, node_modules',
    ],
    [
      'by a path at any depth',
      ['**/b/*.JSON'],
      ALL.filter((file) => file !== 'a/b/c.JSON'),
      `${OTHERS}, 1 by --exclude, node_modules`,
    ],
    [
      'by a path that is another one',
      ['z.yml/a', 'b/c.JSON', '?'],
      ['b.yaml'],
      '1 file that kubectl does not read either, 1 by --exclude, node_modules',
    ],
  ])('%s', (_, patterns, files, left) => {
    expect(leave(...patterns)).toEqual([files, [['FILES_LEFT_OUT', left, '.']]])
  })

  test('Jsonnet, which Argo CD evaluates, and what is named like a manifest and is no file', () => {
    rmSync(join(cwd, 'node_modules'), { recursive: true })
    expect(leave()).toEqual([ALL, []])
    writeFileSync(join(cwd, 'a/x.jsonnet'), '{}\n')
    symlinkSync('b', join(cwd, 'a/folder.yaml'))
    const left = `${OTHERS}, 1 Jsonnet file, which Argo CD evaluates, a/folder.yaml, which is no file`
    expect(leave()).toEqual([ALL, [['FILES_LEFT_OUT', left, '.']]])
  })

  test('a named file, and a folder in which every file is excluded', () => {
    const io = { cwd, readInput: () => new Uint8Array(), isInputTerminal: () => false }
    const exclude = [parseFilePattern('b.yaml'), parseFilePattern('*.JSON')]
    const { inputs, skipped } = readInputs(['b.yaml', 'a/b'], io, { exclude })
    expect([inputs, skipped.map(({ args, at }) => [args['left'], at?.file])]).toEqual([
      [],
      [
        ['1 by --exclude', 'b.yaml'],
        ['1 by --exclude', 'a/b'],
      ],
    ])
  })
})

describe('readInputs', () => {
  test.each<[string, string[], [string | undefined, string][]]>([
    ['nothing named', [], [[undefined, '# stdin\n']]],
    ['a dash', ['-'], [[undefined, '# stdin\n']]],
    ['a file, whatever its name', ['a/notes.md'], [['a/notes.md', '# a/notes.md\n']]],
    ['a file by another path', ['./a/./b/../z.yml'], [['a/z.yml', '# a/z.yml\n']]],
    [
      'a folder, sorted, with what is below',
      ['.'],
      [
        ['a/.hidden.yaml', '# a/.hidden.yaml\n'],
        ['a/b/c.JSON', '# a/b/c.JSON\n'],
        ['a/link.yaml', '# b.yaml\n'],
        ['a/z.yml', '# a/z.yml\n'],
        ['b.yaml', '# b.yaml\n'],
      ],
    ],
    [
      'several, in the order given',
      ['b.yaml', '-', 'a/b'],
      [
        ['b.yaml', '# b.yaml\n'],
        [undefined, '# stdin\n'],
        ['a/b/c.JSON', '# a/b/c.JSON\n'],
      ],
    ],
  ])('%s', (_, paths, expected) => {
    expect(read(...paths)).toEqual(expected)
  })

  test.each([['.git', '.git/gone.yaml']])('%s names what cannot be read', (path, file) => {
    const args = { file, reason: 'no such file or directory (ENOENT)' }
    expect(() => read(path)).toThrow(expect.objectContaining({ code: 'FILE_NOT_READ', args }))
  })

  test.runIf(process.platform === 'linux')('a name that is not UTF-8, which Node cannot open', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${cwd}/a/`), Buffer.of(0xff), Buffer.from('.yaml')]), '')
    const args = { file: 'a/\ufffd.yaml', reason: 'its name is not UTF-8: rename it' }
    expect(() => read('a')).toThrow(expect.objectContaining({ code: 'FILE_NOT_READ', args }))
  })

  const RELATIVE = 'check its path, which is relative to the working directory'
  const images = (image: string) =>
    `name the manifests that use it; to print its digest: pinpull inventory --image ${image}; to verify its signature: pinpull verify --image ${image}`

  test.each([
    ['nowhere.yaml', '', RELATIVE],
    ['nowhere', '', RELATIVE],
    ['nowhere/a', '', RELATIVE],
    ['nginx:1.27', ', which looks like an image', images('nginx:1.27')],
    ['ghcr.io/acme/web', ', which looks like an image', images('ghcr.io/acme/web')],
    ['a:b.yaml', '', RELATIVE],
    ['*.yaml', ': the shell found nothing for the pattern', 'check it, or name the folder'],
    ['https://me:secret@example.com/a.yaml', '', 'a URL is not read; download it: curl -fsSL URL | pinpull'],
  ])('%s is missing, and what to do is said', (path, note, advice) => {
    const args = expect.objectContaining({ note, advice })
    expect(() => read(path)).toThrow(expect.objectContaining({ code: 'FILE_MISSING', args }))
  })

  test.each([
    ['', 'an argument is empty: is a variable unset?'],
    ['empty', 'no manifest found in empty'],
  ])('%j is refused', (path, reason) => {
    expect(() => read(path)).toThrow(expect.objectContaining({ code: 'USAGE', args: { reason } }))
  })

  test('waits for manifests at a terminal only if that is requested', () => {
    const io = { cwd, readInput: () => new TextEncoder().encode('# typed\n'), isInputTerminal: () => true }
    const reason = 'there are no manifests: name files or folders, or pipe them in'
    expect(() => readInputs([], io)).toThrow(expect.objectContaining({ code: 'USAGE', args: { reason } }))
    expect(readInputs(['-'], io).inputs).toHaveLength(1)
  })
})
