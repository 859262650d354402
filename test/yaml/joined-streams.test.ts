import { describe, expect, test } from 'vitest'
import { joinStreams } from '../../src/yaml/joined-streams.ts'

const BOM = '\ufeff'

function join(...streams: readonly string[]): unknown {
  const joined = joinStreams(streams.map((text) => Buffer.from(text)))
  return joined.kind === 'joined' ? Buffer.concat(joined.chunks).toString() : [joined.index, joined.reason]
}

describe('joinStreams', () => {
  test.each<[name: string, streams: readonly string[], joined: string]>([
    ['nothing', [], ''],
    ['one', ['a: 1'], 'a: 1'],
    ['two', ['a: 1\n', 'b: 1\n'], 'a: 1\n---\nb: 1\n'],
    ['one without a line break at its end', ['a: 1', 'b: 1'], 'a: 1\n---\nb: 1'],
    ['one that begins with a marker', ['a: 1', '---\nb: 1'], 'a: 1\n---\nb: 1'],
    ['one that begins with a marker and a comment', ['a: 1\n', '--- # b\nb: 1'], 'a: 1\n--- # b\nb: 1'],
    ['one that is a marker', ['a: 1\n', '---', 'b: 1'], 'a: 1\n---\n---\nb: 1'],
    ['dashes that are no marker', ['a: 1\n', '---b: 1'], 'a: 1\n---\n---b: 1'],
    ['one that ends with a marker', ['a: 1\n---\n', 'b: 1'], 'a: 1\n---\n---\nb: 1'],
    ['one that ends with dots', ['a: 1\n...\n', 'b: 1'], 'a: 1\n...\n---\nb: 1'],
    ['a comment before a marker', ['a: |+\n  x\n', '# b\n---\nb: 1'], 'a: |+\n  x\n---\n# b\n---\nb: 1'],
    ['comments alone', ['# a\n', '# b\n'], '# a\n---\n# b\n'],
    ['empty ones', ['', 'a: 1', '', '', 'b: 1', ''], 'a: 1\n---\nb: 1'],
    [
      'blank lines, which could belong to a text',
      ['a: |+\n  x\n', '\n\n', 'b: 1'],
      'a: |+\n  x\n---\n\n\n---\nb: 1',
    ],
    ['CRLF', ['a: 1\r\n', 'b: 1\r\n'], 'a: 1\r\n---\nb: 1\r\n'],
    ['a byte order mark', [`${BOM}a: 1\n`, `${BOM}b: 1\n`], `${BOM}a: 1\n---\n${BOM}b: 1\n`],
    ['a byte order mark before a marker', ['a: 1\n', `${BOM}---\nb: 1\n`], `a: 1\n---\n${BOM}---\nb: 1\n`],
    ['JSON', ['{"a":1}', '{"b":1}\n', '{"c":1}'], '{"a":1}\n{"b":1}\n{"c":1}'],
    ['rows of JSON', ['{"a":1}{"b":1}', '{"c":"\\ud83d"}'], '{"a":1}{"b":1}\n{"c":"\\ud83d"}'],
    ['JSON, then YAML', ['{"a":1}', 'b: 1'], '{"a":1}\n---\nb: 1'],
    ['YAML, then JSON', ['a: 1', '{"b":1}', '{"c":1}'], 'a: 1\n---\n{"b":1}\n---\n{"c":1}'],
    ['rows of JSON, then YAML', ['{"a":1}{"b":1}\n', 'c: 1'], '{"a":1}\n---\n{"b":1}\n---\nc: 1'],
    [
      'a surrogate in the first JSON',
      ['{"a":"\\ud83d\\ude00"}', 'b: 1'],
      '{"a":"\\ud83d\\ude00"}\n---\nb: 1',
    ],
  ])('%s', (_, streams, joined) => {
    expect(join(...streams)).toBe(joined)
  })

  const asYaml = (what: string) =>
    `its JSON has ${what}, which is not valid in YAML, as which it would be read`
  const SURROGATE = asYaml('an escape of surrogates (\\ud83d)')
  const DIRECTIVE = 'it begins with a YAML directive (%), which kubectl cannot read'

  test.each<[name: string, streams: readonly string[], index: number, reason: string]>([
    ['a surrogate behind YAML', ['a: 1', '', '{"b":"\\ud83d\\ude00"}'], 2, SURROGATE],
    ['a surrogate in a second object', ['{"a":1}{"b":"\\uD83D\\uDE00"}', 'c: 1'], 0, SURROGATE],
    ['an escape that only JSON has', ['a: 1', '{"b":"\\/"}'], 1, asYaml('the escape \\/')],
    ['a control character', ['a: 1', '{"b":"\u007f"}'], 1, asYaml('a control character or a line separator')],
    ['a tab before JSON', ['a: 1', '\n\t{"b":1}'], 1, asYaml('a tab around it')],
    ['a tab behind JSON', ['a: 1', '{"b":1}\n\t'], 1, asYaml('a tab around it')],
    [
      'a tab behind the first JSON',
      ['{"b":1}\n\t', 'a: 1'],
      0,
      'its JSON has a tab behind it, which is not valid in YAML',
    ],
    [
      'a key apart from its colon',
      ['a: 1', '{"b"\n:1}'],
      1,
      asYaml('a key that ends on another line than its colon stands'),
    ],
    ['a long key', ['a: 1', `{"${'b'.repeat(1001)}":1}`], 1, asYaml('a key of more than 1000 characters')],
    [
      'a byte order mark behind JSON',
      ['{"a":1}', `${BOM}b: 1`],
      1,
      'it begins with a byte order mark, which is not understood there',
    ],
    [
      'a byte order mark behind a marker',
      ['a: 1\n---\n', `${BOM}b: 1`],
      1,
      'it begins with a byte order mark, which is not understood there',
    ],
    ['a directive', ['a: 1', '%YAML 1.1\n---\nb: 1'], 1, DIRECTIVE],
    ['a directive behind a byte order mark', ['a: 1', `${BOM}%YAML 1.1\n---\nb: 1`], 1, DIRECTIVE],
  ])('%s cannot be joined', (_, streams, index, reason) => {
    expect(join(...streams)).toEqual([index, reason])
  })
})
