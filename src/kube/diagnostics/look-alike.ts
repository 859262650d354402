import { keyText, mappingAt } from '../../yaml/lookup.ts'
import type { Mapping } from '../../yaml/nodes.ts'

/** A document that is not a Kubernetes object. */
export interface NonObject {
  /** What it is, as part of a sentence. */
  readonly found: string
  /** What to do. */
  readonly advice: string
  /** Whether it may be a truncated object, such as one that has only one of `apiVersion` and `kind`. */
  readonly half?: true
}

/** What a shell takes as it is written, so that the name of a file runs nothing where a hint is pasted. */
const PLAIN_WORD = /^[\w./][\w./-]*$/

/** @param file a kustomization, if its name is known */
export function buildAdvice(file: string | undefined): string {
  const folder = folderOf(file) ?? 'FOLDER'
  return `build it first: kustomize build ${folder} | pinpull; or write the digests into it: pinpull pin ${folder}`
}

/** @param options what follows the chart, with a space before it */
function renderAdvice(chart: string, options = ''): string {
  return `render the chart first: helm template NAME ${chart}${options} | pinpull`
}

/** The folder of a file, as a word of a command line; undefined where there is none or it would need quotes. */
function folderOf(file: string | undefined): string | undefined {
  if (file === undefined || !PLAIN_WORD.test(file)) return undefined
  const end = file.lastIndexOf('/')
  return end < 0 ? '.' : file.slice(0, Math.max(1, end))
}

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
export function recognizeNonObject(root: Mapping, file?: string): NonObject | undefined {
  const name = file?.slice(file.lastIndexOf('/') + 1).toLowerCase() ?? ''
  const keys = root.entries.flatMap((entry) => keyText(entry) ?? [])
  if (root.stringAt('apiVersion') !== undefined) {
    const isChart =
      name === 'chart.yaml' || ['name', 'version'].every((key) => root.stringAt(key) !== undefined)
    const advice = renderAdvice(folderOf(file) ?? 'CHART')
    return isChart ? { found: 'it is the Chart.yaml of a chart', advice } : undefined
  }
  if (root.stringAt('kind') !== undefined) return undefined
  const isKustomization = keys.some((key) => BASES.has(key)) && keys.every((key) => KUSTOMIZATION.has(key))
  if (name.startsWith('kustomization.') || isKustomization) {
    return { found: 'it looks like a kustomization', advice: buildAdvice(file) }
  }
  const image = mappingAt(root, 'image')
  const hasImage = image !== undefined && image.stringAt('repository') !== undefined
  const known = keys.filter((key) => VALUES.has(key)).length + (hasImage ? 2 : 0)
  if (known < 2 && !/values.*\.ya?ml$/.test(name)) return undefined
  const values = file !== undefined && PLAIN_WORD.test(file) ? file : 'FILE'
  const advice = `${renderAdvice('CHART', ` -f ${values}`)}; or write the digests into it: pinpull pin --chart CHART ${values}`
  return { found: 'it looks like the values of a chart', advice }
}
