import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileGlob } from '../../src/reference/glob.ts'

/** The same pattern as a regular expression, which is right on short texts, however long it takes. */
function reference(pattern: string, separator: string | undefined): RegExp {
  const any = separator === undefined ? '[^]' : `[^${separator}]`
  const source = pattern.replace(/\*+|[^*]/g, (piece) => {
    if (piece === '*') return `${any}*`
    if (piece.startsWith('*')) return '[^]*'
    return piece === '?' ? any : piece.replace(/[\\^$.|+()[\]{}/]/, '\\$&')
  })
  return new RegExp(`^${source}$`)
}

const text = fc
  .array(fc.constantFrom('a', 'b', '/', '.', '\n', '*'), { maxLength: 8 })
  .map((all) => all.join(''))
const pattern = fc
  .array(fc.constantFrom('a', 'b', '/', '.', '*', '**', '?'), { maxLength: 7 })
  .map((all) => all.join(''))

test.each([[undefined], ['/']])('agrees with a regular expression (separator %j)', (separator) => {
  let matched = 0
  fc.assert(
    fc.property(pattern, text, (glob, value) => {
      const expected = reference(glob, separator).test(value)
      if (expected) matched += 1
      expect([glob, value, compileGlob(glob, separator).matches(value)]).toEqual([glob, value, expected])
    }),
    { numRuns: 5000 },
  )
  expect(matched).toBeGreaterThan(100)
})

describe('takes no longer for a bad pattern', () => {
  test.each<[name: string, pattern: string, text: string]>([
    ['stars', `${'a*'.repeat(100)}b`, 'a'.repeat(20_000)],
    ['double stars', `${'**a'.repeat(100)}b`, 'a'.repeat(20_000)],
    ['stars and question marks', `${'*?'.repeat(100)}b`, 'a'.repeat(20_000)],
  ])('%s', (_, glob, value) => {
    const started = performance.now()
    expect(compileGlob(glob).matches(value)).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
