/** The longest time of `setTimeout`, some 24 days, in milliseconds: a longer one would expire at once. */
export const LONGEST_TIMER: number = 2 ** 31 - 1

/** Go's units of time, in milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/**
 * Parses a duration without a sign, like Go's `time.ParseDuration`: `500ms`, `1m30s`, `0`.
 *
 * @returns milliseconds; undefined if the text is not a duration
 */
export function parseGoDuration(text: string): number | undefined {
  if (text === '0') return 0
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] as number), 0)
}

/** The units of an age, in milliseconds: Go's have no days. */
const AGE_UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 24 * 3_600_000,
  w: 7 * 24 * 3_600_000,
}

/**
 * Parses an age: `7d`, `1d12h`, `2w`, `90m`, `0`.
 *
 * @returns milliseconds; undefined if the text is not an age, or one of more than a hundred years
 */
export function parseAge(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^(?:\d{1,7}[wdhm])+$/.test(text)) return undefined
  const age = [...text.matchAll(/(\d+)([wdhm])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (AGE_UNITS[unit] as number),
    0,
  )
  return age > 36_525 * (AGE_UNITS['d'] as number) ? undefined : age
}
