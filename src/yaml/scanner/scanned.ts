import type { Buffer } from 'node:buffer'
import type { PlannedEdit, TextPattern, YamlNode } from '../nodes.ts'
import { asBuffer } from '../source.ts'
import { createTextCache, type TextCache } from './scalar-text.ts'
import { createSearchIndexes, type SearchIndex } from './search-index.ts'

/** What all scanned nodes of a source share. */
export interface SharedSource {
  readonly buffer: Buffer
  /** Returns the index of a key or pattern in the source. */
  readonly getIndex: (key: string | TextPattern) => SearchIndex
  readonly textCache: TextCache
}

/** @param bytes of the whole source */
export function createSharedSource(bytes: Uint8Array): SharedSource {
  const buffer = asBuffer(bytes)
  return { buffer, getIndex: createSearchIndexes(buffer), textCache: createTextCache() }
}

/** A scanned document. */
export interface ScannedDocument {
  readonly shared: SharedSource
  readonly records: Int32Array
  /** The end of the document's last record. */
  readonly length: number
  /** Nodes with an anchor, by their first record, because an alias must return the identical node. */
  anchored: Map<number, YamlNode> | undefined
  /** See `YamlNode.equalsExcept`. */
  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean
}
