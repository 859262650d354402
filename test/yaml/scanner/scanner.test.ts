import { describe, expect, test } from 'vitest'
import { createScanner } from '../../../src/yaml/scanner/scanner.ts'
import { splitStream } from '../../../src/yaml/stream.ts'
import { compareReaders } from '../../support/reader-comparison.ts'
import { plainOf } from '../../support/source.ts'

/** What the scanner reads in the first document: its plain data, or `unsupported`. */
function read(text: string): unknown {
  const bytes = Buffer.from(text)
  const [range] = splitStream(bytes)
  const reading = range === undefined ? undefined : createScanner(bytes).read(range)
  return reading === undefined ? 'unsupported' : plainOf(reading.contents)
}

describe('the scanner reads', () => {
  test.each<[name: string, text: string, value: unknown]>([
    [
      'block mappings',
      'a: 1\nb:\n  c: 2\n',
      [
        ['a', '1'],
        ['b', [['c', '2']]],
      ],
    ],
    ['block sequences', '- a\n- - b\n  - c\n-\n  d: e\n', ['a', ['b', 'c'], [['d', 'e']]]],
    [
      'sequences below their key',
      'a:\n- b\n- c\nd: 1\n',
      [
        ['a', ['b', 'c']],
        ['d', '1'],
      ],
    ],
    [
      'missing values',
      'a:\nb: # c\nd: 1\n',
      [
        ['a', null],
        ['b', null],
        ['d', '1'],
      ],
    ],
    ['missing items', '-\n- a\n-\n', [null, 'a', null]],
    [
      'quoted keys',
      '"a": 1\n\'b\' : 2\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['escapes', 'a: "\\u00e9\\x41\\t\\"\\\\\\n"\n', [['a', 'éA\t"\\\n']]],
    [
      'plain scalars over lines',
      'a: b\n  c\n\n  d # e\nf: 1\n',
      [
        ['a', 'b c\nd'],
        ['f', '1'],
      ],
    ],
    [
      'quoted scalars over lines',
      'a: "b\n  c\\\n  d"\ne: \'f\n\n  g\'\n',
      [
        ['a', 'b cd'],
        ['e', 'f\ng'],
      ],
    ],
    [
      'literal scalars',
      'a: |\n  b\n   c\n\n  d\n\ne: |-\n  f\ng: |+\n  h\n\n',
      [
        ['a', 'b\n c\n\nd\n'],
        ['e', 'f'],
        ['g', 'h\n\n'],
      ],
    ],
    [
      'folded scalars',
      'a: >\n  b\n  c\n\n  d\n   e\n  f\ng: >2-\n   h\n',
      [
        ['a', 'b c\nd\n e\nf\n'],
        ['g', ' h'],
      ],
    ],
    [
      'literal scalars without text',
      'a: |\nb:\n  c: >-\n  d: 1\ne:\n- |\n- f\n',
      [
        ['a', ''],
        [
          'b',
          [
            ['c', ''],
            ['d', '1'],
          ],
        ],
        ['e', ['', 'f']],
      ],
    ],
    [
      'flow collections',
      'a: {b: [c, "d"], e, f: }\n',
      [
        [
          'a',
          [
            ['b', ['c', 'd']],
            ['e', null],
            ['f', null],
          ],
        ],
      ],
    ],
    [
      'flags of programs in a flow list',
      'args: [--v=2, --, -a, --x-y z]\n',
      [['args', ['--v=2', '--', '-a', '--x-y z']]],
    ],
    [
      'flow collections over lines',
      'a: [\n  b, # c\n  d\n]\ne: 1\n',
      [
        ['a', ['b', 'd']],
        ['e', '1'],
      ],
    ],
    [
      'JSON',
      '{"a":[1,true,null,"\\ud83d\\ude00",{}],\n\t"b" : {"c":-1.5e3}}\n',
      [
        ['a', ['1', 'true', null, '\u{1F600}', []]],
        ['b', [['c', '-1.5e3']]],
      ],
    ],
    [
      'anchors, aliases and tags',
      'a: &x\n  b: !!str 1\nc: *x\nd: !t &y e\n',
      [
        ['a', [['b', '1']]],
        ['c', [['b', '1']]],
        ['d', 'e'],
      ],
    ],
    [
      'merges',
      'a: &x {b: 1}\nc:\n  <<: *x\n',
      [
        ['a', [['b', '1']]],
        ['c', [['<<', [['b', '1']]]]],
      ],
    ],
    [
      'CRLF',
      'a: 1\r\nb: |\r\n  c\r\n  d\r\n',
      [
        ['a', '1'],
        ['b', 'c\nd\n'],
      ],
    ],
    ['comments everywhere', '# a\n--- # b\n# c\nd: # e\n  # f\n  g # h\n# i\n...\n# j\n', [['d', 'g']]],
    ['a byte order mark', '\uFEFFa: 1\n', [['a', '1']]],
    ['no line break at the end', 'a: b', [['a', 'b']]],
    ['a document of comments', '--- # a\n# b\n', undefined],
    ['a lone scalar', 'a b\n', 'a b'],
    [
      'Helm’s way of writing',
      '---\n# Source: x\napiVersion: v1\nmetadata:\n  labels:\n    "a/b": c\n\n',
      [
        ['apiVersion', 'v1'],
        ['metadata', [['labels', [['a/b', 'c']]]]],
      ],
    ],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value)
  })
})

describe('the scanner does not support', () => {
  test.each<[name: string, text: string]>([
    ['explicit keys', '? a\n: b\n'],
    ['directives', '%YAML 1.2\n---\na: 1\n'],
    ['contents on the marker line', '--- a\n'],
    ['tabs as indentation', 'a:\n\tb: 1\n'],
    ['tabs behind a dash', '-\ta: 1\n'],
    ['a marker in a flow list', '[ --- ]\n'],
    ['pairs in brackets', 'a: [b: c]\n'],
    ['plain scalars over lines in brackets', 'a: [b\n  c]\n'],
    ['anchors in brackets', 'a: [&x b]\n'],
    ['anchored keys', '&x a: b\n'],
    ['an anchored mapping on its own line', 'a:\n  &x\n  b: 1\n'],
    ['aliases of nothing', 'a: *x\n'],
    ['a tag before an alias on a later line', 'a: &b x\nc: !x\n  *b\n'],
    ['the same in a list', 'a: &b x\nc:\n- !x\n  *b\n'],
    ['an anchor before an alias on a later line', 'a: &b x\nc: &d\n  *b\n'],
    ['aliases in what they stand for', 'a: &x\n  b: *x\n'],
    ['unknown tags', 'a: !<x> b\n'],
    ['collections with a scalar’s tag', 'a: !!str\n  b: 1\n'],
    ['values behind values', 'a: b: c\n'],
    ['values behind quotes', 'a: "b" c\n'],
    ['a comment that is glued to a value', 'a: "b"#c\n'],
    ['more indentation than before', 'a: 1\n  b: 2\n'],
    ['less indentation than any before', 'a:\n    b: 1\n  c: 2\n'],
    ['a scalar and then keys', 'a\nb: 1\n'],
    ['an open quote', 'a: "b\n'],
    ['an open bracket', 'a: [b\n'],
    ['an unknown escape', 'a: "\\q"\n'],
    ['a cut escape', 'a: "\\u00"\n'],
    ['a block scalar that is not indented', 'a: |\nb\n'],
    ['a block scalar of blank lines', 'a: |\n\nb: 1\n'],
    ['a tab behind a block header', 'a: |\n\tb\n'],
    ['a block header at the end', 'a: |\n'],
    ['an empty block scalar with `+`', 'a: |+\nb: 1\n'],
    ['blank lines longer than the text after', 'a: |\n    \n  b\n'],
    ['a wrong block header', 'a: |x\n  b\n'],
    ['a carriage return alone', 'a: b\rc: d\n'],
    ['control characters', 'a: b\x01\n'],
    ['control characters in comments', 'a: b # \x01\n'],
    ['a mark before a marker', 'a: 1\n\uFEFF---\n'],
    ['a mark behind a marker', '---\n\uFEFFa: 1\n'],
    ['what stands behind an end marker', 'a: 1\n... b\n'],
    ['very long keys', `${'a'.repeat(1200)}: b\n`],
    ['very long anchors', `a: &${'b'.repeat(300_000)} c\n`],
    ['very long tags', `a: !${'b'.repeat(300_000)} c\n`],
    ['very long aliases', `a: *${'b'.repeat(300_000)}\n`],
    ['very deep nodes', `${'['.repeat(500)}${']'.repeat(500)}\n`],
    ['reserved characters', 'a: @b\n'],
    ['commas without items', 'a: [b,,c]\n'],
    ['missing commas', 'a: {b: 1 c: 2}\n'],
  ])('%s', (_, text) => {
    expect(read(text)).toBe('unsupported')
  })
})

/** What the differential fuzz (`npm run fuzz`) has found, by what was wrong. */
describe('both readers agree on former differences', () => {
  test.each<[name: string, text: string]>([
    ['a blank line behind an escaped line break', '"\n  foo \n \n@    \\\n \n    babar\n"\n'],
    ['an escaped line break in a quoted key', '- - "bar\\\nbar": x\n'],
    ['a carriage return behind an end marker', '...\r:\n---\r\n[a]\r\n'],
    ['a control character behind an end marker', '... # \x01\n---\na: 1\n'],
    ['a comment in the first column of a flow mapping', '{ a: [b] \n# c\n}\n'],
    ['a comment before a plain scalar on its own line', '-\n#c\n é\nb: 1\n'],
    ['items behind such a scalar', '-\n#c\n a\n- b\n'],
    ['the same behind a block scalar with a line like a comment', 'a: >-\n  # b\nc:\n#d\n  e\nf: 1\n'],
    ['a marker behind a tab', '{ \n\t...\n}\n'],
    ['a backslash before a line break and a blank line', '["\\\\\n\n}{"\n\t]\n'],
    ['a comment behind a block header', 'a:\n  b: |\n  # c\n  d: |\n # e\n'],
    ['a last bracket below its key', 'a: [\n  b\n]\nc: 1\n'],
  ])('%s', (_, text) => {
    expect(compareReaders(Buffer.from(text)).disagreements).toEqual([])
  })
})
