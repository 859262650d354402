import { readWithLibrary } from './library/library-reader.ts'
import type { DocumentRange, Reading } from './reading.ts'
import { createScanner } from './scanner/scanner.ts'
import { startsWithBrace } from './source.ts'
import { isJsonObject, splitJsonStream } from './stream.ts'
import { findLineBreakErrors, findUnicodeLineBreaks } from './unicode-line-break.ts'

export { allocateRecords } from './scanner/tape.ts'

/**
 * Prepares to read documents of a source, in any order. The scanner reads most of them; npm `yaml` reads those that the
 * scanner does not support, and those with errors. A document that Kubernetes divides or reads differently has errors
 * instead of contents: its `divisionError`, or one for each Unicode line break (`findLineBreakErrors`).
 * @param bytes the bytes of the whole source
 * @param records an array from `allocateRecords` for the scanner to store nodes in; it may be reused once the documents
 *   read into it are no longer needed
 * @returns a function that reads the document in a byte range of the source
 */
export function createReader(bytes: Uint8Array, records?: Int32Array): (range: DocumentRange) => Reading {
  const scanner = createScanner(bytes, records)
  const lineBreaks = findUnicodeLineBreaks(bytes)
  let isJson: boolean | undefined
  const isJsonStream = (): boolean => {
    isJson ??= splitJsonStream(bytes) !== undefined
    return isJson
  }
  return (range) => {
    if (range.divisionError !== undefined) return { errors: [range.divisionError] }
    const reading = scanner.read(range) ?? readWithLibrary(bytes, range)
    if (lineBreaks.length === 0) return reading
    const own = lineBreaks.filter(({ offset }) => range.start <= offset && offset < range.end)
    if (own.length === 0 || reading.errors.length > 0 || isReadAsJson(bytes, range, isJsonStream))
      return reading
    const errors = findLineBreakErrors(bytes, own, reading.contents)
    return errors.length === 0 ? reading : { errors }
  }
}

/** Whether Kubernetes reads a document as JSON, in which Unicode line breaks are text: the first of a stream, or one of a JSON stream. */
function isReadAsJson(
  bytes: Uint8Array,
  { start, contentStart, contentEnd }: DocumentRange,
  isJsonStream: () => boolean,
): boolean {
  if (!startsWithBrace(bytes) || !isJsonObject(bytes.subarray(contentStart, contentEnd))) return false
  return start === 0 || isJsonStream()
}
