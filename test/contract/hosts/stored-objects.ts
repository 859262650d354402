import type { ClusterClient, KubernetesObject } from '../support/cluster/cluster-client.ts'

/** The kinds that the fixture's chart makes in a plain cluster, in the order in which they are read. */
const KINDS: readonly (readonly [root: string, plural: string, kind: string])[] = [
  ['/api/v1', 'configmaps', 'ConfigMap'],
  ['/api/v1', 'pods', 'Pod'],
  ['/api/v1', 'services', 'Service'],
  ['/apis/apps/v1', 'daemonsets', 'DaemonSet'],
  ['/apis/apps/v1', 'deployments', 'Deployment'],
  ['/apis/apps/v1', 'statefulsets', 'StatefulSet'],
  ['/apis/batch/v1', 'cronjobs', 'CronJob'],
  ['/apis/batch/v1', 'jobs', 'Job'],
  ['/apis/policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget'],
]

/**
 * What a cluster stores of the fixture in a namespace: with all defaults, pull policies among them, and without what is another
 * one for each object that is made.
 */
export async function storedObjects(client: ClusterClient, namespace: string): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = []
  for (const [root, plural, kind] of KINDS) {
    const { body } = await client.request('GET', `${root}/namespaces/${namespace}/${plural}`)
    const apiVersion = root.replace(/^\/apis?\//, '')
    const items = body['items'] as readonly KubernetesObject[]
    objects.push(...items.map((item) => stable({ ...item, apiVersion, kind })))
  }
  return objects.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
}

function stable(object: KubernetesObject): KubernetesObject {
  const copy = JSON.parse(JSON.stringify(object).replaceAll(String(object.metadata['uid']), 'UID'))
  for (const key of ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion']) {
    delete copy.metadata[key]
  }
  delete copy.status
  if (copy.kind === 'Service') for (const key of ['clusterIP', 'clusterIPs']) delete copy.spec[key]
  return copy
}
