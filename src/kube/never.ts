import type { FieldPath } from '../yaml/nodes.ts'
import { tableRows, tableRowsOf } from './field-table.ts'
import type { GroupVersionKind } from './gvk.ts'
import { matchesStep, type PathStep } from './path-pattern.ts'
import type { NeverField, TableRow } from './table-row.ts'

/** Every row of the never list. */
export function neverFields(): readonly NeverField[] {
  return tableRows().filter(isNeverField)
}

/**
 * Why a field is no image that can be pinned; `undefined` where it may be one.
 *
 * @param path below the object's root
 */
export function neverReason(gvk: GroupVersionKind, path: FieldPath): string | undefined {
  const covers = ({ path: { steps }, anywhere }: NeverField): boolean => {
    const end = anywhere ? path.slice(-steps.length) : path
    const isStep = (step: PathStep, i: number): boolean =>
      matchesStep(step, end[i] as string | number, undefined)
    return end.length === steps.length && steps.every(isStep)
  }
  for (const row of tableRowsOf(gvk)) if (isNeverField(row) && covers(row)) return row.reason
  return undefined
}

function isNeverField(row: TableRow): row is NeverField {
  return row.row === 'left'
}
