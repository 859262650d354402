import { BYTE_ORDER_MARK } from './source.ts'

/** Where one document of a stream lies. The ranges of a stream follow each other without a gap. */
export interface DocumentRange {
  /** First byte: that of the directives, comments or `---` line before its contents. */
  readonly start: number
  /** Where a reader begins: after a byte order mark, and after `...` lines that end nothing. */
  readonly body: number
  /** Just after its last byte; a `...` line that ends it is in it. */
  readonly end: number
}

/**
 * Divides a stream into its documents. A `---` or `...` at the start of a line, before white space or the end, is a
 * marker wherever it stands, in quoted and block scalars too (YAML 1.2.2, rule 206 `c-forbidden`), so that no
 * grammar is needed.
 * @param text decoded as latin1
 * @returns no range for a stream of nothing but white space, comments and a byte order mark
 */
export function splitStream(text: string): DocumentRange[] {
  const ranges: DocumentRange[] = []
  let start = 0
  let body = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0
  // Whether a document has begun since `start`, by a marker or by contents, and from where that isn't known yet.
  let begun = false
  let from = body
  const nextMarker = markerSearch(text)
  while (true) {
    const marker = nextMarker(from)
    const end = marker === -1 ? text.length : marker
    const found = begun ? 'contents' : firstOf(text, from, end)
    if (marker === -1) {
      if (found !== 'nothing') ranges.push({ start, body, end })
      break
    }
    if (text.charCodeAt(marker) === DASH) {
      if (found === 'contents') {
        ranges.push({ start, body, end: marker })
        start = marker
        body = marker
      }
      begun = true
      from = marker + 3
    } else {
      from = lineEnd(text, marker)
      if (found !== 'nothing') {
        ranges.push({ start, body, end: from })
        start = from
      }
      body = text.startsWith(BYTE_ORDER_MARK, from) ? from + BYTE_ORDER_MARK.length : from
      from = body
      begun = false
    }
  }
  return withRest(ranges, text.length)
}

/** Comments after the last `...` belong to no document; the last one gets them, so that nothing is left over. */
function withRest(ranges: DocumentRange[], end: number): DocumentRange[] {
  const last = ranges.pop()
  if (last !== undefined) ranges.push({ ...last, end })
  return ranges
}

const LF = 0x0a
const HASH = 0x23
const PERCENT = 0x25
const DASH = 0x2d
const DOT = 0x2e

/** Looks for markers in ascending order; every byte is searched once, however many documents there are. */
function markerSearch(text: string): (from: number) => number {
  let dashes = -1
  let dots = -1
  return (from) => {
    if (isMarker(text, from)) return from
    dashes = nextLine(text, '\n---', dashes, from)
    dots = nextLine(text, '\n...', dots, from)
    if (dashes === text.length && dots === text.length) return -1
    return Math.min(dashes, dots)
  }
}

/** The first marker line at or after `from`, which begins as `start` says; `known` is the last answer. */
function nextLine(text: string, start: string, known: number, from: number): number {
  if (known >= from) return known
  let at = text.indexOf(start, Math.max(from - 1, 0))
  while (at !== -1 && !isMarker(text, at + 1)) at = text.indexOf(start, at + 1)
  return at === -1 ? text.length : at + 1
}

function isMarker(text: string, at: number): boolean {
  const first = text.charCodeAt(at)
  if (first !== DASH && first !== DOT) return false
  if (text.charCodeAt(at + 1) !== first || text.charCodeAt(at + 2) !== first) return false
  const after = text.charCodeAt(at + 3)
  return Number.isNaN(after) || after === 0x20 || after === 0x09 || after === 0x0a || after === 0x0d
}

/** What a range that begins at the start of a line holds first, after blank lines and comments. */
function firstOf(text: string, start: number, end: number): 'contents' | 'directive' | 'nothing' {
  let directive = false
  let at = skipBlank(text, start, end)
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === PERCENT && (at === start || text.charCodeAt(at - 1) === LF)) directive = true
    else if (code !== HASH) return 'contents'
    at = skipBlank(text, lineEnd(text, at), end)
  }
  return directive ? 'directive' : 'nothing'
}

function skipBlank(text: string, start: number, end: number): number {
  let at = start
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) break
    at += 1
  }
  return at
}

/** Just after the line break that ends the line. */
function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at === -1 ? text.length : at + 1
}
