import { readDocuments } from '../../yaml/documents.ts'
import { openNestedText } from '../../yaml/edit/nested-text.ts'
import { toJsonValue } from '../../yaml/json-value.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { Edit, FieldPath, Mapping, YamlDocument } from '../../yaml/nodes.ts'
import { readSource, type Source } from '../../yaml/source.ts'

/** Where the values of a chart are: in a file of their own, or in a document that has other contents, too. */
export interface ValuesPlace {
  /** The file that contains the values. */
  readonly path: string
  /**
   * Finds the values in the file.
   * @param bytes the content of the file, also after edits
   * @returns undefined if they cannot be read
   */
  readonly open: (bytes: Uint8Array) => OpenValues | undefined
}

/** The values of a chart as they are in a file. */
export interface OpenValues {
  /** The text that `document` was read from: that of the file, or of a string in it. */
  readonly source: Source
  /** Absent if the values are empty. */
  readonly document?: YamlDocument | undefined
  /** Absent if the values are empty. */
  readonly root?: Mapping | undefined
  /** The values as a file for Helm. */
  readonly text: Uint8Array
  /** Maps an edit of `source` to one of the file. */
  readonly mapEdit: (edit: Edit) => Edit
}

const unchanged = (edit: Edit): Edit => edit

/** Values in a file of their own: a chart's `values.yaml`, or what `--values` names. Helm reads its first document only. */
export function valuesFile(path: string): ValuesPlace {
  return {
    path,
    open: (bytes) => {
      const source = readSource(bytes, path)
      const { documents, diagnostics } = readDocuments(source)
      if (diagnostics.length > 0 || documents.length > 1) return undefined
      const document = documents[0]
      const root = document?.contents === undefined ? undefined : resolveAlias(document.contents)
      const isNull = root?.kind === 'scalar' && root.isNull
      if (root !== undefined && root.kind !== 'mapping' && !isNull) return undefined
      return {
        source,
        ...(root?.kind === 'mapping' ? { document, root } : {}),
        text: bytes,
        mapEdit: unchanged,
      }
    },
  }
}

/**
 * Values in another document: the mapping `spec.values` of a HelmRelease or `helm.valuesObject` of an Argo CD Application, or the
 * string `helm.values`.
 * @param path the file
 * @param document the position of the document in the file, from 0
 * @param field the keys and indexes that lead from the document's root to the values
 */
export function valuesInDocument(path: string, document: number, field: FieldPath): ValuesPlace {
  return {
    path,
    open: (bytes) => {
      const source = readSource(bytes, path)
      const found = readDocuments(source).documents.find(({ index }) => index === document)
      const node = found === undefined ? undefined : nodeAt(found, field)
      if (found === undefined || node === undefined) return undefined
      if (node.kind === 'mapping') {
        const text = new TextEncoder().encode(JSON.stringify(toJsonValue(node)))
        return { source, document: found, root: node, text, mapEdit: unchanged }
      }
      return node.kind === 'scalar' && node.isString ? openText(source, node) : undefined
    },
  }
}

function openText(outer: Source, node: Parameters<typeof openNestedText>[1]): OpenValues | undefined {
  const nested = node.anchor === undefined ? openNestedText(outer, node) : undefined
  if (nested === undefined) return undefined
  const { documents, diagnostics } = readDocuments(nested.source)
  const root = documents[0]?.contents
  if (diagnostics.length > 0 || documents.length !== 1 || root?.kind !== 'mapping') return undefined
  const { source, mapEdit } = nested
  return { source, document: documents[0], root, text: source.bytes, mapEdit }
}

function nodeAt(document: YamlDocument, field: FieldPath) {
  let node = document.contents === undefined ? undefined : resolveAlias(document.contents)
  for (const step of field) {
    const next =
      node?.kind === 'mapping' && typeof step === 'string'
        ? node.find(step)?.entry.value
        : node?.kind === 'sequence' && typeof step === 'number'
          ? node.items[step]
          : undefined
    if (next === undefined) return undefined
    node = resolveAlias(next)
  }
  return node
}
