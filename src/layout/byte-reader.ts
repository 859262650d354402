/** Hands out bytes of a stream in the sizes that are asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** As many bytes as there are at hand, at least one and at most `limit`; undefined at the end. */
  async some(limit: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) return undefined
      this.#rest = next.value
    }
    const taken = this.#rest.subarray(0, limit)
    this.#rest = this.#rest.subarray(taken.length)
    return taken
  }

  /** Exactly this many bytes; undefined where the stream ends before. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = []
    for (let left = length; left > 0; ) {
      const part = await this.some(left)
      if (part === undefined) return undefined
      parts.push(part)
      left -= part.length
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }
}
