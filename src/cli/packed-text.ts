import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** The fastest. Findings, which mostly repeat each other, take a seventh of their size then; the best level makes it a ninth. */
const LEVEL = 1

/** Makes a long text that is not needed for a while small. */
export function packText(text: string): Uint8Array {
  return deflateRawSync(text, { level: LEVEL })
}

/** @param packed by `packText` */
export function unpackText(packed: Uint8Array): string {
  return inflateRawSync(packed).toString()
}
