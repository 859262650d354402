import { LF } from '../yaml/bytes.ts'
import type { Edit } from '../yaml/nodes.ts'

/**
 * Describes the difference between two texts as an edit of whole lines.
 * @param before UTF-8
 * @param after UTF-8
 * @returns no edit for equal texts, else one, from the first line that differs to the last
 */
export function lineEdit(before: Uint8Array, after: Uint8Array): readonly Edit[] {
  const shorter = Math.min(before.length, after.length)
  let same = 0
  while (same < shorter && before[same] === after[same]) same += 1
  if (same === before.length && same === after.length) return []
  // A character may have some of its bytes in common with another.
  const start = same === 0 ? 0 : before.lastIndexOf(LF, same - 1) + 1
  let equal = 0
  while (equal < shorter - start && before.at(-1 - equal) === after.at(-1 - equal)) equal += 1
  const tail = equal === 0 ? before.length : before.indexOf(LF, before.length - equal) + 1
  const end = tail === 0 ? before.length : tail
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    after.subarray(start, after.length - (before.length - end)),
  )
  return [{ start, end, text }]
}
