import type { GroupVersionKind } from '../kube/gvk.ts'

/** A type of the API from which Pods are started. All have the version v1. */
interface CoveredKind extends GroupVersionKind {
  readonly version: 'v1'
  /** The name in the API, and the subresources by which images are set. */
  readonly resources: readonly string[]
}

/** Everything that Kubernetes itself starts Pods from. */
export const COVERED_KINDS: readonly CoveredKind[] = [
  // `kubectl debug` adds ephemeral containers by an update of the subresource.
  { group: '', version: 'v1', kind: 'Pod', resources: ['pods', 'pods/ephemeralcontainers'] },
  { group: '', version: 'v1', kind: 'PodTemplate', resources: ['podtemplates'] },
  { group: '', version: 'v1', kind: 'ReplicationController', resources: ['replicationcontrollers'] },
  { group: 'apps', version: 'v1', kind: 'DaemonSet', resources: ['daemonsets'] },
  { group: 'apps', version: 'v1', kind: 'Deployment', resources: ['deployments'] },
  { group: 'apps', version: 'v1', kind: 'ReplicaSet', resources: ['replicasets'] },
  { group: 'apps', version: 'v1', kind: 'StatefulSet', resources: ['statefulsets'] },
  { group: 'batch', version: 'v1', kind: 'CronJob', resources: ['cronjobs'] },
  { group: 'batch', version: 'v1', kind: 'Job', resources: ['jobs'] },
]
