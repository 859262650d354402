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
export function gvkOfType({ apiVersion, kind }: DocumentType): GroupVersionKind {
  return { ...parseApiVersion(apiVersion), kind }
}

/** The type that a mapping says it is of; `undefined` where it does not say both `apiVersion` and `kind`. */
export function gvkOf(object: Mapping): GroupVersionKind | undefined {
  const apiVersion = object.stringAt('apiVersion')
  const kind = object.stringAt('kind')
  if (apiVersion === undefined || kind === undefined) return undefined
  return { ...parseApiVersion(apiVersion), kind }
}

/** Which types a rule is about. What is absent stands for any. */
export interface KindSelector {
  /** An API group, the empty string for core; `*.example.com` for every group below one. */
  readonly group?: string
  readonly version?: string
  /** A kind; one `*` at its beginning or end stands for any text. */
  readonly kind?: string
}

/** Which object of a type a rule is about. What is absent stands for any; one `*` at its beginning or end for any text. */
export interface ObjectName {
  readonly name?: string
  readonly namespace?: string
}

/**
 * Whether an object has the name that is meant. One without a namespace of its own may be applied to any
 * (`kubectl apply -n`), and so may be the one that is meant.
 */
export function matchesName(wanted: ObjectName, { name, namespace }: ObjectName): boolean {
  return (
    (wanted.name === undefined || (name !== undefined && matchesGlob(wanted.name, name))) &&
    (wanted.namespace === undefined || namespace === undefined || matchesGlob(wanted.namespace, namespace))
  )
}

/**
 * Whether a type is selected. Kinds are compared without regard to case: a cluster never has two that differ in
 * nothing else, and authors differ on `PGAdmin`.
 */
export function matchesKind(selector: KindSelector, { group, version, kind }: GroupVersionKind): boolean {
  return (
    (selector.group === undefined || matchesGroup(selector.group, group)) &&
    (selector.version === undefined || selector.version === version) &&
    (selector.kind === undefined || matchesKindPattern(selector.kind, kind))
  )
}

/** Whether a group is the one that is meant, below it where the pattern begins with `*.`, or any where that is `*`. */
export function matchesGroup(pattern: string, group: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? group.endsWith(pattern.slice(1)) : pattern === group
}

/** Whether a kind is the one that is meant, one `*` at the beginning or end standing for any text. */
export function matchesKindPattern(pattern: string, kind: string): boolean {
  return matchesGlob(pattern.toLowerCase(), kind.toLowerCase())
}

function matchesGlob(pattern: string, name: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1))
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1))
  return name === pattern
}
