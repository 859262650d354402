import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'
import { contentCodings, type HttpRequest, type HttpResponse } from './http.ts'

/** More codings than any proxy applies to one body. */
const MAX_CODINGS = 3

/**
 * Decompresses the body of a response according to `Content-Encoding` (RFC 9110, 8.4): a digest is that of the bytes
 * before a proxy compressed them.
 *
 * @param request its `maxBytes` also limits the decompressed body, whatever the status
 * @returns a copy with the decompressed body and without `Content-Encoding`; with an empty body and `isTruncated` if
 *   the body would be too long; the same response if it is truncated already, has more than three codings or an unknown
 *   one, or its body is invalid
 */
export async function decodeBody(response: HttpResponse, { maxBytes }: HttpRequest): Promise<HttpResponse> {
  const codings = contentCodings(response)
  if (codings.length > MAX_CODINGS || response.isTruncated) return response
  let { body } = response
  for (const coding of codings.toReversed()) {
    const next = await decompress(coding, body, maxBytes)
    if (next === 'too large') return { ...response, body: new Uint8Array(), isTruncated: true }
    if (next === undefined) return response
    body = next
  }
  return { ...response, body, headers: { ...response.headers, 'content-encoding': undefined } }
}

type Decoder = (
  body: Uint8Array,
  options: { readonly maxOutputLength: number },
  callback: (error: NodeJS.ErrnoException | null, result: Uint8Array) => void,
) => void

/** Decoders by content coding (RFC 9110, 8.4.1; RFC 7932; RFC 8878); the first that succeeds is used. */
const DECODERS: Readonly<Record<string, readonly Decoder[]>> = {
  gzip: [gunzip],
  'x-gzip': [gunzip],
  // Some servers omit the zlib header.
  deflate: [inflate, inflateRaw],
  br: [brotliDecompress],
  zstd: [zstdDecompress],
}

/**
 * Decodes one content coding.
 *
 * @param maxBytes the maximum size of the result
 * @returns undefined if the coding is unknown or the body is invalid
 */
async function decompress(
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
