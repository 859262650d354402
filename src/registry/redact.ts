/**
 * What of a URL is printed: scheme, host and port. A path may hold a secret as well as a query (object stores sign both),
 * and only some readers see user information where it is badly written. Of a URL that has no host, it is the scheme.
 */
export function originOf(url: URL): string {
  return url.origin === 'null' ? `${url.protocol}${url.host === '' ? '' : `//${url.host}`}` : url.origin
}

/** What stands at the end of a quotation that was cut off. */
export const CUT = '…'

/**
 * Text that a server sent, fit to be printed: on one line, without control characters (which could drive a
 * terminal), and bounded.
 */
export function cleanText(text: string, length = 300): string {
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return plain.length > length ? `${plain.slice(0, length)}${CUT}` : plain
}
