import { Buffer } from 'node:buffer'
import { InternalError } from '../diagnostics/errors.ts'
import type { Edit } from './edit.ts'

/**
 * Applies edits to bytes, and is the one place that enforces the contract of `Edit`.
 * @returns the very same array where there is nothing to do
 * @throws {InternalError} where the contract is broken
 */
export function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes
  checkContract(bytes.length, edits)
  const texts = edits.map((edit) => Buffer.from(edit.text, 'utf8'))
  const grown = edits.reduce((sum, edit, i) => sum + (texts[i] as Buffer).length - (edit.end - edit.start), 0)
  const result = Buffer.allocUnsafe(bytes.length + grown)
  let from = 0
  let to = 0
  for (const [i, edit] of edits.entries()) {
    const text = texts[i] as Buffer
    result.set(bytes.subarray(from, edit.start), to)
    to += edit.start - from
    result.set(text, to)
    to += text.length
    from = edit.end
  }
  result.set(bytes.subarray(from), to)
  return result
}

function checkContract(length: number, edits: readonly Edit[]): void {
  let last: Edit | undefined
  for (const edit of edits) {
    const { start, end } = edit
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || start > end || end > length) {
      throw new InternalError(`edit ${start}..${end} does not lie in a source of ${length} bytes`)
    }
    if (last !== undefined && (start < last.end || (start === last.start && end === last.end))) {
      throw new InternalError(`edit ${start}..${end} does not follow edit ${last.start}..${last.end}`)
    }
    last = edit
  }
}
