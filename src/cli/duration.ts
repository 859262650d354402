import { ArgumentError } from './option.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * Reads a duration as Go writes them: `500ms`, `30s`, `2m`, `1m30s`.
 * @returns milliseconds, more than 0
 * @throws {ArgumentError} for anything else
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  const sum = parts.reduce((total, [, number, unit]) => total + Number(number) * (UNITS[unit ?? ''] ?? 0), 0)
  if (parts.map(([part]) => part).join('') !== text || sum <= 0) {
    throw new ArgumentError(`"${text}" is not a duration with a unit: use 30s, 2m or 1m30s`)
  }
  return sum
}

/**
 * Reads how long something is kept: a duration, or `0` for not at all.
 * @returns milliseconds
 * @throws {ArgumentError} for anything else
 */
export function parseLifetime(text: string): number {
  return /^0(?:ms|s|m|h)?$/.test(text) ? 0 : parseDuration(text)
}
