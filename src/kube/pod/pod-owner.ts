import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { Mapping, YamlDocument } from '../../yaml/nodes.ts'
import { resourcesOf } from '../resource.ts'

const REFERENCES = 'ownerReferences'

/**
 * Finds what the Pods of a stream were made by, as `kubectl get pods` shows it: the controller among their owner references
 * (apimachinery `GetControllerOf`). For a Pod of a Deployment that is the Deployment, whose name is that of the ReplicaSet without
 * the Pods' `pod-template-hash`.
 * @returns the owner by `podKey`; Pods without a controller are missing, as are all objects that are no Pods
 */
export function podOwners({
  documents,
}: {
  readonly documents: readonly YamlDocument[]
}): ReadonlyMap<string, ResourceIdentifier> {
  const owners = new Map<string, ResourceIdentifier>()
  for (const { object, gvk, identifier } of documents.filter(mayHoldOwner).flatMap(resourcesOf)) {
    if (gvk.group !== '' || gvk.kind !== 'Pod') continue
    const owner = ownerOf(object, identifier.namespace)
    if (owner !== undefined) owners.set(podKey(identifier), owner)
  }
  return owners
}

/** Manifests in a repository have no owners, and searching bytes is cheaper than visiting objects. */
function mayHoldOwner(document: YamlDocument): boolean {
  // A type that is not parsed is no Pod, and asking for its contents would parse it.
  return document.unparsed === undefined && document.contents?.mayContain(REFERENCES) === true
}

/** Identifies a Pod in a stream. */
export function podKey({ namespace = '', name }: Pick<ResourceIdentifier, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

function ownerOf(pod: Mapping, namespace: string | undefined): ResourceIdentifier | undefined {
  const references = valueAt(pod, 'metadata', REFERENCES)
  if (references?.kind !== 'sequence') return undefined
  for (const item of references.items) {
    const reference = resolveAlias(item)
    if (reference.kind !== 'mapping' || !isController(reference)) continue
    const [apiVersion, kind, name] = ['apiVersion', 'kind', 'name'].map((key) => reference.stringAt(key))
    if (apiVersion === undefined || kind === undefined || name === undefined) return undefined
    const hash = mappingAt(pod, 'metadata', 'labels')?.stringAt('pod-template-hash')
    const isOfDeployment = kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)
    return {
      apiVersion,
      kind: isOfDeployment ? 'Deployment' : kind,
      ...(namespace === undefined ? {} : { namespace }),
      name: isOfDeployment ? name.slice(0, -hash.length - 1) : name,
    }
  }
  return undefined
}

function isController(reference: Mapping): boolean {
  const value = valueAt(reference, 'controller')
  return value?.kind === 'scalar' && value.value === 'true'
}
