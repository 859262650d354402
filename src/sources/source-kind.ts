import { basename, dirname, join, relative, sep } from 'node:path'
import { gvkOf } from '../kube/gvk.ts'
import { readDocuments } from '../yaml/documents.ts'
import { findEncodingError } from '../yaml/encoding.ts'
import { resolveAlias } from '../yaml/lookup.ts'
import { readSource } from '../yaml/source.ts'
import type { SourceDisk } from './source-disk.ts'
import type { SourceFile } from './source-edit.ts'

/**
 * What a file is:
 * - `manifest`: Kubernetes objects, or anything else that has no editor of its own
 * - `kustomization`: what `kustomize build` reads in a folder
 * - `values`: values of the chart in whose folder it is
 * - `chart`: another part of a chart: a template, the description, a chart that it contains
 */
export type SourceKind = 'manifest' | 'kustomization' | 'values' | 'chart'

/** The names that kustomize reads, in its order (kustomize, api/konfig/general.go). */
export const KUSTOMIZATION_NAMES: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
]

/** The names of values files in the folder of a chart: `values.yaml`, `values-prod.yaml`, `prod-values.yml`. */
export const VALUES_NAME: RegExp = /^(?:.*[-_.])?values(?:[-_.].*)?\.ya?ml$/i

/** Finds out what a file is, by its name, its folder, and for a kustomization by its type. */
export function sourceKindOf({ path, bytes }: SourceFile, disk: Pick<SourceDisk, 'read'>): SourceKind {
  if (KUSTOMIZATION_NAMES.includes(basename(path)) && !hasOtherType(bytes)) return 'kustomization'
  const chart = chartOf(path, disk)
  if (chart === undefined) return 'manifest'
  const inside = relative(chart, path).split(sep)
  const [first = ''] = inside
  if (isContained(chart, disk)) return 'chart'
  if (inside.length === 1) return VALUES_NAME.test(first) ? 'values' : 'chart'
  return first === 'crds' || !CHART_FOLDERS.has(first) ? 'manifest' : 'chart'
}

/** The folders of a chart that Helm reads (Helm, pkg/chart/loader). Others may hold anything, such as manifests of tests. */
const CHART_FOLDERS: ReadonlySet<string> = new Set(['templates', 'charts', 'crds'])

/** Finds the chart that a file belongs to: the nearest folder with a `Chart.yaml`, up to the working directory. */
export function chartOf(path: string, disk: Pick<SourceDisk, 'read'>): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (disk.read(join(folder, 'Chart.yaml')) !== undefined) return folder
    if (folder === dirname(folder) || basename(folder) === '..') return undefined
  }
}

/** Whether a chart is in the folder `charts` of another one, which keeps a copy of it. */
function isContained(chart: string, disk: Pick<SourceDisk, 'read'>): boolean {
  const parent = dirname(chart)
  return basename(parent) === 'charts' && disk.read(join(dirname(parent), 'Chart.yaml')) !== undefined
}

/** Whether the objects of a file have another type than kustomize's, such as a Kustomization of Flux. */
function hasOtherType(bytes: Uint8Array): boolean {
  if (findEncodingError(bytes) !== undefined) return false
  const [first] = readDocuments(readSource(bytes)).documents
  const root = first?.contents === undefined ? undefined : resolveAlias(first.contents)
  const gvk = root?.kind === 'mapping' ? gvkOf(root) : undefined
  return gvk !== undefined && gvk.group !== 'kustomize.config.k8s.io'
}
