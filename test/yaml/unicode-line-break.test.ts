import { describe, expect, test } from 'vitest'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

function findings(text: string): string[] {
  const { diagnostics } = readDocuments(readSource(Buffer.from(text)))
  return diagnostics.map(({ args, at }) => `${at?.document} ${at?.line}:${at?.column} ${args['reason']}`)
}

describe('line breaks of YAML 1.1', () => {
  test.each([
    ['in a comment', '# c\u2028containers: []\na: 1\n', '1 1:4 U+2028'],
    ['in a plain scalar', 'a: x\u0085y\n', '1 1:5 U+0085'],
    ['in an item', '- x\u2029- y\n', '1 1:4 U+2029'],
    ['within quotes, where Kubernetes makes a space of it,', "a: 'x\u0085y'\n", '1 1:6 U+0085'],
    ['beside white space, within quotes', 'a: "x \u2028y"\n', '1 1:7 U+2028'],
    ['in a stream of comments', '# c\u2028kind: Pod\n', '1 1:4 U+2028'],
    ['in a block scalar', 'a: |\n  x\u2028y\n', '1 2:4 U+2028'],
    ['in the second document', 'a: "\u2028"\n---\nb: \u2028\n', '2 3:4 U+2028'],
  ])('%s are refused, since Kubernetes sees something else', (_, text, expected) => {
    expect(findings(text)).toEqual([
      `${expected} ends a line for Kubernetes' reader, but not in YAML 1.2: write it as an escape in double quotes`,
    ])
  })

  test.each([
    ['double quotes', 'a: "x\u2028y"\n'],
    ['single quotes', "a: 'x\u2029y'\n"],
    ['JSON that is read as such', '{"a": "x \u2028 \u0085"}'],
    ['JSON in rows', '{"a": 1}\n{"a": "\u0085"}\n'],
    ['a quoted key', '{"\u2029": [1]}\n'],
    ['a quoted item that an alias stands for', '- &a "\u2028"\n- *a\n'],
  ])('in %s are text', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})
