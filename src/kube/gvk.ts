import { resolveAlias } from '../yaml/lookup.ts'
import type { DocumentType, Mapping, YamlDocument } from '../yaml/nodes.ts'

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

/** Joins group and version to `apps/v1`; the core group gives `v1`. */
export function formatApiVersion({ group, version }: GroupVersionKind): string {
  return group === '' ? version : `${group}/${version}`
}

/** Returns the type of a document that was not parsed, from its `apiVersion` and `kind`. */
export function gvkOfType({ apiVersion, kind }: DocumentType): GroupVersionKind {
  return { ...parseApiVersion(apiVersion), kind }
}

/** Returns the type of an object; undefined if `apiVersion` or `kind` is missing. */
export function gvkOf(object: Mapping): GroupVersionKind | undefined {
  const apiVersion = object.stringAt('apiVersion')
  const kind = object.stringAt('kind')
  if (apiVersion === undefined || kind === undefined) return undefined
  return { ...parseApiVersion(apiVersion), kind }
}

/**
 * Returns the type at the root of a document, also of one that was not parsed because of it; undefined if it has none. Several searches
 * want to know it of every document, so it is kept.
 */
export function gvkOfDocument(document: YamlDocument): GroupVersionKind | undefined {
  const known = documentTypes.get(document)
  if (known !== undefined) return known ?? undefined
  const { unparsed } = document
  const root = unparsed === undefined ? rootOf(document) : undefined
  const gvk = unparsed === undefined ? root && gvkOf(root) : gvkOfType(unparsed)
  documentTypes.set(document, gvk ?? null)
  return gvk
}

const documentTypes = new WeakMap<YamlDocument, GroupVersionKind | null>()

function rootOf({ contents }: YamlDocument): Mapping | undefined {
  const root = contents === undefined ? undefined : resolveAlias(contents)
  return root?.kind === 'mapping' ? root : undefined
}

/** The types of objects that a rule applies to. An absent key matches any value. */
export interface KindSelector {
  /** An API group, the empty string for core; `*.example.com` for every group below one. */
  readonly group?: string | undefined
  readonly version?: string | undefined
  /** A kind; one `*` at its beginning or end matches any text. */
  readonly kind?: string | undefined
}

/**
 * The names of objects that a rule applies to. An absent key matches any value; one `*` at the beginning or end matches any
 * text.
 */
export interface ObjectName {
  readonly name?: string | undefined
  readonly namespace?: string | undefined
}

/**
 * Whether an object has the wanted name. An object without a namespace matches any, because it may be applied to any
 * (`kubectl apply -n`).
 */
export function matchesName(wanted: ObjectName, { name, namespace }: ObjectName): boolean {
  return (
    (wanted.name === undefined || (name !== undefined && matchesGlob(wanted.name, name))) &&
    (wanted.namespace === undefined || namespace === undefined || matchesGlob(wanted.namespace, namespace))
  )
}

/**
 * Whether a selector matches a type. The case of kinds is ignored: no cluster has two that differ in nothing else, and
 * authors disagree on `PGAdmin`.
 */
export function matchesKind(selector: KindSelector, { group, version, kind }: GroupVersionKind): boolean {
  return (
    (selector.group === undefined || matchesGroup(selector.group, group)) &&
    (selector.version === undefined || selector.version === version) &&
    (selector.kind === undefined || matchesKindPattern(selector.kind, kind))
  )
}

/** Whether a group matches a pattern: the group itself, `*.example.com` for those below one, or `*` for any. */
export function matchesGroup(pattern: string, group: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? group.endsWith(pattern.slice(1)) : pattern === group
}

/** Whether a kind matches a pattern; one `*` at its beginning or end matches any text. */
export function matchesKindPattern(pattern: string, kind: string): boolean {
  return matchesGlob(pattern.toLowerCase(), kind.toLowerCase())
}

function matchesGlob(pattern: string, name: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1))
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1))
  return name === pattern
}
