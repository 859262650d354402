import {
  type ILabelSelector,
  LabelSelector as LabelSelectorModel,
} from '@kubernetes-models/apimachinery/apis/meta/v1/LabelSelector'
import { ObjectMeta as ObjectMetaModel } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LabelSelector } from '../../src/config/label-selector.ts'
import { LABEL_SELECTOR_SCHEMA, OBJECT_META_SCHEMA } from '../../src/config/schema/kubernetes-schema.ts'
import type { AnySchema } from '../../src/config/schema/schema.ts'
import { validate } from '../../src/config/schema/validate.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

// @kubernetes-models/apimachinery is generated from Kubernetes' own schemas: ours are compared with it. What they are known
// to judge differently is listed at the end.

/** Whether a value is valid. */
type Judge = (value: unknown) => boolean

/** Does not compile where one of the two has a key that the other lacks. */
const SAME_KEYS: Record<keyof LabelSelector, 1> & Record<keyof ILabelSelector, 1> = {
  matchLabels: 1,
  matchExpressions: 1,
}

const judges = {
  ObjectMeta: {
    ours: judgeOf(OBJECT_META_SCHEMA as AnySchema),
    theirs: modelJudge((value) => new ObjectMetaModel(value as object)),
  },
  LabelSelector: {
    ours: judgeOf(LABEL_SELECTOR_SCHEMA as AnySchema),
    theirs: modelJudge((value) => new LabelSelectorModel(value as ILabelSelector)),
  },
}

/** Our own judgement, apart from keys that the schema does not know. */
function judgeOf(schema: AnySchema): Judge {
  return (value) => diagnosticsOf(schema, value).every(({ code }) => code === 'CONFIG_UNKNOWN_KEY')
}

function diagnosticsOf(schema: AnySchema, value: unknown) {
  const { documents } = readDocuments(readSource(new TextEncoder().encode(JSON.stringify(value))))
  return validate(documents[0]!.contents!, schema)
}

function modelJudge(modelOf: (value: unknown) => { validate(): void }): Judge {
  return (value) => {
    try {
      modelOf(value).validate()
      return true
    } catch (error) {
      expect(error).toHaveProperty('errors')
      return false
    }
  }
}

const TEXTS = [
  '',
  'a',
  'app.kubernetes.io/name',
  '2026-11-27T09:00:00Z',
  '2026-11-27T09:00:00.5+01:00',
  'Exists',
  '7',
]
const JUNK: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e30,
  [],
  {},
  [null],
  { a: null },
  { a: 1 },
  ...TEXTS,
]

/** Values that mostly keep to a schema. */
function near(schema: AnySchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fitting(schema), weight: 30 },
    { arbitrary: fc.constantFrom(...JUNK), weight: 1 },
  )
}

function fitting(schema: AnySchema): fc.Arbitrary<unknown> {
  if ('anyOf' in schema) return fc.oneof(...schema.anyOf.map(near))
  switch (schema.type) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer()
    case 'string': {
      const pattern = new RegExp(schema.pattern ?? '', 'u')
      return fc.constantFrom(...TEXTS.filter((text) => pattern.test(text)))
    }
    case 'array':
      return fc.array(near(schema.items), { maxLength: 2 })
    case 'object': {
      const { properties, required = [], additionalProperties: others } = schema
      if (properties === undefined) {
        const values = typeof others === 'object' ? near(others) : fc.jsonValue()
        return fc.dictionary(fc.string(), values, { maxKeys: 2, noNullPrototype: true })
      }
      const keys = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, near(one)]))
      // One required key is missing now and then.
      return fc.record(keys, { requiredKeys: required.slice(1), noNullPrototype: true })
    }
  }
}

describe.each([
  ['ObjectMeta', OBJECT_META_SCHEMA as AnySchema],
  ['LabelSelector', LABEL_SELECTOR_SCHEMA as AnySchema],
] as const)('the schema of %s', (name, schema) => {
  const { ours, theirs } = judges[name]

  test('agrees with the model on generated values', () => {
    let valid = 0
    fc.assert(
      fc.property(fitting(schema), (value) => {
        const expected = theirs(value)
        if (expected) valid += 1
        expect([ours(value), JSON.stringify(value)]).toEqual([expected, JSON.stringify(value)])
      }),
      { numRuns: 2000 },
    )
    // A generator of valid values alone, or of invalid ones, would prove nothing.
    expect(valid).toBeGreaterThan(200)
    expect(valid).toBeLessThan(1900)
  })

  test('agrees with the model on every kind of value in every place', () => {
    for (const [path, around] of places(schema)) {
      for (const junk of JUNK) {
        const value = around(junk)
        expect([path, JSON.stringify(value), ours(value)]).toEqual([
          path,
          JSON.stringify(value),
          theirs(value),
        ])
      }
    }
  })
})

/** Every place of a schema, each with a function that puts a value there. */
function places(schema: AnySchema): [string, (inner: unknown) => unknown][] {
  if ('anyOf' in schema) return []
  if (schema.type === 'array') {
    return [
      ['[]', (inner: unknown) => [inner]] as [string, (inner: unknown) => unknown],
      ...places(schema.items).map(([path, around]): [string, (inner: unknown) => unknown] => [
        `[]${path}`,
        (inner) => [around(inner)],
      ]),
    ]
  }
  if (schema.type !== 'object') return []
  const { properties = {}, additionalProperties: others } = schema
  const keys = typeof others === 'object' ? { key: others } : properties
  return Object.entries(keys).flatMap(([key, one]): [string, (inner: unknown) => unknown][] => [
    [`.${key}`, (inner) => ({ [key]: inner })],
    ...places(one).map(([path, around]): [string, (inner: unknown) => unknown] => [
      `.${key}${path}`,
      (inner) => ({ [key]: around(inner) }),
    ]),
  ])
}

test('a label selector has the keys that Kubernetes gives it', () => {
  expect(Object.keys(SAME_KEYS).toSorted()).toEqual(Object.keys(LABEL_SELECTOR_SCHEMA.properties).toSorted())
})

test.each([
  // The model ignores a key that it does not know. An API server warns of it, and a misspelt key has no effect.
  ['ObjectMeta', { lables: { a: 'b' } }],
  ['ObjectMeta', { ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: 'b', kid: 'c' }] }],
  ['ObjectMeta', { managedFields: [{ mangager: 'helm' }] }],
  ['LabelSelector', { matchLabel: { a: 'b' } }],
  ['LabelSelector', { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'], value: 'b' }] }],
  // The model takes the lower-case letters and the blank that RFC 3339 permits; Go's time.Parse does not.
  ['ObjectMeta', { creationTimestamp: '2026-11-27t09:00:00z' }],
  ['ObjectMeta', { creationTimestamp: '2026-11-27 09:00:00Z' }],
  // RFC 3339 wants a colon in the offset, and so does Go.
  ['ObjectMeta', { creationTimestamp: '2026-11-27T09:00:00+0100' }],
  // A leap second: the model takes it, Go does not.
  ['ObjectMeta', { creationTimestamp: '2016-12-31T23:59:60Z' }],
] as const)('of %s, we refuse %j, and the model does not', (name, value) => {
  const schema = (name === 'ObjectMeta' ? OBJECT_META_SCHEMA : LABEL_SELECTOR_SCHEMA) as AnySchema
  expect([diagnosticsOf(schema, value).length, judges[name].theirs(value)]).toEqual([1, true])
})

test.each([
  // A pattern does not know how long a month is.
  ['2026-02-30T09:00:00Z'],
  ['2026-04-31T09:00:00Z'],
])('we take the time %s, and the model does not', (creationTimestamp) => {
  const { ours, theirs } = judges.ObjectMeta
  expect([ours({ creationTimestamp }), theirs({ creationTimestamp })]).toEqual([true, false])
})

test.each([
  ['2026-11-27T09:00:00Z', true],
  ['2026-11-27T09:00:00.123456789Z', true],
  ['2026-11-27T09:00:00+23:59', true],
  ['2026-11-27T09:00:00-00:00', true],
  ['2026-11-27T09:00:00', false],
  ['2026-11-27', false],
  ['2026-11-27T24:00:00Z', false],
  ['2026-11-27T09:60:00Z', false],
  ['2026-13-01T09:00:00Z', false],
  ['2026-11-00T09:00:00Z', false],
  ['2026-11-27T09:00Z', false],
  ['2026-11-27T09:00:00.Z', false],
  ['2026-11-27T09:00:00+24:00', false],
  ['26-11-27T09:00:00Z', false],
])('we and the model say of the time %s that it is valid: %s', (creationTimestamp, expected) => {
  const { ours, theirs } = judges.ObjectMeta
  expect([ours({ creationTimestamp }), theirs({ creationTimestamp })]).toEqual([expected, expected])
})
