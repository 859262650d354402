import { expect, test } from 'vitest'
import { applyEdits, coalesceChunks, dropBytes, spliceEdits } from '../../../src/yaml/edit/splice.ts'
import type { Edit } from '../../../src/yaml/nodes.ts'
import { textOf } from '../../support/source.ts'

const bytes = new TextEncoder().encode('0123456789')

function edit(start: number, end: number, text: string): Edit {
  return { start, end, text }
}

test('no edits give the same array', () => {
  expect(applyEdits(bytes, [])).toBe(bytes)
})

test.each<[edits: Edit[], result: string]>([
  [[edit(0, 0, 'a')], 'a0123456789'],
  [[edit(10, 10, 'a')], '0123456789a'],
  [[edit(0, 10, '')], ''],
  [[edit(2, 4, 'ab')], '01ab456789'],
  [[edit(2, 4, 'ä€')], '01ä€456789'],
  [[edit(2, 4, 'a'), edit(4, 5, 'b')], '01ab56789'],
  [[edit(2, 2, 'a'), edit(2, 4, 'b')], '01ab456789'],
  [[edit(2, 4, 'a'), edit(4, 4, 'b')], '01ab456789'],
  [[edit(1, 1, 'a'), edit(9, 9, 'b')], '0a12345678b9'],
])('%j', (edits, result) => {
  expect(textOf(applyEdits(bytes, edits))).toBe(result)
})

test.each<[name: string, edits: Edit[]]>([
  ['before the start', [edit(-1, 0, '')]],
  ['after the end', [edit(0, 11, '')]],
  ['backwards', [edit(4, 3, '')]],
  ['no whole number', [edit(0.5, 1, '')]],
  ['not a number', [edit(Number.NaN, 1, '')]],
  ['overlapping', [edit(0, 3, ''), edit(2, 4, '')]],
  ['out of order', [edit(4, 5, ''), edit(0, 1, '')]],
  ['two insertions in one place', [edit(2, 2, 'a'), edit(2, 2, 'b')]],
  ['an insertion inside a replacement', [edit(2, 6, 'a'), edit(4, 4, 'b')]],
  ['the same replacement twice', [edit(2, 6, 'a'), edit(2, 6, 'a')]],
])('the contract is enforced: %s', (_, edits) => {
  expect(() => applyEdits(bytes, edits)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
})

test('unchanged parts are not copied', () => {
  const pieces = spliceEdits(bytes, [edit(0, 2, ''), edit(4, 5, 'x')])
  expect(pieces.map((piece) => textOf(piece))).toEqual(['23', 'x', '56789'])
  expect(pieces.map(({ buffer }) => buffer === bytes.buffer)).toEqual([true, false, true])
  expect(spliceEdits(bytes, [])).toEqual([bytes])
})

test.each<[pieces: string[], length: number, stretches: string[]]>([
  [[], 4, []],
  [['abc'], 2, ['abc']],
  [['a', 'b', 'c'], 4, ['abc']],
  [['ab', 'c', 'de', 'f'], 4, ['abc', 'def']],
  [['a', 'bcdefg', 'h'], 4, ['a', 'bcdefg', 'h']],
  [['ab', '', 'cd', 'e'], 4, ['abcd', 'e']],
])('%j in stretches of %i', (texts, length, stretches) => {
  const pieces = texts.map((text) => Buffer.from(text))
  // A stretch may be used again for the next.
  const joined = [...coalesceChunks(pieces, length)].length
  expect(joined).toBe(stretches.length)
  const seen: string[] = []
  for (const stretch of coalesceChunks(pieces, length)) seen.push(textOf(stretch))
  expect(seen).toEqual(stretches)
})

test.each<[count: number, rest: string]>([
  [0, 'abcd'],
  [1, 'bcd'],
  [2, 'cd'],
  [4, ''],
])('without the first %i bytes', (count, rest) => {
  expect(Buffer.concat(dropBytes([Buffer.from('ab'), Buffer.from('cd')], count)).toString()).toBe(rest)
})
