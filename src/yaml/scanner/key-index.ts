import type { Buffer } from 'node:buffer'
import { BACKSLASH, COLON, CR, isBlank, isKeyEnd, isQuote, LF } from '../bytes.ts'
import type { TextPattern } from '../nodes.ts'
import { isFlowIndicator } from './byte-search.ts'

/** Where a key stands in a source, or may stand in disguise. */
export interface KeyIndex {
  /**
   * Where it may stand next, from an offset on.
   * @param limit only what stands before it is of interest: where nothing does, the answer isn't below it either
   */
  next(from: number, limit: number): number
}

/**
 * Looks for keys, and for all that may stand for one: an escape that spells a character of it, an escaped line break
 * within it, an alias of a node that has it. A key behind a question mark counts only where its colon follows it: no
 * other is in a scanned document. A source is looked through a stretch at a time, when somebody asks about it: of
 * definitions that are passed over, nobody does.
 * @returns gives the index of a key, in ASCII, or of several texts at once
 */
export function createKeyIndexes(buffer: Buffer): (key: string | TextPattern) => KeyIndex {
  const indexes = new Map<string | TextPattern, KeyIndex>()
  const disguises = byChunk(buffer.length, (start, end) => [
    ...findAll(buffer, '\\', start, end, (at) => isEscape(buffer, at)),
    ...findAll(buffer, '*', start, end, (at) => isAlias(buffer, at)),
  ])
  return (key) => {
    const known = indexes.get(key)
    if (known !== undefined) return known
    const find = typeof key === 'string' ? keyFinder(buffer, key) : patternFinder(buffer, key)
    const index = createIndex(
      byChunk(buffer.length, (start, end) => {
        const hidden = disguises(start >> CHUNK_BITS)
        const found = find(start, end)
        return hidden.length === 0 ? found : found.concat(hidden).sort((a, b) => a - b)
      }),
    )
    indexes.set(key, index)
    return index
  }
}

/** Finds what begins in a stretch. */
type Finder = (start: number, end: number) => number[]

function keyFinder(buffer: Buffer, key: string): Finder {
  return (start, end) => findAll(buffer, key, start, end, (at) => isKeyEnd(buffer, at + key.length))
}

/** One pass over the bytes takes less time than a search for each of several texts. */
function patternFinder(buffer: Buffer, { triggerBytes, startAt }: TextPattern): Finder {
  const isAnchor = new Uint8Array(256)
  for (const anchor of triggerBytes) isAnchor[anchor] = 1
  return (start, end) => {
    const found: number[] = []
    // A text may begin before its anchor, and so in the stretch before: its anchor is looked for a little further on.
    const stop = Math.min(end + MAX_TRIGGER_DISTANCE, buffer.length)
    for (let at = start; at < stop; at += 1) {
      if (isAnchor[buffer[at] as number] === 0) continue
      const from = startAt(buffer, at)
      if (from >= start && from < end && from !== found.at(-1)) found.push(from)
    }
    return found
  }
}

/** In bytes: how far behind its beginning the anchor of a text may stand. */
const MAX_TRIGGER_DISTANCE = 16

/** Stretches of 16 KB: as a power of two. */
const CHUNK_BITS = 14

/** What is found in a stretch, by its number. */
type Hits = (stretch: number) => readonly number[]

/** @param find is asked once for each stretch, by its first offset and that behind its last */
function byChunk(length: number, find: (start: number, end: number) => readonly number[]): Hits {
  const found = new Array<readonly number[] | undefined>((length >> CHUNK_BITS) + 1).fill(undefined)
  return (stretch) => {
    const known = found[stretch]
    if (known !== undefined) return known
    const hits = find(stretch << CHUNK_BITS, (stretch + 1) << CHUNK_BITS)
    found[stretch] = hits
    return hits
  }
}

function createIndex(hits: Hits): KeyIndex {
  return {
    next(from, limit) {
      for (let stretch = from >> CHUNK_BITS; stretch << CHUNK_BITS < limit; stretch += 1) {
        const hit = firstFrom(hits(stretch), from)
        if (hit !== undefined) return hit
      }
      return limit
    },
  }
}

/** Where a piece begins from `start` on and before `end`. */
function findAll(
  buffer: Buffer,
  piece: string,
  start: number,
  end: number,
  counts: (at: number) => boolean,
): number[] {
  const part = buffer.subarray(start, end + piece.length - 1)
  const found: number[] = []
  for (let at = part.indexOf(piece); at !== -1; at = part.indexOf(piece, at + 1)) {
    if (counts(start + at)) found.push(start + at)
  }
  return found
}

/** `\x`, `\u`, `\U`, `\/`, or a backslash at the end of a line. */
function isEscape(buffer: Buffer, at: number): boolean {
  const next = buffer[at + 1]
  return next === 0x78 || next === 0x75 || next === 0x55 || next === 0x2f || next === LF || next === CR
}

/** What may come before an alias: directly behind a quoted key, its colon too. */
function isAlias(buffer: Buffer, at: number): boolean {
  const before = buffer[at - 1]
  const after = buffer[at + 1]
  if (
    before === COLON
      ? !isQuote(buffer[at - 2])
      : at > 0 && before !== LF && !isBlank(before) && !isFlowIndicator(before)
  )
    return false
  return after !== undefined && after > 0x20 && after !== BACKSLASH && !isFlowIndicator(after)
}

/** The first offset that is not below another one. */
function firstFrom(offsets: readonly number[], from: number): number | undefined {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle] as number) < from) low = middle + 1
    else high = middle
  }
  return offsets[low]
}
