import type { Buffer } from 'node:buffer'

/** The longest text that is looked up; longer ones are seldom the same. */
const LONGEST = 24
const SLOTS = 1024

/**
 * Texts that were made last, by their bytes: manifests are made of a few hundred keys and words, over and over. Taking one
 * from here saves the call into the engine, and the string.
 */
export type ShortTexts = (string | undefined)[]

export function createShortTexts(): ShortTexts {
  return new Array<string | undefined>(SLOTS).fill(undefined)
}

/** The text of some bytes in UTF-8. */
export function textAt(texts: ShortTexts, buffer: Buffer, start: number, end: number): string {
  if (end - start > LONGEST) return buffer.toString('utf8', start, end)
  const slot = slotOf(buffer, start, end)
  const known = texts[slot]
  if (known !== undefined && isText(known, buffer, start, end)) return known
  const text = buffer.toString('utf8', start, end)
  texts[slot] = text
  return text
}

function slotOf(buffer: Buffer, start: number, end: number): number {
  let hash = end - start
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (buffer[at] as number)) | 0
  return (hash ^ (hash >>> 10)) & (SLOTS - 1)
}

/** Only where it is ASCII: else it has fewer characters than bytes. */
function isText(text: string, buffer: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at - start) !== buffer[at]) return false
  return true
}
