import type { Scalar, ScalarStyle } from '../nodes.ts'
import { isPlainString } from '../scalar-type.ts'
import { decodeUtf8 } from '../source.ts'

/** Matches image references, policies and other text without any character that has a meaning in YAML. */
const ORDINARY = /^[A-Za-z](?::?[\w./@+-])*$/

/**
 * Characters that must be escaped: control characters, line breaks of any YAML version, byte order marks and lone surrogates.
 * Surrogates are given by code, because `\p{Cs}` loads Unicode's tables at its first use.
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
 * Whether every reader takes a plain scalar for a string: Kubernetes, the core schema of YAML 1.2.2 (section 10.3), and YAML
 * 1.1's types of numbers and dates.
 */
function isStringEverywhere(text: string): boolean {
  if (!isPlainString(text)) return false
  return !MAY_BEGIN_NUMBER.test(text) || !(INTEGER.test(text) || FLOAT.test(text) || TIMESTAMP.test(text))
}

/** Where a scalar is, as far as that limits how its value can be written. */
export interface FlowContext {
  /** Whether it is within brackets or braces, at any depth: commas and brackets in its value must then be quoted. */
  readonly inFlow: boolean
}

/**
 * Whether a string can be written as a plain scalar, without quotes, on one line (YAML 1.2.2, section 7.3.3). Stricter
 * than the grammar: text that starts with an indicator is quoted, except for flags of programs (`--flag`).
 * @param context where the scalar is; read only if it makes a difference
 */
export function canBePlain(value: string, context: FlowContext): boolean {
  if (ORDINARY.test(value)) return isStringEverywhere(value)
  if (!STARTS_PLAIN.test(value) || NEVER_PLAIN.test(value) || NEEDS_ESCAPE.test(value)) return false
  if (FLOW_INDICATOR.test(value) && context.inFlow) return false
  return !value.startsWith('...') && isStringEverywhere(value)
}

/**
 * Formats a string as a plain or quoted scalar on one line.
 * @param style the preferred style; double quotes are used if it cannot represent the value, and for a block style
 * @param context where the scalar is
 * @returns the YAML text, with its quotes
 */
export function formatFlowScalar(value: string, style: ScalarStyle, context: FlowContext): string {
  if (style === 'plain' && canBePlain(value, context)) return value
  if (style === 'single' && !NEEDS_ESCAPE.test(value)) return `'${value.replaceAll("'", "''")}'`
  return formatDoubleQuoted(value)
}

/**
 * Formats a string in double quotes, with escapes that are valid in both JSON and YAML.
 * @returns the text with its quotes
 */
export function formatDoubleQuoted(value: string): string {
  return formatJson(value)
}

/** Formats a JSON value on one line, as JSON that is also valid YAML. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * Formats a new value for an existing literal or folded scalar. Keeps its header (`|-`), its indentation, and the line
 * breaks after its last line of text.
 * @param sourceText the existing scalar from its header on, decoded as Latin-1
 * @param scalar the existing scalar
 * @param value the new value, without line breaks at its end
 * @returns the scalar's new source text; undefined if the value is empty, needs escapes, has a blank line or one that starts
 *   with white space, or has several lines and the scalar is folded; and if the indentation is not known
 */
export function formatBlockScalar(sourceText: string, scalar: Scalar, value: string): string | undefined {
  if (value === '' || /[^\P{Cc}\n\t]|[\u2028\u2029\ufeff\ufffe\uffff]|\p{Cs}/u.test(value)) return undefined
  // White space at the start of a line would count as indentation, or change how lines are folded.
  if (/(?:^|\n)[ \t\n]/.test(value) || (scalar.style === 'folded' && value.includes('\n'))) return undefined
  const lines = sourceText.split('\n')
  const firstAt = lines.findIndex((line, i) => i > 0 && /[^ \r]/.test(line))
  const indent =
    firstAt === -1 ? -1 : leadingSpaces(lines[firstAt]) - leadingSpaces(firstTextOf(scalar.value))
  if (indent < 0) return undefined
  const lastAt = lines.findLastIndex((line) => /[^ \t\r]/.test(line))
  const header = lines[0] as string
  const eol = header.endsWith('\r') ? '\r\n' : '\n'
  const end = (lines[lastAt] as string).endsWith('\r') ? '\r' : ''
  const text = value.split('\n').map((line) => ' '.repeat(indent) + line)
  // A blank line that is longer than the indentation would become text.
  const tail = lines.slice(lastAt + 1).filter((line) => !/[ \t]/.test(line.slice(indent)))
  return [`${decodeUtf8(header)}\n${text.join(eol)}${end}`, ...tail].join('\n')
}

function firstTextOf(value: string): string {
  return value.replace(/^(?: *\n)*/, '')
}

function leadingSpaces(line: string | undefined): number {
  return /^ */.exec(line ?? '')?.[0].length ?? 0
}
