/** The query parameters that are never secret; go-containerregistry's `internal/redact` keeps such a list too. */
const HARMLESS = new Set(['scope', 'service', 'ns', 'n', 'last', 'digest', 'artifactType'])

/** A URL fit to be printed: without user information, and with only harmless values in its query. */
export function redactUrl(url: URL): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  shown.hash = ''
  for (const key of new Set(shown.searchParams.keys())) {
    if (!HARMLESS.has(key)) shown.searchParams.set(key, 'REDACTED')
  }
  return shown.href
}

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
  return plain.length > length ? `${plain.slice(0, length)}…` : plain
}
