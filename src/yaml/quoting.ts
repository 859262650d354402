import type { ScalarStyle } from './nodes.ts'
import { isStringEverywhere } from './schema.ts'

/** What image references and policies are, among others: no character of it means anything to YAML where it stands. */
const ORDINARY = /^[A-Za-z](?::?[\w./@+-])*$/

/**
 * Control characters, line breaks of any YAML version, byte order marks and lone surrogates: only escapes can hold them.
 * Surrogates by their numbers: by their category, the first use of it reads all of Unicode's tables.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const NEEDS_ESCAPE = /[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/u
const STARTS_PLAIN = /^(?:--?[A-Za-z]|[^\s\-?:,[\]{}#&*!|>'"%@`=<])/
const NEVER_PLAIN = /:(?:\s|$)|\s#|\s$/
const FLOW_INDICATOR = /[,[\]{}]/

/** What of a scalar's place decides how it can be written. */
export interface Place {
  /** Whether it is in a flow collection, at whatever depth. */
  readonly inFlow: boolean
}

/**
 * Whether a string can be written plain, on one line, and is still read as a string (YAML 1.2.2, section 7.3.3).
 * Stricter than the grammar: what begins with an indicator is quoted even where it need not be, but for flags of
 * programs, which nobody quotes.
 * @param place where it will stand: asked only where that makes a difference
 */
export function canBePlain(value: string, place: Place): boolean {
  if (ORDINARY.test(value)) return isStringEverywhere(value)
  if (!STARTS_PLAIN.test(value) || NEVER_PLAIN.test(value) || NEEDS_ESCAPE.test(value)) return false
  if (FLOW_INDICATOR.test(value) && place.inFlow) return false
  return !value.startsWith('...') && isStringEverywhere(value)
}

/**
 * Writes a string on one line, in the style that was asked for where the value allows it, else in double quotes.
 * @param place where it will stand
 */
export function formatFlowScalar(value: string, style: ScalarStyle, place: Place): string {
  if (style === 'plain' && canBePlain(value, place)) return value
  if (style === 'single' && !NEEDS_ESCAPE.test(value)) return `'${value.replaceAll("'", "''")}'`
  return formatDoubleQuoted(value)
}

/** Writes a string in double quotes, with escapes that JSON knows too. */
export function formatDoubleQuoted(value: string): string {
  return formatFlowValue(value)
}

/** Writes any JSON value on one line, as JSON whose escapes YAML knows too. */
export function formatFlowValue(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
