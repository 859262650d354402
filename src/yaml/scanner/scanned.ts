import type { Buffer } from 'node:buffer'
import type { PlannedEdit, TextPattern, YamlNode } from '../nodes.ts'
import { asBuffer } from '../source.ts'
import { createSearchIndexes, type SearchIndex } from './search-index.ts'

/** What all nodes of a scanned source share: its bytes, and indexes for searching them. */
export interface SharedSource {
  /** The bytes of the whole source. */
  readonly buffer: Buffer
  /** Returns the search index of an ASCII key or a pattern (see `createSearchIndexes`): where in the source it may occur. */
  readonly getIndex: (key: string | TextPattern) => SearchIndex
}

/**
 * Creates what the nodes of a source share. Searches nothing yet.
 * @param bytes the bytes of the whole source
 */
export function createSharedSource(bytes: Uint8Array): SharedSource {
  const buffer = asBuffer(bytes)
  return { buffer, getIndex: createSearchIndexes(buffer) }
}

/**
 * A document as the scanner has read it: four numbers, a record, for each node, anchor and tag (see `tape.ts`). Nodes are
 * made from them on demand.
 */
export interface ScannedDocument {
  /** What it shares with the other documents of the source. */
  readonly shared: SharedSource
  /** The records. Those of later documents, or unused numbers, may follow. */
  readonly records: Int32Array
  /** How many numbers of `records` belong to the document; 0 if it has no root node. */
  readonly length: number
  /**
   * The nodes with an anchor made so far, by the index of their first record, because an alias must return the identical
   * node.
   */
  anchored: Map<number, YamlNode> | undefined
  /** See `YamlNode.equalsExcept`: compares this document with that of `after`. */
  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean
}
