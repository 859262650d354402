import { keyText, mappingAt } from '../../yaml/lookup.ts'
import type { Mapping } from '../../yaml/nodes.ts'

/** A document that is not a Kubernetes object. */
export interface NonObject {
  /** What it is, as part of a sentence. */
  readonly found: string
  /** What to do. */
  readonly advice: string
  /** Whether it has only one of `apiVersion` and `kind`: it may be a truncated object. */
  readonly half?: true
}

export const BUILD_IT = 'build it first: kustomize build FOLDER | pinpull'
const RENDER_IT = 'render the chart first: helm template NAME CHART -f FILE | pinpull'

/** Keys that `helm create` writes into the values of a chart. */
const VALUES: ReadonlySet<string> = new Set([
  ...[
    'replicaCount',
    'imagePullSecrets',
    'nameOverride',
    'fullnameOverride',
    'serviceAccount',
    'podAnnotations',
  ],
  ...['podLabels', 'podSecurityContext', 'securityContext', 'service', 'ingress', 'resources', 'autoscaling'],
  ...['nodeSelector', 'tolerations', 'affinity', 'global'],
])

/** Keys of a kustomization, which may be written without a type. */
const KUSTOMIZATION: ReadonlySet<string> = new Set([
  ...[
    'resources',
    'bases',
    'components',
    'patches',
    'patchesStrategicMerge',
    'patchesJson6902',
    'configMapGenerator',
  ],
  ...['secretGenerator', 'helmCharts', 'namePrefix', 'nameSuffix', 'commonLabels', 'images', 'replicas'],
])

/** Keys of which every kustomization has one. */
const BASES: ReadonlySet<string> = new Set(['resources', 'bases', 'components', 'helmCharts'])

/**
 * Recognizes files that are often mistaken for manifests: the values of a chart, a `Chart.yaml`, a kustomization.
 *
 * @param file its name, if it has one
 */
export function recognizeNonObject(root: Mapping, file = ''): NonObject | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase()
  const keys = root.entries.flatMap((entry) => keyText(entry) ?? [])
  if (root.stringAt('apiVersion') !== undefined) {
    const isChart = ['name', 'version'].every((key) => root.stringAt(key) !== undefined)
    return isChart ? { found: 'it is the Chart.yaml of a chart', advice: RENDER_IT } : undefined
  }
  if (root.stringAt('kind') !== undefined) return undefined
  const isKustomization = keys.some((key) => BASES.has(key)) && keys.every((key) => KUSTOMIZATION.has(key))
  if (name.startsWith('kustomization.') || isKustomization) {
    return { found: 'it looks like a kustomization', advice: BUILD_IT }
  }
  const image = mappingAt(root, 'image')
  const hasImage = image !== undefined && image.stringAt('repository') !== undefined
  const known = keys.filter((key) => VALUES.has(key)).length + (hasImage ? 2 : 0)
  return known >= 2 || /values.*\.ya?ml$/.test(name)
    ? { found: 'it looks like the values of a chart', advice: RENDER_IT }
    : undefined
}
