import { isStringText } from '../plain-text.ts'
import { latin1Of } from '../source.ts'

/** What a plain scalar that is no string may begin with: of null, booleans and numbers. */
const FIRST = new Uint8Array(256)
for (const character of 'yYnNtTfFoO~+-.0123456789') FIRST[character.charCodeAt(0)] = 1

/** The longest of the words that are no strings: `false`. */
const LONGEST_WORD = 5
const LETTERS = 0x41

/** Whether a plain key is a string, as nearly all are. */
export function isStringKey(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number
  if (start < end && FIRST[first] === 0) return true
  if (first >= LETTERS && end - start > LONGEST_WORD) return true
  return isStringText(latin1Of(bytes, start, end))
}
