/**
 * The types of scalars as Kubernetes reads them. Its API machinery still uses a YAML 1.1 reader: the rules for plain scalars
 * are those of go.yaml.in/yaml/v2 `resolve` (resolve.go), the conversion to JSON is that of sigs.k8s.io/yaml. For example,
 * `0o8`, `1e999` and `2001-01-01` are strings, `0b+1` and `1_000` are numbers.
 */

const NULL = new Set(['', '~', 'null', 'Null', 'NULL'])
const TRUE = new Set('y Y yes Yes YES on On ON true True TRUE'.split(' '))
const FALSE = new Set('n N no No NO off Off OFF false False FALSE'.split(' '))
const LONGEST_NULL = 'null'.length
const LONGEST_WORD = 'false'.length
const DOT = 0x2e

/** Whether Kubernetes reads a plain scalar without a tag as null: it is empty, `~`, `null`, `Null` or `NULL`. */
export function isPlainNull(text: string): boolean {
  return text.length <= LONGEST_NULL && NULL.has(text)
}

/** Whether Kubernetes reads a plain scalar without a tag as a string, and not as null, a boolean or a number. */
export function isPlainString(text: string): boolean {
  if (text.length <= LONGEST_WORD && (NULL.has(text) || TRUE.has(text) || FALSE.has(text))) return false
  // Numbers start with a digit, a sign or a dot.
  return !mayBeginNumber(text.charCodeAt(0)) || numberOf(text) === undefined
}

/**
 * Converts a plain scalar without a tag to the value that Kubernetes reads.
 * @param text the scalar's text
 * @returns a bigint for an integer that fits 64 bits, signed or unsigned; a number for a float, including infinities and NaN,
 *   which JSON does not have, and for a longer decimal integer; a string for other text, also for a number out of range
 */
export function parsePlainScalar(text: string): string | bigint | number | boolean | null {
  if (NULL.has(text)) return null
  if (TRUE.has(text)) return true
  if (FALSE.has(text)) return false
  return (mayBeginNumber(text.charCodeAt(0)) ? numberOf(text) : undefined) ?? text
}

/**
 * Converts a plain scalar that is a key to the string that is the key in JSON, as sigs.k8s.io/yaml does (yaml.go
 * `convertToJSONableObject`): `0x10` becomes `16`.
 * @returns undefined for null, which it rejects
 */
export function jsonKeyOf(text: string): string | undefined {
  const value = parsePlainScalar(text)
  if (value === null) return undefined
  return typeof value === 'number' ? keyOfFloat(value) : String(value)
}

function mayBeginNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2b || code === DOT
}

const SPECIAL: Readonly<Record<string, number>> = {
  '.nan': Number.NaN,
  '.inf': Number.POSITIVE_INFINITY,
  '+.inf': Number.POSITIVE_INFINITY,
  '-.inf': Number.NEGATIVE_INFINITY,
}
/** `.inf`, `.Inf` and `.INF`, `.nan`, `.NaN` and `.NAN`. */
const SPECIAL_TEXT = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/

function numberOf(text: string): bigint | number | undefined {
  if (SPECIAL_TEXT.test(text)) return SPECIAL[text.toLowerCase()]
  // After a leading dot, Go's ParseFloat takes over, which allows underscores only between digits.
  if (text.charCodeAt(0) === DOT && /_(?!\d)|(?<!\d)_/.test(text)) return undefined
  const digits = text.replaceAll('_', '')
  return integerOf(digits) ?? floatOf(digits)
}

/** @returns undefined if the value is out of the range of a 64-bit float: it is a string then */
function floatOf(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** Go's `strconv.ParseInt(s, 0, 64)`, then `ParseUint`, then binary digits with a sign behind their `0b`. */
const INTEGER = /^([-+]?)(?:(0[xX])([\da-fA-F]+)|(0[oO])([0-7]+)|(0[bB])([01]+)|0([0-7]*)|([1-9]\d*))$/
const SIGNED_BINARY = /^0b([-+])([01]+)$/
const MAX_SIGNED = 2n ** 63n
const MAX_UNSIGNED = 2n ** 64n

function integerOf(text: string): bigint | undefined {
  const binary = SIGNED_BINARY.exec(text)
  if (binary !== null) return inRange(binary[1] ?? '', BigInt(`0b${binary[2]}`))
  const parts = INTEGER.exec(text)
  if (parts === null) return undefined
  const [, sign = '', , hex, , octal, , bits, old, decimal] = parts
  if (hex !== undefined) return inRange(sign, BigInt(`0x${hex}`))
  if (bits !== undefined) return inRange(sign, BigInt(`0b${bits}`))
  // A BigInt of a million digits takes seconds.
  if (decimal !== undefined) return decimal.length > 20 ? undefined : inRange(sign, BigInt(decimal))
  return inRange(sign, BigInt(`0o${octal ?? `0${old ?? ''}`}`))
}

function inRange(sign: string, value: bigint): bigint | undefined {
  if (sign === '') return value < MAX_UNSIGNED ? value : undefined
  if (sign === '-') return value <= MAX_SIGNED ? -value : undefined
  return value < MAX_SIGNED ? value : undefined
}

/** Go's `strconv.FormatFloat(f, 'g', -1, 32)`: the shortest text that identifies a 32-bit float. */
function keyOfFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  const single = Math.fround(value)
  if (!Number.isFinite(single)) return value > 0 ? '.inf' : '-.inf'
  if (single === 0) return Object.is(single, -0) ? '-0' : '0'
  const [mantissa = '', power = '0'] = shortest(single).split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return plainDecimal(mantissa, exponent)
  const digits = Math.abs(exponent).toString().padStart(2, '0')
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`
}

/** Formats with the fewest digits that give the same 32-bit float, in scientific notation. */
function shortest(value: number): string {
  for (let digits = 0; digits < 9; digits += 1) {
    const text = value.toExponential(digits)
    if (Math.fround(Number(text)) === value) return text
  }
  return value.toExponential(8)
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const rest = digits.slice(exponent + 1)
  return `${sign}${whole}${rest === '' ? '' : `.${rest}`}`
}

/** The type that a YAML tag gives a scalar; `none` if it has no tag. */
export type TagType = 'string' | 'null' | 'other' | 'none'

/**
 * Reads the type from a YAML tag, as it is spelled in the source or resolved.
 * @param tag `!!str`, `!<tag:yaml.org,2002:str>`, `tag:yaml.org,2002:str`, or `!` (a string: YAML 1.2.2, section 6.9.1);
 *   undefined if there is no tag
 * @returns `string` also for every tag that is not YAML's own, such as `!local`; `other` for `!!int`, `!!merge` and so on
 */
export function tagType(tag: string | undefined): TagType {
  if (tag === undefined) return 'none'
  const name = /^(?:!!|!<tag:yaml\.org,2002:|tag:yaml\.org,2002:)([^>]*)>?$/.exec(tag)?.[1]
  if (name === undefined || name === 'str') return 'string'
  return name === 'null' ? 'null' : 'other'
}
