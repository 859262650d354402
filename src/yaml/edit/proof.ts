import { Buffer } from 'node:buffer'
import { InternalError } from '../../diagnostics/errors.ts'
import { BRACE, LF } from '../bytes.ts'
import type { PlannedEdit, YamlDocument } from '../nodes.ts'
import { allocateRecords, createReader } from '../reader.ts'
import type { DocumentRange } from '../reading.ts'
import { asBuffer, type Source } from '../source.ts'
import { isJsonObject, splitStream } from '../stream.ts'
import { checkDocument } from './comparison.ts'

/** What happens to one document. */
export interface DocumentPlan extends PlannedEdit {
  readonly document: YamlDocument
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
  const batches = divide(plans)
  const lengths = batches.map((batch) => batch.reduce((sum, plan) => sum + lengthOf(plan), 0))
  // The same memory for every batch.
  const bytes = Buffer.allocUnsafeSlow(Math.max(...lengths, 0))
  const records = allocateRecords(bytes.length)
  for (const [i, batch] of batches.entries()) {
    proveBatch(source, batch, bytes.subarray(0, lengths[i]), records)
  }
}

function divide(plans: readonly DocumentPlan[]): DocumentPlan[][] {
  const batches: DocumentPlan[][] = []
  let left = 0
  for (const plan of plans) {
    if (left <= 0) {
      batches.push([])
      left = BATCH
    }
    batches.at(-1)?.push(plan)
    left -= plan.document.end - plan.document.start
  }
  return batches
}

/** How many bytes a document will have. */
function lengthOf({ document, edits }: DocumentPlan): number {
  return edits.reduce(
    (sum, { start, end, text }) => sum + Buffer.byteLength(text) - (end - start),
    document.end - document.start,
  )
}

function proveBatch(
  source: Source,
  plans: readonly DocumentPlan[],
  bytes: Buffer,
  records: Int32Array,
): void {
  const starts: number[] = []
  let made = 0
  for (const plan of plans) {
    starts.push(made)
    made = writeEdited(source, plan, bytes, made)
  }
  const read = createReader(bytes, records)
  const ranges = rangesOf(starts, bytes)
  for (const [i, plan] of plans.entries()) {
    const { document } = plan
    const range = ranges[i] as DocumentRange
    const { contents, errors } = read(range)
    const [problem] = errors
    if (problem !== undefined) {
      throw new InternalError(
        `document ${document.index + 1} of the result cannot be read: ${problem.message}`,
      )
    }
    const shift = range.start - document.start
    if (contents !== undefined && document.contents?.equalsExcept(plan, contents, shift)) continue
    checkDocument(document, contents, plan.changes)
  }
}

/**
 * Writes a document as it will be.
 * @returns where it ends
 */
function writeEdited(
  { bytes }: Source,
  { document, edits }: DocumentPlan,
  target: Buffer,
  start: number,
): number {
  const before = asBuffer(bytes)
  let from = document.start
  let at = start
  for (const edit of edits) {
    at += before.copy(target, at, from, edit.start)
    at += target.write(edit.text, at)
    from = edit.end
  }
  at += before.copy(target, at, from, document.end)
  if (!endsAlike(bytes, document, target.subarray(start, at)))
    throw new InternalError(`document ${document.index + 1} of the result has no end`)
  return at
}

/** Whether the next document will be one as before: on a line of its own, or an object of a stream of JSON. */
function endsAlike(bytes: Uint8Array, { start, end }: YamlDocument, made: Uint8Array): boolean {
  const hasBrace = bytes[end] === BRACE || (start > 0 && bytes[start] === BRACE)
  if (hasBrace && isJsonObject(bytes.subarray(start, end))) return isJsonObject(made)
  return end === bytes.length || made.at(-1) === LF
}

/**
 * Where documents lie that begin at these offsets. Each must be one document by itself; most begin with a marker, and then
 * they can be looked at together.
 */
function rangesOf(starts: readonly number[], bytes: Uint8Array): readonly DocumentRange[] {
  const together = splitStream(bytes)
  if (together.length === starts.length && together.every(({ start }, i) => start === starts[i]))
    return together
  return starts.map((base, i) => {
    const [range, ...more] = splitStream(bytes.subarray(base, starts[i + 1]))
    if (range === undefined || more.length > 0) {
      const count = range === undefined ? 0 : more.length + 1
      throw new InternalError(`a document of the result has become ${count}`)
    }
    const { contentStart, contentEnd, end } = range
    return { start: base, contentStart: base + contentStart, contentEnd: base + contentEnd, end: base + end }
  })
}
