import type { ClusterClient, KubernetesObject } from '../cluster/cluster-client.ts'
import { textOf } from '../guarded-cluster.ts'
import { inParallel } from './parallel.ts'
import { podMadeFrom } from './pod-images.ts'

/** A workload that Kubernetes itself accepts. */
export interface StoredWorkload {
  /** As it was written. */
  readonly object: KubernetesObject
  /** As the API server stores it without a guard: with defaults, such as a pull policy for every image. */
  readonly stored: KubernetesObject
}

/** The namespace without a guard. */
export const OPEN = 'open'

/**
 * Asks the API server what it makes of workloads without a guard, and adds the Pod that the controller of each makes of it.
 * @returns the workloads that it accepts, and the messages about the others
 */
export async function storedWorkloads(
  client: ClusterClient,
  objects: readonly KubernetesObject[],
): Promise<{
  readonly workloads: readonly (readonly StoredWorkload[])[]
  readonly refused: readonly string[]
}> {
  const refused: string[] = []
  const store = async (object: KubernetesObject): Promise<StoredWorkload | undefined> => {
    const answer = await createIn(client, object, OPEN)
    if (answer.status === 201) return { object, stored: cleaned(answer.body) }
    refused.push(textOf(answer))
    return undefined
  }
  const found = await inParallel(objects, async (object) => {
    const owner = await store(object)
    if (owner === undefined || object.kind === 'Pod') return [owner]
    return [owner, await store(podMadeFrom(owner.stored))]
  })
  const workloads = found
    .map((group) => group.filter((one) => one !== undefined))
    .filter((group) => group.length > 0)
  return { workloads, refused }
}

/** Creates an object in a namespace without storing it. Unknown fields are dropped, as by clients that do not validate. */
export async function createIn(client: ClusterClient, object: KubernetesObject, namespace: string) {
  const resource = await client.resource(object.apiVersion, object.kind)
  if (resource === undefined) throw new Error(`there is no ${object.apiVersion} ${object.kind}`)
  const path = `${resource.root}/namespaces/${namespace}/${resource.name}?dryRun=All&fieldValidation=Ignore`
  return client.request('POST', path, inNamespace(object, namespace))
}

export function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, namespace } }
}

/** Without what the API server adds to a stored object, which differs each time. */
export function cleaned(object: KubernetesObject): KubernetesObject {
  const {
    managedFields: _m,
    uid: _u,
    creationTimestamp: _c,
    resourceVersion: _r,
    ...metadata
  } = object.metadata
  return { ...object, metadata }
}
