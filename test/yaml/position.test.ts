import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineCount, lineRange, offsetAt, positionAt } from '../../src/yaml/position.ts'
import { readSource } from '../../src/yaml/source.ts'

const sourceOf = (text: string) => readSource(new TextEncoder().encode(text))

/** The position by cutting the text at the offset. */
const naivePosition = (text: string, offset: number) => {
  const before = Buffer.from(text).subarray(0, offset).toString('latin1')
  const lines = before.split('\n')
  const line = lines.at(-1)!.replace(/^\xef\xbb\xbf/, '')
  return {
    line: lines.length,
    column: [...line].filter((byte) => (byte.charCodeAt(0) & 0xc0) !== 0x80).length + 1,
  }
}

describe('positionAt', () => {
  test.each([
    ['', 0, 1, 1],
    ['a: 1\nb: 2\n', 0, 1, 1],
    ['a: 1\nb: 2\n', 4, 1, 5],
    ['a: 1\nb: 2\n', 5, 2, 1],
    ['a: 1\nb: 2\n', 10, 3, 1],
    ['ü: é\n', 4, 1, 4],
    ['\ufeffa: 1\n', 3, 1, 1],
    ['\ufeffa: 1\nb: 1\n', 11, 2, 4],
    [`${'x'.repeat(5000)}\nb`, 5001, 2, 1],
    [`${'x'.repeat(5000)}\nb`, 4999, 1, 5000],
    [`${'é'.repeat(3000)}b`, 6000, 1, 3001],
  ])('%#', (text, offset, line, column) => {
    expect(positionAt(sourceOf(text), offset)).toEqual({ line, column })
  })

  test('equals counting from the beginning, in any order of questions', () => {
    const piece = fc.oneof(
      fc.constantFrom('a', '\n', '\r\n', 'é', '€', '😀', 'key: value\n'),
      fc.constantFrom('x', '\n', 'ü').chain((one) => fc.nat(1500).map((count) => one.repeat(count))),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.boolean(),
        fc.array(fc.nat(20_000), { maxLength: 20 }),
        (pieces, hasBom, offsets) => {
          const text = (hasBom ? '\ufeff' : '') + pieces.join('')
          const source = sourceOf(text)
          const first = hasBom ? 3 : 0
          for (const wanted of offsets) {
            const offset = Math.max(first, wanted % (source.bytes.length + 1))
            // Not within a character, where nothing begins.
            if (((source.bytes[offset] ?? 0) & 0xc0) === 0x80) continue
            const position = positionAt(source, offset)
            expect(position).toEqual(naivePosition(text, offset))
            if (offset < source.bytes.length && source.bytes[offset] !== 10 && source.bytes[offset] !== 13)
              expect(offsetAt(source, position)).toBe(offset)
          }
        },
      ),
    )
  })
})

describe('the lines of a source', () => {
  const linesOf = (text: string): string[] => {
    const source = sourceOf(text)
    return Array.from({ length: lineCount(source) }, (_, index) => {
      const { start, end } = lineRange(source, index + 1)
      return Buffer.from(source.bytes.subarray(start, end)).toString()
    })
  }

  test.each<[string, readonly string[]]>([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\n\n', ['', '']],
    ['a\nb', ['a', 'b']],
    [`${'x'.repeat(2000)}\n${'y'.repeat(3000)}\n\nz`, ['x'.repeat(2000), 'y'.repeat(3000), '', 'z']],
    ['line\n'.repeat(1000), Array.from({ length: 1000 }, () => 'line')],
  ])('%#', (text, lines) => {
    expect(linesOf(text)).toEqual(lines)
  })

  test('of any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '\n', 'x'.repeat(700), '\n'.repeat(200)), { maxLength: 8 }),
        (parts) => {
          const text = parts.join('')
          const lines = text.split('\n')
          expect(linesOf(text)).toEqual(text.endsWith('\n') || text === '' ? lines.slice(0, -1) : lines)
        },
      ),
    )
  })
})
