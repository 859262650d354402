import { stringAt } from '../yaml/lookup.ts'
import type { DocumentType, Mapping } from '../yaml/nodes.ts'

/** The type of an object, as `k8s.io/apimachinery` names it. The core group is the empty string. */
export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** Splits `apps/v1` into group and version; `v1` is of the core group (apimachinery `ParseGroupVersion`). */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

/** The inverse of `parseApiVersion`. */
export function formatApiVersion({ group, version }: GroupVersionKind): string {
  return group === '' ? version : `${group}/${version}`
}

/** The type that a document says it is of in its first lines. */
export function gvkIn({ apiVersion, kind }: DocumentType): GroupVersionKind {
  return { ...parseApiVersion(apiVersion), kind }
}

/** The type that a mapping says it is of; `undefined` where it does not say both `apiVersion` and `kind`. */
export function gvkOf(object: Mapping): GroupVersionKind | undefined {
  const apiVersion = stringAt(object, 'apiVersion')
  const kind = stringAt(object, 'kind')
  if (apiVersion === undefined || kind === undefined) return undefined
  return { ...parseApiVersion(apiVersion), kind }
}
