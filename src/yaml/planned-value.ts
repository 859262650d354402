import { LF } from './bytes.ts'
import type { Alias, Scalar, YamlNode } from './nodes.ts'

/**
 * Whether a node is the string that a change set it to. The line breaks at its end may differ: a block scalar may have those
 * of the old value, because editing keeps them, and any other scalar may have none.
 * @param before the node before the edit
 * @param value the new value, according to the change
 * @param after the node after the edit
 */
export function hasPlannedValue(before: Scalar | Alias, value: string, after: YamlNode): boolean {
  const breaks = before.kind === 'scalar' && isBlock(after) ? trailingLineBreaks(before.value) : ''
  return (
    isStringNode(after, value) ||
    isStringNode(after, value.slice(0, value.length - trailingLineBreaks(value).length) + breaks)
  )
}

function isBlock(node: YamlNode): boolean {
  return node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded')
}

/** Whether Kubernetes reads a node as this string. */
export function isStringNode(node: YamlNode | undefined, value: string): boolean {
  return node?.kind === 'scalar' && node.isString && node.value === value
}

/** Returns the line feeds at the end of a string. Editing keeps those of a block scalar. */
export function trailingLineBreaks(value: string): string {
  let end = value.length
  while (end > 0 && value.charCodeAt(end - 1) === LF) end -= 1
  return value.slice(end)
}
