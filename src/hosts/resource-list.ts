import { resolveAlias, valueAt } from '../yaml/lookup.ts'
import type { Mapping, YamlDocument, YamlNode } from '../yaml/nodes.ts'

/** The input and output of a KRM function (KRM functions specification v1). */
export interface ResourceList {
  readonly root: Mapping
  /** The configuration of this call; absent if the orchestrator passed none. */
  readonly functionConfig?: YamlNode
  /** By position; undefined for an item that is not a mapping. */
  readonly items: readonly (Mapping | undefined)[]
}

/** All versions have the same fields. */
const API_VERSION = /^config\.kubernetes\.io\/v1(?:alpha1|beta1)?$/

/**
 * Finds the ResourceList that is the only document of a stream, as in the input of a KRM function.
 *
 * @param documents all documents of the stream
 * @returns undefined for any other stream
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
