import { readDocuments } from '../../src/yaml/documents.ts'
import { follow } from '../../src/yaml/lookup.ts'
import type { Entry, Mapping, Scalar, Sequence, YamlDocument, YamlNode } from '../../src/yaml/nodes.ts'
import { readSource, type Source } from '../../src/yaml/source.ts'

/** A source from text, encoded as UTF-8. */
export function sourceOf(text: string, file?: string): Source {
  return readSource(new TextEncoder().encode(text), file)
}

/** The text of bytes that are UTF-8; a byte order mark stays. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** The documents of a text that is expected to have nothing wrong with it. */
export function documentsOf(source: Source): readonly YamlDocument[] {
  const { documents, diagnostics } = readDocuments(source)
  if (diagnostics.length > 0) throw new Error(`unexpected: ${JSON.stringify(diagnostics)}`)
  return documents
}

/** Every entry of a document whose key is this text, in the order of the text, with its mapping. */
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

/** A node as plain data, for comparing values alone. */
export function plainOf(node: YamlNode | undefined): unknown {
  const target: Scalar | Mapping | Sequence | undefined = node === undefined ? undefined : follow(node)
  if (target === undefined) return undefined
  if (target.kind === 'scalar') return target.isNull ? null : target.value
  if (target.kind === 'sequence') return target.items.map(plainOf)
  return target.entries.map(({ key, value }) => [plainOf(key), plainOf(value)])
}
