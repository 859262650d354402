import { InternalError } from '../../diagnostics/errors.ts'
import type { Edit, Insertion, NodeChange, YamlDocument } from '../nodes.ts'
import type { Source } from '../source.ts'
import { insertEntry } from './insertion.ts'
import type { Change, NestedChange } from './nested-text.ts'
import { type DocumentPlan, proveDocuments } from './proof.ts'
import { findScalarContext, replaceScalar } from './scalar.ts'
import { type Chunks, checkEdits, concatChunks, spliceEdits } from './splice.ts'

/**
 * Does the same as `spliceChanges`, and returns the edited source as one array: for a text within a scalar.
 * @returns the bytes of the edited source; the same array if there is nothing to change
 * @throws {InternalError} see `spliceChanges`
 */
export function applyChanges(
  source: Source,
  documents: readonly YamlDocument[],
  changes: readonly Change[],
): Uint8Array {
  return concatChunks(spliceChanges(source, documents, changes))
}

/**
 * Applies changes to a source, and proves that they and no others were made: every edited document is read again and
 * compared with the original. The unchanged parts of the source are not copied.
 * @param documents the documents of the source, at least those that are changed, in their order
 * @param changes in any order; the same `set` or `insert` may be repeated, but the changes of one nested text must be one
 * @returns the edited source in chunks; if there is nothing to change, a single chunk, which is the same array
 * @throws {InternalError} if changes contradict each other or belong to no document, or the proof fails
 */
export function spliceChanges(
  source: Source,
  documents: readonly YamlDocument[],
  changes: readonly Change[],
): Chunks {
  return spliceEdits(source.bytes, provenEdits(source, documents, changes))
}

/**
 * Turns changes into edits of a source, and proves that these make the changes and no others, as `spliceChanges` does.
 * @param documents the documents of the source, at least those that are changed, in their order
 * @param changes see `spliceChanges`
 * @returns in ascending order; they need neither the documents nor their nodes any more
 * @throws {InternalError} if changes contradict each other or belong to no document, or the proof fails
 */
export function provenEdits(
  source: Source,
  documents: readonly YamlDocument[],
  changes: readonly Change[],
): readonly Edit[] {
  if (changes.length === 0) return []
  const plans = planDocuments(source, documents, changes)
  const edits = plans.flatMap((plan) => plan.edits)
  checkEdits(source.bytes.length, edits)
  proveDocuments(source, plans)
  return edits
}

/**
 * Turns changes into the edits of each document, without applying or proving them. Exported for the test that compares
 * the two ways to check an edit.
 * @returns only the documents that change, in their order
 * @throws {InternalError} if changes contradict each other or belong to no document
 * @internal
 */
export function planDocuments(
  source: Source,
  documents: readonly YamlDocument[],
  changes: readonly Change[],
): readonly DocumentPlan[] {
  return assignToDocuments(source, documents, distinct(changes))
}

function distinct(changes: readonly Change[]): Change[] {
  const seen = new Map<string | number, Change>()
  for (const change of changes) {
    const target = targetOf(change)
    const other = seen.get(target)
    if (other === undefined) seen.set(target, change)
    else if (!isSame(change, other)) throw new InternalError(`two changes contradict each other: ${target}`)
  }
  return [...seen.values()].toSorted((a, b) => offsetOf(a) - offsetOf(b))
}

/** @returns a key that is equal for two changes of the same value or entry */
function targetOf(change: Change): string | number {
  return change.kind === 'insert' ? `${change.mapping.start} ${change.key}` : offsetOf(change)
}

function isSame(one: Change, other: Change): boolean {
  if (one.kind === 'nest' || other.kind === 'nest' || one.value !== other.value) return false
  return one.kind === 'set' || (other.kind === 'insert' && one.afterKey === other.afterKey)
}

function offsetOf(change: Change): number {
  if (change.kind === 'nest') return change.text.scalar.start
  return change.kind === 'set' ? change.node.start : change.afterKey
}

/** Assigns changes to documents; both are in the order of the text. */
function assignToDocuments(
  source: Source,
  documents: readonly YamlDocument[],
  changes: readonly Change[],
): DocumentPlan[] {
  const plans: DocumentPlan[] = []
  let from = 0
  for (const document of documents) {
    let to = from
    while (to < changes.length && isWithin(source, document, offsetOf(changes[to] as Change))) to += 1
    if (to > from) plans.push(planOf(source, document, changes.slice(from, to)))
    from = to
  }
  const rest = changes[from]
  if (rest !== undefined) throw new InternalError(`a change at offset ${offsetOf(rest)} lies in no document`)
  return plans
}

/** An empty value may be at the very end of a source. */
function isWithin(source: Source, { start, end }: YamlDocument, offset: number): boolean {
  return start <= offset && (offset < end || end === source.bytes.length)
}

function planOf(source: Source, document: YamlDocument, changes: readonly Change[]): DocumentPlan {
  const edits: Edit[] = []
  const plain: NodeChange[] = []
  const insertions: Insertion[] = []
  for (const change of changes) {
    if (change.kind === 'nest') {
      const nested = planNested(change)
      plain.push(nested.change)
      edits.push(...nested.edits)
      continue
    }
    plain.push(change)
    if (change.kind === 'insert') insertions.push(change)
    else {
      const context = findScalarContext(document, change.node)
      edits.push(...replaceScalar(source, change.node, change.value, context))
    }
  }
  // Of insertions at the same offset, that of the innermost mapping comes first: it has the last `afterKey`.
  insertions.sort((a, b) => b.afterKey - a.afterKey)
  for (const insert of insertions) edits.push(...insertEntry(source, insert))
  edits.sort((a, b) => a.start - b.start || a.end - b.end)
  return { document, changes: plain, edits: joinInsertions(edits) }
}

/** Changes of nested text are proved within that text, and then count as one change of the scalar around it. */
function planNested({ text, documents, changes }: NestedChange): { change: NodeChange; edits: Edit[] } {
  const bytes = applyChanges(text.source, documents, changes)
  const edits = planDocuments(text.source, documents, changes).flatMap((plan) => plan.edits)
  const value = new TextDecoder().decode(bytes)
  return { change: { kind: 'set', node: text.scalar, value }, edits: edits.map(text.mapEdit) }
}

/** Joins insertions at the same offset, because the contract of `Edit` allows only one. */
function joinInsertions(edits: readonly Edit[]): Edit[] {
  const joined: Edit[] = []
  for (const edit of edits) {
    const last = joined.at(-1)
    if (
      last !== undefined &&
      last.end === last.start &&
      edit.end === edit.start &&
      last.start === edit.start
    ) {
      joined.pop()
      joined.push({ ...last, text: last.text + edit.text })
    } else joined.push(edit)
  }
  return joined
}
