import { Buffer } from 'node:buffer'
import { InternalError } from '../../diagnostics/errors.ts'
import { LF, SPACE } from '../bytes.ts'
import type { Alias, Edit, Entry, Scalar, YamlDocument, YamlNode } from '../nodes.ts'
import { lineBreaksAtEnd } from '../planned-value.ts'
import { tagType } from '../scalar-type.ts'
import { asBuffer, decodeLatin1, decodeUtf8, type Source } from '../source.ts'
import { columnOf, insertLineAfter } from './insertion.ts'
import { formatBlockScalar, formatDoubleQuoted, formatFlowScalar } from './scalar-format.ts'

/**
 * The edits that give a scalar another value: in its own style where that can hold it, else in double quotes. Its
 * anchor stays, and its tag too unless that says it is no string. An alias is replaced by the value written out.
 * @param value what Kubernetes is to read; the line breaks at the end of a block scalar stay beside it
 */
export function replaceScalar(
  source: Source,
  node: Scalar | Alias,
  value: string,
  surroundings: ScalarContext,
): Edit[] {
  const { start, end } = node
  if (node.kind === 'alias') return [{ start, end, text: formatFlowScalar(value, 'plain', surroundings) }]
  if (node.style === 'literal' || node.style === 'folded') return replaceBlockScalar(source, node, value)
  const style = !node.isString && isJsonValue(surroundings) ? 'double' : node.style
  const text = formatFlowScalar(value, style, surroundings)
  const retag = dropTag(source, node)
  if (start < end) return [...retag, { start, end, text }]
  const { entry, inFlow } = surroundings
  // A key without even a colon: `? key`, `{key}`.
  if (node === entry?.value && start === entry.key.end) {
    if (inFlow) return [{ start, end, text: `: ${text}` }]
    return [
      insertLineAfter(source.bytes, start, `${' '.repeat(columnOf(source.bytes, entry.start))}: ${text}`),
    ]
  }
  const before = source.bytes[start - 1]
  const lead = before === SPACE || before === LF ? '' : ' '
  const tag = retag[0]
  // Two edits in one place would be two insertions in one place, were the tag not there.
  if (tag?.end === start) return [{ ...tag, text }]
  return [...retag, { start, end, text: lead + text }]
}

function replaceBlockScalar(source: Source, node: Scalar, value: string): Edit[] {
  const { start, end } = node
  const written = decodeLatin1(source.bytes, start, end)
  const block = formatBlockScalar(written, node, trimEnd(value))
  if (block !== undefined) return [...dropTag(source, node), { start, end, text: block }]
  // What stands behind the indicators of the header, its comment and line break, stays.
  const rest = /^[|>][-+\d]*([^\r\n]*(?:\r?\n)?)/.exec(written)?.[1] ?? ''
  return [...dropTag(source, node), { start, end, text: formatDoubleQuoted(value) + decodeUtf8(rest) }]
}

function trimEnd(value: string): string {
  return value.slice(0, value.length - lineBreaksAtEnd(value).length)
}

/** In JSON, and in YAML written like it, strings stand in double quotes. */
function isJsonValue({ entry, inFlow }: ScalarContext): boolean {
  return inFlow && entry?.key.kind === 'scalar' && entry.key.style === 'double'
}

/** Takes away a tag such as `!!null`, under which no text is a string, with the white space behind it. */
function dropTag(source: Source, node: Scalar): Edit[] {
  const type = tagType(node.tag)
  if (type !== 'null' && type !== 'other') return []
  const tag = node.tag as string
  const start = asBuffer(source.bytes).lastIndexOf(tag, node.start)
  const end = start + Buffer.byteLength(tag)
  if (start === -1) throw new InternalError(`the tag ${tag} does not stand before offset ${node.start}`)
  const space = /^[ \t]*/.exec(decodeLatin1(source.bytes, end, node.start))?.[0].length ?? 0
  return [{ start, end: end + space, text: '' }]
}

/** What must be known of the place of a node to write another value there. */
export interface ScalarContext {
  /** The entry whose value the node is; absent for an item of a sequence and for a root. */
  readonly entry?: Entry | undefined
  /** Whether it lies in a flow collection, at whatever depth: there, fewer values can be plain. */
  readonly inFlow: boolean
}

/**
 * Looks for a node from its document's root, when something is asked: what is written often depends on nothing around it.
 * @throws {InternalError} then, where it isn't a value or an item of the document
 */
export function scalarContext(document: YamlDocument, node: YamlNode): ScalarContext {
  let found: ScalarContext | undefined
  const look = (): ScalarContext => {
    found ??= findContext(document, node)
    return found
  }
  return {
    get entry() {
      return look().entry
    },
    get inFlow() {
      return look().inFlow
    },
  }
}

function findContext(document: YamlDocument, node: YamlNode): ScalarContext {
  let here = document.contents
  let surroundings: ScalarContext = { inFlow: false }
  while (here !== undefined && here !== node) {
    if (here.kind === 'mapping') {
      const entry: Entry | undefined = lastBefore(here.entries, node.start)
      if (entry === undefined) break
      const inFlow: boolean = surroundings.inFlow || here.style === 'flow'
      // A key may be a collection that holds the node.
      const inKey: boolean = node.start < entry.key.end && node !== entry.value
      surroundings = inKey ? { inFlow } : { entry, inFlow }
      here = inKey ? entry.key : entry.value
    } else if (here.kind === 'sequence') {
      surroundings = { inFlow: surroundings.inFlow || here.style === 'flow' }
      here = lastBefore(here.items, node.start)
    } else break
  }
  if (here !== node) throw new InternalError(`there is no node to change at offset ${node.start}`)
  return surroundings
}

function lastBefore<T extends { readonly start: number }>(list: readonly T[], offset: number): T | undefined {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as T).start <= offset) low = middle + 1
    else high = middle
  }
  return list[low - 1]
}
