import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { type GroupVersionKind, gvkOf, gvkOfDocument } from '../gvk.ts'
import { locationAt } from '../location.ts'
import { identifierOf, isResourceList, itemsKeyOf } from '../resource.ts'

/**
 * Reports every ResourceList of KRM functions among manifests. kustomize and kpt pass one to a function, and no cluster accepts
 * it: rendered manifests with one may try to imitate such a call.
 *
 * @param isExpected whether the stream as a whole may be one, because the user said so
 */
export function resourceListDiagnostics(
  documents: readonly YamlDocument[],
  source: Source,
  isExpected: boolean,
): Diagnostic[] {
  const found: Diagnostic[] = []
  const search = (document: YamlDocument, node: YamlNode, path: FieldPath): void => {
    const object = resolveAlias(node)
    if (object.kind !== 'mapping') return
    const gvk = gvkOf(object)
    if (gvk === undefined) return
    const isStream = isExpected && documents.length === 1 && path.length === 0
    if (isResourceList(gvk) && !isStream) found.push(diagnosticAt(document, object, gvk, path, source))
    const key = itemsKeyOf(gvk)
    const items = key === undefined || path.length >= MAX_PATH ? undefined : valueAt(object, key)
    if (items?.kind !== 'sequence') return
    for (const [index, item] of items.items.entries()) search(document, item, [...path, key as string, index])
  }
  for (const document of documents) {
    const gvk = document.unparsed === undefined ? gvkOfDocument(document) : undefined
    // Only a list is one, or has one among its items.
    if (gvk === undefined || itemsKeyOf(gvk) === undefined || document.contents === undefined) continue
    search(document, document.contents, [])
  }
  return found
}

/** The longest path of a list in lists that is searched. */
const MAX_PATH = 32

function diagnosticAt(
  document: YamlDocument,
  object: Mapping,
  gvk: GroupVersionKind,
  path: FieldPath,
  source: Source,
): Diagnostic {
  const at = locationAt({ document, resource: identifierOf(object, gvk), path, node: object }, source)
  return { code: 'RESOURCE_LIST_UNEXPECTED', severity: 'error', args: {}, at }
}
