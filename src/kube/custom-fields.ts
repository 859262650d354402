import { tableRows, tableRowsOf } from './field-table.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { CustomField, TableRow } from './table-row.ts'

/** Every row of rule R5 that leads to an image in one text. */
export function customFields(): readonly CustomField[] {
  return tableRows().filter(isCustomField)
}

/** Those rows that are about a type. */
export function customFieldsOf(gvk: GroupVersionKind): readonly CustomField[] {
  return tableRowsOf(gvk).filter(isCustomField)
}

function isCustomField(row: TableRow): row is CustomField {
  return row.row === 'image'
}
