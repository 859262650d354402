import { Buffer } from 'node:buffer'
import type { Entry, Mapping, Sequence, YamlNode } from '../nodes.ts'
import type { TextPattern } from './key-index.ts'
import { LazyEntry, LazyMapping, LazyNode, LazySequence } from './lazy-node.ts'
import {
  ABSENT,
  endOf,
  findKey,
  findScalarsEnding,
  findString,
  itemsWithin,
  keysWithin,
  UNSURE,
} from './record-search.ts'
import type { ScannedDocument } from './scanned.ts'

/**
 * Whether an entry with this key, or one of some texts, may stand somewhere in a node, aliases followed: false only where
 * it is certain that none does. It is asked before a node is looked into, since that is what takes time.
 * @param key in ASCII
 */
export function mayHoldKey(node: YamlNode, key: string | TextPattern): boolean {
  if (!(node instanceof LazyNode)) return true
  return node.scanned.view.keys(key).next(node.start, node.end) < node.end
}

/**
 * Whether one of some texts may stand somewhere in a mapping, beside the one key of its own with a name.
 * @param ownKey in ASCII, and one of the texts
 */
export function mayHoldBeside(mapping: Mapping, signs: TextPattern, ownKey: string): boolean {
  if (!(mapping instanceof LazyMapping)) return true
  const { scanned, record, start, end } = mapping
  const index = scanned.view.keys(signs)
  const first = index.next(start, end)
  if (first >= end) return false
  const at = findKey(scanned, record, ownKey)
  if (at < 0) return true
  const keyStart = scanned.records[at + 1] as number
  const keyEnd = scanned.records[at + 2] as number
  return first < keyStart || index.next(keyEnd, end) < end
}

/**
 * The entries of a mapping that have this key or text, or may have it somewhere in their value, aliases followed: of the
 * others no node is made.
 * @param key in ASCII
 */
export function entriesHolding(mapping: Mapping, key: string | TextPattern): readonly Entry[] {
  if (!(mapping instanceof LazyMapping)) return mapping.entries
  const { scanned, record } = mapping
  return keysWithin(scanned, record, scanned.view.keys(key)).map((at) => mapping.entryAt(at))
}

/** The items of a sequence that hold such an entry or may do so, with their positions. */
export function itemsHolding(
  sequence: Sequence,
  key: string | TextPattern,
): Iterable<readonly [number, YamlNode]> {
  if (!(sequence instanceof LazySequence)) return sequence.items.entries()
  const { scanned, record } = sequence
  return itemsWithin(scanned, record, scanned.view.keys(key)).map(([index, at]) => [
    index,
    sequence.itemAt(index, at),
  ])
}

/**
 * The last entry of a mapping with this key, or with what merges and aliases may make of one.
 * @param key in ASCII
 * @returns null where there is none; undefined where only a look at all entries can tell
 */
export function findEntry(mapping: Mapping, key: string): Entry | null | undefined {
  if (!(mapping instanceof LazyMapping)) return undefined
  const at = findKey(mapping.scanned, mapping.record, key)
  if (at === UNSURE) return undefined
  return at === ABSENT ? null : mapping.entryAt(at)
}

/**
 * The string at the end of a path of keys.
 * @param path of ASCII, and of no key that means null
 * @returns null where there is none; undefined where only a look at nodes can tell
 */
export function findStringAt(mapping: Mapping, path: readonly string[]): string | null | undefined {
  return mapping instanceof LazyMapping ? findString(mapping.scanned, mapping.record, path) : undefined
}

/** The text of a key that stands plain on one line, as nearly all do; absent for any other. */
export function writtenKey(entry: Entry): string | undefined {
  return entry instanceof LazyEntry ? entry.plainKey : undefined
}

/** The scanned document that a node is of; absent for a node of the reference reader. */
export function scannedOf(node: YamlNode | undefined): ScannedDocument | undefined {
  return node instanceof LazyNode ? node.scanned : undefined
}

/** A node's own record; absent for a node of another document. */
export function recordOf(scanned: ScannedDocument, node: YamlNode): number | undefined {
  return node instanceof LazyNode && node.scanned === scanned ? node.record : undefined
}

/** Scalars that end with one of some texts. */
export interface EndSearch {
  /**
   * @param node to look into
   * @param longest how many bytes a scalar may have to be of interest
   * @returns where they, and the aliases of such, begin, in ascending order; undefined where the records don't tell: there
   *   are none, or an alias stands for a collection, so that a scalar may be in two places
   */
  in(node: YamlNode, longest: number): readonly number[] | undefined
}

/**
 * Looks through the records of documents, and makes no node. Keys are looked at, too.
 * @param texts of two characters or more
 * @param isWanted says, of a scalar that ends like one of them, whether it is wanted
 */
export function createEndSearch(texts: Iterable<string>, isWanted: (text: string) => boolean): EndSearch {
  const ends = new Uint8Array(1 << 16)
  for (const text of texts) {
    const bytes = Buffer.from(text.slice(-2))
    ends[endOf(bytes, bytes.length)] = 1
  }
  return {
    in: (node, longest) => {
      const scanned = scannedOf(node)
      if (scanned === undefined) return undefined
      const from = recordOf(scanned, node)
      return from === undefined ? undefined : findScalarsEnding(scanned, from, longest, ends, isWanted)
    },
  }
}
