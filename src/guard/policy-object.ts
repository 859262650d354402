import type { JsonValue } from '../yaml/json-value.ts'
import type { GuardOptions } from './guard-options.ts'
import type { COVERED_KINDS } from './kinds.ts'

/** The metadata of each object that a guard consists of, by which `kubectl get -l` finds them. */
export function metadata(name: string, { name: guard }: GuardOptions): Readonly<Record<string, JsonValue>> {
  return { name, labels: { 'app.kubernetes.io/managed-by': 'pinpull', 'pinpull.dev/guard': guard } }
}

/**
 * The requests that a policy sees: whatever sets an image. `scale` and `status` are resources of their own, and are not seen.
 * Namespaces are exempt by the label that the API server itself keeps.
 */
export function matchConstraints(
  kinds: typeof COVERED_KINDS,
  { exemptNamespaces }: GuardOptions,
): Readonly<Record<string, JsonValue>> {
  const groups = [...new Set(kinds.map(({ group }) => group))]
  const values = [...new Set(exemptNamespaces)].toSorted()
  const selector = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values }
  return {
    matchPolicy: 'Equivalent',
    ...(values.length === 0 ? {} : { namespaceSelector: { matchExpressions: [selector] } }),
    resourceRules: groups.map((group) => ({
      apiGroups: [group],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: kinds.filter((kind) => kind.group === group).flatMap(({ resources }) => resources),
      scope: 'Namespaced',
    })),
  }
}

/** The kind of the object that holds the lock, for a policy that reads it. */
export const LOCK_KIND = { apiVersion: 'v1', kind: 'ConfigMap' } as const

/**
 * The object that holds the lock, for the binding of a policy that reads it. Without the ConfigMap the API server denies a request
 * whatever the actions of the binding are, and a guard that only warns must deny nothing.
 */
export function lockRef(
  { name, namespace }: GuardOptions,
  actions: readonly string[],
): Readonly<Record<string, JsonValue>> {
  const parameterNotFoundAction = actions.includes('Deny') ? 'Deny' : 'Allow'
  return { name: lockNameOf(name), namespace, parameterNotFoundAction }
}

/** The name of the ConfigMap with the lock of a guard. */
export function lockNameOf(guard: string): string {
  return `${guard}-lock`
}
