import type { Buffer } from 'node:buffer'
import type { PlannedEdit, TextPattern, YamlNode } from '../nodes.ts'
import { asBuffer } from '../source.ts'
import { createKeyIndexes, type KeyIndex } from './key-index.ts'
import { createTextCache, type TextCache } from './scalar-text.ts'

/** What the nodes of a source share. */
export interface SourceView {
  readonly buffer: Buffer
  /** Where keys, or other texts, stand in the source. */
  readonly keys: (key: string | TextPattern) => KeyIndex
  readonly texts: TextCache
}

/** @param bytes of the whole source */
export function createSourceView(bytes: Uint8Array): SourceView {
  const buffer = asBuffer(bytes)
  return { buffer, keys: createKeyIndexes(buffer), texts: createTextCache() }
}

/** A scanned document, of which nodes are made as they are asked for. */
export interface ScannedDocument {
  readonly view: SourceView
  readonly records: Int32Array
  /** Just after the document's last record. */
  readonly length: number
  /** Nodes with an anchor, by the first of their records: an alias must stand for the very node. */
  anchored: Map<number, YamlNode> | undefined
  /** See `YamlNode.equalsExcept`. */
  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean
}
