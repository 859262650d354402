import { hasMark } from '../source.ts'
import { afterBreak, findBreak, HASH, isBlank, skipBlanks, skipSpaces } from './bytes.ts'
import { giveUp, type Scan } from './scan.ts'

/** Whether nothing but a comment is left on the line. */
export function isRestBlank({ bytes, end, at }: Scan): boolean {
  if (at >= end) return true
  const byte = bytes[at]
  return (byte === HASH && isBlank(bytes[at - 1])) || afterBreak(bytes, at, end) !== -1
}

/** Goes from the end of a node over the rest of its line, which holds no more than a comment, to the next contents. */
export function advance(scan: Scan): void {
  const { bytes, end } = scan
  scan.comment = false
  const at = skipBlanks(bytes, scan.at, end)
  const isComment = bytes[at] === HASH && at < end
  if (isComment && !isBlank(bytes[at - 1])) giveUp()
  if (isComment) scan.comment = true
  scan.at = afterBreak(bytes, isComment ? findBreak(bytes, at, end) : at, end)
  if (scan.at === -1) giveUp()
  findContents(scan)
}

/** Goes over blank lines and lines of comments to the next contents. `at` stands at the start of a line. */
export function findContents(scan: Scan): void {
  const { bytes, end } = scan
  let at = scan.at
  while (at < end) {
    const text = skipSpaces(bytes, at, end)
    const isComment = bytes[text] === HASH && text < end
    if (isComment) scan.comment = true
    const next = afterBreak(bytes, isComment ? findBreak(bytes, text, end) : text, end)
    if (next === -1) {
      if (isComment || isBlank(bytes[text]) || hasMark(bytes, text)) giveUp()
      scan.lineStart = at
      scan.column = text - at
      scan.at = text
      return
    }
    at = next
  }
  scan.at = end
  scan.column = -1
}
