import { describe, expect, test } from 'vitest'
import { readJson } from './json-reader.ts'

/** A value as text, with the code units of every key and string. */
function spelled(value: unknown): unknown {
  if (typeof value === 'string') return [...value].map((one) => one.charCodeAt(0).toString(16)).join(' ')
  if (Array.isArray(value)) return value.map(spelled)
  if (value === null || typeof value !== 'object') return value
  return Object.entries(value).map(([key, one]) => [spelled(key), spelled(one)])
}

describe('JSON is read', () => {
  test.each<[text: string, value: unknown]>([
    ['null', null],
    [' [1, -2.5e3, true, false, "a"] ', [1, -2500, true, false, '61']],
    [
      '{"a": {"b": []}, "c": {}}',
      [
        ['61', [['62', []]]],
        ['63', []],
      ],
    ],
    [
      String.raw`{"\"": 1, "\\": 2, "\n": 3, "\u0000": 4}`,
      [
        ['22', 1],
        ['5c', 2],
        ['a', 3],
        ['0', 4],
      ],
    ],
    [String.raw`{"__proto__": "\"}"}`, [['5f 5f 70 72 6f 74 6f 5f 5f', '22 7d']]],
    [String.raw`["\\\"", ",:[]{}"]`, ['5c 22', '2c 3a 5b 5d 7b 7d']],
  ])('%s', (text, value) => {
    expect(spelled(readJson(text))).toEqual(value)
  })

  // JSON.parse of Node 24.21 parses these wrongly after it has parsed the first.
  test.each<[first: string, second: string, keys: readonly string[]]>([
    [String.raw`{"a":1,"\\":1}`, String.raw`{"a":1,"\n":1}`, ['a', '\n']],
    [String.raw`{"a":1,"\\":1}`, String.raw`{"a":1,"\"":1}`, ['a', '"']],
    [String.raw`{"a":1,"\\":1}`, String.raw`{"a":1,"\u0000":1}`, ['a', '\0']],
    [String.raw`{"a":1,"\\\"":1}`, String.raw`{"a":1,"\"b":1}`, ['a', '"b']],
  ])('%s, then %s', (first, second, keys) => {
    for (let times = 0; times < 3; times += 1) readJson(first)
    expect(Object.keys(readJson(second) as object)).toEqual(keys)
  })

  test('however deep', () => {
    expect(JSON.stringify(readJson(`${'['.repeat(3000)}${']'.repeat(3000)}`))).toHaveLength(6000)
  })

  test.each(['', '[1', '{"a":', '[x]'])('but not %s', (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError)
  })
})
