import { Buffer } from 'node:buffer'
import type { Change } from '../change.ts'
import { hasValue, isString } from '../document-check.ts'
import type { Edit } from '../edit.ts'
import { nodeAt, recordOf } from './lazy-node.ts'
import type { Scanned } from './scanned.ts'
import { ALIAS, kindOf, MAPPING, nextNode, SCALAR, SEQUENCE, WIDTH } from './tape.ts'

/** An edited document, as it was and as it has become. */
export interface EditedRecords {
  readonly before: Scanned
  readonly after: Scanned
  readonly changes: readonly Change[]
  /** In ascending order. */
  readonly edits: readonly Edit[]
  /** How much further on the document begins than it did. */
  readonly moved: number
}

/** A new entry: two records before the one that followed its neighbour. */
interface NewPair {
  readonly at: number
  /** The record of the mapping that it belongs to. */
  readonly mapping: number
  readonly key: string
  readonly value: string
}

/**
 * Compares an edited document with what it was by the records of both, without making nodes: a node that an edit did not
 * touch has the same bytes, so that it is the same if it has the same kind, style and length in the place where it
 * must be.
 * @returns whether it came out as planned; false also where that takes a look at nodes to tell
 */
export function agreesByRecords(edited: EditedRecords): boolean {
  const sets = setsOf(edited)
  const pairs = pairsOf(edited)
  if (sets === undefined || pairs === undefined) return false
  const { before, after } = edited
  const shift = createShift(edited)
  let to = 0
  let done = 0
  for (let from = 0; from <= before.length; from += WIDTH) {
    for (; pairs[done]?.at === from; done += 1) {
      if (!isPair(after, to, pairs[done] as NewPair)) return false
      to += 2 * WIDTH
    }
    if (from === before.length) break
    if (to >= after.length) return false
    const change = sets.get(from)
    const same = change === undefined ? isSame(edited, from, to, shift, pairs) : isSet(edited, to, change)
    if (!same) return false
    to += WIDTH
  }
  return done === pairs.length && to === after.length
}

type Setting = Extract<Change, { kind: 'set' }>

/** The values that are set, by their records; absent where one has a tag, which may go, or stood as an alias. */
function setsOf({ before, changes }: EditedRecords): Map<number, Setting> | undefined {
  const sets = new Map<number, Setting>()
  for (const change of changes) {
    if (change.kind !== 'set') continue
    const record = recordOf(before, change.node)
    if (record === undefined || change.node.kind === 'alias' || change.node.tag !== undefined)
      return undefined
    sets.set(record, change)
  }
  return sets
}

/** The new entries in the order of their places, those of inner mappings before those of outer ones. */
function pairsOf({ before, changes }: EditedRecords): NewPair[] | undefined {
  const pairs: NewPair[] = []
  for (const change of changes) {
    if (change.kind !== 'insert') continue
    const mapping = recordOf(before, change.mapping)
    const entry = change.mapping.entries.find(({ key }) => key.start === change.afterKey)
    const value = entry === undefined ? undefined : recordOf(before, entry.value)
    if (mapping === undefined || value === undefined) return undefined
    pairs.push({ at: nextNode(before.records, value), mapping, key: change.key, value: change.value })
  }
  return pairs.toSorted((a, b) => a.at - b.at || b.mapping - a.mapping)
}

/** How far what begins at an offset has moved; to be asked in ascending order. */
function createShift({ edits, moved }: EditedRecords): (offset: number) => number {
  let next = 0
  let shift = moved
  return (offset) => {
    for (let edit = edits[next]; edit !== undefined && edit.end <= offset; edit = edits[next]) {
      shift += Buffer.byteLength(edit.text) - (edit.end - edit.start)
      next += 1
    }
    return shift
  }
}

function isPair(after: Scanned, at: number, { key, value }: NewPair): boolean {
  return at + 2 * WIDTH <= after.length && isText(after, at, key) && isText(after, at + WIDTH, value)
}

function isText(after: Scanned, at: number, text: string): boolean {
  return kindOf(after.records[at] as number) === SCALAR && isString(nodeAt(after, at), text)
}

function isSet({ after }: EditedRecords, at: number, { node, value }: Setting): boolean {
  return kindOf(after.records[at] as number) === SCALAR && hasValue(node, value, nodeAt(after, at))
}

/** Whether a record that no change is about is as it was. */
function isSame(
  { before, after }: EditedRecords,
  from: number,
  to: number,
  shift: (offset: number) => number,
  pairs: readonly NewPair[],
): boolean {
  const was = before.records
  const is = after.records
  if (was[from] !== is[to]) return false
  const start = was[from + 1] as number
  const extra = was[from + 3] as number
  const kind = kindOf(was[from] as number)
  const length = (was[from + 2] as number) - start
  // Of nothing, there are two sides to be on of what is put in its place.
  if (length > 0 && is[to + 1] !== start + shift(start)) return false
  if (kind === MAPPING || kind === SEQUENCE)
    return is[to + 3] === extra + 2 * WIDTH * inside(pairs, from, extra)
  if ((is[to + 2] as number) - (is[to + 1] as number) !== length) return false
  return is[to + 3] === (kind === ALIAS ? extra + 2 * WIDTH * until(pairs, extra) : extra)
}

/** How many new entries lie before the end of a collection, or at it and in it. */
function inside(pairs: readonly NewPair[], collection: number, end: number): number {
  let count = until(pairs, end - 1)
  while (pairs[count]?.at === end && (pairs[count] as NewPair).mapping >= collection) count += 1
  return count
}

/** How many new entries stand before the record that was there. */
function until(pairs: readonly NewPair[], at: number): number {
  let low = 0
  let high = pairs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pairs[middle] as NewPair).at <= at) low = middle + 1
    else high = middle
  }
  return low
}
