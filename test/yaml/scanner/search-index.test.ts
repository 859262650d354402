import { expect, test } from 'vitest'
import { readWithLibrary } from '../../../src/yaml/library/library-reader.ts'
import { createSearchIndexes } from '../../../src/yaml/scanner/search-index.ts'
import { splitStream } from '../../../src/yaml/stream.ts'
import { documentsOf, sourceOf } from '../../support/source.ts'

test.each([
  ['the key', 'a: {image: x}', true],
  ['at the start of a line', 'image: x', true],
  ['with space before its colon', 'a: {image \t: x}', true],
  ['without a space behind it', 'a: {"image":x}', true],
  ['in quotes', 'a: {"image": x}', true],
  ['in single quotes', "a: {'image' : x}", true],
  ['as a value', 'a: image', false],
  ['as the start of another', 'a: {imagePullPolicy: x}', false],
  ['as the end of another', 'a: {myimage: x}', true],
  ['another', 'a: {imag: x, mage: y}', false],
  ['other capitals', 'a: {Image: x}', false],
  ['with an escape', 'a: {"\\u0069mage": x}', true],
  ['with a short escape', 'a: {"\\x69mage": x}', true],
  ['with a long escape', 'a: {"\\U00000069mage": x}', true],
  ['over an escaped line break', 'a: {"ima\\\nge": x}', true],
  ['over an escaped line break, CRLF', 'a: {"ima\\\r\nge": x}', true],
  ['another escape', 'a: "\\n \\" \\t"', false],
  ['behind an alias', 'a: {b: *c }', true],
  ['behind an alias in brackets', 'a: [*c]', true],
  ['behind an alias directly behind a colon', 'a: {"b":*c}', true],
  ['a star that is no alias', 'a: "2*3" # * b, 4**5', false],
])('may be there: %s', (_, text, expected) => {
  const { length } = text
  expect(createSearchIndexes(Buffer.from(text))('image').findNext(0, length) < length).toBe(expected)
})

test('an escaped slash, as JSON may have it', () => {
  const text = '{"a\\/b": x}'
  expect(createSearchIndexes(Buffer.from(text))('a/b').findNext(0, text.length)).toBeLessThan(text.length)
})

test('finds keys from an offset on, in any order', () => {
  const index = createSearchIndexes(Buffer.from('image: image:'))('image')
  expect([0, 1, 8, 12, 1, 0].map((from) => index.findNext(from, 13))).toEqual([0, 7, 13, 13, 7, 0])
})

test('finds keys in a long source, whichever chunk is searched first', () => {
  const places = [0, 16_381, 16_384, 40_000, 65_530]
  const bytes = Buffer.alloc(70_000, 'x')
  for (const at of places) bytes.write('image:', at === 16_384 ? at + 8 : at)
  const expected = [0, 16_381, 16_392, 40_000, 65_530, 70_000]
  for (const from of [0, 50_000, 16_385, 69_000]) {
    const index = createSearchIndexes(bytes)('image')
    const next = (at: number): number => index.findNext(at, 70_000)
    expect(next(from)).toBe(expected.find((at) => at >= from))
    expect([0, 1, 16_382, 16_393, 40_001, 65_531].map(next)).toEqual(expected)
  }
})

test('does not search beyond the limit', () => {
  const bytes = Buffer.alloc(70_000, 'x')
  bytes.write('image:', 60_000)
  const index = createSearchIndexes(bytes)('image')
  expect(index.findNext(0, 10)).toBe(10)
  expect(index.findNext(0, 59_999)).toBeGreaterThanOrEqual(59_999)
  expect(index.findNext(0, 70_000)).toBe(60_000)
})

test('a scanned node is searched by its range; any other node may contain everything', () => {
  const text = 'a: {b: 1}\nc: {image: x}\n'
  const root = documentsOf(sourceOf(text))[0]?.contents
  const values = root?.kind === 'mapping' ? root.entries.map(({ value }) => value) : []
  expect(values.map((value) => value.mayContain('image'))).toEqual([false, true])
  const bytes = Buffer.from(text)
  const other = splitStream(bytes).map((range) => readWithLibrary(bytes, range).contents)[0]
  expect(other?.mayContain('image')).toBe(true)
})

test('a pattern, also across chunks', () => {
  const signs = {
    texts: ['apiV', 'kind'],
    counts: (bytes: Uint8Array, at: number, text: string) => bytes[at + text.length] === 'x'.charCodeAt(0),
  }
  for (const before of [0, 16_380, 16_381, 16_382, 16_383, 16_384, 32_767]) {
    const text = `${'x'.repeat(before)}kindx-apiV-kind-apiV${'x'.repeat(40_000)}`
    const index = createSearchIndexes(Buffer.from(text))(signs)
    expect(index.findNext(0, text.length), `${before}`).toBe(before)
    expect(index.findNext(before + 1, text.length), `${before}`).toBe(before + 'kindx-apiV-kind-'.length)
    expect(index.findNext(before + 'kindx-apiV-kind-'.length + 1, text.length), `${before}`).toBe(text.length)
  }
})
