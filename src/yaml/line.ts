import type { Edit } from './edit.ts'
import { CR, LF } from './fast/bytes.ts'
import { BYTE_ORDER_MARK, hasMark } from './source.ts'

/**
 * Puts a line after that in which a node ends.
 * @param bytes of the whole source
 * @param offset the node's end; a block scalar's lies after its last line break, every other one's within a line
 * @param line without a line break: it gets one like that of the line before
 */
export function newLine(bytes: Uint8Array, offset: number, line: string): Edit {
  const eol = lineBreakAt(bytes, offset)
  const at = bytes[offset - 1] === LF ? offset : bytes.indexOf(LF, offset) + 1
  if (at === 0) return { start: bytes.length, end: bytes.length, text: eol + line }
  return { start: at, end: at, text: line + eol }
}

/** The line break at the end of a line, or before it where the line is the last and has none. */
function lineBreakAt(bytes: Uint8Array, offset: number): string {
  const after = bytes.indexOf(LF, Math.max(offset - 1, 0))
  const at = after === -1 ? bytes.lastIndexOf(LF, offset) : after
  return at > 0 && bytes[at - 1] === CR ? '\r\n' : '\n'
}

/** A byte's distance from the start of its line, where nothing but ASCII and a byte order mark stands before it. */
export function columnOf(bytes: Uint8Array, offset: number): number {
  const start = offset === 0 ? 0 : bytes.lastIndexOf(LF, offset - 1) + 1
  const mark = start === 0 && hasMark(bytes, 0) ? BYTE_ORDER_MARK.length : 0
  return offset - start - mark
}
