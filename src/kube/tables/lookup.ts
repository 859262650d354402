import type { DocumentType, FieldPath, Mapping } from '../../yaml/nodes.ts'
import { type GroupVersionKind, gvkOfType, matchesGroup, matchesKindPattern } from '../gvk.ts'
import { matchesStep, type PathStep } from '../path-pattern.ts'
import type { Resource } from '../resource.ts'
import { anyType } from './any-type.ts'
import { configMaps } from './config-maps.ts'
import { databases } from './databases.ts'
import { never } from './denied-fields.ts'
import { observability } from './observability.ts'
import { parts } from './parts.ts'
import { platform } from './platform.ts'
import { skipped } from './skipped-kinds.ts'
import { type DeniedRow, type ImageRow, parseTableRow, type SkippedRow, type TableRow } from './table-row.ts'
import { workflows } from './workflows.ts'

const TABLES = [databases, observability, workflows, platform, configMaps, parts, never, skipped]

/** Every row of every table. */
export function allRows(): readonly TableRow[] {
  return [...rowsOfAnyType(), ...TABLES.flatMap(linesOf).flatMap(parseTableRow)]
}

/** The rows that are about a type, those about every type first. */
export function rowsFor({ group, kind }: GroupVersionKind): readonly TableRow[] {
  const type = `${group}/${kind}`
  const known = byType.get(type)
  if (known !== undefined) return known
  const found = [
    ...rowsOfAnyType(),
    ...rowsOfGroup(group).filter((row) => matchesKindPattern(row.kind, kind)),
  ]
  byType.set(type, found)
  return found
}

/** The lines of a table: what is neither blank nor a comment. */
function linesOf(table: string): readonly string[] {
  return table.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

function rowsOfAnyType(): readonly TableRow[] {
  rowsOfEach ??= linesOf(anyType).flatMap(parseTableRow)
  return rowsOfEach
}

/** Most input is of types that no row is about: a table is cut into rows only where the group stands in it. */
function rowsOfGroup(group: string): readonly TableRow[] {
  const known = byGroup.get(group)
  if (known !== undefined) return known
  const name = group === '' ? 'core' : group
  const found = TABLES.filter((table) => mayCover(table, name))
    .flatMap(linesOf)
    .filter((line) => groupsOf(line).some((one) => matchesGroup(one, name)))
    .flatMap(parseTableRow)
    .filter((row) => matchesGroup(row.group, group))
  byGroup.set(group, found)
  return found
}

function groupsOf(line: string): readonly string[] {
  return line.slice(0, line.indexOf(' ')).split(',')
}

/** Whether the group, or a pattern for those below one that it is below, stands anywhere in a table. */
function mayCover(table: string, group: string): boolean {
  if (table.includes(group)) return true
  let dot = group.indexOf('.')
  while (dot >= 0) {
    if (table.includes(`*${group.slice(dot)}`)) return true
    dot = group.indexOf('.', dot + 1)
  }
  return false
}

/** Memos of pure functions: a stream has thousands of objects, and few types. */
let rowsOfEach: readonly TableRow[] | undefined
const byGroup = new Map<string, readonly TableRow[]>()
const byType = new Map<string, readonly TableRow[]>()

/** Every row of rule R5 that leads to an image in one text. */
export function customFields(): readonly ImageRow[] {
  return allRows().filter(isCustomField)
}

/** Those rows that are about a type. */
export function customFieldsOf(gvk: GroupVersionKind): readonly ImageRow[] {
  return rowsFor(gvk).filter(isCustomField)
}

function isCustomField(row: TableRow): row is ImageRow {
  return row.row === 'image'
}

/** Every row of the never list. */
export function neverFields(): readonly DeniedRow[] {
  return allRows().filter(isNeverField)
}

/**
 * Why a field is no image that can be pinned; `undefined` where it may be one.
 *
 * @param path below the object's root
 */
export function deniedReason(gvk: GroupVersionKind, path: FieldPath): string | undefined {
  const covers = ({ path: { steps }, anywhere }: DeniedRow): boolean => {
    const end = anywhere ? path.slice(-steps.length) : path
    const isStep = (step: PathStep, i: number): boolean =>
      matchesStep(step, end[i] as string | number, undefined)
    return end.length === steps.length && steps.every(isStep)
  }
  for (const row of rowsFor(gvk)) if (isNeverField(row) && covers(row)) return row.reason
  return undefined
}

function isNeverField(row: TableRow): row is DeniedRow {
  return row.row === 'left'
}

/** Why no document of this type is looked at; `undefined` where it is. */
export function skippedReason(gvk: GroupVersionKind): string | undefined {
  const type = `${gvk.group}/${gvk.kind}`
  if (!reasons.has(type)) reasons.set(type, rowsFor(gvk).find(isSkipped)?.reason)
  return reasons.get(type)
}

function isSkipped(row: TableRow): row is SkippedRow {
  return row.row === 'skipped'
}

/** The reason of the rows about tools' own files. */
const TOOL = 'the configuration of a tool, which is not applied to a cluster'

/** Whether a type is for a tool on somebody's machine to read, such as kustomize, and for no cluster. */
export function isToolConfiguration(gvk: GroupVersionKind): boolean {
  return skippedReason(gvk) === TOOL && !gvk.kind.endsWith('List')
}

/** A memo of a pure function: a stream has thousands of objects, and few types. */
const reasons = new Map<string, string | undefined>()

/**
 * Whether a document of this type need not even be read, unless a rule of the user's own is about it: a skipped one, but
 * not a list, whose items may be of any type.
 */
export function isOpaqueType(type: DocumentType): boolean {
  return !type.kind.endsWith('List') && skippedReason(gvkOfType(type)) !== undefined
}

const LOCAL_CONFIG = 'config.kubernetes.io/local-config'

/** Why this one object is not looked at: its type, or that kustomize and kpt leave it out. */
export function skippedObject({ object, gvk, isFunctionItem }: Resource): string | undefined {
  const reason = skippedReason(gvk)
  if (reason !== undefined) return reason
  return isFunctionItem && isLocalConfig(object) ? `${LOCAL_CONFIG} says that it is not applied` : undefined
}

/**
 * Whether an object's annotation says that it is not applied (`config.kubernetes.io/local-config`, KRM functions
 * specification). Only kustomize and kpt leave such an object out, of the ResourceList that they hand to a function: kubectl
 * and every other program apply it, so that the annotation counts for the items of a ResourceList alone.
 */
export function isLocalConfig(object: Mapping): boolean {
  if (!object.mayContain(LOCAL_CONFIG)) return false
  return object.stringAt('metadata', 'annotations', LOCAL_CONFIG) === 'true'
}
