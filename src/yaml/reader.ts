import { readWithLibrary } from './library/library-reader.ts'
import type { DocumentRange, Reading } from './reading.ts'
import { createScanner } from './scanner/scanner.ts'
import { beginsWithBrace } from './source.ts'
import { isJsonObject, splitJsonStream } from './stream.ts'
import { findUnicodeLineBreaks, lineBreakErrors } from './unicode-line-break.ts'

export { allocateRecords } from './scanner/tape.ts'

/**
 * Reads the documents of some bytes, in any order: by the fast reader where that proves the document, else by the
 * reference reader.
 * @param records memory for what the scanner finds (`allocateRecords`), which may have been used before; absent: new memory
 */
export function createReader(bytes: Uint8Array, records?: Int32Array): (range: DocumentRange) => Reading {
  const fast = createScanner(bytes, records)
  const foreign = findUnicodeLineBreaks(bytes)
  return (range) => {
    if (range.divisionError !== undefined) return { errors: [range.divisionError] }
    const reading = fast.read(range) ?? readWithLibrary(bytes, range)
    if (foreign.length === 0) return reading
    const own = foreign.filter(({ offset }) => range.start <= offset && offset < range.end)
    if (own.length === 0 || reading.errors.length > 0 || isReadAsJson(bytes, range)) return reading
    const errors = lineBreakErrors(bytes, own, reading.contents)
    return errors.length === 0 ? reading : { errors }
  }
}

/** Whether Kubernetes reads a document as JSON, to which these are text: the first of a stream, or one of a row of objects. */
function isReadAsJson(bytes: Uint8Array, { start, contentStart, contentEnd }: DocumentRange): boolean {
  if (!beginsWithBrace(bytes) || !isJsonObject(bytes.subarray(contentStart, contentEnd))) return false
  return start === 0 || splitJsonStream(bytes) !== undefined
}
