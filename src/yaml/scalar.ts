import { Buffer } from 'node:buffer'
import { InternalError } from '../diagnostics/errors.ts'
import { formatBlockScalar, lineBreaksAtEnd } from './block-scalar.ts'
import type { Edit } from './edit.ts'
import { LF, SPACE } from './fast/bytes.ts'
import { columnOf, newLine } from './line.ts'
import type { Alias, Scalar } from './nodes.ts'
import { formatDoubleQuoted, formatFlowScalar } from './quoting.ts'
import { tagType } from './schema.ts'
import { bufferOf, decodeText, latin1Of, type Source } from './source.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * The edits that give a scalar another value: in its own style where that can hold it, else in double quotes. Its
 * anchor stays, and its tag too unless that says it is no string. An alias is replaced by the value written out.
 * @param value what Kubernetes is to read; the line breaks at the end of a block scalar stay beside it
 */
export function replaceScalar(
  source: Source,
  node: Scalar | Alias,
  value: string,
  surroundings: Surroundings,
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
    return [newLine(source.bytes, start, `${' '.repeat(columnOf(source.bytes, entry.start))}: ${text}`)]
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
  const written = latin1Of(source.bytes, start, end)
  const block = formatBlockScalar(written, node, trimEnd(value))
  if (block !== undefined) return [...dropTag(source, node), { start, end, text: block }]
  // What stands behind the indicators of the header, its comment and line break, stays.
  const rest = /^[|>][-+\d]*([^\r\n]*(?:\r?\n)?)/.exec(written)?.[1] ?? ''
  return [...dropTag(source, node), { start, end, text: formatDoubleQuoted(value) + decodeText(rest) }]
}

function trimEnd(value: string): string {
  return value.slice(0, value.length - lineBreaksAtEnd(value).length)
}

/** In JSON, and in YAML written like it, strings stand in double quotes. */
function isJsonValue({ entry, inFlow }: Surroundings): boolean {
  return inFlow && entry?.key.kind === 'scalar' && entry.key.style === 'double'
}

/** Takes away a tag such as `!!null`, under which no text is a string, with the white space behind it. */
function dropTag(source: Source, node: Scalar): Edit[] {
  const type = tagType(node.tag)
  if (type !== 'null' && type !== 'other') return []
  const tag = node.tag as string
  const start = bufferOf(source.bytes).lastIndexOf(tag, node.start)
  const end = start + Buffer.byteLength(tag)
  if (start === -1) throw new InternalError(`the tag ${tag} does not stand before offset ${node.start}`)
  const space = /^[ \t]*/.exec(latin1Of(source.bytes, end, node.start))?.[0].length ?? 0
  return [{ start, end: end + space, text: '' }]
}
