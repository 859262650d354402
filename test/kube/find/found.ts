import type { FieldOptions } from '../../../src/kube/find/field-options.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import type { ImageField } from '../../../src/kube/image-field.ts'
import { readDocuments } from '../../../src/yaml/documents.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import type { YamlDocument } from '../../../src/yaml/nodes.ts'
import { readSource, type Source } from '../../../src/yaml/source.ts'

/** The documents of a stream that must be valid. */
export function documentsOf(text: string): readonly YamlDocument[] {
  return inputOf(text).documents
}

/** Reads a stream that must be valid. */
export function inputOf(text: string): { source: Source; documents: readonly YamlDocument[] } {
  const source = readSource(new TextEncoder().encode(text))
  const { documents, diagnostics } = readDocuments(source)
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics))
  return { source, documents }
}

/** Every image field of a stream. */
export function fieldsOf(text: string, options?: FieldOptions): ImageField[] {
  const { documents, source } = inputOf(text)
  return [...findImages(documents, source, options).fields]
}

/** The image fields of a stream, a line each: rule, path, image. */
export function found(text: string, options?: FieldOptions): string[] {
  return fieldsOf(text, options).map(({ rule, path, image }) => `${rule} ${formatPath(path)} ${image}`)
}
