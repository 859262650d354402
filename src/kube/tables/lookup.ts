import type { DocumentType, FieldPath } from '../../yaml/nodes.ts'
import {
  type GroupVersionKind,
  gvkOfType,
  matchesGroup,
  matchesKindPattern,
  matchesName,
  type ObjectName,
} from '../gvk.ts'
import { matchesStep, type PathStep } from '../path-pattern.ts'
import { configMaps } from './config-maps.ts'
import { databases } from './databases.ts'
import { deniedFields } from './denied-fields.ts'
import { observability } from './observability.ts'
import { platform } from './platform.ts'
import { podSpecs } from './pod-specs.ts'
import { skippedKinds } from './skipped-kinds.ts'
import { type DeniedRow, parseKind, parseTableRow, type TableRow } from './table-row.ts'
import { workflows } from './workflows.ts'

/** Texts of lines. Each begins and ends with a line break. */
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
  return TABLES.flatMap((table) => table.split('\n'))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap(parseTableRow)
}

/** @returns the rows about objects of any name of a type, in the order of the tables */
export function rowsFor(gvk: GroupVersionKind): readonly TableRow[] {
  return linesOf(gvk).rows
}

/**
 * Returns the rows about an object because of its name, in the order of the tables. Only these are parsed: dozens are about
 * ConfigMaps, and few streams have one of those.
 *
 * @param nameOf is only called if any row is about a named object of the type
 */
export function namedRowsFor(gvk: GroupVersionKind, nameOf: () => ObjectName): readonly TableRow[] {
  const { named, patterns, names } = linesOf(gvk)
  if (named.length === 0) return []
  const name = nameOf()
  const lines = name.name !== undefined && names.has(name.name) ? named : patterns
  return lines
    .filter(({ objects }) => objects.some((object) => matchesName(object, name)))
    .flatMap(({ line }) => parseTableRow(line))
    .filter((row) => row.object !== undefined && isAbout(row, gvk) && matchesName(row.object, name))
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

/** What the tables have about a type. */
interface TypeLines {
  /** About objects of any name. */
  readonly rows: readonly TableRow[]
  /** The lines about named objects. */
  readonly named: readonly NamedLine[]
  /** Those of them in which a name has a `*`. */
  readonly patterns: readonly NamedLine[]
  /** All names of these objects. */
  readonly names: ReadonlySet<string>
}

interface NamedLine {
  readonly line: string
  readonly objects: readonly ObjectName[]
}

function linesOf(gvk: GroupVersionKind): TypeLines {
  const type = `${gvk.group}/${gvk.kind}`
  const known = byType.get(type)
  if (known !== undefined) return known
  const lines = linesOfGroup(gvk.group)
    .map(({ line, kinds }) => ({
      line,
      objects: kinds.filter(({ kind }) => matchesKindPattern(kind, gvk.kind)).map(({ object }) => object),
    }))
    .filter(({ objects }) => objects.length > 0)
  const rows = lines
    .filter(({ objects }) => objects.includes(undefined))
    .flatMap(({ line }) => parseTableRow(line))
    .filter((row) => row.object === undefined && isAbout(row, gvk))
  const named = lines
    .map(({ line, objects }) => ({ line, objects: objects.filter((object) => object !== undefined) }))
    .filter(({ objects }) => objects.length > 0)
  const found = {
    rows,
    named,
    patterns: named.filter(({ objects }) => objects.some(({ name }) => name?.includes('*'))),
    names: new Set(named.flatMap(({ objects }) => objects.map(({ name = '' }) => name))),
  }
  byType.set(type, found)
  return found
}

function isAbout(row: TableRow, { group, kind }: GroupVersionKind): boolean {
  return matchesGroup(row.group, group) && matchesKindPattern(row.kind, kind)
}

interface GroupLine {
  readonly line: string
  readonly kinds: readonly ReturnType<typeof parseKind>[]
}

/**
 * Returns the lines about a group, in the order of the tables. Their text is searched, and not split: most streams have few of
 * the groups, and of these few of the kinds.
 */
function linesOfGroup(group: string): readonly GroupLine[] {
  const known = byGroup.get(group)
  if (known !== undefined) return known
  const name = group === '' ? 'core' : group
  const found = TABLES.flatMap((table) => linesWith(table, ['\n*', ',*', `\n${name}`, `,${name}`])).flatMap(
    (line) => {
      const [, groups = '', kinds = ''] = /^(\S+)\s+(\S+)/.exec(line) ?? []
      return groups.split(',').some((one) => matchesGroup(one, name))
        ? [{ line, kinds: kinds.split(',').map(parseKind) }]
        : []
    },
  )
  byGroup.set(group, found)
  return found
}

/** The lines of a table in which one of the texts occurs; a line break in a text is the one before the line. */
function linesWith(table: string, texts: readonly string[]): readonly string[] {
  const starts = new Set<number>()
  for (const text of texts) {
    for (let at = table.indexOf(text); at >= 0; at = table.indexOf(text, at + 1)) {
      starts.add(table.lastIndexOf('\n', at) + 1)
    }
  }
  return [...starts].sort((a, b) => a - b).map((start) => table.slice(start, table.indexOf('\n', start)))
}

/** Caches of pure functions: a stream has thousands of objects, and few types. */
const byGroup = new Map<string, readonly GroupLine[]>()
const byType = new Map<string, TypeLines>()
const skippedReasons = new Map<string, string | undefined>()
const podSpecPaths = new Map<string, readonly string[] | undefined>()
