import { describe, expect, test } from 'vitest'
import { applyChanges } from '../../../src/yaml/edit/document-edit.ts'
import type { Alias, Scalar } from '../../../src/yaml/nodes.ts'
import { documentsOf, entriesNamed, sourceOf, textOf } from '../../support/source.ts'

/** Gives the value of every `k` entry another value. */
function setAll(input: string, value: string): string {
  const source = sourceOf(input)
  const documents = documentsOf(source)
  const changes = documents.flatMap((document) =>
    entriesNamed(document, 'k').map(({ entry }) => ({
      kind: 'set' as const,
      node: entry.value as Scalar | Alias,
      value,
    })),
  )
  return textOf(applyChanges(source, documents, changes))
}

const styles: [name: string, input: string, output: string][] = [
  ['plain', 'k: a\n', 'k: n:1\n'],
  ['plain with a comment', 'k: a   # c\n', 'k: n:1   # c\n'],
  ['plain without a line break', 'k: a', 'k: n:1'],
  ['plain, CRLF', 'k: a\r\nb: 1\r\n', 'k: n:1\r\nb: 1\r\n'],
  ['plain over lines', 'k: a\n  b\n  c # d\ne: 1\n', 'k: n:1 # d\ne: 1\n'],
  ['plain on the next line', 'k:\n  a\nb: 1\n', 'k:\n  n:1\nb: 1\n'],
  ['double', 'k: "a"\n', 'k: "n:1"\n'],
  ['double with escapes', 'k: "\\u0061\\n"  # c\n', 'k: "n:1"  # c\n'],
  ['double over lines', 'k: "a\n  b"\nc: 1\n', 'k: "n:1"\nc: 1\n'],
  ['single', "k: 'a'\n", "k: 'n:1'\n"],
  ['single with a quote', "k: 'it''s'\n", "k: 'n:1'\n"],
  ['literal', 'k: |\n  a\nb: 1\n', 'k: |\n  n:1\nb: 1\n'],
  ['literal, stripped', 'k: |-\n  a\nb: 1\n', 'k: |-\n  n:1\nb: 1\n'],
  ['literal, kept', 'k: |+\n  a\n\n\nb: 1\n', 'k: |+\n  n:1\n\n\nb: 1\n'],
  ['literal of two lines', 'k: |\n  a\n  b\nc: 1\n', 'k: |\n  n:1\nc: 1\n'],
  ['literal with a leading blank line', 'k: |\n\n  a\nc: 1\n', 'k: |\n  n:1\nc: 1\n'],
  ['literal with an indented first line', 'k: |2\n    a\n  b\nc: 1\n', 'k: |2\n  n:1\nc: 1\n'],
  ['literal with a header comment', 'k: | # c\n  a\nb: 1\n', 'k: | # c\n  n:1\nb: 1\n'],
  ['literal, wide', 'k: |\n      a\nb: 1\n', 'k: |\n      n:1\nb: 1\n'],
  ['literal without a line break at the end', 'k: |\n  a', 'k: |\n  n:1'],
  ['literal, CRLF', 'k: |\r\n  a\r\n  b\r\nc: 1\r\n', 'k: |\r\n  n:1\r\nc: 1\r\n'],
  ['literal, a line of white space after', 'k: |\n  a\n     \nb: 1\n', 'k: |\n  n:1\nb: 1\n'],
  ['literal, white space at the end of the line', 'k: |\n  a  \nb: 1\n', 'k: |\n  n:1\nb: 1\n'],
  ['literal, empty', 'k: |\nb: 1\n', 'k: "n:1"\nb: 1\n'],
  ['literal, empty, with a comment', 'k: |- # c\nb: 1\n', 'k: "n:1" # c\nb: 1\n'],
  ['folded', 'k: >\n  a\nb: 1\n', 'k: >\n  n:1\nb: 1\n'],
  ['folded, stripped, over lines', 'k: >-\n  a\n  b\nc: 1\n', 'k: >-\n  n:1\nc: 1\n'],
  ['folded with more indented lines', 'k: >-\n  a\n    b\nc: 1\n', 'k: >-\n  n:1\nc: 1\n'],
  ['folded in an item', '- k: >-\n    a\n  c: 1\n', '- k: >-\n    n:1\n  c: 1\n'],
  ['null', 'k:\nb: 1\n', 'k: n:1\nb: 1\n'],
  ['null at the end', 'k:', 'k: n:1'],
  ['null with white space', 'k:  \nb: 1\n', 'k: n:1  \nb: 1\n'],
  ['null with a comment', 'k:   # c\nb: 1\n', 'k: n:1   # c\nb: 1\n'],
  ['null with a comment on the next line', 'k:\n  # c\nb: 1\n', 'k: n:1\n  # c\nb: 1\n'],
  ['null, CRLF', 'k:\r\nb: 1\r\n', 'k: n:1\r\nb: 1\r\n'],
  ['null in flow', '{k: , b: 1}\n', '{k: n:1 , b: 1}\n'],
  ['null at the end of flow', '{b: 1, k: }\n', '{b: 1, k: n:1 }\n'],
  ['null and no space in flow', '{k: , b: 1}\n', '{k: n:1 , b: 1}\n'],
  ['null and no colon in flow', '{k, b: 1}\n', '{k: n:1, b: 1}\n'],
  ['null and no colon in block', '? k\n? b\n', '? k\n: n:1\n? b\n'],
  [
    'null and no colon in block, comment, CRLF',
    '- ? k # c\r\n  ? b\r\n',
    '- ? k # c\r\n  : n:1\r\n  ? b\r\n',
  ],
  ['null and no colon in block at the end', '? k', '? k\n: n:1'],
  ['explicit null', '? k\n:\nb: 1\n', '? k\n: n:1\nb: 1\n'],
  ['~', 'k: ~ # c\n', 'k: n:1 # c\n'],
  ['the word null', 'k: null\n', 'k: n:1\n'],
  ['null in JSON', '{"k": null, "b": 1}', '{"k": "n:1", "b": 1}'],
  ['a number in JSON', '{"k":1}', '{"k":"n:1"}'],
  ['anchor', 'k: &a v\nb: *a\n', 'k: &a n:1\nb: *a\n'],
  ['anchored null', 'k: &a\nb: *a\n', 'k: &a n:1\nb: *a\n'],
  ['tag', 'k: !!str v\n', 'k: !!str n:1\n'],
  ['verbatim tag', 'k: !<tag:yaml.org,2002:str> v\n', 'k: !<tag:yaml.org,2002:str> n:1\n'],
  ['local tag', 'k: !x v\n', 'k: !x n:1\n'],
  ['tagged empty string', 'k: !!str\nb: 1\n', 'k: !!str n:1\nb: 1\n'],
  ['tag and anchor', 'k: !!str &a "v"\nb: *a\n', 'k: !!str &a "n:1"\nb: *a\n'],
  ['tagged block', 'k: !!str |\n  v\nb: 1\n', 'k: !!str |\n  n:1\nb: 1\n'],
  ['null tag', 'k: !!null # c\n', 'k: n:1 # c\n'],
  ['null tag in flow', '{k: !!null , b: 1}\n', '{k: n:1 , b: 1}\n'],
  ['null tag on ~', 'k: !!null ~\n', 'k: n:1\n'],
  ['null tag before an anchor', 'k: !!null &a\nb: 1\n', 'k: &a n:1\nb: 1\n'],
  ['null tag after an anchor', 'k: &a !!null\nb: 1\n', 'k: &a n:1\nb: 1\n'],
  ['null tag on a block', 'k: !!null |\n  null\nb: 1\n', 'k: |\n  n:1\nb: 1\n'],
  ['integer tag', 'k: !!int "3"\n', 'k: "n:1"\n'],
  ['alias', 'a: &a v\nk: *a\n', 'a: &a v\nk: n:1\n'],
  ['alias in flow', '{a: &a v, k: *a }\n', '{a: &a v, k: n:1 }\n'],
  ['flow', '{k: v}\n', '{k: n:1}\n'],
  ['a pair in brackets', '[k: v]\n', '[k: n:1]\n'],
  ['JSON', '{"k":"v"}', '{"k":"n:1"}'],
  ['byte order mark', '\uFEFFk: v\n', '\uFEFFk: n:1\n'],
  ['characters beyond ASCII around', 'ä: "ö"\nk: ü # é\n', 'ä: "ö"\nk: n:1 # é\n'],
  ['two documents', 'k: v\n---\nk: "w"\n', 'k: n:1\n---\nk: "n:1"\n'],
]

const values: [input: string, value: string, output: string][] = [
  ['k: a\n', 'a b', 'k: a b\n'],
  ['k: a\n', 'true', 'k: "true"\n'],
  ['k: a\n', 'yes', 'k: "yes"\n'],
  ['k: a\n', '1.27', 'k: "1.27"\n'],
  ['k: a\n', '0x1F', 'k: "0x1F"\n'],
  ['k: a\n', '1_000', 'k: "1_000"\n'],
  ['k: a\n', '2001-01-01', 'k: "2001-01-01"\n'],
  ['k: a\n', '.inf', 'k: ".inf"\n'],
  ['k: a\n', '', 'k: ""\n'],
  ['k: a\n', 'a: b', 'k: "a: b"\n'],
  ['k: a\n', 'a #b', 'k: "a #b"\n'],
  ['k: a\n', 'a:', 'k: "a:"\n'],
  ['k: a\n', ' a', 'k: " a"\n'],
  ['k: a\n', 'a ', 'k: "a "\n'],
  ['k: a\n', '- a', 'k: "- a"\n'],
  ['k: a\n', '---', 'k: "---"\n'],
  ['k: a\n', '...', 'k: "..."\n'],
  ['k: a\n', '*a', 'k: "*a"\n'],
  ['k: a\n', '@a', 'k: "@a"\n'],
  ['k: a\n', 'a\nb', 'k: "a\\nb"\n'],
  ['k: a\n', 'a\u0085b\u2028c\u0001', 'k: "a\\u0085b\\u2028c\\u0001"\n'],
  ['k: a\n', 'é', 'k: é\n'],
  ['k: a\n', 'a,b]', 'k: a,b]\n'],
  ['{k: a}\n', 'a,b]', '{k: "a,b]"}\n'],
  ['{k: a}\n', 'a:1@sha256:0', '{k: a:1@sha256:0}\n'],
  ["k: 'a'\n", "it's", "k: 'it''s'\n"],
  ["k: 'a'\n", 'a\nb', 'k: "a\\nb"\n'],
  ['k: "a"\n', 'a"b\\', 'k: "a\\"b\\\\"\n'],
  ['k: "a"\n', '\u{1F600}é', 'k: "\u{1F600}é"\n'],
  ['k: |\n  a\nb: 1\n', 'x\ny', 'k: |\n  x\n  y\nb: 1\n'],
  ['k: |\n  a\nb: 1\n', 'x\n', 'k: |\n  x\nb: 1\n'],
  ['k: |\r\n  a\r\nb: 1\r\n', 'x\ny', 'k: |\r\n  x\r\n  y\r\nb: 1\r\n'],
  ['k: |\n  a\nb: 1\n', ' x', 'k: " x"\nb: 1\n'],
  ['k: |\n  a\nb: 1\n', '', 'k: ""\nb: 1\n'],
  ['k: >\n  a\nb: 1\n', 'x\ny', 'k: "x\\ny"\nb: 1\n'],
  ['k: | # é\n  a\nb: 1\n', 'é', 'k: | # é\n  é\nb: 1\n'],
]

describe('a scalar', () => {
  test.each(styles)('gets another value in its own style: %s', (_, input, output) => {
    expect(setAll(input, 'n:1')).toBe(output)
  })

  test.each(values)('%j set to %j', (input, value, output) => {
    expect(setAll(input, value)).toBe(output)
  })
})
