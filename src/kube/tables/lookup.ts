import type { DocumentType, FieldPath } from '../../yaml/nodes.ts'
import { type GroupVersionKind, gvkOfType, matchesGroup, matchesKindPattern } from '../gvk.ts'
import { matchesStep, type PathStep } from '../path-pattern.ts'
import { configMaps } from './config-maps.ts'
import { databases } from './databases.ts'
import { deniedFields } from './denied-fields.ts'
import { observability } from './observability.ts'
import { platform } from './platform.ts'
import { podSpecs } from './pod-specs.ts'
import { skippedKinds } from './skipped-kinds.ts'
import { type DeniedRow, parseTableRow, type TableRow } from './table-row.ts'
import { workflows } from './workflows.ts'

const TABLES = [
  podSpecs,
  databases,
  observability,
  workflows,
  platform,
  configMaps,
  deniedFields,
  skippedKinds,
]

/** @returns every row of every table */
export function allRows(): readonly TableRow[] {
  return TABLES.flatMap(linesOf).flatMap(parseTableRow)
}

/** @returns the rows about a type, in the order of the tables */
export function rowsFor({ group, kind }: GroupVersionKind): readonly TableRow[] {
  const type = `${group}/${kind}`
  const known = byType.get(type)
  if (known !== undefined) return known
  const found = rowsOfGroup(group).filter((row) => matchesKindPattern(row.kind, kind))
  byType.set(type, found)
  return found
}

/**
 * @param path from the object's root
 * @returns why a field is no image that can be pinned; undefined if no row denies it
 */
export function deniedReason(gvk: GroupVersionKind, path: FieldPath): string | undefined {
  for (const row of rowsFor(gvk)) if (row.action === 'deny' && covers(row, path)) return row.reason
  return undefined
}

function covers({ path: { steps }, anywhere }: DeniedRow, path: FieldPath): boolean {
  const end = anywhere ? path.slice(-steps.length) : path
  const matches = (step: PathStep, i: number): boolean =>
    matchesStep(step, end[i] as string | number, undefined)
  return end.length === steps.length && steps.every(matches)
}

/** @returns why objects of a type are skipped; undefined if they are not */
export function skippedReason(gvk: GroupVersionKind): string | undefined {
  const type = `${gvk.group}/${gvk.kind}`
  if (!skippedReasons.has(type)) {
    skippedReasons.set(type, rowsFor(gvk).find((row) => row.action === 'skip')?.reason)
  }
  return skippedReasons.get(type)
}

/** The reason of the rows about configuration files of tools. */
const TOOL = 'the configuration of a tool, which is not applied to a cluster'

/** Whether objects of a type are read by a tool such as kustomize, and not by a cluster. */
export function isToolConfiguration(gvk: GroupVersionKind): boolean {
  return skippedReason(gvk) === TOOL && !gvk.kind.endsWith('List')
}

/**
 * Whether a document of a type need not even be parsed, unless a rule of the user is about the type. Lists are parsed: their
 * items may be of any type.
 */
export function isOpaqueType(type: DocumentType): boolean {
  return !type.kind.endsWith('List') && skippedReason(gvkOfType(type)) !== undefined
}

/** @returns the path of the PodSpec of a workload in which every container must have an image; undefined for other types */
export function podSpecPath(gvk: GroupVersionKind): readonly string[] | undefined {
  const type = `${gvk.group}/${gvk.kind}`
  if (!podSpecPaths.has(type)) {
    const row = rowsFor(gvk).find(({ action, kind }) => action === 'pod-spec' && kind === gvk.kind)
    podSpecPaths.set(type, row?.action === 'pod-spec' ? row.path.text.split('.') : undefined)
  }
  return podSpecPaths.get(type)
}

/** The lines of a table that are neither blank nor a comment. */
function linesOf(table: string): readonly string[] {
  return table.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/** Most streams have few groups, and a table in which a group does not occur is not even split into lines. */
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

/** Whether a table has the group, a pattern for groups below one of its parents, or a row for any group. */
function mayCover(table: string, group: string): boolean {
  if (table.includes(group) || table.includes('\n*  ')) return true
  let dot = group.indexOf('.')
  while (dot >= 0) {
    if (table.includes(`*${group.slice(dot)}`)) return true
    dot = group.indexOf('.', dot + 1)
  }
  return false
}

/** Caches of pure functions: a stream has thousands of objects, and few types. */
const byGroup = new Map<string, readonly TableRow[]>()
const byType = new Map<string, readonly TableRow[]>()
const skippedReasons = new Map<string, string | undefined>()
const podSpecPaths = new Map<string, readonly string[] | undefined>()
