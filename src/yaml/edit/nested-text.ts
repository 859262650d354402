import { InternalError } from '../../diagnostics/errors.ts'
import type { Edit, NodeChange, Scalar, YamlDocument } from '../nodes.ts'
import { decodeUtf8, readSource, type Source } from '../source.ts'

/**
 * The text in a scalar, such as a manifest in a ConfigMap, as a source of its own. Each of its bytes has a location in
 * the outer source, so it can be edited there.
 */
export interface NestedText {
  /** The scalar whose value is the text. */
  readonly scalar: Scalar
  /** The value as a source. */
  readonly source: Source
  /**
   * Maps an edit of the nested source to the edit of the outer source that has the same effect: its new text is escaped or
   * indented. Throws an InternalError for a line break in a plain or single-quoted scalar.
   */
  readonly mapEdit: (edit: Edit) => Edit
}

/** Changes of documents within the text of a scalar; the rest of that text stays byte for byte. */
export interface NestedChange {
  readonly kind: 'nest'
  readonly text: NestedText
  /** The documents of that text that are changed, at least. */
  readonly documents: readonly YamlDocument[]
  /** Changes of nodes of these documents. */
  readonly changes: readonly NodeChange[]
}

/**
 * A change to make in a document, described by its nodes: a new value, a new entry, or changes within the text of a
 * scalar. `spliceChanges` turns it into text edits and proves, by reading the result again, that nothing else has
 * changed.
 */
export type Change = NodeChange | NestedChange

/**
 * Opens the value of a scalar as a source of its own, if each of its bytes has a location in the outer source. That is
 * so in a plain or quoted scalar on one line, with escapes for one byte (`\" \\ \/ \n \t \r`, `''`), and in a literal scalar
 * with any text.
 * @param outer the source that contains the scalar
 * @returns undefined for every other scalar: folded, plain or quoted on several lines, with other escapes (`\u00e9`), a
 *   literal one that is empty or has only line breaks, or whose value ends with a line break that the source lacks
 */
export function openNestedText(outer: Source, scalar: Scalar): NestedText | undefined {
  const map = scalar.style === 'literal' ? literalMap(outer.text, scalar) : flowMap(outer.text, scalar)
  if (map === undefined) return undefined
  const source = readSource(new TextEncoder().encode(scalar.value), outer.file)
  if (map.starts.length !== source.bytes.length) return undefined
  return { scalar, source, mapEdit: (edit) => mapEdit(map, edit) }
}

function mapEdit({ starts, ends, end, lines, encode }: ByteMap, edit: Edit): Edit {
  const line = lines.get(edit.start)
  // Inserted lines get their own indentation: that of a blank line may be shorter.
  if (line !== undefined && edit.start === edit.end && edit.text.endsWith('\n')) {
    return { start: line, end: line, text: encode.lines(edit.text) }
  }
  const start = starts[edit.start] ?? end
  return {
    start,
    end: edit.end > edit.start ? (ends[edit.end - 1] as number) : start,
    text: encode.part(edit.text),
  }
}

/** Offsets in the outer text, by the bytes of a value. */
interface ByteMap {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** Where to insert text after the last byte. */
  readonly end: number
  /** Starts of lines including indentation, by the offsets in the value at which the lines start. */
  readonly lines: ReadonlyMap<number, number>
  readonly encode: Encoding
}

/** Encodes new text for the scalar. */
interface Encoding {
  /** Encodes text within a line. */
  part(text: string): string
  /** Encodes whole lines, with their line breaks, at the start of a line. */
  lines(text: string): string
}

/** One byte of a value, or an escape for one byte. Other escapes are not supported: `\u00e9` stands for two bytes. */
const UNITS = {
  plain: /[\s\S]/y,
  single: /''|[\s\S]/y,
  double: /\\["\\/ntr]|[^\\]/y,
}

function flowMap(text: string, { style, start, end }: Scalar): ByteMap | undefined {
  if (style === 'literal' || style === 'folded' || text.slice(start, end).includes('\n')) return undefined
  const quote = style === 'plain' ? 0 : 1
  const unit = UNITS[style]
  const starts: number[] = []
  const ends: number[] = []
  for (let at = start + quote; at < end - quote; at = unit.lastIndex) {
    unit.lastIndex = at
    if (!unit.test(text)) return undefined
    starts.push(at)
    ends.push(unit.lastIndex)
  }
  const part = (added: string): string => encodeInFlow(added, style)
  return { starts, ends, end: end - quote, lines: new Map(), encode: { part, lines: part } }
}

function encodeInFlow(text: string, style: 'plain' | 'single' | 'double'): string {
  if (style === 'double') return JSON.stringify(text).slice(1, -1)
  if (/[\r\n]/.test(text)) throw new InternalError('a line break cannot be written into a scalar of one line')
  return style === 'single' ? text.replaceAll("'", "''") : text
}

function literalMap(text: string, scalar: Scalar): ByteMap | undefined {
  const body = text.indexOf('\n', scalar.start) + 1
  const lines = scalar.value.split('\n')
  const indent = body === 0 ? undefined : indentOf(text, body, lines)
  if (indent === undefined) return undefined
  const eol = text[body - 2] === '\r' ? '\r\n' : '\n'
  const starts: number[] = []
  const ends: number[] = []
  const lineStarts = new Map<number, number>()
  let at = body
  for (const [i, line] of lines.entries()) {
    lineStarts.set(starts.length, at)
    const isLast = i === lines.length - 1
    // The value ends with a line break.
    if (isLast && line === '') break
    const lineEnd = endOfLine(text, at, scalar.end)
    const content = Math.min(at + indent, lineEnd)
    if (decodeUtf8(text.slice(content, lineEnd)) !== line) return undefined
    for (let offset = content; offset < lineEnd; offset += 1) {
      starts.push(offset)
      ends.push(offset + 1)
    }
    at = lineEnd
    if (isLast) break
    const next = text.indexOf('\n', lineEnd) + 1
    // The value has a line break here that the text, at its end, does not have.
    if (next === 0) return undefined
    starts.push(lineEnd)
    ends.push(next)
    at = next
  }
  const space = ' '.repeat(indent)
  const encode = {
    part: (added: string) => added.replaceAll(/\r?\n/g, eol + space),
    lines: (added: string) => added.replaceAll(/(.*?)\r?\n/g, (_line, line) => space + line + eol),
  }
  return { starts, ends, end: at, lines: lineStarts, encode }
}

/** @returns how many spaces the lines of a literal scalar are indented by */
function indentOf(text: string, body: number, lines: readonly string[]): number | undefined {
  const first = lines.findIndex((line) => line !== '')
  if (first < 0) return undefined
  let at = body
  for (let i = 0; i < first; i += 1) at = text.indexOf('\n', at) + 1
  const spaces = (line: string): number => /^ */.exec(line)?.[0].length ?? 0
  return spaces(text.slice(at, endOfLine(text, at, text.length))) - spaces(lines[first] as string)
}

function endOfLine(text: string, from: number, limit: number): number {
  const at = text.indexOf('\n', from)
  const end = at < 0 || at > limit ? limit : at
  return end > from && text[end - 1] === '\r' ? end - 1 : end
}
