import type { Buffer } from 'node:buffer'
import { BACKSLASH, CR, isBlank, isFlowIndicator, LF } from './bytes.ts'

/** Where a word stands in a source, or may stand in disguise. */
export interface WordIndex {
  /** Whether it may stand from `start` up to `end`. */
  within(start: number, end: number): boolean
}

/**
 * Looks for a word, and for all that may stand for one: an escape that spells a character of it, an escaped line break
 * within it, an alias of a node that has it.
 * @param word in ASCII
 */
export function createWordIndex(buffer: Buffer, word: string): WordIndex {
  const found: number[] = []
  for (const piece of [word, '\\x', '\\u', '\\U']) findAll(buffer, piece, () => true, found)
  findAll(buffer, '\\', (at) => buffer[at + 1] === LF || buffer[at + 1] === CR, found)
  findAll(buffer, '*', (at) => isAlias(buffer, at), found)
  const offsets = Int32Array.from(found).sort()
  return { within: (start, end) => (offsets[firstFrom(offsets, start)] ?? end) < end }
}

function findAll(buffer: Buffer, piece: string, counts: (at: number) => boolean, found: number[]): void {
  for (let at = buffer.indexOf(piece); at !== -1; at = buffer.indexOf(piece, at + 1)) {
    if (counts(at)) found.push(at)
  }
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
