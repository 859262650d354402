import { LF } from '../bytes.ts'
import type { DocumentRange, Reading } from '../reading.ts'
import { BOM, beginsWithBrace, decodeLatin1 } from '../source.ts'
import { findDivergence, findHeadDivergence, findMisplacedCharacters } from './divergence.ts'
import { parseDocument, type TagRule } from './node-builder.ts'

/**
 * Reads a document by the reference reader, after a look for what that would let pass.
 * @param allowsTag another rule for tags, for the test that shows what the rule is for
 */
export function readWithLibrary(
  bytes: Uint8Array,
  { start, contentStart, end }: DocumentRange,
  allowsTag?: TagRule,
): Reading {
  const whole = decodeLatin1(bytes, contentStart, end)
  const marked = start > 0 && !beginsWithBrace(bytes) ? (MARKER_AND_BOM.exec(whole)?.[0].length ?? 0) : 0
  const skipped = marked > 0 && followsContents(bytes, start) ? marked : 0
  const text = skipped === 0 ? whole : whole.slice(skipped)
  // With the mark that is skipped, since another one may follow it.
  const looked = skipped === 0 ? start : contentStart + skipped - BOM.length
  const errors = findMisplacedCharacters(decodeLatin1(bytes, looked, end), looked)
  if (errors.length > 0) return { errors }
  const written = { text, base: contentStart + skipped }
  const reading = parseDocument(written.text, written.base, allowsTag)
  if (reading.errors.length > 0) return reading
  const { contents } = reading
  const divergence =
    (start === 0 ? findHeadDivergence(written, contents) : undefined) ??
    (contents === undefined ? undefined : findDivergence(written, contents))
  return divergence === undefined ? reading : { errors: [divergence] }
}

/**
 * A file with a byte order mark that was appended after a `---` line: reading begins after the mark, as go-yaml's does
 * where kubectl gives it what stands behind that line, instead of taking it for the first character of a key. It gives it the
 * line, too, where nothing but comments stands before that, or a document that it read as JSON.
 */
const MARKER_AND_BOM = /^---(?:[ \t]+(?:#[^\n]*)?)?\r?\n\u00ef\u00bb\u00bf/

/** Whether the document before a `---` line holds anything but comments. */
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
