/** A JSON value whose objects keep every entry, duplicates included, in the order of the text. */
export type GoJsonValue = null | boolean | number | string | readonly GoJsonValue[] | GoJsonObject

/** The entries of an object; a key may occur several times. */
export interface GoJsonObject {
  readonly entries: readonly (readonly [string, GoJsonValue])[]
}

/** Numbers, words, strings and brackets. In valid JSON, the text between them has no further meaning. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:"[\]{}]+/gs

/**
 * Parses JSON and keeps repeated keys, as Go's encoding/json needs them.
 *
 * @param rest whether text after the first value is ignored (`unread`, as docker's decoder does) or an error (`refused`)
 * @throws {SyntaxError} whose message may quote the text
 */
export function parseGoJson(text: string, rest: 'unread' | 'refused' = 'refused'): GoJsonValue {
  const whole = rest === 'unread' && /^\s*[{[]/.test(text) ? text.slice(0, endOfValue(text)) : text
  JSON.parse(whole)
  const tokens = (whole.match(TOKEN) ?? []).values()
  return readValue(tokens.next().value ?? '', tokens)
}

/** Reads the value that begins with a token. */
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

/** Returns the offset after the closing bracket of an object or array. */
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
 * Returns all values of a field, in order. As in Go's encoding/json, names match in any case, and null counts as absent.
 */
export function fieldValues({ entries }: GoJsonObject, name: string): GoJsonValue[] {
  const wanted = fold(name)
  return entries.filter(([key, value]) => value !== null && fold(key) === wanted).map(([, value]) => value)
}

/** Folds the case of a name as Go does: `ſ` equals s, and the Kelvin sign equals k. */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase()
}
