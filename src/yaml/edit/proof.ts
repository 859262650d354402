import { Buffer } from 'node:buffer'
import { InternalError } from '../../diagnostics/errors.ts'
import { BRACE_START, LF } from '../bytes.ts'
import type { PlannedEdit, YamlDocument } from '../nodes.ts'
import { allocateRecords, createReader } from '../reader.ts'
import type { DocumentRange } from '../reading.ts'
import { asBuffer, hasBom, type Source } from '../source.ts'
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
  const lengths = batches.map((batch) => batch.reduce((sum, plan) => sum + lengthOf(plan), LEAD.length))
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

const NOTHING = Buffer.alloc(0)

/**
 * A document before those of a batch. A byte order mark behind a `---` line may be there if contents precede the line: in the source they do,
 * but the batch begins with it.
 */
const LEAD = Buffer.from('a: b\n')

/** Whether a document begins with a line, the marker, and a byte order mark on the next. */
function hasMarkBehindMarker(bytes: Uint8Array, { start, end }: YamlDocument): boolean {
  if (start === 0) return false
  const line = asBuffer(bytes).subarray(start, end).indexOf(LF)
  return line !== -1 && hasBom(bytes, start + line + 1)
}

function proveBatch(
  source: Source,
  plans: readonly DocumentPlan[],
  bytes: Buffer,
  records: Int32Array,
): void {
  const starts: number[] = []
  const lead = plans[0] !== undefined && hasMarkBehindMarker(source.bytes, plans[0].document) ? LEAD : NOTHING
  let made = lead.copy(bytes)
  for (const plan of plans) {
    starts.push(made)
    made = writeEdited(source, plan, bytes, made)
  }
  const edited = bytes.subarray(0, made)
  const read = createReader(edited, records)
  const ranges = rangesOf(starts, edited)
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
  // Without what leads the batch.
  const together = splitStream(bytes).filter(({ start }) => start >= (starts[0] ?? 0))
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
