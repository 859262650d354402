/** In the standard or the URL-safe alphabet, as protobuf's JSON allows. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/**
 * Decodes base64; line breaks are allowed, as Go's decoder allows them. Node ignores every other character too, and would
 * read another text than what is written.
 *
 * @returns undefined if it is not base64
 */
export function decodeBase64(text: string): Buffer | undefined {
  const joined = text.replaceAll(/[\r\n]/g, '')
  return BASE64.test(joined) ? Buffer.from(joined, 'base64') : undefined
}
