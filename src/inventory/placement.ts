import type { ImageField } from '../kube/image-field.ts'
import { type JsonValue, toJsonValue } from '../yaml/json-value.ts'
import type { Mapping } from '../yaml/nodes.ts'

type PlainRecord = Readonly<Record<string, JsonValue>>

/** The nodes that the Pods of a workload may run on, and the Secrets that these pull with. */
export interface Placement {
  readonly namespace?: string | undefined
  readonly nodeSelector: PlainRecord
  readonly tolerations: readonly JsonValue[]
  /** The terms of `affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`: a node must match one. */
  readonly nodeTerms: readonly PlainRecord[]
  readonly pullSecrets: readonly string[]
}

/**
 * Reads the placement of the workload around an image. Preferences and Pod affinities are not part of it, because they
 * exclude no node. An image outside a PodSpec (in a custom resource) may run on any node.
 */
export function placementOf({ podSpec, resource }: ImageField): Omit<Placement, 'pullSecrets'> {
  const affinity = record(record(record(podSpec && valueAt(podSpec, 'affinity'))['nodeAffinity'])[REQUIRED])
  return {
    namespace: resource.namespace,
    nodeSelector: record(podSpec && valueAt(podSpec, 'nodeSelector')),
    tolerations: list(podSpec && valueAt(podSpec, 'tolerations')),
    nodeTerms: list(affinity['nodeSelectorTerms']).map(record),
  }
}

/** @returns the same key for placements that can share a DaemonSet */
export function placementKey({ namespace, ...rest }: Placement): string {
  return JSON.stringify([namespace ?? null, rest])
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'

/** Composes the node affinity that requires one of these terms. */
export function nodeAffinity(terms: readonly PlainRecord[]): PlainRecord {
  return { nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: terms } } }
}

/** Adds a required expression to each of the terms. */
export function withExpression(terms: readonly PlainRecord[], expression: PlainRecord): PlainRecord[] {
  const all = terms.length === 0 ? [{}] : terms
  return all.map((term) => ({
    ...term,
    matchExpressions: [...list(record(term)['matchExpressions']), expression],
  }))
}

function valueAt(mapping: Mapping, key: string): JsonValue | undefined {
  const found = mapping.find(key)
  return found === undefined ? undefined : toJsonValue(found.entry.value)
}

function record(value: JsonValue | undefined): PlainRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PlainRecord) : {}
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
