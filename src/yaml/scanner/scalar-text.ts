import type { Buffer } from 'node:buffer'
import { BACKSLASH, isBlank } from '../bytes.ts'
import { replaceLoneSurrogates } from '../source.ts'
import {
  DOUBLE_QUOTED,
  FOLDED,
  HAS_ESCAPES,
  IS_MULTILINE,
  LITERAL,
  PLAIN,
  SINGLE_QUOTED,
  styleOf,
} from './tape.ts'

/**
 * Decodes the value of a scalar: without quotes, and with escapes, folded lines and indentation resolved. The last four
 * parameters are the numbers of its record. Line breaks become line feeds, and lone surrogates from escapes U+FFFD.
 * @param buffer the bytes of the whole source
 * @param head the kind, style and flags
 * @param start the byte offset of its first byte: a quote, the `|` or `>` of a block scalar, or text
 * @param end the byte offset just after its last byte
 * @param extra for a block scalar, its indentation in spaces
 */
export function decodeScalar(
  buffer: Buffer,
  head: number,
  start: number,
  end: number,
  extra: number,
): string {
  const style = styleOf(head)
  if (style === PLAIN) {
    const text = buffer.toString('utf8', start, end)
    return (head & IS_MULTILINE) === 0 ? text : foldLines(text)
  }
  if (style === LITERAL || style === FOLDED) {
    return blockText(buffer.toString('utf8', start, end), extra, style === FOLDED)
  }
  const text = buffer.toString('utf8', start + 1, end - 1)
  if ((head & (IS_MULTILINE | HAS_ESCAPES)) === 0) return text
  if (style === SINGLE_QUOTED) return foldLines(text).replaceAll("''", "'")
  if (style === DOUBLE_QUOTED && (head & HAS_ESCAPES) === 0) return foldLines(text)
  if (style === DOUBLE_QUOTED)
    return resolveEscapes((head & IS_MULTILINE) === 0 ? text : foldLines(text, true))
  return text
}

/**
 * Folds the lines of a flow scalar (YAML 1.2.2, section 6.5): a line break becomes a space, and each blank line a line feed. A
 * regular expression would take quadratic time on long runs of blanks.
 * @param escaped whether backslashes may escape line breaks and blanks, which are then not folded
 */
function foldLines(text: string, escaped = false): string {
  const lines = text.split('\n')
  const last = lines.length - 1
  let folded = ''
  let breaks = 0
  let joins = true
  for (const [i, sourceLine] of lines.entries()) {
    const line = sourceLine.slice(
      i === 0 ? 0 : leadingBlanks(sourceLine),
      i === last ? undefined : textEnd(sourceLine, escaped),
    )
    if (line === '' && i > 0 && i < last && !joins) breaks += 1
    else {
      if (!joins) folded += breaks === 0 ? ' ' : '\n'.repeat(breaks)
      joins = escaped && i < last && hasEscapeAtEnd(line)
      folded += joins ? line.slice(0, -1) : line
      breaks = 0
    }
  }
  return folded
}

function leadingBlanks(line: string): number {
  let at = 0
  while (isBlank(line.charCodeAt(at))) at += 1
  return at
}

/** @returns the end of the text of a line, without white space and carriage return */
function textEnd(line: string, escaped: boolean): number {
  let end = line.endsWith('\r') ? line.length - 1 : line.length
  const full = end
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end -= 1
  // An escaped blank is text.
  return escaped && end < full && hasEscapeAtEnd(line.slice(0, end)) ? end + 1 : end
}

/** Whether a line ends with a backslash that is not itself escaped. */
function hasEscapeAtEnd(line: string): boolean {
  let at = line.length
  while (at > 0 && line.charCodeAt(at - 1) === BACKSLASH) at -= 1
  return (line.length - at) % 2 === 1
}

const ESCAPED: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}

const ESCAPE = /\\(?:x(..)|u(....)|([\s\S]))/g

function resolveEscapes(text: string): string {
  const resolved = text.replace(ESCAPE, (_, short?: string, long?: string, one?: string) => {
    const code = short ?? long
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    return ESCAPED[one ?? ''] ?? ''
  })
  return replaceLoneSurrogates(resolved)
}

/** Decodes a literal or folded scalar (YAML 1.2.2, section 8.1). */
function blockText(text: string, indent: number, folded: boolean): string {
  const body = text.indexOf('\n') + 1
  const chomping = /^[|>][1-9]?([-+]?)/.exec(text)?.[1]
  const lines = text.slice(body).split(/\r?\n/)
  // There is no line after the last line break.
  if (lines.at(-1) === '') lines.pop()
  const texts = lines.map((line) => line.slice(indent))
  let last = texts.length
  while (last > 0 && texts[last - 1] === '') last -= 1
  const value = folded ? foldBlock(texts.slice(0, last)) : texts.slice(0, last).join('\n')
  if (chomping === '-' || last === 0) return value
  return `${value}\n${chomping === '+' ? '\n'.repeat(texts.length - last) : ''}`
}

/** Folds lines: a line break becomes a space, unless a line next to it is blank or starts with white space. */
function foldBlock(lines: readonly string[]): string {
  let value = ''
  let blank = 0
  let before: string | undefined
  for (const line of lines) {
    if (line === '') blank += 1
    else {
      const kept = before === undefined || /^[ \t]/.test(line) || /^[ \t]/.test(before)
      if (before === undefined) value += '\n'.repeat(blank)
      else if (kept) value += '\n'.repeat(blank + 1)
      else value += blank === 0 ? ' ' : '\n'.repeat(blank)
      value += line
      before = line
      blank = 0
    }
  }
  return value
}

/** The longest cached text, in bytes; longer texts seldom repeat. */
const LONGEST = 24
const SLOTS = 1024

/**
 * Memo of a pure function: 1024 short strings, by a hash of their bytes. Manifests repeat a few hundred keys and words, and a hit
 * saves decoding and allocating the string. A string replaces another one with the same hash.
 */
const texts = new Array<string | undefined>(SLOTS).fill(undefined)

/**
 * Decodes a range of bytes as UTF-8. A range of up to 24 bytes is taken from a cache if it is ASCII and still there, else
 * put into it.
 * @param start the byte offset of the range
 * @param end the byte offset just after it
 */
export function decodeWithCache(buffer: Buffer, start: number, end: number): string {
  if (end - start > LONGEST) return buffer.toString('utf8', start, end)
  const slot = slotOf(buffer, start, end)
  const known = texts[slot]
  if (known !== undefined && isText(known, buffer, start, end)) return known
  const text = buffer.toString('utf8', start, end)
  texts[slot] = text
  return text
}

function slotOf(buffer: Buffer, start: number, end: number): number {
  let hash = end - start
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (buffer[at] as number)) | 0
  return (hash ^ (hash >>> 10)) & (SLOTS - 1)
}

/** Whether a range is the text in ASCII. */
function isText(text: string, buffer: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at - start) !== buffer[at]) return false
  return true
}
