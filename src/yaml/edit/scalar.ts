import { Buffer } from 'node:buffer'
import { InternalError } from '../../diagnostics/errors.ts'
import { countWhile } from '../binary-search.ts'
import { LF, SPACE } from '../bytes.ts'
import type { Alias, Edit, Entry, Scalar, YamlDocument, YamlNode } from '../nodes.ts'
import { trailingLineBreaks } from '../planned-value.ts'
import { tagType } from '../scalar-type.ts'
import { asBuffer, decodeLatin1, decodeUtf8, type Source } from '../source.ts'
import { columnOf, insertLineAfter } from './insertion.ts'
import { formatBlockScalar, formatDoubleQuoted, formatFlowScalar } from './scalar-format.ts'

/**
 * Makes the edits that give a scalar another value: in its own style if that can represent the value, else in double
 * quotes. Its anchor stays, and so does a tag under which it is a string (`!!str`, `!local`); other tags, such as `!!int`,
 * are removed. A scalar that is not a string gets double quotes where its key has them in a flow mapping, as in JSON. An alias
 * is replaced by the value, plain if possible.
 * @param node the scalar, or an alias of one
 * @param value the string that Kubernetes is to read; a block scalar keeps the line breaks at its end
 * @param context where the scalar is: see `findScalarContext`
 * @returns one or two edits, in ascending order
 */
export function replaceScalar(
  source: Source,
  node: Scalar | Alias,
  value: string,
  context: ScalarContext,
): Edit[] {
  const { start, end } = node
  if (node.kind === 'alias') return [{ start, end, text: formatFlowScalar(value, 'plain', context) }]
  if (node.style === 'literal' || node.style === 'folded') return replaceBlockScalar(source, node, value)
  const style = !node.isString && isJsonValue(context) ? 'double' : node.style
  const text = formatFlowScalar(value, style, context)
  const retag = dropTag(source, node)
  if (start < end) return [...retag, { start, end, text }]
  const { entry, inFlow } = context
  // A key without a colon: `? key`, `{key}`.
  if (node === entry?.value && start === entry.key.end) {
    if (inFlow) return [{ start, end, text: `: ${text}` }]
    return [
      insertLineAfter(source.bytes, start, `${' '.repeat(columnOf(source.bytes, entry.start))}: ${text}`),
    ]
  }
  const before = source.bytes[start - 1]
  const lead = before === SPACE || before === LF ? '' : ' '
  const tag = retag[0]
  // One edit, because the two would touch.
  if (tag?.end === start) return [{ ...tag, text }]
  return [...retag, { start, end, text: lead + text }]
}

function replaceBlockScalar(source: Source, node: Scalar, value: string): Edit[] {
  const { start, end } = node
  const sourceText = decodeLatin1(source.bytes, start, end)
  const block = formatBlockScalar(sourceText, node, trimEnd(value))
  if (block !== undefined) return [...dropTag(source, node), { start, end, text: block }]
  // The rest of the header, its comment and line break, stays.
  const rest = /^[|>][-+\d]*([^\r\n]*(?:\r?\n)?)/.exec(sourceText)?.[1] ?? ''
  return [...dropTag(source, node), { start, end, text: formatDoubleQuoted(value) + decodeUtf8(rest) }]
}

function trimEnd(value: string): string {
  return value.slice(0, value.length - trailingLineBreaks(value).length)
}

/** Whether the value's key is in double quotes in a flow mapping, as in JSON. */
function isJsonValue({ entry, inFlow }: ScalarContext): boolean {
  return inFlow && entry?.key.kind === 'scalar' && entry.key.style === 'double'
}

/** Removes a tag under which a scalar is no string, such as `!!null`, and the white space after it. */
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

/** Where a scalar is, as far as that limits how its value can be written. */
export interface ScalarContext {
  /** The entry whose value the scalar is; undefined for a key, an item of a sequence, and a root node. */
  readonly entry?: Entry | undefined
  /** Whether it is in a flow collection, at any depth: fewer values can be plain there. */
  readonly inFlow: boolean
}

/**
 * Finds where a scalar is in its document. The search starts when a property of the result is first read, because often
 * none is.
 * @returns an object whose getters throw an InternalError if the node is not in the document
 */
export function findScalarContext(document: YamlDocument, node: YamlNode): ScalarContext {
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
  const isBefore = ({ start }: { readonly start: number }): boolean => start <= node.start
  let context: ScalarContext = { inFlow: false }
  while (here !== undefined && here !== node) {
    if (here.kind === 'mapping') {
      const entry: Entry | undefined = here.entries[countWhile(here.entries, isBefore) - 1]
      if (entry === undefined) break
      const inFlow: boolean = context.inFlow || here.style === 'flow'
      // A key may be a collection that contains the node.
      const inKey: boolean = node.start < entry.key.end && node !== entry.value
      context = inKey ? { inFlow } : { entry, inFlow }
      here = inKey ? entry.key : entry.value
    } else if (here.kind === 'sequence') {
      context = { inFlow: context.inFlow || here.style === 'flow' }
      here = here.items[countWhile(here.items, isBefore) - 1]
    } else break
  }
  if (here !== node) throw new InternalError(`there is no node to change at offset ${node.start}`)
  return context
}
