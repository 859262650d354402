import { readDocuments } from '../../src/yaml/documents.ts'
import { resolveAlias } from '../../src/yaml/lookup.ts'
import type { Entry, Mapping, Scalar, Sequence, YamlDocument, YamlNode } from '../../src/yaml/nodes.ts'
import { readSource, type Source } from '../../src/yaml/source.ts'

/** Makes a source from text, encoded as UTF-8. */
export function sourceOf(text: string, file?: string): Source {
  return readSource(new TextEncoder().encode(text), file)
}

/** Decodes UTF-8 and keeps a byte order mark. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** The documents of a text that is expected to be valid. */
export function documentsOf(source: Source): readonly YamlDocument[] {
  const { documents, diagnostics } = readDocuments(source)
  if (diagnostics.length > 0) throw new Error(`unexpected: ${JSON.stringify(diagnostics)}`)
  return documents
}

/** Every entry with this key in a document, in document order, with its mapping. */
export function entriesNamed(document: YamlDocument, key: string): { mapping: Mapping; entry: Entry }[] {
  const found: { mapping: Mapping; entry: Entry }[] = []
  const visit = (node: YamlNode | undefined): void => {
    if (node?.kind === 'sequence') for (const item of node.items) visit(item)
    if (node?.kind !== 'mapping') return
    for (const entry of node.entries) {
      if (entry.key.kind === 'scalar' && entry.key.value === key) found.push({ mapping: node, entry })
      visit(entry.key)
      visit(entry.value)
    }
  }
  visit(document.contents)
  return found
}

/** A node as plain data, to compare values only. */
export function plainOf(node: YamlNode | undefined): unknown {
  const target: Scalar | Mapping | Sequence | undefined = node === undefined ? undefined : resolveAlias(node)
  if (target === undefined) return undefined
  if (target.kind === 'scalar') return target.isNull ? null : target.value
  if (target.kind === 'sequence') return target.items.map(plainOf)
  return target.entries.map(({ key, value }) => [plainOf(key), plainOf(value)])
}
