import type { FieldOptions } from '../../src/kube/field-options.ts'
import { findImageFields } from '../../src/kube/find.ts'
import type { ImageField } from '../../src/kube/image-field.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { formatPath } from '../../src/yaml/lookup.ts'
import type { YamlDocument } from '../../src/yaml/nodes.ts'
import { readSource } from '../../src/yaml/source.ts'

/** Reads a stream that must be valid. */
export function documentsOf(text: string): readonly YamlDocument[] {
  const { documents, diagnostics } = readDocuments(readSource(new TextEncoder().encode(text)))
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics))
  return documents
}

/** Every image field of a stream. */
export function fieldsOf(text: string, options?: FieldOptions): ImageField[] {
  return documentsOf(text).flatMap((document) => findImageFields(document, options))
}

/** The image fields of a stream, a line each: rule, path, image. */
export function found(text: string, options?: FieldOptions): string[] {
  return fieldsOf(text, options).map(({ rule, path, image }) => `${rule} ${formatPath(path)} ${image}`)
}
