import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { sharedPath } from '../../../support/shared-path.ts'
import type { KubernetesObject } from '../cluster/cluster-client.ts'
import { podTemplateIn } from './pod-images.ts'

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url))

/** The types that Kubernetes makes Pods from, and the Pod. */
const TYPES: ReadonlySet<string> = new Set([
  ...['Pod', 'PodTemplate', 'ReplicationController'].map((kind) => `v1 ${kind}`),
  ...['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => `apps/v1 ${kind}`),
  ...['CronJob', 'Job'].map((kind) => `batch/v1 ${kind}`),
])

/** The workloads of one place, each of them once. */
export interface WorkloadFiles {
  readonly place: string
  readonly workloads: readonly KubernetesObject[]
}

/**
 * Reads the workloads that the repository has as examples and fixtures, and those of the shared corpora and charts, as far as they
 * are there.
 * @param helm the path of Helm, which renders the charts
 */
export function workloadFiles(helm: string): {
  readonly found: readonly WorkloadFiles[]
  readonly missing: readonly string[]
} {
  const own = ['examples', 'test/golden'].map((place) => ({
    place,
    texts: textsIn(join(REPOSITORY, place)),
  }))
  const places = ['corpus', 'corpus-wide', 'charts'].map((place) => ({ place, path: sharedPath(place) }))
  const shared = places.flatMap(({ place, path }) =>
    path === undefined
      ? []
      : [{ place: `shared ${place}`, texts: place === 'charts' ? rendered(path, helm) : textsIn(path) }],
  )
  const known = new Set<string>()
  const found = [...own, ...shared].map(({ place, texts }) => ({
    place,
    workloads: texts.flatMap(workloadsIn).filter((object) => {
      const key = JSON.stringify([object.kind, podTemplateIn(object).spec])
      const isNew = !known.has(key)
      known.add(key)
      return isNew
    }),
  }))
  return { found, missing: places.filter(({ path }) => path === undefined).map(({ place }) => place) }
}

function textsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ya?ml|json)$/.test(path))
    .toSorted()
    .map((path) => readFileSync(join(folder, path), 'utf8'))
}

function rendered(folder: string, helm: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const args = ['template', 'test', join(folder, name), '--kube-version', '1.36.0']
      return execFileSync(helm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    })
}

/** The workloads in a text, also those in lists; none if it is no YAML that `yaml` reads. */
function workloadsIn(text: string): KubernetesObject[] {
  const documents = parseAllDocuments(text, { logLevel: 'silent' })
  if (!Array.isArray(documents)) return []
  return documents
    .filter(({ errors }) => errors.length === 0)
    .flatMap((document) => {
      try {
        return itemsOf(document.toJS())
      } catch {
        // An alias without its anchor.
        return []
      }
    })
    .filter(({ apiVersion, kind }) => TYPES.has(`${apiVersion} ${kind}`))
    .map(completed)
}

/** With the name and the selector that Kubernetes requires, and that examples leave out where they are about images. */
function completed(object: KubernetesObject): KubernetesObject {
  const named = { ...object, metadata: { name: 'unnamed', ...object.metadata } }
  const { selector, ...spec } = (object['spec'] ?? {}) as {
    selector?: unknown
    template?: { metadata?: object }
  }
  if (!object.apiVersion.startsWith('apps/') || selector !== undefined || spec.template == null) return named
  const labels = { app: 'completed' }
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  return { ...named, spec: { ...spec, selector: { matchLabels: labels }, template } }
}

function itemsOf(value: unknown): KubernetesObject[] {
  if (typeof value !== 'object' || value === null) return []
  const { kind, items } = value as { kind?: unknown; items?: unknown }
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) return items.flatMap(itemsOf)
  return [value as KubernetesObject]
}
