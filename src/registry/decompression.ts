import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'

type Decoder = (
  body: Uint8Array,
  options: { readonly maxOutputLength: number },
  callback: (error: NodeJS.ErrnoException | null, result: Uint8Array) => void,
) => void

/** Decoders by content coding (RFC 9110, 8.4.1; RFC 7932; RFC 8878); the first one that succeeds is used. */
const DECODERS: Readonly<Record<string, readonly Decoder[]>> = {
  gzip: [gunzip],
  'x-gzip': [gunzip],
  // Some servers leave the header of zlib out.
  deflate: [inflate, inflateRaw],
  br: [brotliDecompress],
  zstd: [zstdDecompress],
}

/**
 * Undoes one content coding.
 *
 * @param maxBytes the longest result
 * @returns undefined if the coding is unknown or the body is not coded that way
 */
export async function decompress(
  coding: string,
  body: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | 'too large' | undefined> {
  for (const decoder of DECODERS[coding] ?? []) {
    const result = await run(decoder, body, maxBytes)
    if (result !== undefined) return result
  }
  return undefined
}

function run(
  decoder: Decoder,
  body: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | 'too large' | undefined> {
  return new Promise((resolve) => {
    decoder(body, { maxOutputLength: Math.max(1, maxBytes) }, (error, result) => {
      if (error === null) resolve(result)
      else resolve(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : undefined)
    })
  })
}
