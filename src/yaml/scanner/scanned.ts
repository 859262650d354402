import type { Buffer } from 'node:buffer'
import type { PlannedEdit, TextPattern, YamlNode } from '../nodes.ts'
import { asBuffer } from '../source.ts'
import { createKeyIndexes, type KeyIndex } from './key-index.ts'
import { createTextCache, type TextCache } from './scalar-text.ts'

/** What all scanned nodes of a source share. */
export interface SourceView {
  readonly buffer: Buffer
  /** Returns the index of a key or pattern in the source. */
  readonly keys: (key: string | TextPattern) => KeyIndex
  readonly texts: TextCache
}

/** @param bytes of the whole source */
export function createSourceView(bytes: Uint8Array): SourceView {
  const buffer = asBuffer(bytes)
  return { buffer, keys: createKeyIndexes(buffer), texts: createTextCache() }
}

/** A scanned document. */
export interface ScannedDocument {
  readonly view: SourceView
  readonly records: Int32Array
  /** The end of the document's last record. */
  readonly length: number
  /** Nodes with an anchor, by their first record, because an alias must return the identical node. */
  anchored: Map<number, YamlNode> | undefined
  /** See `YamlNode.equalsExcept`. */
  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean
}
