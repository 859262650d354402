import { LF } from '../bytes.ts'
import type { DocumentRange, Reading } from '../reading.ts'
import { BOM, decodeLatin1, startsWithBrace } from '../source.ts'
import { findDivergence, findDivergenceAtStart, findMisplacedCharacters } from './divergence.ts'
import { type IsTagAllowed, parseDocument } from './node-builder.ts'

/**
 * Reads a document with npm `yaml` (the reference reader), and rejects documents that it accepts but Kubernetes reads
 * differently.
 * @param bytes the bytes of the whole source
 * @param range the document's byte range in the source
 * @param isTagAllowed replaces `isPortableTag` in a test
 * @returns the root node (undefined for a document without one), or errors: about characters that are not allowed, else of
 *   `parseDocument`, else the first text that Kubernetes reads differently
 */
export function readWithLibrary(
  bytes: Uint8Array,
  { start, contentStart, end }: DocumentRange,
  isTagAllowed?: IsTagAllowed,
): Reading {
  const whole = decodeLatin1(bytes, contentStart, end)
  const markerLength =
    start > 0 && !startsWithBrace(bytes) ? (MARKER_AND_BOM.exec(whole)?.[0].length ?? 0) : 0
  const skipped = markerLength > 0 && followsContents(bytes, start) ? markerLength : 0
  const text = skipped === 0 ? whole : whole.slice(skipped)
  // Includes the byte order mark that is skipped, because another one may follow.
  const looked = skipped === 0 ? start : contentStart + skipped - BOM.length
  const errors = findMisplacedCharacters(decodeLatin1(bytes, looked, end), looked)
  if (errors.length > 0) return { errors }
  const source = { text, base: contentStart + skipped }
  const reading = parseDocument(source.text, source.base, isTagAllowed)
  if (reading.errors.length > 0) return reading
  const { contents } = reading
  const divergence =
    (start === 0 ? findDivergenceAtStart(source, contents) : undefined) ??
    (contents === undefined ? undefined : findDivergence(source, contents))
  return divergence === undefined ? reading : { errors: [divergence] }
}

/**
 * A `---` line and a byte order mark, as when a file with a mark is appended to another. Reading starts after the mark if
 * kubectl passes only the text after the line to go-yaml, which skips the mark. Kubectl passes the line too if only comments
 * precede it, or a document that it reads as JSON.
 */
const MARKER_AND_BOM = /^---(?:[ \t]+(?:#[^\n]*)?)?\r?\n\u00ef\u00bb\u00bf/

/** Whether the document before a `---` line contains anything but comments. */
function followsContents(bytes: Uint8Array, start: number): boolean {
  for (let end = start; end > 0; ) {
    const from = end < 2 ? 0 : bytes.lastIndexOf(LF, end - 2) + 1
    const line = decodeLatin1(bytes, from, end).trim()
    if (line.startsWith('---')) return false
    if (line !== '' && !line.startsWith('#')) return true
    end = from
  }
  return false
}
