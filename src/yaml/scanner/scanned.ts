import type { Buffer } from 'node:buffer'
import type { YamlNode } from '../nodes.ts'
import { bufferOf } from '../source.ts'
import { createKeySearch, type KeyIndex, type TextSigns } from './key-index.ts'
import { createShortTexts, type ShortTexts } from './scalar-text.ts'

/** What the nodes of a source share. */
export interface View {
  readonly buffer: Buffer
  /** Where keys, or other texts, stand in the source. */
  readonly keys: (key: string | TextSigns) => KeyIndex
  readonly texts: ShortTexts
}

/** @param bytes of the whole source */
export function createView(bytes: Uint8Array): View {
  const buffer = bufferOf(bytes)
  return { buffer, keys: createKeySearch(buffer), texts: createShortTexts() }
}

/** A scanned document, of which nodes are made as they are asked for. */
export interface Scanned {
  readonly view: View
  readonly records: Int32Array
  /** Just after the document's last record. */
  readonly length: number
  /** Nodes with an anchor, by the first of their records: an alias must stand for the very node. */
  anchored: Map<number, YamlNode> | undefined
}
