import type { Buffer } from 'node:buffer'
import type { Mapping, Scalar, Sequence } from '../nodes.ts'
import { bufferOf } from '../source.ts'
import { createShortTexts, type ShortTexts } from './short-text.ts'
import type { WordIndex } from './word-index.ts'

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
