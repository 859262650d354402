import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseReference } from '../../src/reference/parse.ts'
import { compileGlob, parseImagePattern } from '../../src/reference/pattern.ts'

const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

describe.each<[pattern: string, matching: readonly string[], other: readonly string[]]>([
  [
    'nginx',
    ['nginx', 'nginx:1', 'docker.io/library/nginx', 'index.docker.io/nginx'],
    ['bitnami/nginx', 'nginx-x'],
  ],
  [
    'bitnami/*',
    ['bitnami/redis:7', 'docker.io/bitnami/redis'],
    ['bitnami/a/b', 'ghcr.io/bitnami/redis', 'redis'],
  ],
  ['*', ['nginx'], ['bitnami/redis', 'ghcr.io/a/b']],
  ['**', ['nginx', 'bitnami/redis', 'ghcr.io/a/b:1', 'localhost:5000/x'], []],
  ['**/pause', ['registry.k8s.io/pause:3.10', 'a/b/pause', 'pause'], ['registry.k8s.io/pause2']],
  ['ghcr.io/**', ['ghcr.io/a', 'ghcr.io/a/b/c'], ['ghcr.io.evil.example/a', 'xghcr.io/a', 'ghcr-io/a']],
  ['ghcr.io/*/app', ['ghcr.io/a/app'], ['ghcr.io/a/b/app', 'ghcr.io/app']],
  ['*.gcr.io/a/b', ['eu.gcr.io/a/b'], ['gcr.io/a/b', 'eu.gcr.io/a/b/c']],
  ['localhost:5000/*', ['localhost:5000/x'], ['localhost:5001/x', 'localhost/x']],
  ['quay.io/a?c', ['quay.io/abc'], ['quay.io/ac', 'quay.io/a/c']],
  ['ghcr.io/a+b', [], ['ghcr.io/aab', 'ghcr.io/a']],
  ['nginx:1.*', ['nginx:1.27', 'nginx:1.27.3'], ['nginx:1', 'nginx:11', 'nginx', 'nginx:latest']],
  ['nginx:latest', ['nginx', 'nginx:latest', `nginx:latest@${digest}`], ['nginx:1', `nginx@${digest}`]],
  ['**:dev-*', ['a/b:dev-1', 'localhost:5000/x:dev-'], ['a/b:1', 'localhost:5000/dev-1']],
])('%s', (pattern, matching, other) => {
  const { text, matches } = parseImagePattern(pattern)
  test('keeps its text', () => expect(text).toBe(pattern))
  if (matching.length > 0)
    test.each(matching)('matches %s', (image) => expect(matches(parseReference(image))).toBe(true))
  if (other.length > 0)
    test.each(other)('leaves %s', (image) => expect(matches(parseReference(image))).toBe(false))
})

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
    // Backtracking would take longer than a test may.
    expect(compileGlob(glob).matches(value)).toBe(false)
  })
})
