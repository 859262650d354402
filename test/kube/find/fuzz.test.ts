import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../../src/config/builtin-profiles.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { findUnmatched } from '../../../src/kube/find/unmatched.ts'
import { allRows } from '../../../src/kube/tables/lookup.ts'
import { transform } from '../../../src/transform.ts'
import { fixedResolver } from '../../support/fixed-resolver.ts'
import { inputOf } from './found.ts'

const types = fc.constantFrom(
  ...['v1 Pod', 'v1 List', 'v1 ConfigMap', 'apps/v1 Deployment', 'batch/v1 CronJob', 'a.example/v1 Any'],
  ...allRows()
    .filter((row) => row.action === 'pin')
    .map(({ group, kind }) => `${group.replace('*', 'x')}/v1 ${kind.replace('*', 'Any')}`),
)

const word = fc.constantFrom(
  'a:1',
  'ghcr.io/x/b:2',
  'auto',
  '',
  ' ',
  '${X}',
  'A b',
  'x@sha256:y',
  'oci://a/b:1',
  'é',
)
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  word,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)

const keys = fc.constantFrom(
  ...[
    'image',
    'image',
    'image',
    'imagePullPolicy',
    'pullPolicy',
    'reference',
    'containers',
    'initContainers',
    'volumes',
  ],
  ...[
    'spec',
    'template',
    'steps',
    'script',
    'container',
    'sidecars',
    'rbd',
    'repository',
    'tag',
    'digest',
    'items',
    'objects',
  ],
  ...[
    'status',
    'metadata',
    'annotations',
    'data',
    'env',
    'args',
    'value',
    'name',
    '<<',
    'apiVersion',
    'kind',
  ],
)

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.dictionary(keys, tie('value'), { maxKeys: 5 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}))

const object = fc
  .tuple(types, fc.dictionary(keys, value, { maxKeys: 5 }))
  .map(([type, rest]) => ({ ...rest, apiVersion: type.split(' ')[0], kind: type.split(' ')[1] }))

const options = { optional: [{}], copies: 'pin' } as const
const resolver = fixedResolver({ 'a:1': 'a', 'ghcr.io/x/b:2': 'b', 'a/b:1': 'c' })

test('no object makes the finder fail, and it finds nothing but strings', () => {
  fc.assert(
    fc.property(object, (one) => {
      const { documents, source } = inputOf(JSON.stringify(one))
      const found = findImages(documents, source, options)
      for (const { scalar, path } of found.fields) {
        expect(scalar.isString).toBe(true)
        expect(typeof at(one, path)).toBe('string')
      }
      const fields = new Set(found.fields.map(({ scalar }) => scalar.start))
      for (const { node } of findUnmatched(documents, source, options, found)) {
        expect(fields.has(node.start)).toBe(false)
      }
    }),
    { numRuns: 2000 },
  )
})

test('what is no string comes out as it went in, at every place', async () => {
  const profile = { ...BUILTIN_PROFILES.get('staging')!, fields: options }
  await fc.assert(
    fc.asyncProperty(object, async (one) => {
      const input = new TextEncoder().encode(JSON.stringify(one))
      const { output } = await transform(input, { profile, resolver, signal: new AbortController().signal })
      if (output === undefined) return
      const after = JSON.parse(new TextDecoder().decode(output)) as unknown
      const model = JSON.parse(JSON.stringify(one)) as unknown
      expect(withoutStrings(after, model)).toEqual(withoutStrings(model, model))
    }),
    { numRuns: 500 },
  )
})

function at(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], root)
}

/** A value with every string emptied, and without the keys that the model has not: the policies that were added. */
function withoutStrings(node: unknown, model: unknown): unknown {
  if (typeof node === 'string') return ''
  if (Array.isArray(node)) return node.map((item, i) => withoutStrings(item, (model as unknown[])[i]))
  if (node === null || typeof node !== 'object') return node
  const known = model as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, inner]) =>
      Object.hasOwn(known, key)
        ? [[key, known[key] === null ? null : withoutStrings(inner, known[key])]]
        : [],
    ),
  )
}
