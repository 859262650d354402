import type { Buffer } from 'node:buffer'
import { DOUBLE, ESCAPES, FOLDED, LINES, LITERAL, PLAIN, SINGLE, styleOf } from './tape.ts'

/**
 * The value of a scalar that was scanned.
 * @param head of its record, as are the numbers behind it
 */
export function scalarText(buffer: Buffer, head: number, start: number, end: number, extra: number): string {
  const style = styleOf(head)
  if (style === PLAIN) {
    const text = buffer.toString('utf8', start, end)
    return (head & LINES) === 0 ? text : foldLines(text)
  }
  if (style === LITERAL || style === FOLDED) {
    return blockText(buffer.toString('utf8', start, end), extra, style === FOLDED)
  }
  const text = buffer.toString('utf8', start + 1, end - 1)
  if ((head & (LINES | ESCAPES)) === 0) return text
  if (style === SINGLE) return foldLines(text).replaceAll("''", "'")
  if (style === DOUBLE) return (head & ESCAPES) === 0 ? foldLines(text) : resolveEscapes(text)
  return text
}

/** Line folding of flow scalars (YAML 1.2.2, section 6.5): a line break becomes a space, each blank line a line feed. */
function foldLines(text: string): string {
  return text.replace(/[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/g, (breaks) => {
    const count = breaks.split('\n').length - 1
    return count === 1 ? ' ' : '\n'.repeat(count - 1)
  })
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

/** White space before an escape is text; a line break that is escaped is none, and takes the next line's indentation with it. */
const ESCAPE = /\\(?:x(..)|u(....)|(\r?\n)[ \t]*|([\s\S]))|[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/g

function resolveEscapes(text: string): string {
  return text.replace(ESCAPE, (found: string, short?: string, long?: string, line?: string, one?: string) => {
    const code = short ?? long
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    if (line !== undefined) return ''
    if (one !== undefined) return ESCAPED[one] ?? one
    const count = found.split('\n').length - 1
    return count === 1 ? ' ' : '\n'.repeat(count - 1)
  })
}

/** Literal and folded scalars (YAML 1.2.2, section 8.1). */
function blockText(text: string, indent: number, folded: boolean): string {
  const body = text.indexOf('\n') + 1
  const chomping = /^[|>][1-9]?([-+]?)/.exec(text)?.[1]
  const lines = text.slice(body).split(/\r?\n/)
  // What is behind the last line break is no line.
  if (lines.at(-1) === '') lines.pop()
  const texts = lines.map((line) => line.slice(indent))
  let last = texts.length
  while (last > 0 && texts[last - 1] === '') last -= 1
  const value = folded ? foldBlock(texts.slice(0, last)) : texts.slice(0, last).join('\n')
  if (chomping === '-') return value
  return `${value}\n${chomping === '+' ? '\n'.repeat(texts.length - last) : ''}`
}

/** A line break between two lines is a space, unless one of them is blank or begins with white space. */
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
