import { InternalError } from '../../diagnostics/errors.ts'
import { BRACE, COLON, CR, isBlank, LF } from '../bytes.ts'
import { entryOfKey, hasOwnKey } from '../lookup.ts'
import type { Edit, Entry, Mapping, ScalarStyle, YamlNode } from '../nodes.ts'
import { BOM, decodeLatin1, hasBom, type Source } from '../source.ts'
import { formatFlowScalar } from './scalar-format.ts'

const IN_BLOCK = { inFlow: false }
const IN_FLOW = { inFlow: true }

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
  const entry = entryOfKey(mapping, afterKey)
  if (entry === undefined) throw new InternalError(`no key begins at offset ${afterKey} of the mapping`)
  if (hasOwnKey(mapping, key)) throw new InternalError(`the mapping has a key ${key} already`)
  if (mapping.style === 'block') return [insertLine(source, entry, key, value)]
  return insertInFlow(source, mapping, mapping.entries.indexOf(entry), key, value)
}

function insertLine(source: Source, entry: Entry, key: string, value: string): Edit {
  const { bytes } = source
  const quotes = quotesOf(entry.key)
  const written = `${formatFlowScalar(key, quotes, IN_BLOCK)}: ${formatFlowScalar(value, quotes, IN_BLOCK)}`
  return insertLineAfter(bytes, entry.value.end, ' '.repeat(columnOf(bytes, entry.start)) + written)
}

function insertInFlow(source: Source, mapping: Mapping, at: number, key: string, value: string): Edit[] {
  const { bytes } = source
  const entry = mapping.entries[at] as Entry
  const quotes = quotesOf(entry.key)
  const pair =
    formatFlowScalar(key, quotes, IN_FLOW) + colonOf(bytes, entry) + formatFlowScalar(value, quotes, IN_FLOW)
  const end = entry.value.end
  if (bytes[mapping.start] !== BRACE) {
    // A pair in brackets is an item of its own, and becomes a mapping in braces.
    return [
      { start: entry.start, end: entry.start, text: '{' },
      { start: end, end, text: `, ${pair}}` },
    ]
  }
  const space = spaceBefore(bytes, mapping, at)
  // A comma directly behind a colon would make a part of the key of it for go-yaml.
  const comma = bytes[end - 1] === COLON && quotes === 'plain' ? ' ,' : ','
  if (!space.includes('\n')) return [{ start: end, end, text: `${comma}${space}${pair}` }]
  // One entry a line: a comment behind the other entry stays with it.
  const lineBreak = bytes.indexOf(LF, end)
  const found = REST_OF_LINE.exec(decodeLatin1(bytes, end, lineBreak + 1))
  if (found === null) return [{ start: end, end, text: `${comma}${space}${pair}` }]
  const lineEnd = end + found[0].length
  if (found[1] === ',') return [{ start: lineEnd, end: lineEnd, text: `${space}${pair},` }]
  if (lineEnd === end) return [{ start: end, end, text: `${comma}${space}${pair}` }]
  return [
    { start: end, end, text: comma },
    { start: lineEnd, end: lineEnd, text: space + pair },
  ]
}

/** What may be behind an entry on its line: the comma, and a comment. */
const REST_OF_LINE = /^[ \t]*(?:(,)[ \t]*)?(?:#[^\r\n]*)?(?=\r?\n)/

/**
 * The white space to write before a new entry of a mapping in braces: what stands before its neighbour, from the
 * line break on where there is one.
 */
function spaceBefore(bytes: Uint8Array, mapping: Mapping, at: number): string {
  const own = spaceBeforeEntry(bytes, mapping, at)
  if (at > 0 || own.includes('\n')) return own
  if (mapping.entries.length > 1) return spaceBeforeEntry(bytes, mapping, 1)
  // The only entry: white space behind the brace says nothing of that behind a comma, but that behind the colon does.
  return colonOf(bytes, mapping.entries[0] as Entry).endsWith(':') ? '' : ' '
}

function spaceBeforeEntry(bytes: Uint8Array, mapping: Mapping, at: number): string {
  const from = mapping.entries[at - 1]?.value.end ?? mapping.start
  const end = mapping.entries[at]?.start ?? from
  let start = end
  while (start > from && isBlank(bytes[start - 1])) start -= 1
  if (start > from && bytes[start - 1] === LF) start -= 1
  if (start > from && start < end && bytes[start] === LF && bytes[start - 1] === CR) start -= 1
  return decodeLatin1(bytes, start, end)
}

/** The colon of an entry with the white space around it, where nothing else stands there. */
function colonOf(bytes: Uint8Array, { key, value }: Entry): string {
  const between = decodeLatin1(bytes, key.end, value.start)
  return /^[ \t]*:[ \t]*$/.test(between) && value.end > value.start ? between : ': '
}

/** A quoted key stands among quoted values, and JSON allows nothing else: so its quotes are for both. */
function quotesOf(key: YamlNode): ScalarStyle {
  return key.kind === 'scalar' && (key.style === 'double' || key.style === 'single') ? key.style : 'plain'
}

/**
 * Puts a line after that in which a node ends.
 * @param bytes of the whole source
 * @param offset the node's end; a block scalar's lies after its last line break, every other one's within a line
 * @param line without a line break: it gets one like that of the line before
 */
export function insertLineAfter(bytes: Uint8Array, offset: number, line: string): Edit {
  const eol = lineBreakAt(bytes, offset)
  const at = bytes[offset - 1] === LF ? offset : bytes.indexOf(LF, offset) + 1
  if (at === 0) return { start: bytes.length, end: bytes.length, text: eol + line }
  return { start: at, end: at, text: line + eol }
}

/** The line break at the end of a line, or before it where the line is the last and has none. */
function lineBreakAt(bytes: Uint8Array, offset: number): string {
  const after = bytes.indexOf(LF, Math.max(offset - 1, 0))
  const at = after === -1 ? bytes.lastIndexOf(LF, offset) : after
  return at > 0 && bytes[at - 1] === CR ? '\r\n' : '\n'
}

/** A byte's distance from the start of its line, where nothing but ASCII and a byte order mark stands before it. */
export function columnOf(bytes: Uint8Array, offset: number): number {
  const start = offset === 0 ? 0 : bytes.lastIndexOf(LF, offset - 1) + 1
  const mark = start === 0 && hasBom(bytes, 0) ? BOM.length : 0
  return offset - start - mark
}
