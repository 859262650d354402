import { hasMark } from '../source.ts'
import { afterBreak, findBreak, HASH, isBlank, LF, MARK, SPACE, skipBlanks, skipSpaces } from './bytes.ts'
import { giveUp, type Scan } from './scan.ts'

/** Whether nothing but a comment is left on the line. */
export function isRestBlank({ bytes, end, at }: Scan): boolean {
  if (at >= end) return true
  const byte = bytes[at]
  return (byte === HASH && isBlank(bytes[at - 1])) || afterBreak(bytes, at, end) !== -1
}

/** Goes from the end of a node over the rest of its line, which holds no more than a comment, to the next contents. */
export function advance(scan: Scan): void {
  const { bytes, end, at } = scan
  scan.comment = false
  scan.at = at < end && bytes[at] === LF ? at + 1 : afterRest(scan)
  findContents(scan)
}

/** Just after the line. */
function afterRest(scan: Scan): number {
  const { bytes, end } = scan
  const at = skipBlanks(bytes, scan.at, end)
  const isComment = at < end && bytes[at] === HASH
  if (isComment && !isBlank(bytes[at - 1])) giveUp()
  if (isComment) scan.comment = true
  const next = afterBreak(bytes, isComment ? findBreak(bytes, at, end) : at, end)
  return next === -1 ? giveUp() : next
}

/** Goes over blank lines and lines of comments to the next contents. `at` stands at the start of a line. */
export function findContents(scan: Scan): void {
  const { bytes, end } = scan
  let line = scan.at
  while (line < end) {
    let at = skipSpaces(bytes, line, end)
    const byte = at < end ? (bytes[at] as number) : LF
    if (byte > SPACE && byte !== HASH) {
      if (byte === MARK && hasMark(bytes, at)) giveUp()
      scan.lineStart = line
      scan.column = at - line
      scan.at = at
      return
    }
    if (byte === HASH) {
      scan.comment = true
      at = findBreak(bytes, at, end)
    }
    line = afterBreak(bytes, at, end)
    if (line === -1) giveUp()
  }
  scan.at = end
  scan.column = -1
}
