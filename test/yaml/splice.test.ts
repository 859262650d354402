import { expect, test } from 'vitest'
import type { Edit } from '../../src/yaml/edit.ts'
import { applyEdits } from '../../src/yaml/splice.ts'
import { textOf } from '../support/source.ts'

const bytes = new TextEncoder().encode('0123456789')

function edit(start: number, end: number, text: string): Edit {
  return { start, end, text }
}

test('nothing to do gives the very same array', () => {
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
