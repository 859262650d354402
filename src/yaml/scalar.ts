import { InternalError } from '../diagnostics/errors.ts'
import { formatBlockScalar, lineBreaksAtEnd } from './block-scalar.ts'
import type { Edit } from './edit.ts'
import { columnOf, newLine } from './line.ts'
import type { Alias, Scalar } from './nodes.ts'
import { formatDoubleQuoted, formatFlowScalar } from './quoting.ts'
import { tagType } from './schema.ts'
import { decodeText, type Source } from './source.ts'
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
  if (node.kind === 'alias')
    return [{ start, end, text: formatFlowScalar(value, 'plain', surroundings.inFlow) }]
  if (node.style === 'literal' || node.style === 'folded') return replaceBlockScalar(source, node, value)
  const style = !node.isString && isJsonValue(surroundings) ? 'double' : node.style
  const text = formatFlowScalar(value, style, surroundings.inFlow)
  const retag = dropTag(source, node)
  if (start < end) return [...retag, { start, end, text }]
  const { entry, inFlow } = surroundings
  // A key without even a colon: `? key`, `{key}`.
  if (node === entry?.value && start === entry.key.end) {
    if (inFlow) return [{ start, end, text: `: ${text}` }]
    return [newLine(source.text, start, `${' '.repeat(columnOf(source.text, entry.start))}: ${text}`)]
  }
  const lead = isSpace(source.text.charCodeAt(start - 1)) ? '' : ' '
  const tag = retag[0]
  // Two edits in one place would be two insertions in one place, were the tag not there.
  if (tag?.end === start) return [{ ...tag, text }]
  return [...retag, { start, end, text: lead + text }]
}

function replaceBlockScalar(source: Source, node: Scalar, value: string): Edit[] {
  const { start, end } = node
  const written = source.text.slice(start, end)
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

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a
}

/** Takes away a tag such as `!!null`, under which no text is a string, with the white space behind it. */
function dropTag(source: Source, node: Scalar): Edit[] {
  const type = tagType(node.tag)
  if (type !== 'null' && type !== 'other') return []
  const tag = node.tag as string
  const start = source.text.lastIndexOf(tag, node.start)
  const end = start + tag.length
  if (start === -1) throw new InternalError(`the tag ${tag} does not stand before offset ${node.start}`)
  const space = /^[ \t]*/.exec(source.text.slice(end, node.start))?.[0].length ?? 0
  return [{ start, end: end + space, text: '' }]
}
