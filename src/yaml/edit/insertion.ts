import { InternalError } from '../../diagnostics/errors.ts'
import { BRACE_START, COLON, CR, isBlank, LF } from '../bytes.ts'
import { findEntryWithKeyAt, hasOwnKey } from '../lookup.ts'
import type { Edit, Entry, Insertion, Mapping, ScalarStyle, YamlNode } from '../nodes.ts'
import { BOM, decodeLatin1, hasBom, type Source } from '../source.ts'
import { formatFlowScalar } from './scalar-format.ts'

const IN_BLOCK = { inFlow: false }
const IN_FLOW = { inFlow: true }

/**
 * Makes the edits that insert an entry after another, formatted like that one: with its indentation, line break, the
 * quotes of its key, and in braces its white space around the colon. A pair in brackets (`[a: b]`) gets braces.
 * @param source the source of the mapping
 * @param insertion the mapping, the key after which the entry is inserted, and the new key and value
 * @returns one or two edits, in ascending order
 * @throws {InternalError} if no entry's key starts at `afterKey`, or the mapping itself already has the key
 */
export function insertEntry(source: Source, { mapping, afterKey, key, value }: Insertion): Edit[] {
  const entry = findEntryWithKeyAt(mapping, afterKey)
  if (entry === undefined) throw new InternalError(`no key begins at offset ${afterKey} of the mapping`)
  if (hasOwnKey(mapping, key)) throw new InternalError(`the mapping has a key ${key} already`)
  if (mapping.style === 'block') return [insertLine(source, entry, key, value)]
  return insertInFlow(source, mapping, mapping.entries.indexOf(entry), key, value)
}

function insertLine(source: Source, entry: Entry, key: string, value: string): Edit {
  const { bytes } = source
  const quotes = quotesOf(entry.key)
  const line = `${formatFlowScalar(key, quotes, IN_BLOCK)}: ${formatFlowScalar(value, quotes, IN_BLOCK)}`
  return insertLineAfter(bytes, entry.value.end, ' '.repeat(columnOf(bytes, entry.start)) + line)
}

function insertInFlow(source: Source, mapping: Mapping, at: number, key: string, value: string): Edit[] {
  const { bytes } = source
  const entry = mapping.entries[at] as Entry
  const quotes = quotesOf(entry.key)
  const pair =
    formatFlowScalar(key, quotes, IN_FLOW) + colonOf(bytes, entry) + formatFlowScalar(value, quotes, IN_FLOW)
  const end = entry.value.end
  if (bytes[mapping.start] !== BRACE_START) {
    // A pair in brackets becomes a mapping in braces.
    return [
      { start: entry.start, end: entry.start, text: '{' },
      { start: end, end, text: `, ${pair}}` },
    ]
  }
  const space = spaceBefore(bytes, mapping, at)
  // go-yaml takes a colon directly before a comma for a part of the key.
  const comma = bytes[end - 1] === COLON && quotes === 'plain' ? ' ,' : ','
  if (!space.includes('\n')) return [{ start: end, end, text: `${comma}${space}${pair}` }]
  // With one entry per line, a comment after the other entry stays with it.
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

/** The rest of a line after an entry: an optional comma and an optional comment. */
const REST_OF_LINE = /^[ \t]*(?:(,)[ \t]*)?(?:#[^\r\n]*)?(?=\r?\n)/

/**
 * @returns the white space before a new entry of a mapping in braces: a copy of that before its neighbour, starting at the last
 *   line break if there is one
 */
function spaceBefore(bytes: Uint8Array, mapping: Mapping, at: number): string {
  const own = spaceBeforeEntry(bytes, mapping, at)
  if (at > 0 || own.includes('\n')) return own
  if (mapping.entries.length > 1) return spaceBeforeEntry(bytes, mapping, 1)
  // For a single entry, white space after the colon shows the style better than that after the brace.
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

/** @returns the colon of an entry with the white space around it; the usual colon if the value is empty or has properties */
function colonOf(bytes: Uint8Array, { key, value }: Entry): string {
  const between = decodeLatin1(bytes, key.end, value.start)
  return /^[ \t]*:[ \t]*$/.test(between) && value.end > value.start ? between : ': '
}

/** New keys and values are quoted like the neighbour's key, which keeps JSON valid. */
function quotesOf(key: YamlNode): ScalarStyle {
  return key.kind === 'scalar' && (key.style === 'double' || key.style === 'single') ? key.style : 'plain'
}

/**
 * Makes the edit that inserts a line after the line in which a node ends.
 * @param bytes the bytes of the whole source
 * @param offset the byte offset just after the node: within a line, or after the last line break of a block scalar
 * @param line the new line without a line break; it gets the same as the line before
 * @returns an insertion after that line's break; if the last line of the source has none, one at the end that starts with it
 */
export function insertLineAfter(bytes: Uint8Array, offset: number, line: string): Edit {
  const eol = lineBreakAt(bytes, offset)
  const at = bytes[offset - 1] === LF ? offset : bytes.indexOf(LF, offset) + 1
  if (at === 0) return { start: bytes.length, end: bytes.length, text: eol + line }
  return { start: at, end: at, text: line + eol }
}

/** @returns the line break at the end of a line, or of the line before if it has none */
function lineBreakAt(bytes: Uint8Array, offset: number): string {
  const after = bytes.indexOf(LF, Math.max(offset - 1, 0))
  const at = after === -1 ? bytes.lastIndexOf(LF, offset) : after
  return at > 0 && bytes[at - 1] === CR ? '\r\n' : '\n'
}

/**
 * Counts the bytes between the start of a line and an offset in it, without a byte order mark. Only ASCII characters may
 * be in between.
 * @param offset a byte offset in the source
 */
export function columnOf(bytes: Uint8Array, offset: number): number {
  const start = offset === 0 ? 0 : bytes.lastIndexOf(LF, offset - 1) + 1
  const bomLength = start === 0 && hasBom(bytes, 0) ? BOM.length : 0
  return offset - start - bomLength
}
