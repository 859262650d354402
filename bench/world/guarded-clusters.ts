import { parseAllDocuments } from 'yaml'
import { type Cluster, startCluster } from '../../test/contract/support/cluster/cluster.ts'
import type {
  ApiAnswer,
  ClusterClient,
  KubernetesObject,
} from '../../test/contract/support/cluster/cluster-client.ts'
import { etcd, kubeApiserver } from '../../test/contract/support/go-tool.ts'

/** A Kubernetes API whose guard can be replaced. */
export interface GuardedCluster {
  /** Replaces the guard by the one that `pinpull guard` printed. */
  apply(manifests: string): Promise<void>
  /**
   * Creates a Pod, without storing it.
   *
   * @returns what admission made of its image, or undefined if it refused the Pod
   */
  admit(image: string): Promise<string | undefined>
  stop(): Promise<void>
}

/** Starts clusters, all at once; builds kube-apiserver and etcd if they are not in the cache. */
export async function startGuardedClusters(count: number): Promise<readonly GuardedCluster[]> {
  const [apiServer, store] = [await kubeApiserver(), await etcd()]
  if (apiServer.kind === 'missing') throw new Error(apiServer.reason)
  if (store.kind === 'missing') throw new Error(store.reason)
  const programs = { kubeApiserver: apiServer.path, etcd: store.path }
  return Promise.all(Array.from({ length: count }, async () => guarded(await startCluster(programs))))
}

function guarded({ client, stop }: Cluster): GuardedCluster {
  return {
    apply: async (manifests) => {
      for (const document of parseAllDocuments(manifests)) {
        const object = document.toJS() as KubernetesObject
        const { status, body } = await put(client, object)
        if (status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${body.message}`)
      }
    },
    admit: async (image) => {
      const { status, body } = await client.create(podOf(image), { dryRun: true })
      if (status !== 201) return undefined
      return (body['spec'] as { containers: { image: string }[] }).containers[0]?.image
    },
    stop,
  }
}

/** Creates an object, or replaces it. */
async function put(client: ClusterClient, object: KubernetesObject): Promise<ApiAnswer> {
  const { status, body } = await client.get(object)
  if (status !== 200) return client.create(object)
  const { resourceVersion } = body.metadata
  return client.update({ ...object, metadata: { ...object.metadata, resourceVersion } })
}

function podOf(image: string): KubernetesObject {
  const containers = [{ name: 'app', image, imagePullPolicy: 'IfNotPresent' }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app' }, spec: { containers } }
}
