import { describe, expect, test } from 'vitest'
import { parseExpression } from '../../src/config/expression.ts'

const found = (expression: string, value: string): string | undefined => {
  const read = parseExpression(expression)
  if (read.kind === 'invalid') throw new Error(read.reason)
  const range = read.expression.find(value)
  return range && value.slice(...range)
}

test.each([
  ['--image=(\\S+)', 'run --image=nginx:1 --x', 'nginx:1'],
  ['^image=(.*)$', 'image=a/b:1', 'a/b:1'],
  ['(?<image>[^ ]+)$', 'a b', 'b'],
  ['"image":\\s*"([^"]+)"', '{"image": "é/b:1"}', 'é/b:1'],
  ['(\\u0061+)', 'xaa', 'aa'],
  ['😀 (.+)', '😀😀 nginx', 'nginx'],
  ['(?i)IMAGE=(.+)', 'image=a', 'a'],
  ['a|(b)', 'a', undefined],
  ['(b)', 'a', undefined],
])('%s finds in %j: %j', (expression, value, expected) => {
  expect(found(expression, value)).toBe(expected)
})

test.each([
  ['(', 'missing closing ): `(`'],
  ['(a)(?=b)', "invalid or unsupported Perl syntax: `(?=` (RE2's syntax has no lookaround)"],
  ['(a)\\1', 'invalid escape sequence: `\\1`'],
])('%s is invalid: %s', (expression, reason) => {
  expect(parseExpression(expression)).toEqual({ kind: 'invalid', reason })
})

describe('takes no longer for a bad expression', () => {
  test.each(['^((\\w+\\s?)+)$', '^(a|aa)+$', '((a*)*)*b', '(.*a){20}b', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s',
    (expression) => {
      // Backtracking would take longer than a test may.
      expect(found(expression, `${'a'.repeat(1 << 18)}!`)).toBeUndefined()
    },
  )
})
