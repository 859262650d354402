import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterClient, KubernetesObject } from './cluster-client.ts'

/** Whether an object defines a kind. */
export function isDefinition({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === 'CustomResourceDefinition' && apiVersion === 'apiextensions.k8s.io/v1'
}

/**
 * Installs definitions of custom resources, the first of each name, and waits until their kinds can be used. Conversion webhooks
 * are left out, since nobody would answer.
 *
 * @returns how many the server took
 */
export async function installDefinitions(
  client: ClusterClient,
  definitions: readonly KubernetesObject[],
): Promise<number> {
  const taken: KubernetesObject[] = []
  for (const definition of definitions) {
    const spec = { ...(definition['spec'] as object), conversion: { strategy: 'None' } }
    const { status } = await client.create({ ...definition, spec })
    if (status === 201) taken.push(definition)
  }
  for (const definition of taken) {
    for (let tries = 0; !isEstablished((await client.get(definition)).body); tries++) {
      if (tries > 600) throw new Error(`${definition.metadata.name} is not established`)
      await sleep(50)
    }
  }
  return taken.length
}

function isEstablished(definition: KubernetesObject): boolean {
  const { conditions } = (definition['status'] ?? {}) as {
    conditions?: { type: string; status: string }[] | null
  }
  return (conditions ?? []).some(({ type, status }) => type === 'Established' && status === 'True')
}

/** Makes the namespaces that objects are in. */
export async function createNamespaces(
  client: ClusterClient,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const names = new Set(objects.flatMap(({ metadata: { namespace } }) => namespace ?? []))
  for (const name of names) {
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
}
