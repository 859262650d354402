import { InternalError } from '../diagnostics/errors.ts'
import type { Entry, YamlNode } from '../yaml/nodes.ts'
import { readSource, type Source } from '../yaml/source.ts'
import { formatEntry, formatField, formatLock } from './format.ts'
import { compareKeys, ENTRY_KEYS, entryKey, type LockEntry } from './lock.ts'
import { entryFields, type LocatedEntry, type ParsedLock, parseLock } from './parse.ts'
import { type LockVersion, laterVersion, neededVersion } from './version.ts'

/**
 * Changes a lock file to contain exactly the given entries, sorted, with as few edits as possible: comments stay with the
 * entry that they precede or follow, and unchanged entries keep every byte. A file without one line per field, such as
 * JSON, is formatted anew.
 *
 * @param source the current file; undefined if there is none
 * @param parsed the result of `parseLock` for it, without diagnostics
 * @returns the new bytes, or the same array if nothing changes
 */
export function rewriteLock(
  source: Source | undefined,
  parsed: ParsedLock | undefined,
  entries: readonly LockEntry[],
): Uint8Array {
  const sorted = entries.toSorted((a, b) => compareKeys(entryKey(a), entryKey(b)))
  if (source === undefined || parsed?.images === undefined) return encode(formatLock(sorted))
  if (holdsSameEntries(parsed, sorted)) return source.bytes
  // A file keeps its version when nothing in it needs that any more.
  const needed = neededVersion(sorted)
  const version = parsed.version === undefined ? needed : laterVersion(parsed.version, needed)
  const layout = parseLineLayout(source, parsed.located, parsed.images)
  const head = layout && headOf(layout, parsed.apiVersion, version)
  const text = layout === undefined || head === undefined ? undefined : splice(layout, head, sorted)
  if (text === undefined) return encode(formatLock(sorted, version))
  const bytes = Buffer.from(text, 'latin1')
  checkResult(bytes, sorted)
  return bytes
}

/** The text before the colon of `images:`, with the version; undefined if the version cannot be replaced in place. */
function headOf(
  { text, colon }: LineLayout,
  apiVersion: Entry | undefined,
  version: LockVersion,
): string | undefined {
  const head = text.slice(0, colon)
  const value = apiVersion?.value
  if (value?.kind !== 'scalar' || value.value === version) return head
  if (value.end > colon || !isReplaceableInPlace(value)) return undefined
  return head.slice(0, value.start) + version + head.slice(value.end)
}

/** The lines of an entry, with the comments and blank lines above it. */
interface Block {
  readonly located: LocatedEntry
  readonly start: number
  readonly end: number
}

/** The parts of a lock file: before its entries, the entries, and after them. */
interface LineLayout {
  readonly text: string
  /** The offset after the colon of `images:`. */
  readonly colon: number
  /** The rest of that line, such as a comment. */
  readonly afterColon: string
  readonly blocks: readonly Block[]
  readonly tail: number
  readonly indent: string
  readonly eol: string
}

function holdsSameEntries({ located }: ParsedLock, entries: readonly LockEntry[]): boolean {
  return (
    located.length === entries.length &&
    located.every(({ entry }, position) => isSame(entry, entries[position] as LockEntry))
  )
}

function isSame(a: LockEntry, b: LockEntry): boolean {
  return ENTRY_KEYS.every((key) => formatField(a, key) === formatField(b, key))
}

/** Splits the text by entry; undefined if it does not have one line per field. */
function parseLineLayout(
  source: Source,
  located: readonly LocatedEntry[],
  images: Entry,
): LineLayout | undefined {
  const { text } = source
  const colon = text.indexOf(':', images.key.end) + 1
  const value = images.value
  if (colon === 0 || value.kind !== 'sequence' || value.anchor !== undefined || value.tag !== undefined) {
    return undefined
  }
  const isEmpty = value.items.length === 0
  if (value.style === 'flow' && !isEmpty) return undefined
  const firstLine = lineEnd(text, isEmpty ? value.end : colon)
  const afterColon = text.slice(isEmpty ? value.end : colon, firstLine).trimEnd()
  if (!/^\s*(?:#.*)?$/.test(afterColon)) return undefined
  const blocks: Block[] = []
  let start = firstLine
  for (const one of located) {
    if (!isOneLineAField(text, one, start)) return undefined
    const end = lineEnd(text, lastEnd(one))
    blocks.push({ located: one, start, end })
    start = end
  }
  const dashes = new Set(blocks.map(({ located: { node } }) => dashIndent(text, node.start)))
  const [indent = '  ', ...others] = dashes
  if (others.length > 0) return undefined
  return { text, colon, afterColon, blocks, tail: start, indent, eol: text.includes('\r\n') ? '\r\n' : '\n' }
}

/** Whether each field of an entry begins on its own line, and the reference follows the dash. */
function isOneLineAField(text: string, located: LocatedEntry, from: number): boolean {
  const { node } = located
  if (node.style !== 'block' || node.anchor !== undefined || node.tag !== undefined) return false
  return entryFields(located).every(([name, { key, value }], position) => {
    const before = text.slice(text.lastIndexOf('\n', key.start - 1) + 1, key.start)
    const isAlone = position === 0 ? name === 'reference' && /^ *- $/.test(before) : /^ *$/.test(before)
    return key.start > from && isAlone && isReplaceableInPlace(key) && isReplaceableInPlace(value)
  })
}

/** Whether the value of a node can be changed by replacing its range. */
function isReplaceableInPlace(node: YamlNode): boolean {
  const isBlockScalar = node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded')
  return node.kind !== 'alias' && node.anchor === undefined && node.tag === undefined && !isBlockScalar
}

function splice(layout: LineLayout, head: string, entries: readonly LockEntry[]): string {
  const { text, afterColon, blocks, tail, indent, eol } = layout
  if (entries.length === 0) return `${head} []${afterColon}${eol}${text.slice(tail)}`
  const byKey = new Map(blocks.map((block) => [entryKey(block.located.entry), block]))
  const parts = entries.map((entry) => {
    const block = byKey.get(entryKey(entry))
    if (block === undefined) return toLatin1(formatEntry(entry, indent, eol))
    const edited = spliceBlock(layout, block, entry)
    return edited.endsWith('\n') ? edited : `${edited}${eol}`
  })
  return `${head}${afterColon}${eol}${parts.join('')}${text.slice(tail)}`
}

/** Replaces the changed fields of an entry in place, and appends new ones. */
function spliceBlock({ text, indent, eol }: LineLayout, block: Block, entry: LockEntry): string {
  const { located } = block
  let result = ''
  let done = block.start
  const fields = entryFields(located)
  for (const [key, field] of fields) {
    const before = formatField(located.entry, key, indent, eol)
    const after = formatField(entry, key, indent, eol)
    if (before !== after && after === undefined) {
      result += text.slice(done, text.lastIndexOf('\n', field.key.start) + 1)
      done = lineEnd(text, field.value.end)
    } else if (before !== after) {
      const { start, value } = replacement(text, field, after as string)
      result += `${text.slice(done, start)}${toLatin1(value)}`
      done = field.value.end
    }
  }
  result += text.slice(done, block.end)
  if (!result.endsWith('\n')) result += eol
  for (const key of ENTRY_KEYS) {
    const value = formatField(entry, key, indent, eol)
    if (value !== undefined && !fields.some(([known]) => known === key))
      result += `${indent}  ${key}:${toLatin1(value)}${eol}`
  }
  return result
}

/** A new value on the line of its key keeps the white space there; what is below the key begins after the colon. */
function replacement(
  text: string,
  { key, value }: Entry,
  after: string,
): { readonly start: number; readonly value: string } {
  const isBelow = (value.kind === 'sequence' || value.kind === 'mapping') && value.style === 'block'
  if (after.startsWith(' ') && !isBelow) return { start: value.start, value: after.slice(1) }
  return { start: text.indexOf(':', key.end) + 1, value: after }
}

function dashIndent(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).slice(0, -2)
}

function lastEnd(located: LocatedEntry): number {
  return Math.max(...entryFields(located).map(([, { value }]) => value.end))
}

/** Returns the offset after the line break of a line. */
function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset)
  return feed < 0 ? text.length : feed + 1
}

/** Parses the result again and compares it, as for every edited manifest. */
function checkResult(bytes: Uint8Array, entries: readonly LockEntry[]): void {
  const parsed = parseLock(readSource(bytes))
  if (parsed.diagnostics.length > 0 || !holdsSameEntries(parsed, entries)) {
    throw new InternalError('the edited lock file would not contain the resolved entries')
  }
}

/** Converts text to the form of `Source.text`, where a character is a byte. */
function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
