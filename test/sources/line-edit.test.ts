import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineEdit } from '../../src/sources/line-edit.ts'
import { applyEdits } from '../../src/yaml/edit/splice.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('lineEdit', () => {
  test('equal texts have no edit', () => {
    expect(lineEdit(bytes('a: 1\n'), bytes('a: 1\n'))).toEqual([])
  })

  test.each<[before: string, after: string, edit: object]>([
    ['a: 1\nb: 2\nc: 3\n', 'a: 1\nb: 4\nc: 3\n', { start: 5, end: 10, text: 'b: 4\n' }],
    ['a: 1\nc: 3\n', 'a: 1\nb: 2\nc: 3\n', { start: 5, end: 10, text: 'b: 2\nc: 3\n' }],
    ['a: ä', 'a: ö', { start: 0, end: 5, text: 'a: ö' }],
    ['\ufeffa: 1', '\ufeffa: 2', { start: 0, end: 7, text: '\ufeffa: 2' }],
  ])('%j to %j', (before, after, edit) => {
    expect(lineEdit(bytes(before), bytes(after))).toEqual([edit])
  })

  test('makes the second text of the first', () => {
    const line = fc.constantFrom('', 'a', 'b', 'ä', 'é', '€', '\ufeff', 'a: 1\r')
    const text = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edited = applyEdits(bytes(before), lineEdit(bytes(before), bytes(after)))
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(edited)).toBe(after)
      }),
    )
  })
})
