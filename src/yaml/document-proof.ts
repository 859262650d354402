import { InternalError } from '../diagnostics/errors.ts'
import type { NodeChange } from './change.ts'
import { checkDocument } from './document-check.ts'
import type { Edit } from './edit.ts'
import { BRACE, LF } from './fast/bytes.ts'
import { scannedOf } from './fast/lazy-node.ts'
import { agreesByRecords } from './fast/record-check.ts'
import { isJsonObject } from './json-stream.ts'
import type { YamlDocument } from './nodes.ts'
import { createReader } from './reader.ts'
import type { Source } from './source.ts'
import { applyEdits } from './splice.ts'
import { type DocumentRange, splitStream } from './stream.ts'

/** What happens to one document. */
export interface DocumentPlan {
  readonly document: YamlDocument
  /** Where a text was changed within, that is the scalar set to the whole of it. */
  readonly changes: readonly NodeChange[]
  /** In ascending order. */
  readonly edits: readonly Edit[]
}

/** How many bytes of edited documents are made and read at a time: a reader for each would cost more than its reading. */
const BATCH = 1 << 18

/**
 * Proves that planned edits, and nothing else, will have happened: every edited document is made, read again and
 * compared with what it was and what was to become of it. The others keep their bytes, and so their meaning.
 * @param plans in the order of their documents
 * @throws {InternalError} where a document would not come out as it should
 */
export function proveDocuments(source: Source, plans: readonly DocumentPlan[]): void {
  let batch: DocumentPlan[] = []
  let length = 0
  for (const plan of plans) {
    batch.push(plan)
    length += plan.document.end - plan.document.start
    if (length < BATCH) continue
    proveBatch(source, batch)
    batch = []
    length = 0
  }
  if (batch.length > 0) proveBatch(source, batch)
}

function proveBatch(source: Source, plans: readonly DocumentPlan[]): void {
  const made = plans.map((plan) => makeDocument(source, plan))
  const bytes = Buffer.concat(made)
  const read = createReader(bytes)
  const ranges = rangesOf(made, bytes)
  for (const [i, { document, changes, edits }] of plans.entries()) {
    const range = ranges[i] as DocumentRange
    const { contents, problems } = read(range)
    const [problem] = problems
    if (problem !== undefined) {
      throw new InternalError(
        `document ${document.index + 1} of the result cannot be read: ${problem.message}`,
      )
    }
    const before = scannedOf(document.contents)
    const after = scannedOf(contents)
    const moved = range.start - document.start
    if (before && after && agreesByRecords({ before, after, changes, edits, moved })) continue
    checkDocument(document, contents, changes)
  }
}

/** The bytes that a document will have. */
function makeDocument({ bytes }: Source, { document, edits }: DocumentPlan): Uint8Array {
  const { start, end } = document
  const made = applyEdits(
    bytes.subarray(start, end),
    edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
  )
  if (!endsAlike(bytes, document, made))
    throw new InternalError(`document ${document.index + 1} of the result has no end`)
  return made
}

/** Whether the next document will be one as before: on a line of its own, or an object of a stream of JSON. */
function endsAlike(bytes: Uint8Array, { start, end }: YamlDocument, made: Uint8Array): boolean {
  const hasBrace = bytes[end] === BRACE || (start > 0 && bytes[start] === BRACE)
  if (hasBrace && isJsonObject(bytes.subarray(start, end))) return isJsonObject(made)
  return end === bytes.length || made.at(-1) === LF
}

/**
 * Where documents lie in the bytes of all of them. Each must be one document by itself; most begin with a marker, and then
 * they can be looked at together.
 */
function rangesOf(made: readonly Uint8Array[], bytes: Uint8Array): readonly DocumentRange[] {
  const together = splitStream(bytes)
  let start = 0
  const fits = made.every((one, i) => {
    const fitsHere = together[i]?.start === start
    start += one.length
    return fitsHere && together[i]?.end === start
  })
  if (fits && together.length === made.length) return together
  let base = 0
  return made.map((one) => {
    const [range, ...more] = splitStream(one)
    if (range === undefined || more.length > 0)
      throw new InternalError(
        `a document of the result has become ${range === undefined ? 0 : more.length + 1}`,
      )
    const { body, tail, end } = range
    const placed = { start: base, body: base + body, tail: base + tail, end: base + end }
    base += one.length
    return placed
  })
}
