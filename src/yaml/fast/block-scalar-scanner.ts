import { afterBreak, DASH, findBreak, HASH, isBlank, PIPE, skipBlanks, skipSpaces, TAB } from './bytes.ts'
import { giveUp, type Scan } from './scan.ts'
import { FOLDED, LITERAL, SCALAR, write } from './tape.ts'

const PLUS = 0x2b

interface Header {
  /** The first byte of the line after it. */
  readonly body: number
  /** The indentation that it demands, beyond the parent's; 0 where it leaves that to the first line. */
  readonly indent: number
  readonly keep: boolean
}

/**
 * Scans a literal or folded scalar and writes its record. `at` stands on its indicator, and then at the start of the
 * first line that isn't part of it.
 * @param parent the column of the mapping or sequence that it is in
 */
export function scanBlockScalar(scan: Scan, parent: number): void {
  const { bytes } = scan
  const start = scan.at
  const { body, indent, keep } = scanHeader(scan)
  // At the root, what indentation means depends on more than is looked at here.
  if (parent < 0) giveUp()
  const depth = indent > 0 ? parent + indent : findIndent(scan, body)
  if (depth <= parent) giveUp()
  const textEnd = scanLines(scan, body, depth)
  if (textEnd === body) giveUp()
  const end = keep ? afterBlankLines(scan, textEnd) : textEnd
  const style = bytes[start] === PIPE ? LITERAL : FOLDED
  write(scan.tape, SCALAR | style, start, end, depth)
  scan.nodeEnd = end
  scan.at = end
  scan.lineStart = end
}

function scanHeader(scan: Scan): Header {
  const { bytes, end } = scan
  let at = scan.at + 1
  let indent = 0
  let chomping = 0
  for (; at < end; at += 1) {
    const byte = bytes[at] as number
    if ((byte === DASH || byte === PLUS) && chomping === 0) chomping = byte
    else if (byte >= 0x31 && byte <= 0x39 && indent === 0) indent = byte - 0x30
    else break
  }
  const rest = skipBlanks(bytes, at, end)
  const comment = bytes[rest] === HASH && rest > at && rest < end
  const body = afterBreak(bytes, comment ? findBreak(bytes, rest, end) : rest, end)
  if (body === -1 || body >= end) giveUp()
  return { body, indent, keep: chomping === PLUS }
}

/** How far the first line of text is indented. No blank line before it may be longer than that. */
function findIndent({ bytes, end }: Scan, body: number): number {
  let at = body
  let longest = 0
  while (at < end) {
    const text = skipSpaces(bytes, at, end)
    const next = afterBreak(bytes, text, end)
    if (next === -1) return longest > text - at ? giveUp() : text - at
    longest = Math.max(longest, text - at)
    at = next
  }
  return giveUp()
}

/** @returns just after the last line that has text; `body` where none has */
function scanLines({ bytes, end }: Scan, body: number, depth: number): number {
  let textEnd = body
  let at = body
  // A blank line that is longer than the indentation is text, but only where more text follows is it treated so here.
  let long = false
  while (at < end) {
    const text = skipSpaces(bytes, at, end)
    const blank = afterBreak(bytes, text, end)
    if (blank !== -1) {
      if (text - at > depth || (text > at && text >= end)) long = true
      at = blank
    } else {
      if (text - at < depth) {
        if (bytes[text] === TAB) giveUp()
        break
      }
      at = afterBreak(bytes, findBreak(bytes, text, end), end)
      if (at === -1) giveUp()
      textEnd = at
      long = false
    }
  }
  return long ? giveUp() : textEnd
}

/** Kept line breaks belong to the scalar. White space between them would be text, or not, by its length. */
function afterBlankLines({ bytes, end }: Scan, from: number): number {
  let at = from
  while (at < end) {
    if (isBlank(bytes[at])) {
      if (afterBreak(bytes, skipBlanks(bytes, at, end), end) !== -1) giveUp()
      return at
    }
    const next = afterBreak(bytes, at, end)
    if (next === -1) return at
    at = next
  }
  return at
}
