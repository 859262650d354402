import { LF } from './bytes.ts'
import type { Alias, Scalar, YamlNode } from './nodes.ts'

/** Whether a node got the value that it was set to, but for the line breaks that a block scalar keeps. */
export function hasPlannedValue(before: Scalar | Alias, value: string, after: YamlNode): boolean {
  const breaks = before.kind === 'scalar' && isBlock(after) ? lineBreaksAtEnd(before.value) : ''
  return (
    isStringNode(after, value) ||
    isStringNode(after, value.slice(0, value.length - lineBreaksAtEnd(value).length) + breaks)
  )
}

function isBlock(node: YamlNode): boolean {
  return node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded')
}

/** Whether a node is a string to Kubernetes, and this one. */
export function isStringNode(node: YamlNode | undefined, value: string): boolean {
  return node?.kind === 'scalar' && node.isString && node.value === value
}

/** The line breaks that a block scalar's value ends with, which replacing its value keeps. */
export function lineBreaksAtEnd(value: string): string {
  let end = value.length
  while (end > 0 && value.charCodeAt(end - 1) === LF) end -= 1
  return value.slice(end)
}
