/** A file in a tar archive. Its body must be read before the next entry is requested; an unread rest is skipped. */
export interface TarEntry {
  /** Its path, without a leading `./`. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly body: AsyncIterable<Uint8Array>
}

/** The archive is invalid. */
export class TarError extends Error {
  override readonly name: string = 'TarError'
}

const BLOCK = 512

/** The maximum number of entries, more than any image has. */
const MAX_ENTRIES = 200_000

/** The maximum size of a file name or of pax attributes, in bytes. */
const MAX_META = 64 * 1024

/**
 * Reads the regular files of a tar archive in order: POSIX ustar, pax paths and sizes, GNU long names. Links, devices and
 * folders are skipped. Memory use does not depend on sizes in the archive.
 *
 * @param chunks the archive's bytes, decompressed
 * @throws {TarError}
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new ByteReader(chunks)
  let name: string | undefined
  let size: number | undefined
  for (let count = 0; ; count++) {
    if (count > MAX_ENTRIES) throw new TarError(`it has more than ${MAX_ENTRIES} entries`)
    const header = await bytes.readExactly(BLOCK)
    if (header === undefined || header.every((byte) => byte === 0)) return
    verifyChecksum(header)
    const type = String.fromCharCode(header[156] as number)
    const length = type === 'x' || type === 'g' ? sizeField(header) : (size ?? sizeField(header))
    if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
      const meta = await readMeta(bytes, length)
      if (type === 'L') name = text(meta, 0, meta.length)
      if (type === 'x') {
        name = paxField(meta, 'path') ?? name
        size = paxSize(meta) ?? size
      }
      continue
    }
    const body = new EntryBody(bytes, length)
    if (type === '0' || type === '\0' || type === '7') {
      yield { name: (name ?? ustarName(header)).replace(/^(?:\.\/)+/, ''), size: length, body }
    }
    await body.skip()
    name = undefined
    size = undefined
  }
}

async function readMeta(bytes: ByteReader, length: number): Promise<Uint8Array> {
  if (length > MAX_META) throw new TarError('it has a file name that is too long')
  const padded = await bytes.readExactly(roundUp(length))
  if (padded === undefined) throw new TarError('it ends in the middle')
  return padded.subarray(0, length)
}

/** The checksum is the sum of all bytes, with its own field as spaces (POSIX pax format). */
function verifyChecksum(header: Uint8Array): void {
  let sum = 0
  for (const [position, byte] of header.entries()) sum += position >= 148 && position < 156 ? 32 : byte
  if (sum !== numberField(header, 148, 8)) throw new TarError('it is not a tar archive, or it is damaged')
}

function sizeField(header: Uint8Array): number {
  return checkedSize(numberField(header, 124, 12))
}

function checkedSize(size: number): number {
  if (!Number.isSafeInteger(size)) throw new TarError('it has an invalid number')
  return size
}

/** An octal number, or GNU's base-256 form, whose first bit is set; NaN for anything else. */
function numberField(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length)
  const first = field[0] as number
  if ((first & 0x80) !== 0) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, first & 0x7f)
  const digits = text(field, 0, length).trim()
  if (digits === '') return 0
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}

function ustarName(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : ''
  const name = text(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Text up to the first NUL. */
function text(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length)
  const end = field.indexOf(0)
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8')
}

/** Returns the value of a `LENGTH KEY=VALUE` record; the last one wins. */
function paxField(meta: Uint8Array, key: string): string | undefined {
  const all = Buffer.from(meta)
  let found: string | undefined
  for (let start = 0; start < all.length; ) {
    const space = all.indexOf(0x20, start)
    const length = space < 0 ? Number.NaN : Number(all.toString('latin1', start, space))
    if (!Number.isSafeInteger(length) || length <= space - start || start + length > all.length) {
      throw new TarError('it has pax attributes that cannot be read')
    }
    const record = all.toString('utf8', space + 1, start + length - 1)
    if (record.startsWith(`${key}=`)) found = record.slice(key.length + 1)
    start += length
  }
  return found
}

function paxSize(meta: Uint8Array): number | undefined {
  const value = paxField(meta, 'size')
  return value === undefined ? undefined : checkedSize(/^\d+$/.test(value) ? Number(value) : Number.NaN)
}

function roundUp(length: number): number {
  return Math.ceil(length / BLOCK) * BLOCK
}

/** The bytes of an entry, followed by padding. */
class EntryBody implements AsyncIterable<Uint8Array> {
  readonly #bytes: ByteReader
  #left: number
  #padding: number

  constructor(bytes: ByteReader, length: number) {
    this.#bytes = bytes
    this.#left = length
    this.#padding = roundUp(length) - length
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (this.#left > 0) {
      const chunk = await this.#bytes.readSome(this.#left)
      if (chunk === undefined) throw new TarError('it ends in the middle')
      this.#left -= chunk.length
      yield chunk
    }
  }

  async skip(): Promise<void> {
    this.#left += this.#padding
    this.#padding = 0
    for await (const _ of this);
  }
}

/** Reads a stream in requested sizes. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Returns the available bytes, at least one and at most `limit`; undefined at the end. */
  async readSome(limit: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) return undefined
      this.#rest = next.value
    }
    const taken = this.#rest.subarray(0, limit)
    this.#rest = this.#rest.subarray(taken.length)
    return taken
  }

  /** Returns exactly `length` bytes; undefined if the stream ends before. */
  async readExactly(length: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = []
    for (let left = length; left > 0; ) {
      const part = await this.readSome(left)
      if (part === undefined) return undefined
      parts.push(part)
      left -= part.length
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }
}
