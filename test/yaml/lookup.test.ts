import { describe, expect, test } from 'vitest'
import { formatPath, hasOwnKey, keyText } from '../../src/yaml/lookup.ts'
import type { FieldPath, Mapping } from '../../src/yaml/nodes.ts'
import { documentsOf, entriesNamed, plainOf, sourceOf } from '../support/source.ts'

/** The mapping that a document is, or the one under its `m` key. */
function mappingOf(text: string): Mapping {
  const [document] = documentsOf(sourceOf(text))
  const root = document?.contents
  if (root?.kind !== 'mapping' || document === undefined) throw new Error('no mapping')
  const inner = entriesNamed(document, 'm')[0]?.entry.value
  return inner?.kind === 'mapping' ? inner : root
}

describe('lookup', () => {
  test.each<[name: string, text: string, value: unknown]>([
    ['a key', 'a: 1\nk: 2\n', '2'],
    ['no such key', 'a: 1\n', 'none'],
    ['the last of equal keys', 'k: 1\nk: 2\n', '2'],
    ['a quoted key', '"k": 1\n', '1'],
    ['an escaped key', '"\\u006b": 1\n', '1'],
    ['an alias as a key', 'a: &k k\n*k : 1\n', '1'],
    ['not a null key', '~: 1\n', 'none'],
    ['merged', 'b: &b {k: 1}\nm:\n  <<: *b\n', '1'],
    ['merged in place', 'm:\n  <<: {k: 1}\n', '1'],
    ['merged before the own key', 'b: &b {k: 1}\nm:\n  <<: *b\n  k: 2\n', '2'],
    ['merged after the own key, as goyaml.v2 reads it', 'b: &b {k: 1}\nm:\n  k: 2\n  <<: *b\n', '1'],
    ['merged from several', 'b: &b {k: 1}\nc: &c {k: 2}\nm:\n  <<: [*b, *c]\n', '1'],
    ['merged from the second of several', 'b: &b {a: 1}\nc: &c {k: 2}\nm:\n  <<: [*b, *c]\n', '2'],
    ['merged twice', 'b: &b {k: 1}\nc: &c {k: 2}\nm:\n  <<: *b\n  <<: *c\n', '2'],
    ['merged through another merge', 'b: &b {k: 1}\nc: &c {<<: *b}\nm:\n  <<: *c\n', '1'],
    ['merged by a tag', 'b: &b {k: 1}\nm:\n  !!merge "<<": *b\n', '1'],
    ['not merged: quoted', 'b: &b {k: 1}\nm:\n  "<<": *b\n', 'none'],
    ['not merged: a string by its tag', 'b: &b {k: 1}\nm:\n  !!str <<: *b\n', 'none'],
    ['not merged: no mapping', 'm:\n  <<: x\n  a: 1\n', 'none'],
    ['not merged: a sequence of scalars', 'm:\n  <<: [x]\n', 'none'],
  ])('%s', (_, text, value) => {
    const found = mappingOf(text).find('k')
    expect(found === undefined ? 'none' : plainOf(found.entry.value)).toBe(value)
  })

  test('finds a key that is not in ASCII, and no other of the same bytes', () => {
    const found = mappingOf('größe: 1\n').find('größe')
    expect(found && plainOf(found.entry.value)).toBe('1')
    const bytes = Buffer.from('größe').toString('latin1')
    expect(mappingOf('größe: 1\n').find(bytes)).toBeUndefined()
  })

  test('names the mapping that contains a merged entry', () => {
    const mapping = mappingOf('b: &b {k: 1}\nm:\n  <<: *b\n  a: 1\n')
    expect(mapping.find('a')?.owner).toBe(mapping)
    expect(mapping.find('k')?.owner.anchor).toBe('b')
  })

  test('finds << only if it is not a merge', () => {
    expect(mappingOf('"<<": 1\n').find('<<')).toBeDefined()
    expect(mappingOf('<<: {a: 1}\n').find('<<')).toBeUndefined()
  })
})

test.each([
  ['b: &b {k: 0}\nm:\n  k: 1\n  <<: *b\n', true],
  ['b: &b {k: 0}\nm:\n  <<: *b\n  k: 1\n', true],
  ['b: &b {k: 0}\nm:\n  <<: *b\n', false],
  ['m:\n  "<<": {k: 1}\n', false],
])('a merged key is not an own key: %j', (text, expected) => {
  expect(hasOwnKey(mappingOf(text), 'k')).toBe(expected)
})

test('a key that is a collection or null has no text', () => {
  expect(mappingOf('? [a]\n: 1\n? \n: 2\nb: 3\n').entries.map(keyText)).toEqual([undefined, undefined, 'b'])
})

test.each<[text: string, path: string[], value: string | undefined]>([
  ['a: {b: {c: x}}', ['a', 'b', 'c'], 'x'],
  ['a: {b: "1"}', ['a', 'b'], '1'],
  ['a: {b: 1}', ['a', 'b'], undefined],
  ['a: {b: }', ['a', 'b'], undefined],
  ['a: {b: x}', ['a'], undefined],
  ['a: x', ['a', 'b'], undefined],
  ['a: [x]', ['a', '0'], undefined],
  ['x: &x {c: w}\na: *x', ['a', 'c'], 'w'],
  ['x: &x w\na: *x', ['a'], 'w'],
])('in %s, the string at %j is %j', (text, path, value) => {
  expect(mappingOf(text).stringAt(...path)).toBe(value)
})

test.each<[path: FieldPath, text: string]>([
  [[], ''],
  [['spec'], 'spec'],
  [['spec', 'template', 'containers', 0, 'image'], 'spec.template.containers[0].image'],
  [[0, 'a'], '[0].a'],
  [['metadata', 'annotations', 'a.b/c'], 'metadata.annotations["a.b/c"]'],
  [['a-b', 'c_d', '$e'], 'a-b.c_d.$e'],
  [['a"b', '', '0'], '["a\\"b"][""]["0"]'],
])('path %j is written %j', (path, text) => {
  expect(formatPath(path)).toBe(text)
})
