import { resolveAlias, valueAt } from '../yaml/lookup.ts'
import type { Mapping, YamlDocument, YamlNode } from '../yaml/nodes.ts'

/** What kustomize and kpt hand to a function, and want back (KRM functions specification v1). */
export interface ResourceList {
  readonly root: Mapping
  /** The configuration of this call; absent where the orchestrator gave none. */
  readonly functionConfig?: YamlNode
  /** The items, by their position in the list. */
  readonly items: readonly (Mapping | undefined)[]
}

/** Every version has the same fields; each is answered in its own. */
const API_VERSION = /^config\.kubernetes\.io\/v1(?:alpha1|beta1)?$/

/**
 * Recognises a stream that is one ResourceList: a function gets nothing else on its standard input.
 *
 * @param documents of the whole stream
 * @returns absent for any other stream
 */
export function findResourceList(documents: readonly YamlDocument[]): ResourceList | undefined {
  const [document] = documents
  if (documents.length !== 1 || document?.contents === undefined) return undefined
  const root = resolveAlias(document.contents)
  if (root.kind !== 'mapping' || root.stringAt('kind') !== 'ResourceList') return undefined
  if (!API_VERSION.test(root.stringAt('apiVersion') ?? '')) return undefined
  const functionConfig = valueAt(root, 'functionConfig')
  const items = valueAt(root, 'items')
  return {
    root,
    ...(functionConfig === undefined || isNull(functionConfig) ? {} : { functionConfig }),
    items: items?.kind === 'sequence' ? items.items.map(mappingOf) : [],
  }
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.isNull
}

function mappingOf(node: YamlNode): Mapping | undefined {
  const followed = resolveAlias(node)
  return followed.kind === 'mapping' ? followed : undefined
}
