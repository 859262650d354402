import type { JsonValue } from './kubernetes-value.ts'

/** A token of JSON: a bracket, a comma or a colon, a string, or a literal. White space separates tokens. */
const TOKEN = /[ \t\r\n]*([{}[\],:]|"(?:[^"\\]|\\.)*"|[^ \t\r\n{}[\],:"]+)/y

/** A collection that is not complete yet. */
type Open =
  | { readonly kind: 'list'; readonly items: JsonValue[] }
  | { readonly kind: 'object'; readonly object: { [key: string]: JsonValue }; key: string | undefined }

/**
 * Parses JSON that one of our test programs has written. `JSON.parse` of Node 24.21 (V8 13.6) has a defect: after it has parsed
 * an object with the same first keys, it expects the same next key, and compares source text instead of
 * values. After `{"a":1,"\\":1}`, it parses the key of `{"a":1,"\n":1}`, a line break, as a backslash. Here `JSON.parse`
 * only parses single strings and numbers.
 * @returns objects without a prototype, so that any key is an ordinary one
 * @throws {SyntaxError} if the text is not JSON; the positions of commas and colons are not checked
 */
export function readJson(text: string): JsonValue {
  const open: Open[] = []
  let root: JsonValue | undefined
  const add = (value: JsonValue): void => {
    const around = open.at(-1)
    if (around === undefined) root = value
    else if (around.kind === 'list') around.items.push(value)
    else {
      around.object[around.key as string] = value
      around.key = undefined
    }
  }
  const begin = (collection: Open, value: JsonValue): void => {
    add(value)
    open.push(collection)
  }
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(text)?.[1]; token !== undefined; token = TOKEN.exec(text)?.[1]) {
    const around = open.at(-1)
    if (token === '[') {
      const items: JsonValue[] = []
      begin({ kind: 'list', items }, items)
    } else if (token === '{') {
      const object: { [key: string]: JsonValue } = Object.create(null)
      begin({ kind: 'object', object, key: undefined }, object)
    } else if (token === ']' || token === '}') open.pop()
    else if (token === ',' || token === ':') continue
    else if (around?.kind === 'object' && around.key === undefined) around.key = JSON.parse(token)
    else add(JSON.parse(token))
  }
  if (root === undefined || open.length > 0) throw new SyntaxError(`no JSON: ${text.slice(0, 80)}`)
  return root
}
