import type { ApiAnswer, ClusterClient, KubernetesObject } from '../cluster/cluster-client.ts'
import { type Container, pod, textOf, workload } from '../guarded-cluster.ts'
import { admittedVerdict } from './bound-guard.ts'
import { checkedVerdict, pinnedByFilter } from './checked-verdict.ts'
import type { GuardConfiguration } from './guard-configurations.ts'
import { verdictDifferences } from './pair-comparison.ts'
import { imagesIn, podTemplateIn } from './pod-images.ts'
import { OPEN } from './stored-workload.ts'

/** What an update brings to an object from before the guard. */
export type Update =
  /** Ephemeral containers of a Pod, as `kubectl debug` adds them. */
  | { readonly kind: 'debug'; readonly containers: readonly Container[] }
  /** More containers of a Deployment, beside the one that it has. */
  | { readonly kind: 'rollout'; readonly containers: readonly Container[] }
  /** A change that brings no image: a patch of a Pod or a Deployment. */
  | {
      readonly kind: 'patch'
      readonly of: 'pods' | 'deployments' | 'deployments/scale'
      readonly patch: object
    }

/** Changes that Kubernetes itself and people make to objects that violate a guard of a later day. */
export const HARMLESS: readonly Update[] = [
  { kind: 'patch', of: 'pods', patch: { metadata: { labels: { changed: 'true' } } } },
  { kind: 'patch', of: 'pods', patch: { metadata: { finalizers: null } } },
  { kind: 'patch', of: 'pods', patch: { metadata: { annotations: { changed: 'true' } } } },
  {
    kind: 'patch',
    of: 'pods',
    patch: {
      metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: 'b' }] },
    },
  },
  { kind: 'patch', of: 'deployments', patch: { metadata: { annotations: { changed: 'true' } } } },
  { kind: 'patch', of: 'deployments', patch: { spec: { replicas: 3 } } },
  { kind: 'patch', of: 'deployments/scale', patch: { spec: { replicas: 3 } } },
]

/** No guard admits it as a new image: the pull policy of a mutable tag is never right, and its registry is not allowed. */
const OLD: Container = { name: 'old', image: 'old.example.com/app:latest', imagePullPolicy: 'Never' }

/** Creates the objects that updates are about, before there is a guard. */
export async function createOldObjects(client: ClusterClient, namespace: string): Promise<void> {
  const { metadata, ...deployment } = workload('Deployment', [OLD])
  for (const object of [
    pod([OLD], { name: 'old', namespace, finalizers: ['batch.kubernetes.io/job-tracking'] }),
    { ...deployment, metadata: { ...metadata, name: 'old', namespace } } as KubernetesObject,
  ]) {
    const answer = await client.create(object)
    if (answer.status !== 201) throw new Error(textOf(answer))
  }
}

/** Updates an old object without storing it. */
async function send(client: ClusterClient, update: Update, namespace: string): Promise<ApiAnswer> {
  const pods = `/api/v1/namespaces/${namespace}/pods/old`
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments/old`
  if (update.kind === 'patch') {
    const path = update.of === 'pods' ? pods : deployments + update.of.slice('deployments'.length)
    return client.request('PATCH', `${path}?dryRun=All`, update.patch, 'application/merge-patch+json')
  }
  const { body } = await client.request('GET', update.kind === 'debug' ? pods : deployments)
  if (update.kind === 'debug') {
    const spec = { ...(body['spec'] as object), ephemeralContainers: update.containers }
    return client.request('PUT', `${pods}/ephemeralcontainers?dryRun=All`, { ...body, spec })
  }
  const object = structuredClone(body) as unknown as {
    spec: { template: { spec: { containers: Container[] } } }
  }
  object.spec.template.spec.containers.push(...update.containers)
  return client.request('PUT', `${deployments}?dryRun=All`, object)
}

/**
 * Puts an update to a guard, and compares: only what the update brings is judged, as `pinpull check` judges an object that has nothing
 * else, and only that is pinned.
 * @returns how the two differ; nothing if Kubernetes itself refuses the update
 */
export async function compareUpdate(
  client: ClusterClient,
  update: Update,
  namespace: string,
  configuration: GuardConfiguration,
): Promise<{
  readonly isPair: boolean
  readonly isDenied: boolean
  readonly disagreements: readonly string[]
}> {
  const open = await send(client, update, OPEN)
  if (open.status >= 300) return { isPair: false, isDenied: false, disagreements: [] }
  const answer = await send(client, update, namespace)
  const isDenied = answer.status >= 300
  if (update.kind === 'patch') {
    const disagreements = isDenied ? [`${JSON.stringify(update)} is denied: ${textOf(answer)}`] : []
    return { isPair: true, isDenied, disagreements }
  }
  const brought = broughtBy(open.body, namespace)
  const expected = configuration.pin ? await pinnedByFilter(brought, configuration) : brought
  const differences = verdictDifferences(
    admittedVerdict(answer),
    await checkedVerdict(expected, configuration),
  )
  const written = imagesIn(configuration.pin && brought.kind === 'Pod' ? expected : brought).join(', ')
  const is = isDenied ? written : imagesIn(broughtBy(answer.body, namespace)).join(', ')
  if (is !== written) differences.push(`the API server has ${is} and the filter ${written}`)
  const about = `${update.kind} in ${configuration.name} with ${imagesIn(brought).join(', ')}`
  return { isPair: true, isDenied, disagreements: differences.map((text) => `${about}: ${text}`) }
}

/** An object with nothing but what an update has brought. */
function broughtBy(object: KubernetesObject, namespace: string): KubernetesObject {
  const { containers = [], ephemeralContainers = [] } = podTemplateIn(object).spec ?? {}
  const added = (containers ?? []).filter(({ name }) => name !== OLD.name) as Container[]
  return object.kind === 'Pod'
    ? pod(added, { namespace, spec: { ephemeralContainers } })
    : ({
        ...workload('Deployment', added),
        metadata: { name: 'old', namespace },
      } as KubernetesObject)
}
