import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { podKey } from '../kube/pod/pod-owner.ts'
import { isDone, type RunningContainer, runningContainers } from '../kube/pod/running-containers.ts'
import { resourcesOf } from '../kube/resource.ts'
import type { Digest } from '../reference/reference.ts'
import type { Report } from '../report/report.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import { parseImageId } from './running-images.ts'

/** What a profile says of the Pods that run. */
export interface RunningReport {
  readonly report: Report
  readonly pods: number
  /** The Pods with an error: the API server would not admit them again. */
  readonly refused: number
}

/** What the Pods of one input run, as texts: the input itself need not be kept. */
export interface RunningPods {
  /** The keys of its Pods that have not ended. */
  readonly pods: readonly string[]
  /** `DIGEST_DENIED` for their containers that run a denied digest. */
  readonly denied: readonly Diagnostic[]
}

/** Finds the Pods in the documents of an input, and which of them run a denied digest. */
export function runningPodsIn(
  documents: readonly YamlDocument[],
  denied: ReadonlyMap<Digest, Digest> = new Map(),
): RunningPods {
  const pods = documents
    .flatMap(resourcesOf)
    .filter(({ gvk, object }) => gvk.group === '' && gvk.kind === 'Pod' && !isDone(object))
  return {
    pods: pods.map(({ identifier }) => podKey(identifier)),
    denied: runningContainers(documents).flatMap((container) => deniedDiagnostics(container, denied)),
  }
}

/**
 * Reduces a report to the Pods of its inputs that have not ended, and adds those that run a denied digest, which their spec may not
 * show.
 */
export function runningReport(report: Report, running: readonly RunningPods[]): RunningReport {
  const pods = running.flatMap((one) => one.pods)
  const keys = new Set(pods)
  const isKept = ({ resource }: Location = {}): boolean =>
    resource === undefined || (resource.kind === 'Pod' && keys.has(podKey(resource)))
  const known = report.diagnostics.filter(({ at }) => isKept(at))
  const reported = new Set(
    known.filter(({ code }) => code === 'DIGEST_DENIED').map(({ at }) => containerKey(at)),
  )
  const found = running.flatMap((one) => one.denied).filter(({ at }) => !reported.has(containerKey(at)))
  const diagnostics = [...known, ...found]
  const refused = new Set(
    diagnostics.flatMap(({ severity, at }) =>
      severity === 'error' && at?.resource !== undefined ? [podKey(at.resource)] : [],
    ),
  )
  const images = report.images.filter(({ at }) => isKept(at))
  return { report: { ...report, images, diagnostics }, pods: pods.length, refused: refused.size }
}

function containerKey({ resource, container }: Location = {}): string {
  return `${resource === undefined ? '' : podKey(resource)} ${container}`
}

function deniedDiagnostics(
  { pod, container, image, imageId }: RunningContainer,
  denied: ReadonlyMap<Digest, Digest>,
): Diagnostic[] {
  const id = parseImageId(imageId)
  const digest = id.kind === 'manifest' ? denied.get(id.digest) : undefined
  if (digest === undefined) return []
  return [
    { code: 'DIGEST_DENIED', severity: 'error', args: { image, digest }, at: { resource: pod, container } },
  ]
}
