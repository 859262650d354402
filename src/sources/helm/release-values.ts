import { readDocuments } from '../../yaml/documents.ts'
import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping } from '../../yaml/nodes.ts'
import { readSource } from '../../yaml/source.ts'
import type { SourceFile } from '../source-edit.ts'
import { type ValuesPlace, valuesInDocument } from './values-place.ts'

/** An object that has the values of a release in it: a HelmRelease of Flux, or an Application of Argo CD. */
export interface ReleaseObject {
  /** `HelmRelease shop`. */
  readonly name: string
  /** The name of its chart, if the object has it. */
  readonly chart?: string | undefined
  /** The values within the object; absent if it has none. */
  readonly place?: ValuesPlace | undefined
  /** The name and the options that its controller renders the chart with. */
  readonly release: string
  readonly options: readonly string[]
  /** Where the value of a parameter is, by the name that `--set` has for it. */
  readonly parameters: ReadonlyMap<string, FieldPath>
  /** The position of its document in the file, from 0. */
  readonly document: number
  /** The fields that name values which are not in the file; they are needed to render the chart. */
  readonly elsewhere: readonly string[]
}

/** Finds the objects with values of releases in a file. */
export function findReleaseObjects(file: SourceFile): readonly ReleaseObject[] {
  return readDocuments(readSource(file.bytes)).documents.flatMap(({ index, contents }) => {
    const root = contents === undefined ? undefined : resolveAlias(contents)
    if (root?.kind !== 'mapping') return []
    const group = root.stringAt('apiVersion')?.split('/')[0]
    const kind = root.stringAt('kind')
    if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease') return fluxRelease(root, file, index)
    if (group === 'argoproj.io' && kind === 'Application') return argoRelease(root, file, index)
    return []
  })
}

/** helm-controller: `spec.values` over `spec.valuesFrom` (api/v2, HelmReleaseSpec). */
function fluxRelease(root: Mapping, file: SourceFile, document: number): ReleaseObject {
  const name = root.stringAt('metadata', 'name') ?? ''
  const target = root.stringAt('spec', 'targetNamespace')
  const namespace = target ?? root.stringAt('metadata', 'namespace')
  const chart = root.stringAt('spec', 'chart', 'spec', 'chart')
  const values: FieldPath = ['spec', 'values']
  return {
    name: `HelmRelease ${name}`,
    chart: baseName(chart),
    place: mappingAt(root, 'spec', 'values') && valuesInDocument(file.path, document, values),
    release: root.stringAt('spec', 'releaseName') ?? (target === undefined ? name : `${target}-${name}`),
    options: namespace === undefined ? [] : ['--namespace', namespace],
    parameters: new Map(),
    document,
    elsewhere: valueAt(root, 'spec', 'valuesFrom') === undefined ? [] : ['spec.valuesFrom'],
  }
}

/** The places of a source with Helm's settings (Argo CD, types.go `ApplicationSpec`). */
const ARGO_SOURCES: readonly (readonly string[])[] = [
  ['spec', 'source'],
  ['spec', 'sourceHydrator', 'drySource'],
]

/** Argo CD: parameters win over `valuesObject`, which replaces `values`, over `valueFiles` (types.go `ApplicationSourceHelm`). */
function argoRelease(root: Mapping, file: SourceFile, document: number): ReleaseObject[] {
  return argoSources(root).flatMap((path) => {
    const source = nodeAt(root, path)
    const helm = source && mappingAt(source, 'helm')
    if (source === undefined || helm === undefined) return []
    const name = root.stringAt('metadata', 'name') ?? ''
    const key = ['valuesObject', 'values'].find((one) => valueAt(helm, one) !== undefined)
    const namespace = helm.stringAt('namespace') ?? root.stringAt('spec', 'destination', 'namespace')
    const kubeVersion = helm.stringAt('kubeVersion')
    const parameters = parametersOf(helm)
    return {
      name: `Application ${name}`,
      chart: baseName(source.stringAt('chart')),
      place: key === undefined ? undefined : valuesInDocument(file.path, document, [...path, 'helm', key]),
      release: helm.stringAt('releaseName') ?? name,
      options: [
        ...(namespace === undefined ? [] : ['--namespace', namespace]),
        ...(kubeVersion === undefined ? [] : ['--kube-version', kubeVersion]),
        ...parameters.flatMap(({ option }) => option),
      ],
      parameters: new Map(
        parameters.map(({ key: set, index }) => [set, [...path, 'helm', 'parameters', index, 'value']]),
      ),
      document,
      elsewhere: ['valueFiles', 'fileParameters'].filter((one) => valueAt(helm, one) !== undefined),
    }
  })
}

function argoSources(root: Mapping): FieldPath[] {
  const list = valueAt(root, 'spec', 'sources')
  const several = list?.kind === 'sequence' ? list.items.map((_, i): FieldPath => ['spec', 'sources', i]) : []
  return [...ARGO_SOURCES.filter((path) => mappingAt(root, ...path) !== undefined), ...several]
}

function nodeAt(root: Mapping, path: FieldPath): Mapping | undefined {
  const [last] = path.slice(-1)
  if (typeof last !== 'number') return mappingAt(root, ...(path as readonly string[]))
  const list = valueAt(root, ...(path.slice(0, -1) as readonly string[]))
  const item = list?.kind === 'sequence' ? list.items[last] : undefined
  const node = item === undefined ? undefined : resolveAlias(item)
  return node?.kind === 'mapping' ? node : undefined
}

interface Parameter {
  readonly key: string
  readonly index: number
  readonly option: readonly [string, string]
}

function parametersOf(helm: Mapping): Parameter[] {
  const list = valueAt(helm, 'parameters')
  if (list?.kind !== 'sequence') return []
  return list.items.flatMap((item, index) => {
    const node = resolveAlias(item)
    if (node.kind !== 'mapping') return []
    const key = node.stringAt('name')
    const value = node.find('value')?.entry.value
    const scalar = value === undefined ? undefined : resolveAlias(value)
    if (key === undefined || scalar?.kind !== 'scalar') return []
    const force = valueAt(node, 'forceString')
    const flag = force?.kind === 'scalar' && /^true$/i.test(force.value) ? '--set-string' : '--set'
    // Argo CD escapes commas, because each parameter is one value (util/helm/cmd.go `cleanSetParameters`).
    return { key, index, option: [flag, `${key}=${scalar.value.replaceAll(/(?<!\\),/g, '\\,')}`] as const }
  })
}

/** A chart in a folder of a repository is named by its path. */
function baseName(chart: string | undefined): string | undefined {
  return chart?.split('/').findLast((part) => part !== '' && part !== '.')
}
