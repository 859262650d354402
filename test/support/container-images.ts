import type { JsonValue } from './kubernetes-value.ts'

/** The image of a container, with its pull policy if that is a string. */
export interface ContainerImage {
  readonly image: string
  readonly policy: string | null
}

/** The path of the PodSpec in Kubernetes' own kinds. */
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
 * The images that a kubelet would run for an object as JSON. This second implementation does not use YAML, and only covers
 * Kubernetes' own kinds.
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
