import type { Buffer } from 'node:buffer'
import { APOSTROPHE, BACKSLASH, COLON, CR, isBlank, isFlowIndicator, LF, QUOTE } from './bytes.ts'

/** Where a key stands in a source, or may stand in disguise. */
export interface KeyIndex {
  /** Where it may stand next, from an offset on; infinity where it doesn't any more. */
  next(from: number): number
}

/**
 * Looks for keys, and for all that may stand for one: an escape that spells a character of it, an escaped line break
 * within it, an alias of a node that has it. A key behind a question mark counts only where its colon follows it: no
 * other is in a scanned document.
 * @returns gives the index of a key, in ASCII; it is quickest where it is asked for ascending offsets
 */
export function createKeySearch(buffer: Buffer): (key: string) => KeyIndex {
  const indexes = new Map<string, KeyIndex>()
  let disguises: readonly number[] | undefined
  return (key) => {
    const known = indexes.get(key)
    if (known !== undefined) return known
    disguises ??= [
      ...findAll(buffer, '\\', (at) => isEscape(buffer, at)),
      ...findAll(buffer, '*', (at) => isAlias(buffer, at)),
    ]
    const found = findAll(buffer, key, (at) => hasColon(buffer, at + key.length))
    const index = createIndex(Int32Array.from(found.concat(disguises)).sort())
    indexes.set(key, index)
    return index
  }
}

function createIndex(offsets: Int32Array): KeyIndex {
  let at = 0
  return {
    next(from) {
      if (at > 0 && (offsets[at - 1] as number) >= from) at = firstFrom(offsets, from)
      while (at < offsets.length && (offsets[at] as number) < from) at += 1
      return offsets[at] ?? Number.POSITIVE_INFINITY
    },
  }
}

function findAll(buffer: Buffer, piece: string, counts: (at: number) => boolean): number[] {
  const found: number[] = []
  for (let at = buffer.indexOf(piece); at !== -1; at = buffer.indexOf(piece, at + 1)) {
    if (counts(at)) found.push(at)
  }
  return found
}

/** Whether a colon follows what may be a key: behind the quote that ends it, and white space. */
function hasColon(buffer: Buffer, end: number): boolean {
  let at = buffer[end] === QUOTE || buffer[end] === APOSTROPHE ? end + 1 : end
  while (isBlank(buffer[at])) at += 1
  return buffer[at] === COLON
}

/** `\x`, `\u`, `\U`, or a backslash at the end of a line. */
function isEscape(buffer: Buffer, at: number): boolean {
  const next = buffer[at + 1]
  return next === 0x78 || next === 0x75 || next === 0x55 || next === LF || next === CR
}

function isAlias(buffer: Buffer, at: number): boolean {
  const before = buffer[at - 1]
  const after = buffer[at + 1]
  if (at > 0 && before !== LF && !isBlank(before) && !isFlowIndicator(before)) return false
  return after !== undefined && after > 0x20 && after !== BACKSLASH && !isFlowIndicator(after)
}

/** Where the first offset is that is not below `start`. */
function firstFrom(offsets: Int32Array, start: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle] as number) < start) low = middle + 1
    else high = middle
  }
  return low
}
