import { expect, test } from 'vitest'
import { isJsonObject } from '../../src/yaml/stream.ts'

test.each([
  ['{}', true],
  [' {"a": [1, {}]}\r\n\n', true],
  ['[]', false],
  ['{a: 1}', false],
  ['{"a": 1} {"b": 2}', false],
  ['{"a": 1} # c', false],
  ['{"a":', false],
  ['', false],
])('%j is one JSON object: %s', (text, expected) => {
  expect(isJsonObject(Buffer.from(text))).toBe(expected)
})
