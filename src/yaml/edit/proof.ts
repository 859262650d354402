import { Buffer } from 'node:buffer'
import { InternalError } from '../../diagnostics/errors.ts'
import { BRACE_START, LF } from '../bytes.ts'
import type { PlannedEdit, YamlDocument } from '../nodes.ts'
import { allocateRecords, createReader } from '../reader.ts'
import type { DocumentRange } from '../reading.ts'
import { asBuffer, type Source } from '../source.ts'
import { isJsonObject, splitStream } from '../stream.ts'
import { assertOnlyPlannedChanges } from './comparison.ts'

/** A document with the changes and edits planned for it. */
export interface DocumentPlan extends PlannedEdit {
  readonly document: YamlDocument
}

/** How many bytes of edited documents share a reader: creating a reader takes longer than reading a small document. */
const BATCH = 1 << 18

/**
 * Proves that edits make the planned changes and no others: reads every edited document again, and compares it with the
 * original. Other documents keep their bytes.
 * @param plans only for documents that are edited, in their order
 * @throws {InternalError} if an edited document cannot be read, has become none or several, is no longer separate from the
 *   next one, or differs from what was planned
 */
export function proveDocuments(source: Source, plans: readonly DocumentPlan[]): void {
  const batches = divide(plans)
  const lengths = batches.map((batch) => batch.reduce((sum, plan) => sum + lengthOf(plan), 0))
  // All batches share this memory.
  const bytes = Buffer.allocUnsafeSlow(Math.max(...lengths, 0))
  const records = allocateRecords(bytes.length)
  for (const [i, batch] of batches.entries()) {
    proveBatch(source, batch, bytes.subarray(0, lengths[i]), records)
  }
}

function divide(plans: readonly DocumentPlan[]): DocumentPlan[][] {
  const batches: DocumentPlan[][] = []
  let room = 0
  for (const plan of plans) {
    if (room <= 0) {
      batches.push([])
      room = BATCH
    }
    batches.at(-1)?.push(plan)
    room -= plan.document.end - plan.document.start
  }
  return batches
}

/** @returns the size of the edited document in bytes */
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
    assertOnlyPlannedChanges(document, contents, plan.changes)
  }
}

/**
 * Writes an edited document.
 * @returns the offset just after it
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

/** Whether the document after the edited one is still separate: it starts on a new line, or both are objects of a JSON stream. */
function endsAlike(bytes: Uint8Array, { start, end }: YamlDocument, made: Uint8Array): boolean {
  const hasBrace = bytes[end] === BRACE_START || (start > 0 && bytes[start] === BRACE_START)
  if (hasBrace && isJsonObject(bytes.subarray(start, end))) return isJsonObject(made)
  return end === bytes.length || made.at(-1) === LF
}

/**
 * Finds the ranges of edited documents. Each must still be one document; those that start with a marker can be divided together.
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
