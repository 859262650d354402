import type { JsonValue } from './kubernetes-value.ts'

/** The image of a container, with its pull policy where that is text. */
export interface ContainerImage {
  readonly image: string
  readonly policy: string | null
}

/** Where the PodSpec of Kubernetes' own kinds is. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  'v1 Pod': ['spec'],
  'v1 PodTemplate': ['template', 'spec'],
  'v1 ReplicationController': ['spec', 'template', 'spec'],
  'apps/v1 Deployment': ['spec', 'template', 'spec'],
  'apps/v1 StatefulSet': ['spec', 'template', 'spec'],
  'apps/v1 DaemonSet': ['spec', 'template', 'spec'],
  'apps/v1 ReplicaSet': ['spec', 'template', 'spec'],
  'batch/v1 Job': ['spec', 'template', 'spec'],
  'batch/v1 CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}

/**
 * The images that a kubelet would be told to run for an object as JSON: a second way to find them, which knows nothing of
 * YAML, and of nothing but Kubernetes' own kinds.
 */
export function containerImages(object: JsonValue): ContainerImage[] {
  const kind = [at(object, 'apiVersion'), at(object, 'kind')]
    .map((one) => (typeof one === 'string' ? one : ''))
    .join(' ')
  if (kind === 'v1 List') return list(at(object, 'items')).flatMap(containerImages)
  const path = Object.hasOwn(POD_SPECS, kind) ? POD_SPECS[kind] : undefined
  if (path === undefined) return []
  const podSpec = at(object, ...path)
  return ['initContainers', 'containers'].flatMap((key) =>
    list(at(podSpec, key)).flatMap((container) => {
      const image = at(container, 'image')
      const policy = at(container, 'imagePullPolicy')
      if (typeof image !== 'string' || image === '') return []
      return [{ image, policy: typeof policy === 'string' ? policy : null }]
    }),
  )
}

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let node = value
  for (const key of path) {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined
    const object = node as { [key: string]: JsonValue }
    node = Object.hasOwn(object, key) ? object[key] : undefined
  }
  return node
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
