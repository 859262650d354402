import type { Edit } from './edit.ts'
import { CR, LF } from './fast/bytes.ts'
import { BYTE_ORDER_MARK } from './source.ts'

/**
 * Puts a line after that in which a node ends.
 * @param text the whole source, decoded as latin1
 * @param offset the node's end; a block scalar's lies after its last line break, every other one's within a line
 * @param line without a line break: it gets one like that of the line before
 */
export function newLine(text: string, offset: number, line: string): Edit {
  const eol = lineBreakAt(text, offset)
  const at = text.charCodeAt(offset - 1) === LF ? offset : text.indexOf('\n', offset) + 1
  if (at === 0) return { start: text.length, end: text.length, text: eol + line }
  return { start: at, end: at, text: line + eol }
}

/** The line break at the end of a line, or before it where the line is the last and has none. */
function lineBreakAt(text: string, offset: number): string {
  const after = text.indexOf('\n', Math.max(offset - 1, 0))
  const at = after === -1 ? text.lastIndexOf('\n', offset) : after
  return at > 0 && text.charCodeAt(at - 1) === CR ? '\r\n' : '\n'
}

/** A byte's distance from the start of its line, where nothing but ASCII and a byte order mark stands before it. */
export function columnOf(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const mark = start === 0 && text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0
  return offset - start - mark
}
