import { describe, expect, test } from 'vitest'
import { scanJson } from '../../../src/yaml/scanner/json.ts'
import { createScan } from '../../../src/yaml/scanner/scan.ts'
import { createTape } from '../../../src/yaml/scanner/tape.ts'
import { jsonDisagreements } from '../../support/json-comparison.ts'

/** Where the scanner stands after a text that begins with a bracket; `no JSON` where it left it. */
function scanned(text: string): number | 'no JSON' {
  const bytes = Buffer.from(text)
  const scan = createScan(bytes, 0, bytes.length, createTape(16))
  return scanJson(scan) ? scan.at : 'no JSON'
}

describe('the JSON scanner accepts', () => {
  test.each<[name: string, text: string]>([
    ['nothing in brackets', '{}'],
    ['nothing but white space in brackets', '[ \t\r\n ]'],
    ['objects in arrays in objects', '{"a":[{"b":{}},[]],"c":{"d":[1,2]}}'],
    ['white space wherever it may be', '{ "a": 1 ,\n\t"b": [ 1 , 2 ]\r\n}'],
    ['literals', '[true,false,null]'],
    ['numbers', '[0,-0,-1,10,1.5,-0.25,1e3,1E+3,1.0e-10]'],
    ['escapes', '["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00"]'],
    ['surrogates alone', '["\\ud800","\\udc00x"]'],
    ['characters beyond ASCII', '{"é":"日本\u{1F600}\uFEFF\u2028"}'],
    ['the same key twice', '{"a":1,"a":2}'],
    ['keys without a name', '{"":1}'],
    ['what YAML has other names for', '["# c","a: b","---","*a","}{"]'],
    ['deep nodes', `${'['.repeat(400)}${']'.repeat(400)}`],
    ['long keys', `{"${'a'.repeat(990)}":1}`],
  ])('%s', (_, text) => {
    expect(scanned(text)).toBe(Buffer.byteLength(text))
    expect(jsonDisagreements(Buffer.from(text))).toEqual([])
  })

  test('replaces one value, and keeps what follows it', () => {
    expect(scanned('{"a":1}\n{"b":2}')).toBe(7)
    expect(scanned('[1] x')).toBe(3)
  })
})

describe('the JSON scanner does not support', () => {
  test.each<[name: string, text: string]>([
    ['an open object', '{"a":1'],
    ['an open array', '[1'],
    ['an open string', '["a]'],
    ['a bracket of the other sort', '[1}'],
    ['a key without a value', '{"a"}'],
    ['a comma before the end', '[1,]'],
    ['a comma before the end of an object', '{"a":1,}'],
    ['a comma at the start', '[,1]'],
    ['values without a comma', '[1 2]'],
    ['plain text', '{a: 1}'],
    ['single quotes', "['a']"],
    ['comments', '[1, # c\n2]'],
    ['white space before a colon', '{"a" :1}'],
    ['a control character in a string', '["a\x01"]'],
    ['a tab in a string', '["a\tb"]'],
    ['a line break in a string', '["a\nb"]'],
    ['a carriage return alone', '[1,\r2]'],
    ['a byte order mark', '[\uFEFF1]'],
    ['an escape that JSON has not', '["\\x41"]'],
    ['a cut escape', '["\\u00"]'],
    ['an escape that is no number', '["\\u00g0"]'],
    ['a zero before digits', '[01]'],
    ['a sign alone', '[-]'],
    ['a plus sign', '[+1]'],
    ['a point without digits', '[1.]'],
    ['a point first', '[.5]'],
    ['an exponent without digits', '[1e]'],
    ['half a word', '[nul]'],
    ['more than a word', '[nullx]'],
    ['a word in capitals', '[True]'],
    ['deeper nodes', `${'['.repeat(401)}${']'.repeat(401)}`],
    ['longer keys', `{"${'a'.repeat(1100)}":1}`],
  ])('%s', (_, text) => {
    expect(scanned(text)).toBe('no JSON')
    expect(jsonDisagreements(Buffer.from(text))).toEqual([])
  })
})
