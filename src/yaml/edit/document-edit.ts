import { InternalError } from '../../diagnostics/errors.ts'
import type { Edit, NodeChange, YamlDocument } from '../nodes.ts'
import type { Source } from '../source.ts'
import { insertEntry } from './insertion.ts'
import type { Change, NestedChange } from './nested-text.ts'
import { type DocumentPlan, proveDocuments } from './proof.ts'
import { replaceScalar, scalarContext } from './scalar.ts'
import { type Chunks, concat, spliceEdits } from './splice.ts'

/**
 * Carries out changes, and proves that they and nothing else have happened: every edited document is read again from
 * the result and compared, node by node, with what it was and what was to become of it.
 * @param documents all the documents of the source, or those that changes are in
 * @param changes equal ones count once
 * @returns the very same bytes where there is nothing to change
 * @throws {InternalError} where changes contradict each other, fit no document, or did not come out as they should
 */
export function applyChanges(
  source: Source,
  documents: readonly YamlDocument[],
  changes: readonly Change[],
): Uint8Array {
  return concat(spliceChanges(source, documents, changes))
}

/**
 * The same, without a copy of what stays.
 * @returns the very same bytes alone where there is nothing to change
 */
export function spliceChanges(
  source: Source,
  documents: readonly YamlDocument[],
  changes: readonly Change[],
): Chunks {
  if (changes.length === 0) return [source.bytes]
  const plans = planDocuments(source, documents, changes)
  const edits = plans.flatMap((plan) => plan.edits)
  const pieces = spliceEdits(source.bytes, edits)
  proveDocuments(source, plans)
  return pieces
}

/**
 * Turns changes into edits, document by document; exported for the test that holds the two ways of checking to each other.
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
    const place = targetOf(change)
    const other = seen.get(place)
    if (other === undefined) seen.set(place, change)
    else if (!isSame(change, other)) throw new InternalError(`two changes contradict each other: ${place}`)
  }
  return [...seen.values()].toSorted((a, b) => offsetOf(a) - offsetOf(b))
}

/** Two changes of one place have to be the same. A value's place is its offset. */
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

/** Divides changes, which are in order, among documents, which are too. */
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
  const left = changes[from]
  if (left !== undefined) throw new InternalError(`a change at offset ${offsetOf(left)} lies in no document`)
  return plans
}

/** An empty value may lie just at the end of a source. */
function isWithin(source: Source, { start, end }: YamlDocument, offset: number): boolean {
  return start <= offset && (offset < end || end === source.bytes.length)
}

function planOf(source: Source, document: YamlDocument, changes: readonly Change[]): DocumentPlan {
  const edits: Edit[] = []
  const plain: NodeChange[] = []
  const inserts: Extract<NodeChange, { kind: 'insert' }>[] = []
  for (const change of changes) {
    if (change.kind === 'nest') {
      const nested = planNested(change)
      plain.push(nested.change)
      edits.push(...nested.edits)
      continue
    }
    plain.push(change)
    if (change.kind === 'insert') inserts.push(change)
    else {
      const surroundings = scalarContext(document, change.node)
      edits.push(...replaceScalar(source, change.node, change.value, surroundings))
    }
  }
  // Where new entries share a place, that of the inner mapping comes first: its after-key stands further down.
  inserts.sort((a, b) => b.afterKey - a.afterKey)
  for (const insert of inserts) edits.push(...insertEntry(source, insert))
  edits.sort((a, b) => a.start - b.start || a.end - b.end)
  return { document, changes: plain, edits: joinInsertions(edits) }
}

/** Changes within a text are proved there first, and are then one change of the scalar that holds it. */
function planNested({ text, documents, changes }: NestedChange): { change: NodeChange; edits: Edit[] } {
  const bytes = applyChanges(text.source, documents, changes)
  const edits = planDocuments(text.source, documents, changes).flatMap((plan) => plan.edits)
  const value = new TextDecoder().decode(bytes)
  return { change: { kind: 'set', node: text.scalar, value }, edits: edits.map(text.mapEdit) }
}

/** The contract of `Edit` allows one insertion in a place. */
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
