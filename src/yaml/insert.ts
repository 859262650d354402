import { InternalError } from '../diagnostics/errors.ts'
import type { Edit } from './edit.ts'
import { CR, isBlank, LF } from './fast/bytes.ts'
import { columnOf, newLine } from './line.ts'
import { ownEntries } from './lookup.ts'
import type { Entry, Mapping, ScalarStyle, YamlNode } from './nodes.ts'
import { formatFlowScalar } from './quoting.ts'
import type { Source } from './source.ts'

/** An entry that is to be written into a mapping. */
export interface NewEntry {
  readonly mapping: Mapping
  /** The first byte of the key of the entry that it comes after. */
  readonly afterKey: number
  readonly key: string
  readonly value: string
}

/**
 * The edits that write a new entry after another, and as that one is written: its indentation, line ending, quotes
 * and the white space around its colon.
 * @throws {InternalError} where the mapping has no entry to come after, or has the key already
 */
export function insertEntry(source: Source, { mapping, afterKey, key, value }: NewEntry): Edit[] {
  const at = mapping.entries.findIndex((entry) => entry.key.start === afterKey)
  const entry = mapping.entries[at]
  if (entry === undefined) throw new InternalError(`no key begins at offset ${afterKey} of the mapping`)
  if (ownEntries(mapping, key).length > 0) throw new InternalError(`the mapping has a key ${key} already`)
  if (mapping.style === 'block') return [insertLine(source, entry, key, value)]
  return insertInFlow(source, mapping, at, key, value)
}

function insertLine(source: Source, entry: Entry, key: string, value: string): Edit {
  const { text } = source
  const quotes = quotesOf(entry.key)
  const written = `${formatFlowScalar(key, quotes, false)}: ${formatFlowScalar(value, quotes, false)}`
  return newLine(text, entry.value.end, ' '.repeat(columnOf(text, entry.start)) + written)
}

function insertInFlow(source: Source, mapping: Mapping, at: number, key: string, value: string): Edit[] {
  const { text } = source
  const entry = mapping.entries[at] as Entry
  const quotes = quotesOf(entry.key)
  const pair =
    formatFlowScalar(key, quotes, true) + colonOf(text, entry) + formatFlowScalar(value, quotes, true)
  const end = entry.value.end
  if (text.charCodeAt(mapping.start) !== BRACE) {
    // A pair in brackets is an item of its own, and becomes a mapping in braces.
    return [
      { start: entry.start, end: entry.start, text: '{' },
      { start: end, end, text: `, ${pair}}` },
    ]
  }
  const space = spaceBefore(text, mapping, at)
  if (!space.includes('\n')) return [{ start: end, end, text: `,${space}${pair}` }]
  // One entry a line: a comment behind the other entry stays with it.
  const rest = /[ \t]*(?:(,)[ \t]*)?(?:#[^\r\n]*)?(?=\r?\n)/y
  rest.lastIndex = end
  const found = rest.exec(text)
  if (found === null) return [{ start: end, end, text: `,${space}${pair}` }]
  const lineEnd = rest.lastIndex
  if (found[1] === ',') return [{ start: lineEnd, end: lineEnd, text: `${space}${pair},` }]
  if (lineEnd === end) return [{ start: end, end, text: `,${space}${pair}` }]
  return [
    { start: end, end, text: ',' },
    { start: lineEnd, end: lineEnd, text: space + pair },
  ]
}

/**
 * The white space to write before a new entry of a mapping in braces: what stands before its neighbour, from the
 * line break on where there is one.
 */
function spaceBefore(text: string, mapping: Mapping, at: number): string {
  const own = spaceBeforeEntry(text, mapping, at)
  if (at > 0 || own.includes('\n')) return own
  if (mapping.entries.length > 1) return spaceBeforeEntry(text, mapping, 1)
  // The only entry: white space behind the brace says nothing of that behind a comma, but that behind the colon does.
  return colonOf(text, mapping.entries[0] as Entry).endsWith(':') ? '' : ' '
}

function spaceBeforeEntry(text: string, mapping: Mapping, at: number): string {
  const from = mapping.entries[at - 1]?.value.end ?? mapping.start
  const end = mapping.entries[at]?.start ?? from
  let start = end
  while (start > from && isBlank(text.charCodeAt(start - 1))) start -= 1
  if (start > from && text.charCodeAt(start - 1) === LF) start -= 1
  if (start > from && start < end && text.charCodeAt(start) === LF && text.charCodeAt(start - 1) === CR)
    start -= 1
  return text.slice(start, end)
}

/** The colon of an entry with the white space around it, where nothing else stands there. */
function colonOf(text: string, { key, value }: Entry): string {
  const between = text.slice(key.end, value.start)
  return /^[ \t]*:[ \t]*$/.test(between) && value.end > value.start ? between : ': '
}

/** A quoted key stands among quoted values, and JSON allows nothing else: so its quotes are for both. */
function quotesOf(key: YamlNode): ScalarStyle {
  return key.kind === 'scalar' && (key.style === 'double' || key.style === 'single') ? key.style : 'plain'
}

const BRACE = 0x7b
