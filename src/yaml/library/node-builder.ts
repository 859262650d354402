import {
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  type Scalar as LibraryScalar,
  type Pair,
  parseDocument as parseLibraryDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { countWhile } from '../binary-search.ts'
import { findCollidingKeys } from '../colliding-keys.ts'
import type { Alias, Entry, Mapping, Scalar, ScalarStyle, Sequence, YamlNode } from '../nodes.ts'
import { createStackError, type Reading, YamlError } from '../reading.ts'
import { isPlainNull, isPlainString, tagType } from '../scalar-type.ts'
import { decodeUtf8, isAscii, replaceLoneSurrogates } from '../source.ts'
import { type AnchorTable, createAnchorTable } from './anchor-table.ts'
import { composeDocument, LIBRARY_OPTIONS, type SourceTag } from './composition.ts'
import {
  createLibraryAlias,
  createLibraryMapping,
  createLibraryScalar,
  createLibrarySequence,
} from './library-node.ts'

/**
 * Parses one document with npm `yaml`, which implements the whole specification, and makes our nodes from its result.
 * @param text the document, decoded as Latin-1
 * @param base the byte offset of the text in the source
 * @param isTagAllowed replaces `isPortableTag` in a test
 * @returns the root node, undefined if the document contains only comments; or errors: all those of syntax, else the first
 *   about a tag, an alias, the nesting, the size with aliases expanded, or keys that collide in JSON. Throws none of them.
 */
export function parseDocument(
  text: string,
  base: number,
  isTagAllowed: IsTagAllowed = isPortableTag,
): Reading {
  try {
    const { document, tags, errors } = composeDocument(text, base)
    if (errors.length > 0) return { errors }
    return buildReading({ text, base, tags, isTagAllowed, anchors: createAnchorTable() }, document)
  } catch (error) {
    if (error instanceof YamlError) return { errors: [error] }
    if (error instanceof RangeError) return { errors: [createStackError(base)] }
    throw error
  }
}

/** The state that all functions share. */
interface Builder {
  readonly text: string
  readonly base: number
  readonly tags: readonly SourceTag[]
  readonly isTagAllowed: IsTagAllowed
  readonly anchors: AnchorTable
}

function buildReading(builder: Builder, document: Document | undefined): Reading {
  const root = document?.contents
  if (!root) return { errors: [] }
  const contents = toNode(builder, root)
  const isEmpty = contents.kind === 'scalar' && contents.start === contents.end
  if (isEmpty && contents.anchor === undefined && contents.tag === undefined && contents.style === 'plain') {
    return { errors: [] }
  }
  builder.anchors.checkExpansion(contents.start)
  const collision = findCollidingKeys(contents)
  return collision === undefined ? { contents, errors: [] } : { errors: [collision] }
}

/**
 * @param node a node of npm `yaml`; null for a missing key or value
 * @param at the offset of a node without text; undefined for a root node
 */
function toNode(builder: Builder, node: unknown, at?: number, isKey = false): YamlNode {
  const { anchors } = builder
  if (isAlias(node)) return toAlias(builder, node.source, rangeOf(builder, node))
  if (isScalar(node)) return anchors.addScalar(toScalar(builder, node, at, isKey))
  if (isCollection(node)) {
    const [start] = rangeOf(builder, node)
    const anchor = node.anchor === undefined ? undefined : decodeUtf8(node.anchor)
    const open = anchors.open(anchor, start)
    const collection = isMap(node)
      ? toMapping(builder, node, isKey)
      : toSequence(builder, node as YAMLSeq, isKey)
    return anchors.close(open, collection)
  }
  return anchors.addScalar(emptyScalar(at ?? builder.base))
}

function toAlias(builder: Builder, source: string, [start, end]: readonly [number, number]): Alias {
  const name = decodeUtf8(source)
  return createLibraryAlias({ start, end, name, target: builder.anchors.resolve(name, start) })
}

function toMapping(builder: Builder, map: YAMLMap, isKey: boolean): Mapping {
  const [start, end] = rangeOf(builder, map)
  const entries = map.items.map((pair) => toEntry(builder, pair as Pair))
  const kind = 'mapping'
  const braces = map.flow === true && builder.text.charCodeAt(start - builder.base) === 0x7b
  if (braces) {
    return createLibraryMapping({
      style: 'flow',
      start,
      end,
      entries,
      ...propsOf(builder, map, start, { kind, isKey }),
    })
  }
  // A pair in brackets (`[a: b]`) is a flow mapping without braces.
  const style = map.flow === true ? 'flow' : 'block'
  const first = entries[0]?.start ?? start
  const last = entries.at(-1)?.value.end ?? end
  return createLibraryMapping({
    style,
    start: first,
    end: last,
    entries,
    ...propsOf(builder, map, first, { kind, isKey }),
  })
}

function toEntry(builder: Builder, pair: Pair): Entry {
  const token = pair.srcToken as CST.CollectionItem | undefined
  const first = token?.start.find(isProperty)
  const colon = token?.sep?.find((one) => one.type === 'map-value-ind')
  const key = toNode(
    builder,
    pair.key,
    endOfLast(builder, token?.start) ?? builder.base + (colon?.offset ?? 0),
    true,
  )
  const value = toNode(builder, pair.value, endOfLast(builder, token?.sep) ?? key.end)
  return { start: first === undefined ? key.start : builder.base + first.offset, key, value }
}

function toSequence(builder: Builder, seq: YAMLSeq, isKey: boolean): Sequence {
  const [start, end] = rangeOf(builder, seq)
  const tokens = itemTokens(seq)
  const items = seq.items.map((item, i) =>
    toNode(builder, item, endOfLast(builder, tokens[i]?.start) ?? start),
  )
  const style = seq.flow === true ? 'flow' : 'block'
  return createLibrarySequence({
    style,
    start,
    end: style === 'flow' ? end : (items.at(-1)?.end ?? end),
    items,
    ...propsOf(builder, seq, start, { kind: 'sequence', isKey }),
  })
}

/** @returns the tokens of the items, without those of comments at the end of a sequence */
function itemTokens(seq: YAMLSeq): CST.CollectionItem[] {
  const token = seq.srcToken as CST.BlockSequence | CST.FlowCollection | undefined
  return (token?.items ?? []).filter(
    (item) => item.value !== undefined || item.sep !== undefined || item.start.some(isProperty),
  )
}

/** Whether a token may precede a node and belongs to it or its entry. */
function isProperty({ type }: CST.SourceToken): boolean {
  return ['anchor', 'tag', 'explicit-key-ind', 'map-value-ind', 'seq-item-ind'].includes(type)
}

/** @returns the offset of a node without text: just after its indicator, anchor or tag */
function endOfLast(builder: Builder, tokens: readonly CST.SourceToken[] | undefined): number | undefined {
  const last = tokens?.findLast(isProperty)
  return last === undefined ? undefined : builder.base + last.offset + last.source.length
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}

function toScalar(builder: Builder, scalar: LibraryScalar, at: number | undefined, isKey: boolean): Scalar {
  const range = rangeOf(builder, scalar)
  const [start, end] = range[0] === range[1] && at !== undefined ? [at, at] : range
  const style = STYLES[scalar.type ?? 'PLAIN'] ?? 'plain'
  const sourceText = builder.text.slice(start - builder.base, end - builder.base)
  const value = textOf(sourceText, style, scalar.value as string)
  const props = propsOf(builder, scalar, start, { kind: 'scalar', isKey, text: value })
  const type = tagType(props.tag)
  const plain = style === 'plain' && type === 'none'
  return createLibraryScalar({
    style,
    start,
    end,
    value,
    isString: type === 'string' || (type === 'none' && (!plain || isPlainString(value))),
    isNull: type === 'null' || (plain && isPlainNull(value)),
    ...props,
  })
}

function textOf(sourceText: string, style: ScalarStyle, value: string): string {
  // Escapes yield characters, other text yields bytes: parse such a scalar again as Unicode.
  if (style === 'double' && sourceText.includes('\\') && !isAscii(value)) {
    const text = parseLibraryDocument(decodeUtf8(sourceText), LIBRARY_OPTIONS).contents?.toJSON() as string
    return replaceLoneSurrogates(text)
  }
  return decodeUtf8(value)
}

function emptyScalar(at: number): Scalar {
  return createLibraryScalar({ style: 'plain', start: at, end: at, value: '', isString: false, isNull: true })
}

function rangeOf(
  builder: Builder,
  node: { range?: [number, number, number] | null },
): readonly [number, number] {
  const [start, end] = node.range as [number, number, number]
  return [builder.base + start, builder.base + end]
}

function propsOf(
  builder: Builder,
  node: { anchor?: string; tag?: string },
  start: number,
  tagged: TaggedNode,
): { anchor?: string; tag?: string } {
  const anchor = node.anchor === undefined ? {} : { anchor: decodeUtf8(node.anchor) }
  const found = node.tag === undefined ? undefined : sourceTagOf(builder, start)
  if (found === undefined) return anchor
  const tag = decodeUtf8(found.text)
  // go-yaml takes a comma or a bracket after a tag for a part of it.
  const isApart = /^\s?$/.test(builder.text.charAt(found.offset + found.text.length))
  if (!isApart || !builder.isTagAllowed(tag, tagged))
    throw new YamlError(builder.base + found.offset, formatTagError(tag))
  return { ...anchor, tag }
}

/** @returns the last tag before a node, which is its own: only an anchor and comments may be in between */
function sourceTagOf({ tags, base }: Builder, start: number): SourceTag | undefined {
  return tags[countWhile(tags, ({ offset }) => base + offset < start) - 1]
}

/** A node with a YAML tag, as far as the tag's meaning depends on it. */
export interface TaggedNode {
  readonly kind: Exclude<YamlNode['kind'], 'alias'>
  /** Whether it is the key of an entry. */
  readonly isKey: boolean
  /** The value of a scalar; undefined for a collection. */
  readonly text?: string | undefined
}

/**
 * Whether a node may have its YAML tag. If not, the document is invalid.
 * @param tag as it is spelled in the source, such as `!!int`
 */
export type IsTagAllowed = (tag: string, tagged: TaggedNode) => boolean

const CORE_TAGS: Readonly<Record<TaggedNode['kind'], ReadonlySet<string>>> = {
  scalar: new Set(['str', 'int', 'float', 'bool', 'null']),
  mapping: new Set(['map']),
  sequence: new Set(['seq']),
}

/** A local tag (`!vault`) or the non-specific tag (`!`), under which a scalar is a string. */
const LOCAL_TAG = /^!(?:[A-Za-z][\w.-]*)?$/
const CORE_TAG = /^(?:!!([a-z]+)|!<tag:yaml\.org,2002:([a-z]+)>)$/

/**
 * Whether Pinpull and Kubernetes' reader, go-yaml, read a node with this YAML tag alike. Allowed are `!`, local tags
 * (`!vault`), and the tags of YAML's core schema that fit the kind of the node, short (`!!int`) or in full
 * (`!<tag:yaml.org,2002:int>`); for a scalar key only `!`, local tags and `!!str`; for the key `<<` only `!!merge` and
 * `!!str`. Other tags differ: go-yaml decodes `!!binary`, reads a scalar with an unknown tag as its text,
 * knows percent escapes in tags, reads `! <<` as a merge, and ignores tags of collections (decode.go `scalar` and
 * `isMerge`, scannerc.go `yaml_parser_scan_tag_uri`).
 * @param tag as it is spelled in the source, such as `!!int`
 */
export function isPortableTag(tag: string, { kind, isKey, text }: TaggedNode): boolean {
  const match = CORE_TAG.exec(tag)
  const core = match?.[1] ?? match?.[2]
  if (isKey && kind === 'scalar') {
    // yaml.v3 writes `!!merge` before merge keys.
    if (text === '<<') return core === 'merge' || core === 'str'
    return LOCAL_TAG.test(tag) || core === 'str'
  }
  return LOCAL_TAG.test(tag) || (core !== undefined && CORE_TAGS[kind].has(core))
}

/**
 * Formats the error message for a YAML tag that is not allowed: a clause without a full stop.
 * @param tag as it is spelled in the source
 */
export function formatTagError(tag: string): string {
  return `Kubernetes and other YAML readers disagree on the tag ${tag}: write the value without a tag`
}
