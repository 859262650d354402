import type { Scalar, ScalarStyle } from '../nodes.ts'
import { isPlainString } from '../scalar-type.ts'
import { decodeUtf8 } from '../source.ts'

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

const INTEGER = /^[-+]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+|0[bB][01_]+|\d[\d_]*)$/
const FLOAT = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt \t])/
const MAY_BEGIN_NUMBER = /^[-+.\d]/

/**
 * Whether a plain scalar is a string to every reader, so that it can be written plain: to Kubernetes, and by the core
 * schema of YAML 1.2.2 (section 10.3) and YAML 1.1's types of numbers and dates.
 */
function isStringEverywhere(text: string): boolean {
  if (!isPlainString(text)) return false
  return !MAY_BEGIN_NUMBER.test(text) || !(INTEGER.test(text) || FLOAT.test(text) || TIMESTAMP.test(text))
}

/** What of a scalar's place decides how it can be written. */
export interface FlowContext {
  /** Whether it is in a flow collection, at whatever depth. */
  readonly inFlow: boolean
}

/**
 * Whether a string can be written plain, on one line, and is still read as a string (YAML 1.2.2, section 7.3.3).
 * Stricter than the grammar: what begins with an indicator is quoted even where it need not be, but for flags of
 * programs, which nobody quotes.
 * @param place where it will stand: asked only where that makes a difference
 */
export function canBePlain(value: string, place: FlowContext): boolean {
  if (ORDINARY.test(value)) return isStringEverywhere(value)
  if (!STARTS_PLAIN.test(value) || NEVER_PLAIN.test(value) || NEEDS_ESCAPE.test(value)) return false
  if (FLOW_INDICATOR.test(value) && place.inFlow) return false
  return !value.startsWith('...') && isStringEverywhere(value)
}

/**
 * Writes a string on one line, in the style that was asked for where the value allows it, else in double quotes.
 * @param place where it will stand
 */
export function formatFlowScalar(value: string, style: ScalarStyle, place: FlowContext): string {
  if (style === 'plain' && canBePlain(value, place)) return value
  if (style === 'single' && !NEEDS_ESCAPE.test(value)) return `'${value.replaceAll("'", "''")}'`
  return formatDoubleQuoted(value)
}

/** Writes a string in double quotes, with escapes that JSON knows too. */
export function formatDoubleQuoted(value: string): string {
  return formatJson(value)
}

/** Writes any JSON value on one line, as JSON whose escapes YAML knows too. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * Writes another value into a literal or folded scalar. The header with its indicators and comment, the indentation,
 * and everything from the line break after the last line of text stay, so that the value becomes the new one plus
 * the line breaks that were there.
 * @param written the scalar as it stands, decoded as latin1, from its header on
 * @param value without the line breaks at its end
 * @returns as Unicode; absent where a block scalar in this place cannot hold the value
 */
export function formatBlockScalar(written: string, scalar: Scalar, value: string): string | undefined {
  if (value === '' || /[^\P{Cc}\n\t]|[\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u.test(value)) return undefined
  // White space at the start of a line would be indentation, or change how lines are folded.
  if (/(?:^|\n)[ \t\n]/.test(value) || (scalar.style === 'folded' && value.includes('\n'))) return undefined
  const lines = written.split('\n')
  const firstAt = lines.findIndex((line, i) => i > 0 && /[^ \r]/.test(line))
  const indent =
    firstAt === -1 ? -1 : leadingSpaces(lines[firstAt]) - leadingSpaces(firstTextOf(scalar.value))
  if (indent < 0) return undefined
  const lastAt = lines.findLastIndex((line) => /[^ \t\r]/.test(line))
  const header = lines[0] as string
  const eol = header.endsWith('\r') ? '\r\n' : '\n'
  const end = (lines[lastAt] as string).endsWith('\r') ? '\r' : ''
  const text = value.split('\n').map((line) => ' '.repeat(indent) + line)
  // A line of white space that is longer than the indentation is text, and not a line break alone.
  const tail = lines.slice(lastAt + 1).filter((line) => !/[ \t]/.test(line.slice(indent)))
  return [`${decodeUtf8(header)}\n${text.join(eol)}${end}`, ...tail].join('\n')
}

function firstTextOf(value: string): string {
  return value.replace(/^(?: *\n)*/, '')
}

function leadingSpaces(line: string | undefined): number {
  return /^ */.exec(line ?? '')?.[0].length ?? 0
}
