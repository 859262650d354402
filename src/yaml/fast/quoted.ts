import { hasMark } from '../source.ts'
import {
  afterBreak,
  afterHex,
  BACKSLASH,
  findQuotedStop,
  isBlank,
  QUOTE,
  skipBlanks,
  skipSpaces,
} from './bytes.ts'
import { giveUp, type Scan } from './scan.ts'
import { DOUBLE, ESCAPES, LINES, SCALAR, SINGLE, write } from './tape.ts'

/**
 * Scans a quoted scalar and writes its record. `at` stands on its first quote, and then behind its last.
 * Its later lines may stand in any column, as Kubernetes' reader has it (`tolerant-lexer.ts`).
 */
export function scanQuoted(scan: Scan): void {
  const { bytes, end } = scan
  const start = scan.at
  const quote = bytes[start] as number
  let flags = 0
  let at = start + 1
  while (true) {
    at = findQuotedStop(bytes, at, end)
    if (at >= end) giveUp()
    const byte = bytes[at]
    if (byte === quote) {
      if (quote === QUOTE || bytes[at + 1] !== quote || at + 1 >= end) break
      flags |= ESCAPES
      at += 2
    } else if (byte === BACKSLASH) {
      if (quote === QUOTE) {
        flags |= ESCAPES
        at = afterEscape(bytes, at + 1, end)
      } else at += 1
    } else if (byte === 0x22 || byte === 0x27) at += 1
    else {
      flags |= LINES
      at = nextLine(scan, at)
    }
  }
  scan.at = at + 1
  scan.nodeEnd = at + 1
  write(scan.tape, SCALAR | (quote === QUOTE ? DOUBLE : SINGLE) | flags, start, at + 1, 0)
}

/** Goes to the first text of a later line of the scalar. */
function nextLine(scan: Scan, from: number): number {
  const { bytes, end } = scan
  let at = afterBreak(bytes, from, end)
  while (true) {
    if (at === -1 || at >= end) giveUp()
    const text = skipSpaces(bytes, at, end)
    const next = afterBreak(bytes, text, end)
    if (next === -1) {
      if (hasMark(bytes, text)) giveUp()
      scan.lineStart = at
      return text
    }
    at = next
  }
}

/** Escapes of YAML 1.2.2, rule 62 `c-ns-esc-char`, that have no more than the one character behind the backslash. */
const SHORT_ESCAPES = new Set([...'0abtnvfre "/\\N_LP\t'].map((character) => character.charCodeAt(0)))

function afterEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) giveUp()
  const byte = bytes[at] as number
  if (SHORT_ESCAPES.has(byte)) return at + 1
  // The line break itself is for the caller, who checks the next line's indentation. What a blank line after it
  // makes is read differently by readers.
  const next = afterBreak(bytes, at, end)
  if (next !== -1) return afterBreak(bytes, skipBlanks(bytes, next, end), end) === -1 ? at : giveUp()
  const digits = byte === 0x78 ? 2 : byte === 0x75 ? 4 : giveUp()
  const after = afterHex(bytes, at + 1, digits, end)
  return after === -1 ? giveUp() : after
}

/**
 * Whether a key is quoted on one line, and its colon follows.
 * @param from its first quote
 * @returns where the colon is; -1 where it is no key
 */
export function findColonAfterQuoted(scan: Scan, from: number): number {
  const { bytes, end } = scan
  const quote = bytes[from] as number
  let at = from + 1
  while (true) {
    at = findQuotedStop(bytes, at, end)
    if (at >= end) return -1
    const byte = bytes[at]
    if (byte === quote && (quote === QUOTE || bytes[at + 1] !== quote)) break
    if (byte !== 0x22 && byte !== 0x27 && byte !== BACKSLASH) return -1
    const isPair = byte === quote || (byte === BACKSLASH && quote === QUOTE)
    // An escaped line break is one: the key would go over two lines.
    if (isPair && (bytes[at + 1] as number) < 0x20) return -1
    at += isPair ? 2 : 1
  }
  at += 1
  while (at < end && isBlank(bytes[at])) at += 1
  return bytes[at] === 0x3a && at < end ? at : -1
}
