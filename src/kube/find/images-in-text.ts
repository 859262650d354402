import { tryParseReference } from '../../reference/parse.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { keyText, resolveAlias } from '../../yaml/lookup.ts'
import type { YamlNode } from '../../yaml/nodes.ts'
import { readSource } from '../../yaml/source.ts'

/** Keys whose strings are images. */
const IMAGE_KEY = /(?:image|images|imageName|imageRef|reference|package|repository)$/i
/** The same in a text that is no YAML. */
const IMAGE_ENTRY = /(?:[iI]mage(?:Name|Ref|s)?|repository)["']?\s*[:=]\s*["']?([^\s"',{}[\]]+)/g

/**
 * Lists what may be images in a text that is not searched by rules: the strings under keys such as `image`, and those elsewhere that
 * have a registry's host with a tag or digest. How the text is written in its manifest is of no matter.
 *
 * @param text YAML or JSON, or something that is filled in later
 */
export function imagesInText(text: string): readonly string[] {
  const { documents, diagnostics } = readDocuments(readSource(Buffer.from(text)))
  const found = new Set<string>()
  const roots = documents.flatMap(({ contents }) => contents ?? [])
  if (diagnostics.length > 0) {
    for (const [, image = ''] of text.matchAll(IMAGE_ENTRY)) found.add(image)
    return [...found]
  }
  const seen = new Set<YamlNode>()
  const left: { readonly node: YamlNode; readonly isImage: boolean }[] = roots.map((node) => ({
    node,
    isImage: false,
  }))
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const node = resolveAlias(next.node)
    if (node.kind === 'scalar') {
      const { value } = node
      if (node.isString && (next.isImage ? value !== '' : isQualified(value))) found.add(value)
      continue
    }
    // Anchors could make a small text endless.
    if (seen.has(node)) continue
    seen.add(node)
    if (node.kind === 'sequence') {
      for (const item of node.items) left.push({ node: item, isImage: next.isImage })
    } else {
      for (const entry of node.entries) {
        left.push({ node: entry.value, isImage: IMAGE_KEY.test(keyText(entry) ?? '') })
      }
    }
  }
  return [...found].reverse()
}

function isQualified(text: string): boolean {
  if (!/^[\w.-]*[.:][\w.:-]*\/\S+[:@]\S+$/.test(text)) return false
  return tryParseReference(text) !== undefined
}
