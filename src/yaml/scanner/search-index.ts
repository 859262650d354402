import type { Buffer } from 'node:buffer'
import { countWhile } from '../binary-search.ts'
import { BACKSLASH, COLON, isBlank, isHidingEscape, isKeyEnd, isQuote, LF } from '../bytes.ts'
import type { TextPattern } from '../nodes.ts'
import { isFlowIndicator } from './byte-search.ts'

/**
 * The byte offsets at which one key or pattern occurs in a source, and those of escapes and aliases that may stand for it
 * (see `createSearchIndexes`).
 */
export interface SearchIndex {
  /**
   * Finds the next occurrence.
   * @param from the byte offset at which the search starts
   * @param limit the byte offset at which it may end
   * @returns the first occurrence from `from` on; `limit` or more if there is none before `limit`
   */
  findNext(from: number, limit: number): number
}

/**
 * Prepares to index the occurrences of keys and patterns in a source. A key counts wherever its colon follows, be it the end
 * of a longer key or in a comment; scanned documents have no keys without a colon. Each index also has all places that may
 * stand for any key: `\x`, `\u`, `\U`, `\/`, a backslash at the end of a line, and an asterisk where an alias may start. The
 * source is searched in chunks of 16 KiB, each when it is first needed, so that skipped documents are not searched.
 * @param buffer the bytes of the whole source
 * @returns a function that returns the index of an ASCII key, or of a pattern; the same one for an equal key or the same
 *   pattern object
 */
export function createSearchIndexes(buffer: Buffer): (key: string | TextPattern) => SearchIndex {
  const indexes = new Map<string | TextPattern, SearchIndex>()
  const escapedOrAliased = byChunk(buffer.length, (start, end) => [
    ...findAll(buffer, '\\', start, end, (at) => isHidingEscape(buffer, at)),
    ...findAll(buffer, '*', start, end, (at) => isAlias(buffer, at)),
  ])
  return (key) => {
    const known = indexes.get(key)
    if (known !== undefined) return known
    const find = typeof key === 'string' ? keyFinder(buffer, key) : patternFinder(buffer, key)
    const index = createIndex(
      byChunk(buffer.length, (start, end) => {
        const hidden = escapedOrAliased(start >> CHUNK_BITS)
        const found = find(start, end)
        return hidden.length === 0 ? found : found.concat(hidden).sort((a, b) => a - b)
      }),
    )
    indexes.set(key, index)
    return index
  }
}

/** @returns the offsets of all matches that start in a chunk */
type Finder = (start: number, end: number) => number[]

function keyFinder(buffer: Buffer, key: string): Finder {
  return (start, end) => findAll(buffer, key, start, end, (at) => isKeyEnd(buffer, at + key.length))
}

/** In a small stream, V8 would spend more time on compiling one loop over all bytes than on everything else here. */
function patternFinder(buffer: Buffer, { texts, counts }: TextPattern): Finder {
  return (start, end) =>
    texts
      .flatMap((text) => findAll(buffer, text, start, end, (at) => counts(buffer, at, text)))
      .sort((a, b) => a - b)
}

/** Chunks have 16 KiB, 2 to the power of this. */
const CHUNK_BITS = 14

/** Returns the matches in a chunk, by its number. */
type Hits = (chunk: number) => readonly number[]

/** @param find called once for each chunk, with its range */
function byChunk(length: number, find: (start: number, end: number) => readonly number[]): Hits {
  const found = new Array<readonly number[] | undefined>((length >> CHUNK_BITS) + 1).fill(undefined)
  return (chunk) => {
    const known = found[chunk]
    if (known !== undefined) return known
    const hits = find(chunk << CHUNK_BITS, (chunk + 1) << CHUNK_BITS)
    found[chunk] = hits
    return hits
  }
}

function createIndex(hits: Hits): SearchIndex {
  return {
    findNext(from, limit) {
      for (let chunk = from >> CHUNK_BITS; chunk << CHUNK_BITS < limit; chunk += 1) {
        const hit = firstFrom(hits(chunk), from)
        if (hit !== undefined) return hit
      }
      return limit
    },
  }
}

/** @returns the offsets from `start` up to `end` at which a text starts and that `counts` accepts */
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

/** Whether an asterisk may start an alias. A colon may precede it directly only after a quoted key. */
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

/** @returns the first offset that is not below `from` */
function firstFrom(offsets: readonly number[], from: number): number | undefined {
  return offsets[countWhile(offsets, (offset) => offset < from)]
}
