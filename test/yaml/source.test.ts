import { describe, expect, test } from 'vitest'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { offsetAt, positionAt } from '../../src/yaml/position.ts'
import { readSource } from '../../src/yaml/source.ts'
import { sourceOf } from '../support/source.ts'

function reasonOf(bytes: readonly number[]): unknown {
  try {
    readSource(Uint8Array.from(bytes))
  } catch (error) {
    if (error instanceof PinpullError) {
      const { line, column } = error.at ?? {}
      const position = line === undefined ? '' : `, line ${line}, column ${column}`
      return `${error.code}: ${error.args['reason']}${position}`
    }
    throw error
  }
  return 'read'
}

const WINDOWS = ', which > and Out-File of Windows PowerShell write'

describe('bytes that are not UTF-8', () => {
  test.each([
    ['a UTF-16 mark, little end first', [0xff, 0xfe, 0x61, 0x00], `it is UTF-16LE${WINDOWS}`],
    ['a UTF-16 mark, big end first', [0xfe, 0xff, 0x00, 0x61], `it is UTF-16BE${WINDOWS}`],
    ['a UTF-16 mark alone', [0xff, 0xfe], `it is UTF-16LE${WINDOWS}`],
    ['a UTF-32 mark, little end first', [0xff, 0xfe, 0x00, 0x00], 'it is UTF-32LE'],
    ['a UTF-32 mark, big end first', [0x00, 0x00, 0xfe, 0xff], 'it is UTF-32BE'],
    ['UTF-16 without a mark, little end first', [0x61, 0x00, 0x3a, 0x00], `it is UTF-16LE${WINDOWS}`],
    ['UTF-16 without a mark, big end first', [0x00, 0x61, 0x00, 0x3a], `it is UTF-16BE${WINDOWS}`],
    ['UTF-32 without a mark, little end first', [0x61, 0x00, 0x00, 0x00], 'it is UTF-32LE'],
    ['UTF-32 without a mark, big end first', [0x00, 0x00, 0x00, 0x61], 'it is UTF-32BE'],
    [
      'UTF-16 without a mark, behind a character that is not ASCII',
      [0x2d, 0x4e, 0x61, 0x00, 0x62, 0x00, 0x63, 0x00],
      `it is UTF-16${WINDOWS}`,
    ],
    [
      'UTF-16 that was appended',
      [0x61, 0x0a, 0x2d, 0x00, 0x2d, 0x00, 0x2d, 0x00],
      'from line 2 on it is UTF-16, line 2, column 1',
    ],
    [
      'UTF-16 that was appended with its mark',
      [0x61, 0x0a, 0xff, 0xfe, 0x2d, 0x00],
      'from line 2 on it is UTF-16, line 2, column 1',
    ],
    ['Latin-1', [0x61, 0xe4, 0x62], 'the byte 0xE4 ("ä" in Latin-1) in document 1, line 1, column 2'],
    ['a bad byte at the start', [0x80, 0x61], 'the byte 0x80 in document 1, line 1, column 1'],
    [
      'a bad byte at the end',
      [0x61, 0x62, 0xff],
      'the byte 0xFF ("ÿ" in Latin-1) in document 1, line 1, column 3',
    ],
    [
      'a character cut short at the end',
      [0x61, 0xe2, 0x82],
      'the byte 0xE2 ("â" in Latin-1) in document 1, line 1, column 2',
    ],
    [
      'a character cut short within',
      [0xe2, 0x82, 0x61, 0x61, 0x61],
      'the byte 0xE2 ("â" in Latin-1) in document 1, line 1, column 1',
    ],
    [
      'an overlong form',
      [0x61, 0xc0, 0xaf],
      'the byte 0xC0 ("À" in Latin-1) in document 1, line 1, column 2',
    ],
    [
      'a surrogate',
      [0x61, 0x61, 0xed, 0xa0, 0x80],
      'the byte 0xED ("í" in Latin-1) in document 1, line 1, column 3',
    ],
    [
      'good characters before it',
      [0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0x9f],
      'the byte 0x9F in document 1, line 1, column 4',
    ],
    [
      'two bad bytes',
      [0x61, 0xff, 0x62, 0x63, 0x64, 0x65, 0xff],
      'the byte 0xFF ("ÿ" in Latin-1) in document 1, line 1, column 2',
    ],
  ])('%s', (_, bytes, reason) => {
    expect(reasonOf(bytes)).toBe(`INPUT_NOT_UTF8: ${reason}`)
  })

  test.each<[name: string, text: string, reason: string]>([
    [
      'the object',
      '# c\n---\na: 1\n---\nkind: Pod\nmetadata:\n  labels: {}\n  name: web\nspec: {a: \xe9}\n',
      'document 2 (Pod web), line 9, column 11',
    ],
    [
      'the object in flow style',
      'kind: Pod\nmetadata: {labels: a, name: web}\na: \xe9\n',
      'document 1 (Pod web), line 3, column 4',
    ],
    [
      'the object in JSON',
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"a":"\xe9"}',
      'document 1 (Pod web), line 1, column 64',
    ],
    ['its kind alone', 'a: 1\n---\n  x: \xe9\nkind: "Pod"\n', 'document 2 (Pod), line 3, column 6'],
    ['no marker before the first', '---\n---\nb: \xe9\n', 'document 2, line 3, column 4'],
  ])('a bad byte is told by document, line and %s', (_, text, place) => {
    const bytes = [...Buffer.from(text, 'latin1')]
    expect(reasonOf(bytes)).toBe(`INPUT_NOT_UTF8: the byte 0xE9 ("é" in Latin-1) in ${place}`)
  })

  test.each([
    ['nothing', []],
    ['one byte', [0x61]],
    ['a UTF-8 mark', [0xef, 0xbb, 0xbf, 0x61]],
    ['characters of two, three and four bytes', [0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]],
  ])('but these are: %s', (_, bytes) => {
    expect(reasonOf(bytes)).toBe('read')
  })

  test('the bytes stay the same, including a byte order mark', () => {
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0xc3, 0xa4])
    const source = readSource(bytes, 'a.yaml')
    expect(source.bytes).toBe(bytes)
    expect(source.text).toBe('\u00ef\u00bb\u00bf\u00c3\u00a4')
    expect(source.file).toBe('a.yaml')
  })

  test('a view into a larger buffer is read as what it shows', () => {
    expect(readSource(Buffer.from('xxabcxx').subarray(2, 5)).text).toBe('abc')
  })
})

describe('a position', () => {
  test.each([
    ['a: 1\nb: 2\n', 0, 1, 1],
    ['a: 1\nb: 2\n', 4, 1, 5],
    ['a: 1\nb: 2\n', 5, 2, 1],
    ['a: 1\nb: 2\n', 8, 2, 4],
    ['a: 1\nb: 2\n', 10, 3, 1],
    ['a: 1\r\nb: 2\r\n', 6, 2, 1],
    ['', 0, 1, 1],
    ['\n\n\n', 2, 3, 1],
    ['ä: 1', 4, 1, 4],
    ['x: "\u{1F600}" #', 10, 1, 8],
    ['\uFEFFa: 1', 3, 1, 1],
    ['\uFEFFa: 1', 6, 1, 4],
    ['\uFEFFa: 1\nb: 1', 8, 2, 1],
  ])('in %j, byte %i is line %i, column %i', (text, offset, line, column) => {
    const source = sourceOf(text)
    expect(positionAt(source, offset)).toEqual({ line, column })
    expect(offsetAt(source, { line, column })).toBe(offset)
  })
})
