import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { canBePlain, formatFlowScalar } from '../../../src/yaml/edit/scalar-format.ts'

const signs = [
  'a',
  'Z',
  '0',
  '_',
  '-',
  '+',
  '.',
  '/',
  '@',
  ':',
  ' ',
  '#',
  ',',
  '[',
  '"',
  '\u0007',
  '\ud800',
  'é',
]
const values = fc.string({ unit: fc.constantFrom(...signs), maxLength: 8 })
const places = fc.record({ inFlow: fc.boolean() })
const styles = fc.constantFrom('plain', 'single', 'double') as fc.Arbitrary<'plain' | 'single' | 'double'>

test('the formatted scalar is read as the same string', () => {
  fc.assert(
    fc.property(values, styles, places, (value, style, place) => {
      const written = formatFlowScalar(value, style, place)
      expect(parse(place.inFlow ? `[${written}]` : `- ${written}`)).toEqual([value])
    }),
    { numRuns: 5000, seed: 8 },
  )
})

test.each<[value: string, plain: boolean]>([
  ['IfNotPresent', true],
  ['registry.example.com:5000/a/b:1.27-Alpine_3', true],
  [`nginx:1.27@sha256:${'0'.repeat(64)}`, true],
  ['nginx:', false],
  ['a::b', true],
  ['no', false],
  ['1.27', false],
  ['a b', true],
  ['a: b', false],
  ['a #b', false],
  ['a\ud800', false],
  ['a\ud83d\ude00', true],
])('%j can be plain: %s', (value, plain) => {
  expect(canBePlain(value, { inFlow: false })).toBe(plain)
})
