import type { Buffer } from 'node:buffer'
import type { Alias, Entry, Mapping, Scalar, ScalarStyle, Sequence, YamlNode } from '../nodes.ts'
import { isNullText, isStringText, tagType } from '../schema.ts'
import { bufferOf } from '../source.ts'
import { scalarText } from './scalar-text.ts'
import { createShortTexts, type ShortTexts, textAt } from './short-text.ts'
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
import { createWordIndex, type WordIndex } from './word-index.ts'

/** What the nodes of a source share. */
export interface View {
  readonly buffer: Buffer
  readonly words: Map<string, WordIndex>
  readonly texts: ShortTexts
}

/** @param bytes of the whole source */
export function createView(bytes: Uint8Array): View {
  return { buffer: bufferOf(bytes), words: new Map(), texts: createShortTexts() }
}

/** A scanned document, of which nodes are made as they are asked for. */
export interface Scanned {
  readonly view: View
  readonly records: Int32Array
  /** Just after the document's last record. */
  readonly length: number
  /** Nodes with an anchor, by the first of their records: an alias must stand for the very node. */
  anchored: Map<number, Scalar | Mapping | Sequence> | undefined
}

/**
 * Whether an entry with this key may stand somewhere in a node, aliases followed: false only where it is certain that
 * none does. It is asked before a node is looked into, since that is what takes time.
 * @param key in ASCII
 */
export function mayHoldKey(node: YamlNode, key: string): boolean {
  if (!(node instanceof LazyNode)) return true
  const { words, buffer } = node.scanned.view
  let index = words.get(key)
  if (index === undefined) {
    index = createWordIndex(buffer, key)
    words.set(key, index)
  }
  return index.within(node.start, node.end)
}

/** The scanned document that a node is of; absent for a node of the reference reader. */
export function scannedOf(node: YamlNode | undefined): Scanned | undefined {
  return node instanceof LazyNode ? node.scanned : undefined
}

/** A node's own record; absent for a node of another document. */
export function recordOf(scanned: Scanned, node: YamlNode): number | undefined {
  return node instanceof LazyNode && node.scanned === scanned ? node.record : undefined
}

/**
 * The node whose records begin there: its anchor's, its tag's or its own. Classes with getters, since most nodes of
 * a large document are never looked into, and an object with closures for each would cost more than the scan.
 */
export function nodeAt(scanned: Scanned, at: number): YamlNode {
  const { records } = scanned
  const record = skipProperties(records, at)
  if (record === at) return makeNode(scanned, record, undefined, undefined)
  const known = scanned.anchored?.get(at)
  if (known !== undefined) return known
  let anchor: string | undefined
  let tag: string | undefined
  for (let property = at; property < record; property += WIDTH) {
    const text = scanned.view.buffer.toString('utf8', records[property + 1], records[property + 2])
    if (kindOf(records[property] as number) === ANCHOR) anchor = text
    else tag = text
  }
  const node = makeNode(scanned, record, anchor, tag)
  if (anchor !== undefined) {
    scanned.anchored ??= new Map()
    scanned.anchored.set(at, node as Scalar | Mapping | Sequence)
  }
  return node
}

function makeNode(
  scanned: Scanned,
  record: number,
  anchor: string | undefined,
  tag: string | undefined,
): YamlNode {
  switch (kindOf(scanned.records[record] as number)) {
    case SCALAR:
      return new LazyScalar(scanned, record, anchor, tag)
    case ALIAS:
      return new LazyAlias(scanned, record)
    case MAPPING:
      return new LazyMapping(scanned, record, anchor, tag)
    default:
      return new LazySequence(scanned, record, anchor, tag)
  }
}

const STYLES: Readonly<Record<number, ScalarStyle>> = {
  [PLAIN]: 'plain',
  [SINGLE]: 'single',
  [DOUBLE]: 'double',
  [LITERAL]: 'literal',
  [FOLDED]: 'folded',
}

abstract class LazyNode {
  readonly start: number
  readonly end: number
  readonly anchor?: string
  readonly tag?: string
  /** @internal */
  readonly scanned: Scanned
  /** @internal */
  readonly record: number

  constructor(scanned: Scanned, record: number, anchor: string | undefined, tag: string | undefined) {
    this.scanned = scanned
    this.record = record
    this.start = scanned.records[record + 1] as number
    this.end = scanned.records[record + 2] as number
    if (anchor !== undefined) this.anchor = anchor
    if (tag !== undefined) this.tag = tag
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
  readonly kind = 'scalar'
  #value: string | undefined

  get style(): ScalarStyle {
    return STYLES[styleOf(this.head)] as ScalarStyle
  }

  get value(): string {
    this.#value ??= this.#read()
    return this.#value
  }

  #read(): string {
    const { head, start, end, extra } = this
    const { buffer, texts } = this.scanned.view
    return head === PLAIN_TEXT
      ? textAt(texts, buffer, start, end)
      : scalarText(buffer, head, start, end, extra)
  }

  get isString(): boolean {
    const type = tagType(this.tag)
    if (type !== 'none') return type === 'string'
    return styleOf(this.head) !== PLAIN || isStringText(this.value)
  }

  get isNull(): boolean {
    const type = tagType(this.tag)
    if (type !== 'none') return type === 'null'
    return styleOf(this.head) === PLAIN && isNullText(this.value)
  }
}

class LazyAlias extends LazyNode implements Alias {
  readonly kind = 'alias'

  constructor(scanned: Scanned, record: number) {
    super(scanned, record, undefined, undefined)
  }

  get name(): string {
    return this.scanned.view.buffer.toString('utf8', this.start + 1, this.end)
  }

  get target(): Scalar | Mapping | Sequence {
    return nodeAt(this.scanned, this.extra) as Scalar | Mapping | Sequence
  }
}

class LazyMapping extends LazyNode implements Mapping {
  readonly kind = 'mapping'
  #entries: readonly Entry[] | undefined

  get style(): 'block' | 'flow' {
    return styleOf(this.head) === FLOW ? 'flow' : 'block'
  }

  get entries(): readonly Entry[] {
    this.#entries ??= this.#read()
    return this.#entries
  }

  #read(): Entry[] {
    const { scanned } = this
    const entries: Entry[] = []
    let at = this.record + WIDTH
    while (at < this.extra) {
      const key = nodeAt(scanned, at)
      const value = nodeAt(scanned, at + WIDTH)
      entries.push({ start: key.start, key, value })
      at = nextNode(scanned.records, skipProperties(scanned.records, at + WIDTH))
    }
    return entries
  }
}

class LazySequence extends LazyNode implements Sequence {
  readonly kind = 'sequence'
  #items: readonly YamlNode[] | undefined

  get style(): 'block' | 'flow' {
    return styleOf(this.head) === FLOW ? 'flow' : 'block'
  }

  get items(): readonly YamlNode[] {
    this.#items ??= this.#read()
    return this.#items
  }

  #read(): YamlNode[] {
    const { scanned } = this
    const items: YamlNode[] = []
    let at = this.record + WIDTH
    while (at < this.extra) {
      items.push(nodeAt(scanned, at))
      at = nextNode(scanned.records, skipProperties(scanned.records, at))
    }
    return items
  }
}
