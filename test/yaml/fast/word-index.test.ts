import { expect, test } from 'vitest'
import { mayHoldKey } from '../../../src/yaml/fast/lazy-node.ts'
import { createWordIndex } from '../../../src/yaml/fast/word-index.ts'
import { readUnproved } from '../../../src/yaml/reader.ts'
import { splitStream } from '../../../src/yaml/stream.ts'
import { documentsOf, sourceOf } from '../../support/source.ts'

test.each([
  ['the word', 'a: {image: x}', true],
  ['in quotes', 'a: {"image": x}', true],
  ['as a value', 'a: image', true],
  ['as a part of another', 'a: {imagePullPolicy: x}', true],
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
  ['a star that is no alias', 'a: "2*3" # * b, 4**5', false],
])('may be there: %s', (_, text, expected) => {
  expect(createWordIndex(Buffer.from(text), 'image').within(0, text.length)).toBe(expected)
})

test('within a range alone', () => {
  const index = createWordIndex(Buffer.from('image b image'), 'image')
  expect([index.within(0, 1), index.within(1, 8), index.within(1, 9), index.within(9, 13)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})

test('a node that was scanned is asked by its range, any other may hold anything', () => {
  const text = 'a: {b: 1}\nc: {image: x}\n'
  const root = documentsOf(sourceOf(text))[0]?.contents
  const values = root?.kind === 'mapping' ? root.entries.map(({ value }) => value) : []
  expect(values.map((value) => mayHoldKey(value, 'image'))).toEqual([false, true])
  const bytes = Buffer.from(text)
  const other = splitStream(bytes).map((range) => readUnproved(bytes, range).contents)[0]
  expect(other !== undefined && mayHoldKey(other, 'image')).toBe(true)
})
