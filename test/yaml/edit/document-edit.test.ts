import { describe, expect, test } from 'vitest'
import { assertOnlyPlannedChanges } from '../../../src/yaml/edit/comparison.ts'
import { applyChanges } from '../../../src/yaml/edit/document-edit.ts'
import { aliasesOf } from '../../../src/yaml/lookup.ts'
import type { Mapping, NodeChange, Scalar, YamlDocument } from '../../../src/yaml/nodes.ts'
import { documentsOf, entriesNamed, sourceOf, textOf } from '../../support/source.ts'

function only(document: YamlDocument | undefined, key: string): { mapping: Mapping; value: Scalar } {
  const found = document === undefined ? undefined : entriesNamed(document, key)[0]
  if (found?.entry.value.kind !== 'scalar') throw new Error(`no scalar ${key}`)
  return { mapping: found.mapping, value: found.entry.value }
}

function set(document: YamlDocument | undefined, key: string, value: string): NodeChange {
  return { kind: 'set', node: only(document, key).value, value }
}

function insert(document: YamlDocument | undefined, after: string, key: string, value: string): NodeChange {
  const { mapping } = only(document, after)
  const entry = mapping.entries.find(({ key: one }) => one.kind === 'scalar' && one.value === after)
  return { kind: 'insert', mapping, afterKey: entry?.key.start ?? -1, key, value }
}

describe('changes', () => {
  test('no changes give the same array', () => {
    const source = sourceOf('a: 1\n')
    expect(applyChanges(source, documentsOf(source), [])).toBe(source.bytes)
  })

  test('duplicates count once', () => {
    const source = sourceOf('a: x\n')
    const documents = documentsOf(source)
    const [document] = documents
    const changes = [
      set(document, 'a', 'u'),
      insert(document, 'a', 'b', 'z'),
      set(document, 'a', 'u'),
      insert(document, 'a', 'b', 'z'),
    ]
    expect(textOf(applyChanges(source, documents, changes))).toBe('a: u\nb: z\n')
  })

  test('may come in any order, and in any document', () => {
    const source = sourceOf('a: x\nc: w\n---\na: x\n---\na: x')
    const documents = documentsOf(source)
    const changes = [
      insert(documents[2], 'a', 'b', '3'),
      set(documents[2], 'a', 'z'),
      set(documents[0], 'c', 'u'),
      insert(documents[0], 'a', 'b', 'v'),
    ]
    expect(textOf(applyChanges(source, documents, changes))).toBe(
      'a: x\nb: v\nc: u\n---\na: x\n---\na: z\nb: "3"',
    )
  })

  test('two entries after one key keep their order', () => {
    const source = sourceOf('{a: x, d: 1}')
    const documents = documentsOf(source)
    const changes = [insert(documents[0], 'a', 'b', 'v'), insert(documents[0], 'a', 'c', 'w')]
    expect(textOf(applyChanges(source, documents, changes))).toBe('{a: x, b: v, c: w, d: 1}')
  })

  test('a value is set and an entry is inserted at the same offset', () => {
    const source = sourceOf('{a: }')
    const documents = documentsOf(source)
    const changes = [insert(documents[0], 'a', 'b', 'v'), set(documents[0], 'a', 'u')]
    expect(textOf(applyChanges(source, documents, changes))).toBe('{a: u , b: v }')
  })

  test('the parts of documents that could be read are changed alone', () => {
    const source = sourceOf('a: x\n---\na: y\n')
    const documents = documentsOf(source)
    const changes = [set(documents[1], 'a', 'z')]
    expect(textOf(applyChanges(source, documents.slice(1), changes))).toBe('a: x\n---\na: z\n')
  })

  test.each<[name: string, changes: (document: YamlDocument | undefined) => NodeChange[]]>([
    ['two values for one scalar', (d) => [set(d, 'a', 'u'), set(d, 'a', 'z')]],
    ['two values for one new key', (d) => [insert(d, 'a', 'b', 'u'), insert(d, 'a', 'b', 'z')]],
    ['one new key in two places', (d) => [insert(d, 'a', 'b', 'u'), insert(d, 'c', 'b', 'u')]],
    ['a new key that is there already', (d) => [insert(d, 'a', 'c', 'u')]],
    ['after a key that is not there', (d) => [{ ...insert(d, 'a', 'b', 'u'), afterKey: 1 } as NodeChange]],
    [
      'a scalar of another document',
      (d) => [set(documentsOf(sourceOf('x: 1\na: b'))[0], 'a', 'u'), set(d, 'c', 'u')],
    ],
    [
      'a scalar beyond the source',
      () => [set(documentsOf(sourceOf(`x: ${'1'.repeat(99)}\na: b`))[0], 'a', 'u')],
    ],
  ])('contradictions are defects: %s', (_, changes) => {
    const source = sourceOf('a: x\nc: w\n---\nd: 1\n')
    const documents = documentsOf(source)
    expect(() => applyChanges(source, documents, changes(documents[0]))).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    )
  })
})

describe('the check of an edited document', () => {
  const before = 'a: &x v # c\nl: [1, *x]\nm: {n: 1, o: "2"}\ni: !t u\n'

  test.each<[name: string, after: string, reason: string]>([
    [
      'another value',
      'a: &x v\nl: [2, *x]\nm: {n: 1, o: "2"}\ni: !t u\n',
      'at l[0]: its value or style changed',
    ],
    [
      'another style',
      'a: &x v\nl: [1, *x]\nm: {n: 1, o: 2}\ni: !t u\n',
      'at m.o: its value or style changed',
    ],
    ['an item lost', 'a: &x v\nl: [*x]\nm: {n: 1, o: "2"}\ni: !t u\n', 'at l: its length or style changed'],
    ['an entry lost', 'a: &x v\nl: [1, *x]\nm: {n: 1}\ni: !t u\n', 'at m: its length or style changed'],
    [
      'an entry won',
      'a: &x v\nl: [1, *x]\nm: {n: 1, o: "2"}\ni: !t u\nj: 1\n',
      'at its root: its length or style changed',
    ],
    [
      'entries in another order',
      'a: &x v\nl: [1, *x]\nm: {o: "2", n: 1}\ni: !t u\n',
      'at m.n: its value or style changed',
    ],
    [
      'a key renamed',
      'a: &x v\nl: [1, *x]\nm: {n: 1, p: "2"}\ni: !t u\n',
      'at m.o: its value or style changed',
    ],
    [
      'flow made block',
      'a: &x v\nl: [1, *x]\nm:\n  n: 1\n  o: "2"\ni: !t u\n',
      'at m: its length or style changed',
    ],
    [
      'a sequence made block',
      'a: &x v\nl:\n- 1\n- *x\nm: {n: 1, o: "2"}\ni: !t u\n',
      'at l: its length or style changed',
    ],
    [
      'an anchor renamed',
      'a: &y v\nl: [1, *y]\nm: {n: 1, o: "2"}\ni: !t u\n',
      'at a: its kind, anchor or tag changed',
    ],
    [
      'a tag changed',
      'a: &x v\nl: [1, *x]\nm: {n: 1, o: "2"}\ni: !s u\n',
      'at i: its kind, anchor or tag changed',
    ],
    [
      'an alias written out',
      'a: &x v\nl: [1, v]\nm: {n: 1, o: "2"}\ni: !t u\n',
      'at l[1]: its kind, anchor or tag changed',
    ],
    [
      'an alias for another',
      'a: &x v\nl: [&x 1, *x]\nm: {n: 1, o: "2"}\ni: !t u\n',
      'at l[0]: its kind, anchor or tag changed',
    ],
    [
      'a scalar made a mapping',
      'a: &x v\nl: [1, *x]\nm: {n: 1, o: {}}\ni: !t u\n',
      'at m.o: its kind, anchor or tag changed',
    ],
    ['nothing left', '# gone\n---\n', 'at its root: it lost or won its contents'],
  ])('finds %s', (_, after, reason) => {
    const [document] = documentsOf(sourceOf(before))
    const [other] = documentsOf(sourceOf(after))
    expect(() => assertOnlyPlannedChanges(document as YamlDocument, other?.contents, [])).toThrow(
      expect.objectContaining({ args: { reason: `document 1 did not come out as planned ${reason}` } }),
    )
  })

  test.each<[name: string, after: string, reason: string]>([
    ['a value that was not set', 'a: &x v\nb: w\n', 'at a: it did not get its value'],
    ['a value set to something else', 'a: &x y\nb: w\n', 'at a: it did not get its value'],
    ['a value that became a number', 'a: &x !!int z\nb: w\n', 'at a: it did not get its value'],
    ['an anchor lost on the way', 'a: z\nb: w\n', 'at a: its anchor or tag changed'],
    ['a tag won on the way', 'a: &x !!str z\nb: w\n', 'at a: its anchor or tag changed'],
    ['no new entry', 'a: &x z\n', 'at its root: its length or style changed'],
    ['a new entry of another key', 'a: &x z\nc: w\n', 'at b: it was not inserted as planned'],
    ['a new entry of another value', 'a: &x z\nb: v\n', 'at b: it was not inserted as planned'],
    ['a new entry in another place', 'b: w\na: &x z\n', 'at a: its value or style changed'],
  ])('finds %s', (_, after, reason) => {
    const [document] = documentsOf(sourceOf('a: &x v\n'))
    const [other] = documentsOf(sourceOf(after))
    const changes = [set(document, 'a', 'z'), insert(document, 'a', 'b', 'w')]
    expect(() => assertOnlyPlannedChanges(document as YamlDocument, other?.contents, changes)).toThrow(
      expect.objectContaining({ args: { reason: `document 1 did not come out as planned ${reason}` } }),
    )
  })

  test('passes an unchanged document, apart from comments and white space', () => {
    const [document] = documentsOf(sourceOf(before))
    const [other] = documentsOf(sourceOf(before.replace('# c', '# other').replaceAll(': ', ':  ')))
    expect(() => assertOnlyPlannedChanges(document as YamlDocument, other?.contents, [])).not.toThrow()
  })
})

test('all aliases of a scalar are found', () => {
  const [document] = documentsOf(sourceOf('a: &x v\nb: *x\nc: [*x, {*x : *x}]\nd: &x w\ne: *x\nf: v\n'))
  expect(aliasesOf(document as YamlDocument, only(document, 'a').value).map(({ start }) => start)).toEqual([
    11, 18, 23, 28,
  ])
  expect(aliasesOf(document as YamlDocument, only(document, 'd').value).map(({ start }) => start)).toEqual([
    44,
  ])
  expect(aliasesOf(document as YamlDocument, only(document, 'f').value)).toEqual([])
})
