import { Buffer } from 'node:buffer'
import { PinpullError } from '../diagnostics/errors.ts'
import { type Chunks, joinSmallChunks } from '../yaml/edit/splice.ts'

/**
 * The last look before anything is written. Helm 3, kustomize, kpt and Argo CD all take empty output with exit code 0
 * for "there are no objects", and delete what they had: so fewer objects out than in is an error, always.
 *
 * It counts the keys called `kind` in the bytes, and trusts no reader: what a reader cannot see, it cannot miss.
 *
 * @param before what came in
 * @param after what would go out
 * @throws {PinpullError} OBJECTS_LOST
 */
export function checkNoObjectsLost(before: Uint8Array, after: Chunks): void {
  if (after.length === 1 && after[0] === before) return
  const [came, goes] = [countKinds([before]), countKinds(joinSmallChunks(after, STRETCH))]
  if (goes < came) throw new PinpullError('OBJECTS_LOST', { before: came, after: goes })
}

const STRETCH = 1 << 20
const KIND = Buffer.from('kind')
const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27
const COLON = 0x3a

/** How many keys `kind` there are, quoted or not, in block or flow style or in JSON. No character is decoded for it. */
function countKinds(stretches: Iterable<Uint8Array>): number {
  let count = 0
  let rest: Uint8Array = new Uint8Array()
  for (const stretch of stretches) {
    const bytes = rest.length === 0 ? stretch : Buffer.concat([rest, stretch])
    // What may be the first half of a key is looked at with what follows it.
    const end = certainEnd(bytes)
    count += countIn(bytes, end)
    // A copy, which a Buffer's own `slice` would not be: a stretch may have the memory of the one before.
    rest = Uint8Array.from(bytes.subarray(end))
  }
  return count + countIn(rest, rest.length)
}

/** Just after the last byte that can be neither in a key nor between it and its colon. */
function certainEnd(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && isPart(bytes[end - 1] as number)) end -= 1
  return end
}

function isPart(byte: number): boolean {
  return KIND.includes(byte) || byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE || isSpace(byte)
}

/** The keys that begin before an offset. */
function countIn(bytes: Uint8Array, end: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let count = 0
  for (let at = buffer.indexOf(KIND); at !== -1 && at < end; at = buffer.indexOf(KIND, at + KIND.length)) {
    if (endsKey(buffer, at + KIND.length)) count += 1
  }
  return count
}

/** An image of that name has no space after its colon: `kind:1.0` is no key. */
function endsKey(bytes: Uint8Array, from: number): boolean {
  const isQuoted = bytes[from] === DOUBLE_QUOTE || bytes[from] === SINGLE_QUOTE
  let at = isQuoted ? from + 1 : from
  while (isSpace(bytes[at])) at += 1
  if (bytes[at] !== COLON) return false
  return isQuoted || at + 1 === bytes.length || isSpace(bytes[at + 1])
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}
