import { expect, test } from 'vitest'
import { parseGoDuration } from '../src/duration.ts'

test.each<[text: string, milliseconds: number | undefined]>([
  ['0', 0],
  ['500ms', 500],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['2µs', 0.002],
  ['', undefined],
  ['30', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['1d', undefined],
])('%j is %s ms', (text, milliseconds) => {
  expect(parseGoDuration(text)).toBe(milliseconds)
})
