import { expect, test } from 'vitest'
import { parseAge, parseGoDuration } from '../src/duration.ts'

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

test.each<[text: string, hours: number | undefined]>([
  ['0', 0],
  ['0d', 0],
  ['7d', 168],
  ['1d12h', 36],
  ['2w', 336],
  ['90m', 1.5],
  ['100000d', undefined],
  ['7', undefined],
  ['7s', undefined],
  ['1.5d', undefined],
  ['-7d', undefined],
  ['7 d', undefined],
  ['', undefined],
])('%j is an age of %s hours', (text, hours) => {
  expect(parseAge(text)).toBe(hours === undefined ? undefined : hours * 3_600_000)
})
