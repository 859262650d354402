import { describe, expect, test } from 'vitest'
import { readDocuments } from '../../../src/yaml/documents.ts'
import { applyChanges } from '../../../src/yaml/edit/document-edit.ts'
import { type NestedText, openNestedText } from '../../../src/yaml/edit/nested-text.ts'
import { resolveAlias } from '../../../src/yaml/lookup.ts'
import type { FoundEntry, Mapping, NodeChange, Scalar, YamlNode } from '../../../src/yaml/nodes.ts'
import { readSource, type Source } from '../../../src/yaml/source.ts'

/** The outer text, and what it becomes when, in the text under `data`, `image` is set and a policy comes after it. */
const exact: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'literal, a mapping in blocks',
    'data: |\n  # before\n  image: a:1   # here\n  other:\n    - x\nmore: 1\n',
    'data: |\n  # before\n  image: a:2   # here\n  policy: Always\n  other:\n    - x\nmore: 1\n',
  ],
  [
    'literal, the last line',
    'data: |\n  x: "é"\n  image: a:1\nmore: 1\n',
    'data: |\n  x: "é"\n  image: a:2\n  policy: Always\nmore: 1\n',
  ],
  [
    'literal, stripped',
    'data: |-\n  image: a:1\nmore: 1\n',
    'data: |-\n  image: a:2\n  policy: Always\nmore: 1\n',
  ],
  [
    'literal, kept',
    'data: |+\n  image: a:1\n\n\nmore: 1\n',
    'data: |+\n  image: a:2\n  policy: Always\n\n\nmore: 1\n',
  ],
  [
    'literal, blank lines of any length, and an indentation indicator',
    'data: |2  # c\n\n   \n  image: a:1\n \n    \n  x: 1\n',
    'data: |2  # c\n\n   \n  image: a:2\n  policy: Always\n \n    \n  x: 1\n',
  ],
  [
    'literal with CRLF',
    'data: |\r\n  image: a:1\r\n  x: 1\r\nmore: 1\r\n',
    'data: |\r\n  image: a:2\r\n  policy: Always\r\n  x: 1\r\nmore: 1\r\n',
  ],
  [
    'literal, deeper than it must be',
    'data: |\n        image: a:1\n        x: 1\n',
    'data: |\n        image: a:2\n        policy: Always\n        x: 1\n',
  ],
  [
    'literal, JSON',
    'data: |\n  {\n    "x": [1,  2],\n    "image": "a:1"\n  }\n',
    'data: |\n  {\n    "x": [1,  2],\n    "image": "a:2",\n    "policy": "Always"\n  }\n',
  ],
  [
    'JSON in single quotes',
    `data: '{"x": "it''s", "image":"a:1"}' # c\n`,
    `data: '{"x": "it''s", "image":"a:2", "policy":"Always"}' # c\n`,
  ],
  [
    'JSON in double quotes',
    'data: "{\\"x\\": \\"a\\/b\\", \\"image\\": \\"a:1\\"}"\n',
    'data: "{\\"x\\": \\"a\\/b\\", \\"image\\": \\"a:2\\", \\"policy\\": \\"Always\\"}"\n',
  ],
  [
    'JSON of several lines in the double quotes of JSON',
    '{"data": "{\\n  \\"x\\": \\"é\\",\\n  \\"image\\": \\"a:1\\"\\n}\\n", "more": 1}',
    '{"data": "{\\n  \\"x\\": \\"é\\",\\n  \\"image\\": \\"a:2\\",\\n  \\"policy\\": \\"Always\\"\\n}\\n", "more": 1}',
  ],
  [
    'YAML in double quotes',
    'data: "image: a:1\\nx: 1\\n"\n',
    'data: "image: a:2\\npolicy: Always\\nx: 1\\n"\n',
  ],
]

describe('text in a scalar is edited in place', () => {
  test.each(exact)('%s', (_name, before, after) => {
    const outer = readSource(new TextEncoder().encode(before))
    const { documents } = readDocuments(outer)
    const text = openNestedText(outer, dataOf(documents[0]?.contents)) as NestedText
    const inner = readDocuments(text.source).documents
    const changes = changesOf(inner[0]?.contents as Mapping)
    const result = applyChanges(outer, documents, [{ kind: 'nest', text, documents: inner, changes }])
    expect(new TextDecoder().decode(result)).toBe(after)
  })

  test('every byte of the value has its offset in the source', () => {
    const outer = readSource(new TextEncoder().encode('data: |\n  aé\n\n   b\nmore: 1\n'))
    const text = openNestedText(outer, dataOf(readDocuments(outer).documents[0]?.contents)) as NestedText
    expect(
      text.source.text.split('').map((_byte, i) => text.mapEdit({ start: i, end: i + 1, text: '' }).start),
    ).toEqual([10, 11, 12, 13, 14, 17, 18, 19])
  })
})

describe('text is not opened if edits could not be mapped back', () => {
  test.each([
    ['folded', 'data: >\n  image: a:1\n'],
    ['quotes of several lines', 'data: "{\\"image\\":\n  \\"a:1\\"}"\n'],
    ['an escape of several bytes', 'data: "{\\"x\\": \\"\\u00e9\\", \\"image\\": \\"a:1\\"}"\n'],
    ['a plain scalar of several lines', 'data: {image\n  a}\n'.replace(/[{}]/g, '')],
    ['a literal that ends with the file and no line break', 'data: |\n  image: a:1'],
    ['a literal of nothing', 'data: |\n\nmore: 1\n'],
  ])('%s', (_name, before) => {
    const outer = readSource(new TextEncoder().encode(before))
    expect(openNestedText(outer, dataOf(readDocuments(outer).documents[0]?.contents))).toBeUndefined()
  })
})

test('two nested changes of the same text contradict each other', () => {
  const outer: Source = readSource(new TextEncoder().encode('data: |\n  image: a:1\n'))
  const { documents } = readDocuments(outer)
  const nest = () => {
    const text = openNestedText(outer, dataOf(documents[0]?.contents)) as NestedText
    const inner = readDocuments(text.source).documents
    return {
      kind: 'nest',
      text,
      documents: inner,
      changes: changesOf(inner[0]?.contents as Mapping),
    } as const
  }
  expect(() => applyChanges(outer, documents, [nest(), nest()])).toThrowError(
    expect.objectContaining({ code: 'INTERNAL' }),
  )
})

function dataOf(root: YamlNode | undefined): Scalar {
  return resolveAlias((root as Mapping).find('data')?.entry.value as YamlNode) as Scalar
}

function changesOf(mapping: Mapping): NodeChange[] {
  const { entry } = mapping.find('image') as FoundEntry
  return [
    { kind: 'set', node: entry.value as Scalar, value: 'a:2' },
    { kind: 'insert', mapping, afterKey: entry.key.start, key: 'policy', value: 'Always' },
  ]
}
