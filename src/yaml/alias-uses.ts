import type { Alias, Scalar, YamlDocument, YamlNode } from './nodes.ts'

/** Every alias of a document that stands for this scalar, in the order of the text. */
export function aliasesOf(document: YamlDocument, scalar: Scalar): Alias[] {
  // A scalar without an anchor is no alias's target, which is nearly every one.
  if (scalar.anchor === undefined || document.contents === undefined) return []
  const found: Alias[] = []
  collect(document.contents, scalar, found)
  return found
}

function collect(node: YamlNode, scalar: Scalar, found: Alias[]): void {
  if (node.kind === 'alias') {
    if (node.target === scalar) found.push(node)
  } else if (node.kind === 'sequence') {
    for (const item of node.items) collect(item, scalar, found)
  } else if (node.kind === 'mapping') {
    for (const { key, value } of node.entries) {
      collect(key, scalar, found)
      collect(value, scalar, found)
    }
  }
}
