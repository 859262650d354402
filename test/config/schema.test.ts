import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONFIG_SCHEMA, formatConfigSchema } from '../../src/config/schema/config-schema.ts'
import type { AnySchema } from '../../src/config/schema/schema.ts'
import { validate } from '../../src/config/schema/validate.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

// `patternErrorMessage` is a keyword of editors, and alternatives of several types are meant.
const ajv = new Ajv({ strict: false })
const accepts = ajv.compile(JSON.parse(formatConfigSchema()))

/** Whether our own validator finds nothing wrong with a value, as JSON. */
function isValid(value: unknown): boolean {
  const { documents } = readDocuments(readSource(new TextEncoder().encode(JSON.stringify(value))))
  return validate(documents[0]!.contents!, CONFIG_SCHEMA).length === 0
}

const JUNK = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, '', 'prod', 'Always', 'a b', 'https://m.example'),
  fc.constant([]),
  fc.constant({}),
  fc.constant({ unknown: 1 }),
)

/** Values that mostly keep to a schema, with junk here and there. */
function near(schema: AnySchema): fc.Arbitrary<unknown> {
  const good = fitting(schema)
  return fc.oneof({ arbitrary: good, weight: 30 }, { arbitrary: JUNK, weight: 1 })
}

function fitting(schema: AnySchema): fc.Arbitrary<unknown> {
  if ('anyOf' in schema) return fc.oneof(...schema.anyOf.map(near))
  switch (schema.type) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: -1, max: 9 })
    case 'string':
      return schema.enum ? fc.constantFrom(...schema.enum) : textFor(schema.pattern)
    case 'array':
      return fc.array(near(schema.items), { maxLength: 2 })
    case 'object': {
      const { properties = {}, required = [], additionalProperties, propertyNames } = schema
      if (typeof additionalProperties === 'object') {
        const key = propertyNames?.enum ? fc.constantFrom(...propertyNames.enum, 'odd') : fc.string()
        return fc.dictionary(key, near(additionalProperties), { maxKeys: 2, noNullPrototype: true })
      }
      const keys = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, near(one)]))
      return fc.record(keys, { requiredKeys: [...required], noNullPrototype: true })
    }
  }
}

const TEXTS = [
  'a',
  '7d',
  'prod',
  'ghcr.io',
  '*',
  'https://m.example',
  'A',
  'a b',
  'ghcr.io/a',
  '2026-11-27T09:00:00Z',
]

/** Texts that mostly match a pattern. */
function textFor(pattern = ''): fc.Arbitrary<string> {
  const matching = TEXTS.filter((text) => new RegExp(pattern, 'u').test(text))
  return fc.oneof(
    { arbitrary: fc.constantFrom(...matching), weight: 9 },
    { arbitrary: fc.constantFrom(...TEXTS), weight: 1 },
  )
}

describe('the published schema', () => {
  test('is what the validator enforces: it and Ajv agree on generated configurations', () => {
    let valid = 0
    fc.assert(
      fc.property(near(CONFIG_SCHEMA as AnySchema), (value) => {
        const expected = accepts(value)
        if (expected) valid += 1
        expect([isValid(value), JSON.stringify(value)]).toEqual([expected, JSON.stringify(value)])
      }),
      { numRuns: 2000, seed: 7 },
    )
    // A generator of nothing but rubbish would prove nothing.
    expect(valid).toBeGreaterThan(200)
    expect(valid).toBeLessThan(1900)
  })

  test('is a draft-07 JSON Schema', () => {
    const schema = JSON.parse(formatConfigSchema())
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#')
    expect(ajv.validateSchema(schema)).toBe(true)
  })

  test('has a description for every key of a profile that is not named for what it is', () => {
    const profile = JSON.parse(formatConfigSchema()).properties.spec.properties.profiles.items
    const silent = Object.entries<{ description?: string }>(profile.properties)
      .filter(([, { description }]) => description === undefined)
      .map(([key]) => key)
    expect(silent).toEqual([])
  })
})
