import { mayHoldKey, stringAt } from '../yaml/lookup.ts'
import type { DocumentType, Mapping } from '../yaml/nodes.ts'
import { tableRowsOf } from './field-table.ts'
import { type GroupVersionKind, gvkIn } from './gvk.ts'
import type { Resource } from './resource.ts'
import type { SkippedKind, TableRow } from './table-row.ts'

/** Why no document of this type is looked at; `undefined` where it is. */
export function skippedKind(gvk: GroupVersionKind): string | undefined {
  const type = `${gvk.group}/${gvk.kind}`
  if (!reasons.has(type)) reasons.set(type, tableRowsOf(gvk).find(isSkipped)?.reason)
  return reasons.get(type)
}

function isSkipped(row: TableRow): row is SkippedKind {
  return row.row === 'skipped'
}

/** The reason of the rows about tools' own files. */
const TOOL = 'the configuration of a tool, which is not applied to a cluster'

/** Whether a type is for a tool on somebody's machine to read, such as kustomize, and for no cluster. */
export function isToolConfiguration(gvk: GroupVersionKind): boolean {
  return skippedKind(gvk) === TOOL && !gvk.kind.endsWith('List')
}

/** A memo of a pure function: a stream has thousands of objects, and few types. */
const reasons = new Map<string, string | undefined>()

/**
 * Whether a document of this type need not even be read, unless a rule of the user's own is about it: a skipped one, but
 * not a list, whose items may be of any type.
 */
export function isOpaqueType(type: DocumentType): boolean {
  return !type.kind.endsWith('List') && skippedKind(gvkIn(type)) !== undefined
}

const LOCAL_CONFIG = 'config.kubernetes.io/local-config'

/** Why this one object is not looked at: its type, or that kustomize and kpt leave it out. */
export function skippedObject({ object, gvk, isFunctionItem }: Resource): string | undefined {
  const reason = skippedKind(gvk)
  if (reason !== undefined) return reason
  return isFunctionItem && isLocalConfig(object) ? `${LOCAL_CONFIG} says that it is not applied` : undefined
}

/**
 * Whether an object's annotation says that it is not applied (`config.kubernetes.io/local-config`, KRM functions
 * specification). Only kustomize and kpt leave such an object out, of the ResourceList that they hand to a function: kubectl
 * and every other program apply it, so that the annotation counts for the items of a ResourceList alone.
 */
export function isLocalConfig(object: Mapping): boolean {
  if (!mayHoldKey(object, LOCAL_CONFIG)) return false
  return stringAt(object, 'metadata', 'annotations', LOCAL_CONFIG) === 'true'
}
