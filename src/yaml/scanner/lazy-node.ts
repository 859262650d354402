import { countWhile } from '../binary-search.ts'
import { findEntry, findString } from '../lookup.ts'
import type { Alias, Entry, FoundEntry, Mapping, Scalar, Sequence, TextPattern, YamlNode } from '../nodes.ts'
import { LazyNode, LazyScalar, type NodeProperties } from './lazy-scalar.ts'
import {
  findKeyRecord,
  isSearchableKey,
  KEY_ABSENT,
  KEY_UNKNOWN,
  readStringAt,
  selectEntries,
  selectItems,
} from './record-search.ts'
import { decodeWithCache } from './scalar-text.ts'
import type { ScannedDocument } from './scanned.ts'
import {
  ALIAS,
  ANCHOR,
  FLOW,
  kindOf,
  MAPPING,
  RECORD_SIZE,
  SCALAR,
  SIMPLE_PLAIN,
  skipNode,
  skipProperties,
  styleOf,
} from './tape.ts'

/**
 * Makes a node from its records. A node with an anchor is made once and kept in `scanned.anchored`: later calls return the
 * same object, which its parent and its aliases share. Any other node is made anew by each call, so parents keep theirs.
 *
 * Nodes are classes with getters, because most nodes of a large document are never used, and closures for each would take
 * longer than the scan.
 * @param at the index of the node's first record: that of its anchor, of its tag or its own
 */
export function makeNodeAt(scanned: ScannedDocument, at: number): YamlNode {
  const record = skipProperties(scanned.records, at)
  if (record === at) return makeNode(scanned, record, undefined)
  const known = scanned.anchored?.get(at)
  if (known !== undefined) return known
  const properties = readProperties(scanned, at, record)
  const node = makeNode(scanned, record, properties)
  if (properties.anchor !== undefined) {
    scanned.anchored ??= new Map()
    scanned.anchored.set(at, node)
  }
  return node
}

function readProperties({ records, shared }: ScannedDocument, at: number, record: number): NodeProperties {
  let anchor: string | undefined
  let tag: string | undefined
  for (let property = at; property < record; property += RECORD_SIZE) {
    const text = shared.buffer.toString('utf8', records[property + 1], records[property + 2])
    if (kindOf(records[property] as number) === ANCHOR) anchor = text
    else tag = text
  }
  return { anchor, tag }
}

function makeNode(
  scanned: ScannedDocument,
  record: number,
  properties: NodeProperties | undefined,
): YamlNode {
  switch (kindOf(scanned.records[record] as number)) {
    case SCALAR:
      return new LazyScalar(scanned, record, properties)
    case ALIAS:
      return new LazyAlias(scanned, record, properties)
    case MAPPING:
      return new LazyMapping(scanned, record, properties)
    default:
      return new LazySequence(scanned, record, properties)
  }
}

class LazyAlias extends LazyNode implements Alias {
  get kind(): 'alias' {
    return 'alias'
  }

  get name(): string {
    return this.scanned.shared.buffer.toString('utf8', this.start + 1, this.end)
  }

  get target(): Scalar | Mapping | Sequence {
    return makeNodeAt(this.scanned, this.extra) as Scalar | Mapping | Sequence
  }
}

/** How many entries of a mapping are made singly, before all are made at once. */
const MAX_SINGLE_ENTRIES = 8

class LazyMapping extends LazyNode implements Mapping {
  /** If `isWhole`, all entries in order; else those made so far, in any order. */
  private known: LazyEntry[] = NO_ENTRIES
  private isWhole = false

  get kind(): 'mapping' {
    return 'mapping'
  }

  get style(): 'block' | 'flow' {
    return styleOf(this.head) === FLOW ? 'flow' : 'block'
  }

  get entries(): readonly Entry[] {
    if (!this.isWhole) this.readAll()
    return this.known
  }

  find(key: string): FoundEntry | undefined {
    const at = isSearchableKey(key) ? findKeyRecord(this.scanned, this.record, key) : KEY_UNKNOWN
    if (at === KEY_UNKNOWN) return findEntry(this, key)
    return at === KEY_ABSENT ? undefined : { owner: this, entry: this.entryAt(at) }
  }

  stringAt(...path: readonly string[]): string | undefined {
    const text = path.every(isSearchableKey) ? readStringAt(this.scanned, this.record, path) : undefined
    return text === undefined ? findString(this, path) : (text ?? undefined)
  }

  mayContainBeside(pattern: TextPattern, ownKey: string): boolean {
    const { scanned, record, start, end } = this
    const index = scanned.shared.getIndex(pattern)
    const first = index.findNext(start, end)
    if (first >= end) return false
    const at = findKeyRecord(scanned, record, ownKey)
    if (at < 0) return true
    const keyStart = scanned.records[at + 1] as number
    const keyEnd = scanned.records[at + 2] as number
    return first < keyStart || index.findNext(keyEnd, end) < end
  }

  entriesContaining(key: string | TextPattern): readonly Entry[] {
    const { scanned, record } = this
    return selectEntries(scanned, record, scanned.shared.getIndex(key)).map((at) => this.entryAt(at))
  }

  /** @param record that of the entry's key */
  private entryAt(record: number): LazyEntry {
    const { known } = this
    if (this.isWhole) return known[indexOfRecord(known, record)] as LazyEntry
    for (const entry of known) if (entry.record === record) return entry
    if (known.length >= MAX_SINGLE_ENTRIES) {
      this.readAll()
      return this.entryAt(record)
    }
    const entry = new LazyEntry(this.scanned, record)
    if (known.length === 0) this.known = [entry]
    else known.push(entry)
    return entry
  }

  private readAll(): void {
    const { scanned, known } = this
    const { records } = scanned
    const entries: LazyEntry[] = []
    for (let at = this.record + RECORD_SIZE; at < this.extra; ) {
      entries.push(known.find(({ record }) => record === at) ?? new LazyEntry(scanned, at))
      at = skipNode(records, skipProperties(records, at + RECORD_SIZE))
    }
    this.known = entries
    this.isWhole = true
  }
}

const NO_ENTRIES: LazyEntry[] = []

/** @returns the index of the entry whose key has this record, in a list of all entries */
function indexOfRecord(entries: readonly LazyEntry[], sought: number): number {
  return countWhile(entries, ({ record }) => record < sought)
}

/** An entry whose key and value are made when they are first used. */
class LazyEntry implements Entry {
  private readonly scanned: ScannedDocument
  /** The record of its key, which has no anchor or tag in a scanned document. @internal */
  readonly record: number
  private cachedKey: YamlNode | undefined = undefined
  private cachedValue: YamlNode | undefined = undefined

  constructor(scanned: ScannedDocument, record: number) {
    this.scanned = scanned
    this.record = record
  }

  get start(): number {
    return this.scanned.records[this.record + 1] as number
  }

  get plainKey(): string | undefined {
    const { records, shared } = this.scanned
    if (records[this.record] !== SIMPLE_PLAIN) return undefined
    return decodeWithCache(
      shared.buffer,
      records[this.record + 1] as number,
      records[this.record + 2] as number,
    )
  }

  get key(): YamlNode {
    this.cachedKey ??= makeNodeAt(this.scanned, this.record)
    return this.cachedKey
  }

  get value(): YamlNode {
    this.cachedValue ??= makeNodeAt(this.scanned, this.record + RECORD_SIZE)
    return this.cachedValue
  }
}

class LazySequence extends LazyNode implements Sequence {
  /** The items made so far, at their indexes. */
  private readonly known: YamlNode[] = []
  private isWhole = false

  get kind(): 'sequence' {
    return 'sequence'
  }

  get style(): 'block' | 'flow' {
    return styleOf(this.head) === FLOW ? 'flow' : 'block'
  }

  get items(): readonly YamlNode[] {
    if (!this.isWhole) this.readAll()
    return this.known
  }

  itemsContaining(key: string | TextPattern): Iterable<readonly [number, YamlNode]> {
    const { scanned, record } = this
    return selectItems(scanned, record, scanned.shared.getIndex(key)).map(([index, at]) => [
      index,
      this.itemAt(index, at),
    ])
  }

  /** @param at where the item's records begin */
  private itemAt(index: number, at: number): YamlNode {
    this.known[index] ??= makeNodeAt(this.scanned, at)
    return this.known[index] as YamlNode
  }

  private readAll(): void {
    const { records } = this.scanned
    let index = 0
    for (let at = this.record + RECORD_SIZE; at < this.extra; index += 1) {
      this.itemAt(index, at)
      at = skipNode(records, skipProperties(records, at))
    }
    this.isWhole = true
  }
}
