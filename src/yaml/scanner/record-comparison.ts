import { Buffer } from 'node:buffer'
import { countWhile } from '../binary-search.ts'
import { findEntryWithKeyAt } from '../lookup.ts'
import type { Edit, Insertion, PlannedEdit, ValueChange, YamlNode } from '../nodes.ts'
import { hasPlannedValue, isStringNode } from '../planned-value.ts'
import { makeNodeAt } from './lazy-node.ts'
import { LazyNode } from './lazy-scalar.ts'
import type { ScannedDocument } from './scanned.ts'
import { ALIAS, kindOf, MAPPING, RECORD_SIZE, SCALAR, SEQUENCE, skipNode } from './tape.ts'

/** A document before and after an edit, and the changes that the edit should make. */
export interface EditedDocument extends PlannedEdit {
  /** The document as it was read. */
  readonly before: ScannedDocument
  /** The edited document, read again. */
  readonly after: ScannedDocument
  /** How many bytes later the document starts in the bytes that were read again; negative if earlier. */
  readonly shift: number
}

/** A scalar with a new value: its record is replaced by another. */
interface ReplacedScalar {
  readonly kind: 'value'
  readonly at: number
  readonly change: ValueChange
}

/** A new entry: two records are inserted. */
interface InsertedEntry {
  readonly kind: 'pair'
  readonly at: number
  /** The record of the mapping that it belongs to. */
  readonly mapping: number
  readonly change: Insertion
}

/**
 * Compares a document before and after an edit, by their records; nodes are made only of changed scalars and in mappings
 * with a new entry. The edits must be those that made the new bytes: then a node outside them has the same bytes, so it is
 * equal if it has the same kind, style and length at the expected offset.
 * @returns true only if all changes were made and no others; false also if only the nodes can tell: a scalar to set is an
 *   alias or has a tag, or a change is of a node of another document
 */
export function hasOnlyPlannedChanges(edited: EditedDocument): boolean {
  const steps = stepsOf(edited)
  if (steps === undefined) return false
  const { before, after } = edited
  const comparison = new Comparison(
    edited,
    steps.filter((step) => step.kind === 'pair'),
  )
  let from = 0
  let to = 0
  for (const step of steps) {
    const length = step.at - from
    if (to + length > after.length || !comparison.isSame(from, step.at, to)) return false
    to += length
    from = step.at
    if (step.kind === 'pair') {
      if (!isInserted(after, to, step)) return false
      to += 2 * RECORD_SIZE
    } else {
      if (!isReplaced(after, to, step)) return false
      to += RECORD_SIZE
      from += RECORD_SIZE
    }
  }
  const rest = before.length - from
  return to + rest === after.length && comparison.isSame(from, before.length, to)
}

/**
 * @returns the changes in the order of the records, insertions into inner mappings first; undefined if a scalar has a tag, which
 *   may be removed, or is an alias
 */
function stepsOf({ before, changes }: EditedDocument): (ReplacedScalar | InsertedEntry)[] | undefined {
  const steps: (ReplacedScalar | InsertedEntry)[] = []
  for (const change of changes) {
    if (change.kind === 'set') {
      const at = recordOf(before, change.node)
      if (at === undefined || change.node.kind === 'alias' || change.node.tag !== undefined) return undefined
      steps.push({ kind: 'value', at, change })
    } else {
      const mapping = recordOf(before, change.mapping)
      const value = findEntryWithKeyAt(change.mapping, change.afterKey)?.value
      const at = value === undefined ? undefined : recordOf(before, value)
      if (mapping === undefined || at === undefined) return undefined
      steps.push({ kind: 'pair', at: skipNode(before.records, at), mapping, change })
    }
  }
  return steps.toSorted((a, b) => a.at - b.at || mappingOf(b) - mappingOf(a))
}

/** Sorts insertions before a replaced scalar at the same record. */
function mappingOf(step: ReplacedScalar | InsertedEntry): number {
  return step.kind === 'pair' ? step.mapping : -1
}

function isInserted(after: ScannedDocument, at: number, { change }: InsertedEntry): boolean {
  const isThere = at + 2 * RECORD_SIZE <= after.length
  return isThere && isText(after, at, change.key) && isText(after, at + RECORD_SIZE, change.value)
}

function isText(after: ScannedDocument, at: number, text: string): boolean {
  return kindOf(after.records[at] as number) === SCALAR && isStringNode(makeNodeAt(after, at), text)
}

function isReplaced(after: ScannedDocument, at: number, { change }: ReplacedScalar): boolean {
  if (at >= after.length || kindOf(after.records[at] as number) !== SCALAR) return false
  return hasPlannedValue(change.node, change.value, makeNodeAt(after, at))
}

/** Compares unchanged records, in ascending order. */
class Comparison {
  readonly #was: Int32Array
  readonly #is: Int32Array
  readonly #pairs: readonly InsertedEntry[]
  readonly #edits: readonly Edit[]
  /** How far nodes that start before `#limit` have moved. */
  #shift: number
  #limit: number
  #next = 0

  constructor({ before, after, edits, shift }: EditedDocument, pairs: readonly InsertedEntry[]) {
    this.#was = before.records
    this.#is = after.records
    this.#pairs = pairs
    this.#edits = edits
    this.#shift = shift
    this.#limit = edits[0]?.end ?? Number.POSITIVE_INFINITY
  }

  /** Whether the records from `from` up to `stop` are those from `to` on. */
  isSame(from: number, stop: number, to: number): boolean {
    const was = this.#was
    const is = this.#is
    const ahead = to - from
    for (let at = from; at < stop; at += RECORD_SIZE) {
      const head = was[at] as number
      const start = was[at + 1] as number
      const end = was[at + 2] as number
      const extra = was[at + 3] as number
      const now = at + ahead
      if (start >= this.#limit) this.#passEdits(start)
      if (head !== is[now]) return false
      // An empty node may be before or after an insertion at its offset, so its start is not compared.
      if (is[now + 1] !== start + this.#shift && end > start) return false
      const kind = kindOf(head)
      if (kind === MAPPING || kind === SEQUENCE) {
        if (is[now + 3] !== extra + 2 * RECORD_SIZE * insertionsWithin(this.#pairs, at, extra)) return false
      } else {
        if ((is[now + 2] as number) - (is[now + 1] as number) !== end - start) return false
        if (
          is[now + 3] !==
          (kind === ALIAS ? extra + 2 * RECORD_SIZE * insertionsBefore(this.#pairs, extra) : extra)
        )
          return false
      }
    }
    return true
  }

  #passEdits(start: number): void {
    for (let edit = this.#edits[this.#next]; edit !== undefined && edit.end <= start; ) {
      this.#shift += Buffer.byteLength(edit.text) - (edit.end - edit.start)
      this.#next += 1
      edit = this.#edits[this.#next]
    }
    this.#limit = this.#edits[this.#next]?.end ?? Number.POSITIVE_INFINITY
  }
}

/** @returns how many entries are inserted up to the end of a collection, without those after it */
function insertionsWithin(pairs: readonly InsertedEntry[], collection: number, end: number): number {
  let count = insertionsBefore(pairs, end - 1)
  while (pairs[count]?.at === end && (pairs[count] as InsertedEntry).mapping >= collection) count += 1
  return count
}

/** @returns how many entries are inserted before a record of the original document */
function insertionsBefore(pairs: readonly InsertedEntry[], record: number): number {
  return countWhile(pairs, ({ at }) => at <= record)
}

/** A node's own record; undefined for a node of another document. */
function recordOf(scanned: ScannedDocument, node: YamlNode): number | undefined {
  return node instanceof LazyNode && node.scanned === scanned ? node.record : undefined
}
