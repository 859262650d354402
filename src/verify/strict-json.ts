import { Refusal, shown } from './refusal.ts'

/** How deep values may be nested: a provenance has a depth of about 8. */
const MAX_DEPTH = 100
/** A list of 20,000 packages has about as many; each takes up to 100 bytes of memory. */
const MAX_VALUES = 2_000_000

/**
 * Parses JSON that somebody signed, or that a proof is in. Readers differ in what they make of a key that appears twice, so
 * a signer could have meant one value and Pinpull read the other: it is refused.
 *
 * @param bytes in UTF-8
 * @param what the name of the document, for the reason: `the bundle`
 * @throws {Refusal} if it is no JSON, is nested too deep, has too many values, or a key twice
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    // First, since the parser needs memory for every value.
    checkStructure(text, what)
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(`${what} is not JSON`)
  }
}

/**
 * @param text may be no JSON; then what is checked means nothing
 * @throws {Refusal}
 * @throws {SyntaxError} if it is no JSON, which need not be noticed
 */
function checkStructure(text: string, what: string): void {
  /** For each open value its keys so far; undefined for an array. */
  const open: (Set<string> | undefined)[] = []
  let isKeyNext = false
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        isKeyNext = text[at] === '{'
        open.push(isKeyNext ? new Set() : undefined)
        if (open.length > MAX_DEPTH) throw new Refusal(`${what} is nested more than ${MAX_DEPTH} levels deep`)
        values += 1
        break
      case 0x7d: // }
      case 0x5d: // ]
        open.pop()
        break
      case 0x2c: // ,
        isKeyNext = open.at(-1) !== undefined
        values += 1
        break
      case 0x22: {
        // "
        const end = endOfString(text, at)
        if (isKeyNext) addKey(open.at(-1), text.slice(at, end + 1), what)
        isKeyNext = false
        at = end
      }
    }
    if (values > MAX_VALUES) throw new Refusal(`${what} has more than ${MAX_VALUES} values`)
  }
}

function addKey(keys: Set<string> | undefined, literal: string, what: string): void {
  const key: string = JSON.parse(literal)
  if (keys?.has(key) === true) throw new Refusal(`${what} has the key ${shown(literal)} twice in one object`)
  keys?.add(key)
}

function endOfString(text: string, start: number): number {
  let at = start
  let isEscaped: boolean
  do {
    at = text.indexOf('"', at + 1)
    if (at < 0) throw new SyntaxError('a string has no end')
    let slashes = 0
    while (text[at - 1 - slashes] === '\\') slashes += 1
    isEscaped = slashes % 2 === 1
  } while (isEscaped)
  return at
}
