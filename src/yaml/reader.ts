import { createFastReader } from './fast/fast-reader.ts'
import type { TapeWriter } from './fast/tape.ts'
import { findForeignLineBreaks, problemsOfLineBreaks } from './foreign-line-break.ts'
import { findMisplacedCharacters } from './misplaced-characters.ts'
import type { Reading } from './reading.ts'
import { readByReference } from './reference-reader.ts'
import { latin1Of } from './source.ts'
import type { DocumentRange } from './stream.ts'

/**
 * Reads the documents of some bytes, in any order: by the fast reader where that proves the document, else by the
 * reference reader.
 * @param tape memory for what the fast reader finds; absent: memory of its own
 */
export function createReader(bytes: Uint8Array, tape?: TapeWriter): (range: DocumentRange) => Reading {
  const fast = createFastReader(bytes, tape)
  const foreign = findForeignLineBreaks(bytes)
  return (range) => {
    const reading = fast.read(range) ?? readUnproved(bytes, range)
    if (foreign.length === 0) return reading
    const own = foreign.filter(({ offset }) => range.start <= offset && offset < range.end)
    if (own.length === 0 || reading.problems.length > 0) return reading
    const problems = problemsOfLineBreaks(own, reading.contents)
    return problems.length === 0 ? reading : { problems }
  }
}

/** Reads a document by the reference reader, after a look for what that would let pass. */
export function readUnproved(bytes: Uint8Array, { start, body, end }: DocumentRange): Reading {
  const problems = findMisplacedCharacters(latin1Of(bytes, start, end), start)
  if (problems.length > 0) return { problems }
  const text = latin1Of(bytes, body, end)
  const skipped = MARKED.exec(text)?.[0].length ?? 0
  return readByReference(text.slice(skipped), body + skipped)
}

/**
 * A file with a byte order mark that was appended after a `---` line: reading begins after the mark, as go-yaml's does,
 * instead of taking it for the first character of a key.
 */
const MARKED = /^---[ \t]*(?:#[^\n]*)?\r?\n\u00ef\u00bb\u00bf/
