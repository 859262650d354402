import { describe, expect, test } from 'vitest'
import { parseDuration } from '../../../src/cli/options/values.ts'

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2m', 120_000],
    ['1m30s', 90_000],
    ['1.5s', 1500],
    ['1h', 3_600_000],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected)
  })

  test.each(['', '30', 's', '1x', '-1s', '0s', '1s2', '1 s'])('%j is refused', (text) => {
    expect(() => parseDuration(text)).toThrow('is not a duration')
  })
})
