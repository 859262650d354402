import type { FieldPath } from '../yaml/nodes.ts'
import { tableRows, tableRowsOf } from './field-table.ts'
import type { GroupVersionKind } from './gvk.ts'
import { matchesPath } from './path-pattern.ts'
import type { NeverField, TableRow } from './table-row.ts'

/** Every row of the never list. */
export function neverFields(): readonly NeverField[] {
  return tableRows().filter(isNeverField)
}

/**
 * Why a field is no image that can be pinned; `undefined` where it may be one.
 *
 * @param path below the resource's root
 */
export function neverReason(gvk: GroupVersionKind, path: FieldPath): string | undefined {
  const covers = (row: NeverField): boolean =>
    matchesPath(row.path, row.anywhere ? path.slice(-row.path.steps.length) : path)
  for (const row of tableRowsOf(gvk)) if (isNeverField(row) && covers(row)) return row.reason
  return undefined
}

function isNeverField(row: TableRow): row is NeverField {
  return row.row === 'left'
}
