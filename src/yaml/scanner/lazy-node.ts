import type { Alias, Entry, Mapping, Scalar, ScalarStyle, Sequence, YamlNode } from '../nodes.ts'
import { isPlainNull, isPlainString, tagType } from '../scalar-type.ts'
import { cachedText, scalarText } from './scalar-text.ts'
import type { ScannedDocument } from './scanned.ts'
import {
  ALIAS,
  ANCHOR,
  DOUBLE,
  FLOW,
  FOLDED,
  kindOf,
  LITERAL,
  MAPPING,
  nextNode,
  PLAIN,
  SCALAR,
  SINGLE,
  skipProperties,
  styleOf,
  WIDTH,
} from './tape.ts'

/**
 * Makes the node whose records begin there: its anchor's, its tag's or its own. A node must be one and the same for
 * everybody: so only what holds it asks for it, and keeps it; one with an anchor, which aliases ask for too, is kept
 * with its document. Classes with getters, since most nodes of a large document are never looked into, and an object
 * with closures for each would cost more than the scan.
 */
export function nodeAt(scanned: ScannedDocument, at: number): YamlNode {
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

function readProperties({ records, view }: ScannedDocument, at: number, record: number): NodeProperties {
  let anchor: string | undefined
  let tag: string | undefined
  for (let property = at; property < record; property += WIDTH) {
    const text = view.buffer.toString('utf8', records[property + 1], records[property + 2])
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

const STYLES: Readonly<Record<number, ScalarStyle>> = {
  [PLAIN]: 'plain',
  [SINGLE]: 'single',
  [DOUBLE]: 'double',
  [LITERAL]: 'literal',
  [FOLDED]: 'folded',
}

/** The anchor and tag of a node that has either. */
interface NodeProperties {
  readonly anchor: string | undefined
  readonly tag: string | undefined
}

/** Four fields and no more, since there are so many: all else is in the records. */
export abstract class LazyNode {
  /** @internal */
  readonly scanned: ScannedDocument
  /** @internal */
  readonly record: number
  private readonly properties: NodeProperties | undefined

  constructor(scanned: ScannedDocument, record: number, properties: NodeProperties | undefined) {
    this.scanned = scanned
    this.record = record
    this.properties = properties
  }

  get start(): number {
    return this.scanned.records[this.record + 1] as number
  }

  get end(): number {
    return this.scanned.records[this.record + 2] as number
  }

  get anchor(): string | undefined {
    return this.properties?.anchor
  }

  get tag(): string | undefined {
    return this.properties?.tag
  }

  protected get head(): number {
    return this.scanned.records[this.record] as number
  }

  protected get extra(): number {
    return this.scanned.records[this.record + 3] as number
  }
}

/** What the record of a plain scalar on one line begins with, which is what nearly all keys and values are. */
const PLAIN_TEXT = SCALAR | PLAIN

class LazyScalar extends LazyNode implements Scalar {
  private cached: string | undefined = undefined

  get kind(): 'scalar' {
    return 'scalar'
  }

  get style(): ScalarStyle {
    return STYLES[styleOf(this.head)] as ScalarStyle
  }

  get value(): string {
    this.cached ??= this.read()
    return this.cached
  }

  private read(): string {
    const { head, start, end, extra } = this
    const { buffer, texts } = this.scanned.view
    return head === PLAIN_TEXT
      ? cachedText(texts, buffer, start, end)
      : scalarText(buffer, head, start, end, extra)
  }

  get isString(): boolean {
    const type = tagType(this.tag)
    if (type !== 'none') return type === 'string'
    return styleOf(this.head) !== PLAIN || isPlainString(this.value)
  }

  get isNull(): boolean {
    const type = tagType(this.tag)
    if (type !== 'none') return type === 'null'
    return styleOf(this.head) === PLAIN && isPlainNull(this.value)
  }
}

class LazyAlias extends LazyNode implements Alias {
  get kind(): 'alias' {
    return 'alias'
  }

  get name(): string {
    return this.scanned.view.buffer.toString('utf8', this.start + 1, this.end)
  }

  get target(): Scalar | Mapping | Sequence {
    return nodeAt(this.scanned, this.extra) as Scalar | Mapping | Sequence
  }
}

/** How many of a mapping's entries are made one by one, before all of them are. */
const FEW = 8

export class LazyMapping extends LazyNode implements Mapping {
  /** All entries, in their order; else those that were asked for, in any. */
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

  /** @param record that of the entry's key */
  entryAt(record: number): LazyEntry {
    const { known } = this
    if (this.isWhole) return known[indexOfRecord(known, record)] as LazyEntry
    for (const entry of known) if (entry.record === record) return entry
    if (known.length >= FEW) {
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
    for (let at = this.record + WIDTH; at < this.extra; ) {
      entries.push(known.find(({ record }) => record === at) ?? new LazyEntry(scanned, at))
      at = nextNode(records, skipProperties(records, at + WIDTH))
    }
    this.known = entries
    this.isWhole = true
  }
}

const NO_ENTRIES: LazyEntry[] = []

/** Where the entry is, in a list of all, whose key has a record. */
function indexOfRecord(entries: readonly LazyEntry[], record: number): number {
  let low = 0
  let high = entries.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle] as LazyEntry).record < record) low = middle + 1
    else high = middle
  }
  return low
}

/** An entry whose key and value are made when they are asked for. */
export class LazyEntry implements Entry {
  private readonly scanned: ScannedDocument
  /** That of its key, which has neither anchor nor tag here. @internal */
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
    const { records, view } = this.scanned
    if (records[this.record] !== PLAIN_TEXT) return undefined
    return cachedText(
      view.texts,
      view.buffer,
      records[this.record + 1] as number,
      records[this.record + 2] as number,
    )
  }

  get key(): YamlNode {
    this.cachedKey ??= nodeAt(this.scanned, this.record)
    return this.cachedKey
  }

  get value(): YamlNode {
    this.cachedValue ??= nodeAt(this.scanned, this.record + WIDTH)
    return this.cachedValue
  }
}

export class LazySequence extends LazyNode implements Sequence {
  /** The items that were asked for, in their places. */
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

  /** @param at where the item's records begin */
  itemAt(index: number, at: number): YamlNode {
    this.known[index] ??= nodeAt(this.scanned, at)
    return this.known[index] as YamlNode
  }

  private readAll(): void {
    const { records } = this.scanned
    let index = 0
    for (let at = this.record + WIDTH; at < this.extra; index += 1) {
      this.itemAt(index, at)
      at = nextNode(records, skipProperties(records, at))
    }
    this.isWhole = true
  }
}
