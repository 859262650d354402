import { describe, expect, test } from 'vitest'
import { expandAlternatives, matchesPath, parsePathPattern, patternOf } from '../../src/kube/path-pattern.ts'
import { resolveAlias } from '../../src/yaml/lookup.ts'
import type { FieldPath, Mapping } from '../../src/yaml/nodes.ts'
import { documentsOf } from './find/found.ts'

const key = (name: string): object => ({ kind: 'key', key: name })
const items = { kind: 'items' }
const any = { kind: 'anyKey' }
const named = (value: string): object => ({ kind: 'items', where: { key: 'name', value } })

describe('patterns', () => {
  test.each<[text: string, steps: readonly object[]]>([
    ['image', [key('image')]],
    ['spec.image', [key('spec'), key('image')]],
    ['spec.jobs[].image', [key('spec'), key('jobs'), items, key('image')]],
    ['spec.steps[][].image', [key('spec'), key('steps'), items, items, key('image')]],
    ['spec.images[]', [key('spec'), key('images'), items]],
    ['spec.params[name=A_B].default', [key('spec'), key('params'), named('A_B'), key('default')]],
    ['spec.params[name="a] b"].default', [key('spec'), key('params'), named('a] b'), key('default')]],
    ['data.*', [key('data'), any]],
    ['*.image', [any, key('image')]],
    ['data["config.yaml"]', [key('data'), key('config.yaml')]],
    ['metadata.annotations["a.b/c"].x', [key('metadata'), key('annotations'), key('a.b/c'), key('x')]],
    ['["a.b"].c', [key('a.b'), key('c')]],
    ['data["say \\"x\\""]', [key('data'), key('say "x"')]],
    ['spec.docker_image-2/x', [key('spec'), key('docker_image-2/x')]],
  ])('%s', (text, steps) => {
    expect(parsePathPattern(text)).toEqual({ text, steps })
  })

  test.each<[path: string, column: number, reason: string]>([
    ['', 1, 'it begins with no key'],
    ['[].image', 1, 'it begins with no key'],
    ['.spec', 1, 'a key, "*", "[]", [name=value] or ["a quoted key"] is missing'],
    ['spec.', 6, 'a key, "*", "[]", [name=value] or ["a quoted key"] is missing'],
    ['spec..image', 6, 'a key, "*", "[]", [name=value] or ["a quoted key"] is missing'],
    ['spec.jobs[0].image', 10, 'a key, "*", "[]", [name=value] or ["a quoted key"] is missing'],
    ['spec.jobs[]image', 12, 'a dot or "[" is missing'],
    ['spec.ima*e', 9, 'a dot or "[" is missing'],
    ['spec.{a,b}', 6, 'a key, "*", "[]", [name=value] or ["a quoted key"] is missing'],
    ['spec.a b', 7, 'a dot or "[" is missing'],
    ['data["a\\q"]', 5, 'the quoted key is no JSON string'],
    ['data["a', 5, 'a key, "*", "[]", [name=value] or ["a quoted key"] is missing'],
  ])('%j is refused', (path, column, reason) => {
    expect(() => parsePathPattern(path)).toThrowError(
      expect.objectContaining({ code: 'FIELD_PATH_INVALID', args: { path, column, reason } }),
    )
  })

  test.each<[pattern: string, path: FieldPath, expected: boolean]>([
    ['spec.image', ['spec', 'image'], true],
    ['spec.image', ['spec', 'image', 'x'], false],
    ['spec.image', ['spec'], false],
    ['spec.*', ['spec', 'image'], true],
    ['spec.*', ['spec', 0], false],
    ['spec.jobs[].image', ['spec', 'jobs', 3, 'image'], true],
    ['spec.jobs[].image', ['spec', 'jobs', '3', 'image'], false],
  ])('%s and %j: %s', (pattern, path, expected) => {
    expect(matchesPath(parsePathPattern(pattern), path, mappingOf('{}'))).toBe(expected)
  })
})

const params = '{spec: {params: [{name: A, default: a}, {name: "b c", default: b}, c], jobs: [{name: A}]}}'

test.each<[pattern: string, path: FieldPath, expected: boolean]>([
  ['spec.params[name=A].default', ['spec', 'params', 0, 'default'], true],
  ['spec.params[name=A].default', ['spec', 'params', 1, 'default'], false],
  ['spec.params[default=b].name', ['spec', 'params', 1, 'name'], true],
  ['spec.params[name="b c"].default', ['spec', 'params', 1, 'default'], true],
  ['spec.params[name=A]', ['spec', 'params', 2], false],
  ['spec.params[name=A].default', ['spec', 'params', 7, 'default'], false],
])('%s selects items by what they hold: %j is %s', (pattern, path, expected) => {
  expect(matchesPath(parsePathPattern(pattern), path, mappingOf(params))).toBe(expected)
})

test.each<[path: FieldPath, pattern: string]>([
  [['spec', 'params', 0, 'default'], 'spec.params[name=A].default'],
  [['spec', 'params', 1, 'default'], 'spec.params[name="b c"].default'],
  [['spec', 'params', 2], 'spec.params[]'],
  [['spec', 'jobs', 0, 'image'], 'spec.jobs[].image'],
  [['data', 'a.b/c'], 'data["a.b/c"]'],
])('the pattern of %j is %s', (path, pattern) => {
  expect(patternOf(path, mappingOf(params))).toBe(pattern)
  expect(parsePathPattern(pattern).text).toBe(pattern)
})

function mappingOf(text: string): Mapping {
  const [document] = documentsOf(text)
  const root = document?.contents === undefined ? undefined : resolveAlias(document.contents)
  if (root?.kind !== 'mapping') throw new Error('no mapping')
  return root
}

test.each<[text: string, expected: readonly string[]]>([
  ['spec.image', ['spec.image']],
  ['spec.{a,b.c}.image', ['spec.a.image', 'spec.b.c.image']],
  ['{a,b}.{c,d}', ['a.c', 'a.d', 'b.c', 'b.d']],
])('alternatives of %s', (text, expected) => {
  expect(expandAlternatives(text)).toEqual(expected)
})
