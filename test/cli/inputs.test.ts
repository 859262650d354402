import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readInputs } from '../../src/cli/inputs.ts'

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
  mkdirSync(join(cwd, '.broken'))
  symlinkSync('nowhere', join(cwd, '.broken/gone.yaml'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

function read(...paths: string[]): [string | undefined, string][] {
  const readInput = () => new TextEncoder().encode('# stdin\n')
  const inputs = readInputs(paths, { cwd, readInput, isInputTerminal: () => false })
  return inputs.map(({ file, bytes }) => [file, new TextDecoder().decode(bytes)])
}

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

  test.each([
    ['nowhere.yaml', 'nowhere.yaml'],
    ['.broken', '.broken/gone.yaml'],
  ])('%s names what cannot be read', (path, file) => {
    const args = { file, reason: 'no such file or directory (ENOENT)' }
    expect(() => read(path)).toThrow(expect.objectContaining({ code: 'FILE_NOT_READ', args }))
  })

  test.each([
    ['', 'the name of a file or folder is empty'],
    ['empty', 'there is no manifest in empty'],
  ])('%j is refused', (path, reason) => {
    expect(() => read(path)).toThrow(expect.objectContaining({ code: 'USAGE', args: { reason } }))
  })

  test('nobody is made to type manifests, unless they ask for it', () => {
    const io = { cwd, readInput: () => new TextEncoder().encode('# typed\n'), isInputTerminal: () => true }
    const reason = 'there are no manifests: name files or folders, or pipe them in'
    expect(() => readInputs([], io)).toThrow(expect.objectContaining({ code: 'USAGE', args: { reason } }))
    expect(readInputs(['-'], io)).toHaveLength(1)
  })
})
