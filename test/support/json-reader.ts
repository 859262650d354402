import type { JsonValue } from './kubernetes-value.ts'

/** A token of JSON: a bracket, a comma or a colon, a string, or a literal. White space stands between them. */
const TOKEN = /[ \t\r\n]*([{}[\],:]|"(?:[^"\\]|\\.)*"|[^ \t\r\n{}[\],:"]+)/y

/** A collection that is being read. */
type Open =
  | { readonly kind: 'list'; readonly items: JsonValue[] }
  | { readonly kind: 'object'; readonly object: { [key: string]: JsonValue }; key: string | undefined }

/**
 * Reads JSON that a program of ours has written, key by key. `JSON.parse` of Node 24.21 (V8 13.6) cannot be relied on: where
 * an object of the same keys was read before, it expects the key that came next there, and compares what is written, not
 * what that means. After `{"a":1,"\\":1}`, it reads the key of `{"a":1,"\n":1}` that is a line break as a backslash. Here it
 * reads single strings and numbers alone.
 * @returns objects without a prototype, so that any key is an ordinary one
 * @throws {SyntaxError} where it is no JSON; commas and colons are taken to be where they belong
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
