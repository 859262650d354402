/**
 * Parses JSON.
 *
 * @param source text, or bytes in UTF-8
 * @returns the value; undefined if the source is not JSON or not UTF-8
 */
export function parseJson(source: string | Uint8Array): unknown {
  try {
    return JSON.parse(
      typeof source === 'string' ? source : new TextDecoder('utf-8', { fatal: true }).decode(source),
    )
  } catch {
    return undefined
  }
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Returns the value that keys lead to, one after another.
 * @param keys of objects; of arrays, the index
 * @returns undefined if there is none
 */
export function jsonValueAt(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)]
    return isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined
  }, value)
}
