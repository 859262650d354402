import { expect, test } from 'vitest'
import { isJsonObject, parseJson } from '../src/json.ts'

test.each<[source: string | Uint8Array, value: unknown]>([
  ['{"a":1}', { a: 1 }],
  ['null', null],
  [Buffer.from('[1]'), [1]],
  ['', undefined],
  ['{', undefined],
  [Buffer.from([0x22, 0xff, 0x22]), undefined],
])('%j is parsed or undefined', (source, value) => {
  expect(parseJson(source)).toEqual(value)
})

test.each<[value: unknown, expected: boolean]>([
  [{}, true],
  [[], false],
  [null, false],
  [undefined, false],
  ['{}', false],
])('%j is a JSON object: %s', (value, expected) => {
  expect(isJsonObject(value)).toBe(expected)
})
