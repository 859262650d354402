import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import {
  canonicalRewrite,
  type NameRewrite,
  originalName,
  rewriteName,
  rewriteObstacle,
} from '../../src/config/rewrite.ts'
import { outputReference } from '../../src/plan/distinct-images.ts'
import { originalReference } from '../../src/plan/match-input.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { isReference, parseReference } from '../../src/reference/parse.ts'
import { repositoryName } from '../../src/reference/reference.ts'

const host = fc.constantFrom(
  'docker.io',
  'index.docker.io',
  'quay.io',
  'r.example.com',
  'r.example.com:5000',
  'localhost',
  'localhost:5000',
  'a-b.c',
  'Upper.io',
  '[::1]:5000',
  'box:80',
)
/** Some of them look like hosts, with a port and without. */
const segment = fc.constantFrom(
  'library',
  'hub',
  'a',
  'b',
  'quay.io',
  'docker.io',
  'box_80',
  'localhost',
  'x__y',
)
const segments = (minLength: number) => fc.array(segment, { minLength, maxLength: 3 })
const prefix = fc.tuple(host, segments(0)).map(([first, rest]) => [first, ...rest].join('/'))
const rewrite: fc.Arbitrary<NameRewrite> = fc
  .record({ from: fc.oneof({ weight: 3, arbitrary: prefix }, fc.constant('*')), to: prefix })
  .map(canonicalRewrite)
const table = fc.array(rewrite, { maxLength: 4 })

/** Names of repositories, many of them below what a rewrite reads or writes. */
const nameFor = (rewrites: readonly NameRewrite[]): fc.Arbitrary<string> => {
  const prefixes = rewrites.flatMap(({ from, to }) => (from === '*' ? [to] : [from, to]))
  const start = prefixes.length === 0 ? host : fc.oneof(host, fc.constantFrom(...prefixes))
  return fc
    .tuple(start, segments(0))
    .map(([first, rest]) => [first, ...rest].join('/'))
    .filter((text) => isReference(text))
    .map((text) => repositoryName(parseReference(text)))
}
const situation = table.chain((rewrites) =>
  fc.record({ rewrites: fc.constant(rewrites), name: nameFor(rewrites) }),
)

/** Whether a text is a host and a path, in the one spelling that each repository has. */
const isFullName = (text: string): boolean =>
  isReference(text) && repositoryName(parseReference(text)) === text

describe('rewriteName and originalName', () => {
  test('the original of what is written for a name is the name, and nothing is written twice', () => {
    let written = 0
    fc.assert(
      fc.property(situation, ({ rewrites, name }) => {
        const result = rewriteName(name, rewrites)
        if (result === undefined) return
        written += 1
        expect(isFullName(result)).toBe(true)
        expect(originalName(result, rewrites)).toBe(name)
        expect(rewriteName(result, rewrites)).toBe(undefined)
      }),
      { numRuns: 20_000 },
    )
    expect(written).toBeGreaterThan(2000)
  })

  test('what is taken for written has an original that is a host and a path, and is written for it', () => {
    let taken = 0
    fc.assert(
      fc.property(situation, ({ rewrites, name }) => {
        const original = originalName(name, rewrites)
        if (original === undefined) return
        taken += 1
        expect(isFullName(original)).toBe(true)
        expect(rewriteName(original, rewrites)).toBe(name)
        expect(originalName(original, rewrites)).toBe(undefined)
      }),
      { numRuns: 20_000 },
    )
    expect(taken).toBeGreaterThan(1000)
  })

  test('a name that a rewrite matches and that keeps its own has a reason, or is one that a rewrite makes', () => {
    fc.assert(
      fc.property(situation, ({ rewrites, name }) => {
        const matches = rewrites.some(({ from, to }) =>
          from === '*' ? !name.startsWith(`${to.split('/')[0]}/`) : `${name}/`.startsWith(`${from}/`),
        )
        const isKept = matches && rewriteName(name, rewrites) === undefined
        const reason = rewriteObstacle(name, rewrites)
        if (!isKept) expect(reason).toBe(undefined)
        else if (reason === undefined) {
          const others = rewrites.filter(({ from, to }) => from !== to)
          const isBelow = others.some(({ to }) => `${name}/`.startsWith(`${to}/`))
          expect(isBelow || others.length < rewrites.length).toBe(true)
        }
      }),
      { numRuns: 20_000 },
    )
  })
})

test('a reference and what is written for it are asked for under one name', () => {
  const digest = parseDigest(`sha256:${'a'.repeat(64)}`)
  const suffix = fc.constantFrom('', ':1.27', `@${digest}`, `:1.27@${digest}`)
  fc.assert(
    fc.property(situation, suffix, fc.boolean(), ({ rewrites, name }, end, pins) => {
      const profile = { ...BUILTIN_PROFILES.get('prod')!, rewrite: rewrites }
      const reference = parseReference(`${name}${end}`)
      const written = outputReference(reference, pins ? digest : undefined, profile)
      const asked = originalReference(reference, profile)
      expect(parseReference(written.text)).toEqual(written)
      expect(repositoryName(originalReference(written, profile))).toBe(repositoryName(asked))
    }),
    { numRuns: 5000 },
  )
})
