import { readDocuments } from '../../yaml/documents.ts'
import { findEncodingError } from '../../yaml/encoding.ts'
import { keyText, resolveAlias } from '../../yaml/lookup.ts'
import type { YamlNode } from '../../yaml/nodes.ts'
import { readSource } from '../../yaml/source.ts'

/** Keys, in lower case, whose texts kustomize does not take for files. Web addresses are common in them. */
const NO_FILES: ReadonlySet<string> = new Set([
  'literals',
  'annotations',
  'commonannotations',
  'labels',
  'commonlabels',
  'helmcharts',
  'helmchartinflationgenerator',
])

/** A text that kustomize may fetch (api/internal/loader/fileloader.go), also behind the key of a generated file: `key=https://…`. */
const WEB_ADDRESS = /^(?:[^=]*=)*\s*https?:/i

/** Keys, in lower case, with a list of transformers or generators, or of the files that have them. */
const PLUGIN_KEYS: ReadonlySet<string> = new Set(['transformers', 'generators', 'validators'])

/**
 * Finds the texts of a kustomization, or of a transformer or generator, that kustomize may take for the web address of a file. All
 * texts are looked at, because kustomize takes keys in upper and lower case, and transformers have keys of their own.
 */
export function fetchedTexts(root: YamlNode): string[] {
  const seen = new Set<YamlNode>()
  const found: string[] = []
  const visit = (alias: YamlNode, isPlugin: boolean): void => {
    const node = resolveAlias(alias)
    if (node.kind === 'scalar') {
      if (WEB_ADDRESS.test(node.value)) found.push(node.value)
      else if (isPlugin) found.push(...fetchedTextsIn(new TextEncoder().encode(node.value)))
      return
    }
    if (seen.has(node)) return
    seen.add(node)
    if (node.kind === 'sequence') for (const item of node.items) visit(item, isPlugin)
    else if (node.kind === 'mapping') {
      for (const entry of node.entries) {
        const key = keyText(entry)?.toLowerCase() ?? ''
        if (!NO_FILES.has(key)) visit(entry.value, PLUGIN_KEYS.has(key))
      }
    }
  }
  visit(root, false)
  return found
}

/** The same for all documents of a text; nothing if it cannot be read, which kustomize cannot either. */
export function fetchedTextsIn(bytes: Uint8Array): string[] {
  if (findEncodingError(bytes) !== undefined) return []
  return readDocuments(readSource(bytes)).documents.flatMap(({ contents }) =>
    contents === undefined ? [] : fetchedTexts(contents),
  )
}
