/** The keys from an object's root to a value. */
export type Path = readonly string[]

/** Where the Pod of a kind is, as in the API types of k8s.io/api. */
const PODS: Readonly<Record<string, string>> = {
  'v1 Pod': 'spec',
  'v1 PodTemplate': 'template.spec',
  'v1 ReplicationController': 'spec.template.spec',
  'apps/v1 DaemonSet': 'spec.template.spec',
  'apps/v1 Deployment': 'spec.template.spec',
  'apps/v1 ReplicaSet': 'spec.template.spec',
  'apps/v1 StatefulSet': 'spec.template.spec',
  'batch/v1 CronJob': 'spec.jobTemplate.spec.template.spec',
  'batch/v1 Job': 'spec.template.spec',
}

/** Images of the custom resources of the fixture (github.com/prometheus-operator/prometheus-operator, `PrometheusSpec`). */
const CUSTOM_IMAGES: Readonly<Record<string, readonly string[]>> = {
  'monitoring.coreos.com/v1 Prometheus': ['spec.image'],
}

/** And their pull policies. */
const CUSTOM_POLICIES: Readonly<Record<string, readonly string[]>> = {
  'monitoring.coreos.com/v1 Prometheus': ['spec.imagePullPolicy'],
}

/** `containers[].image` and its like, and `volumes[].image.reference` (k8s.io/api core/v1, `ImageVolumeSource`). */
const IMAGE_IN_POD =
  /^(?:(?:containers|initContainers|ephemeralContainers)\.\d+\.image|volumes\.\d+\.image\.reference)$/
const POLICY_IN_POD =
  /^(?:(?:containers|initContainers|ephemeralContainers)\.\d+\.imagePullPolicy|volumes\.\d+\.image\.pullPolicy)$/

interface Typed {
  readonly apiVersion?: unknown
  readonly kind?: unknown
}

/** Whether a node pulls the image that stands at this path. Only the kinds of the fixture, and written without a look at Pinpull's tables. */
export function isImagePath(object: Typed, path: Path): boolean {
  return isAt(object, path, IMAGE_IN_POD, CUSTOM_IMAGES)
}

/** Whether a pull policy stands at this path. */
export function isPolicyPath(object: Typed, path: Path): boolean {
  return isAt(object, path, POLICY_IN_POD, CUSTOM_POLICIES)
}

function isAt(
  { apiVersion, kind }: Typed,
  path: Path,
  inPod: RegExp,
  custom: Readonly<Record<string, readonly string[]>>,
): boolean {
  const type = `${apiVersion} ${kind}`
  const text = path.join('.')
  if (custom[type]?.includes(text)) return true
  const pod = PODS[type]
  return pod !== undefined && text.startsWith(`${pod}.`) && inPod.test(text.slice(pod.length + 1))
}
