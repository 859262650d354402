import { isHidingEscape } from './bytes.ts'
import { asBuffer } from './source.ts'

/**
 * Whether a text may occur in YAML or JSON: as it is, or with characters that are written as escapes, as PHP's `json_encode` does with every
 * slash. Searching bytes is cheaper than visiting nodes.
 * @param bytes a source, or documents of it
 * @param text in ASCII, on one line
 */
export function mayOccur(bytes: Uint8Array, text: string): boolean {
  const buffer = asBuffer(bytes)
  return buffer.includes(text) || hasHidingEscape(buffer)
}

function hasHidingEscape(buffer: Buffer): boolean {
  for (let at = buffer.indexOf('\\'); at !== -1; at = buffer.indexOf('\\', at + 1)) {
    if (isHidingEscape(buffer, at)) return true
  }
  return false
}
