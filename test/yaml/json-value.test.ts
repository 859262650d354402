import { expect, test } from 'vitest'
import { type JsonValue, toJsonValue } from '../../src/yaml/json-value.ts'
import { documentsOf, sourceOf } from '../support/source.ts'

test.each<[name: string, text: string, value: JsonValue]>([
  ['a merge', 'a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\n', { a: { b: 1, c: 2 }, d: { c: 3, b: 1 } }],
  ['a merge with its tag', 'a: &a {b: 1}\nd: {!!merge <<: *a}\n', { a: { b: 1 }, d: { b: 1 } }],
  ['a key << that is a string by its tag', 'd: {!!str <<: {b: 1}}\n', { d: { '<<': { b: 1 } } }],
  ['a key << that is a string by its quotes', 'd: {"<<": {b: 1}}\n', { d: { '<<': { b: 1 } } }],
])('%s', (_, text, value) => {
  const [document] = documentsOf(sourceOf(text))
  expect(document?.contents && toJsonValue(document.contents)).toEqual(value)
})
