import { readDocuments } from '../yaml/documents.ts'
import { type NestedText, openNestedText } from '../yaml/edit/nested-text.ts'
import type { Scalar, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'

/** A string of a document that is itself YAML or JSON, such as a value of a ConfigMap, with the documents in it. */
export interface EmbeddedText {
  readonly text: NestedText
  readonly documents: readonly YamlDocument[]
}

/**
 * Parses a scalar whose text is YAML or JSON.
 *
 * @param source the text of the document with the scalar
 * @param node the scalar, or an alias of it
 * @returns the documents; or the reason, as a sentence, why the text cannot be read or edits could not be written back exactly
 */
export function readEmbedded(
  source: Source,
  node: YamlNode,
  scalar: Scalar,
  format: 'json' | 'yaml',
): EmbeddedText | string {
  if (node.kind === 'alias' || scalar.anchor !== undefined) return 'it is shared through an anchor'
  if (format === 'json' && !isJson(scalar.value)) return 'it is not JSON'
  const text = openNestedText(source, scalar)
  if (text === undefined) return 'it is folded, or escaped in a way that cannot be written back to the byte'
  const { documents, diagnostics } = readDocuments(text.source)
  const problem = diagnostics[0]
  return problem === undefined ? { text, documents } : `it is not YAML: ${problem.args['reason']}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
