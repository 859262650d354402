import { DASH, isBlankAt, skipBlanks } from './bytes.ts'
import { advance, findContents, isRestBlank } from './contents.ts'
import { giveUp, type Scan } from './scan.ts'

/**
 * Goes over comments and the `---` line of a document to its contents.
 * @param start of its range; the scan begins at its body
 */
export function findRoot(scan: Scan, start: number): void {
  // More than a byte order mark: end markers that end nothing, and whatever stands between them.
  if (scan.at - start > 3) giveUp()
  findContents(scan)
  if (scan.column !== 0 || !isMarker(scan)) return
  scan.at = skipBlanks(scan.bytes, scan.at + 3, scan.end)
  // Contents on the line of the marker have rules of their own.
  if (!isRestBlank(scan)) giveUp()
  advance(scan)
}

function isMarker({ bytes, end, at }: Scan): boolean {
  return (
    bytes[at] === DASH && bytes[at + 1] === DASH && bytes[at + 2] === DASH && isBlankAt(bytes, at + 3, end)
  )
}
