import type { GroupVersionKind } from './gvk.ts'
import { coversGroup, coversKind } from './kind-selector.ts'
import { parseTableRow, type TableRow } from './table-row.ts'
import { anyType } from './tables/any-type.ts'
import { configMaps } from './tables/config-maps.ts'
import { databases } from './tables/databases.ts'
import { never } from './tables/never.ts'
import { observability } from './tables/observability.ts'
import { parts } from './tables/parts.ts'
import { platform } from './tables/platform.ts'
import { skipped } from './tables/skipped.ts'
import { workflows } from './tables/workflows.ts'

const TABLES = [databases, observability, workflows, platform, configMaps, parts, never, skipped]

/** Every row of every table. */
export function tableRows(): readonly TableRow[] {
  return [...rowsOfAnyType(), ...TABLES.flatMap(linesOf).flatMap(parseTableRow)]
}

/** The rows that are about a type, those about every type first. */
export function tableRowsOf({ group, kind }: GroupVersionKind): readonly TableRow[] {
  const type = `${group}/${kind}`
  const known = byType.get(type)
  if (known !== undefined) return known
  const found = [...rowsOfAnyType(), ...rowsOfGroup(group).filter((row) => coversKind(row.kind, kind))]
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
    .filter((line) => groupsOf(line).some((one) => coversGroup(one, name)))
    .flatMap(parseTableRow)
    .filter((row) => coversGroup(row.group, group))
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
