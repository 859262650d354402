import type { Summary } from './statistics.ts'

/** `1.13 ×` */
export function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`
}

/** `34.1 ms` */
export function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`
}

/** Formats the median with the quartiles next to it. */
export function spread({ median, low, high }: Summary, format: (number: number) => string): string {
  return `${format(median)} (${bare(low, format)}–${bare(high, format)})`
}

/** Formats a size with decimal units: `60 KB`, `10 MB`. */
export function bytes(count: number): string {
  return count < 1_000_000
    ? `${Math.round(count / 1000)} KB`
    : `${(count / 1_000_000).toFixed(count < 10_000_000 ? 1 : 0)} MB`
}

function bare(number: number, format: (number: number) => string): string {
  return format(number).replace(/ .*$/, '')
}
