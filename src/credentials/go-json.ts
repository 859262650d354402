/** A JSON value whose objects keep every entry, duplicates included, in the order of the text. */
export type GoJsonValue = null | boolean | number | string | readonly GoJsonValue[] | GoJsonObject

/** The entries of an object; a key may occur several times. */
export interface GoJsonObject {
  readonly entries: readonly (readonly [string, GoJsonValue])[]
}

/** Numbers, words, strings and brackets; what stands between them says nothing more in text that is valid. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:"[\]{}]+/gs

/**
 * Reads JSON.
 *
 * @param rest how to treat text after the first value: Go's decoder, as docker uses it, leaves it unread
 * @throws {SyntaxError} whose message may quote the text
 */
export function parseGoJson(text: string, rest: 'unread' | 'refused' = 'refused'): GoJsonValue {
  const whole = rest === 'unread' && /^\s*[{[]/.test(text) ? text.slice(0, endOfValue(text)) : text
  JSON.parse(whole)
  const tokens = (whole.match(TOKEN) ?? []).values()
  return readValue(tokens.next().value ?? '', tokens)
}

/** A value that begins with a token, and whose other tokens follow. */
function readValue(token: string, tokens: IterableIterator<string>): GoJsonValue {
  if (token !== '{' && token !== '[') return JSON.parse(token) as GoJsonValue
  const entries: [string, GoJsonValue][] = []
  const items: GoJsonValue[] = []
  for (;;) {
    const { value: next = '' } = tokens.next()
    if (next === ']') return items
    if (next === '}') return { entries }
    if (token === '[') items.push(readValue(next, tokens))
    else entries.push([JSON.parse(next) as string, readValue(tokens.next().value ?? '', tokens)])
  }
}

/** Where the brackets of an object or array are closed again. */
function endOfValue(text: string): number {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++
    if (token === '}' || token === ']') depth--
    if (depth === 0) return index + token.length
  }
  return text.length
}

export function isGoJsonObject(value: GoJsonValue | undefined): value is GoJsonObject {
  return typeof value === 'object' && value !== null && 'entries' in value && !Array.isArray(value)
}

/**
 * The values of a field, in their order. Go's encoding/json takes a name in any case, and null for nothing at all.
 */
export function fieldValues({ entries }: GoJsonObject, name: string): GoJsonValue[] {
  const wanted = fold(name)
  return entries.filter(([key, value]) => value !== null && fold(key) === wanted).map(([, value]) => value)
}

/** A name without its case, as Go folds it: `ſ` is an s, and the Kelvin sign a k. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase()
}
