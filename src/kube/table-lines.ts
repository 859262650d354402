import { coversGroup } from './kind-selector.ts'

/** The rows of a table that is written as text: a line each, but for blank ones and comments. */
export function linesOf(table: string): readonly string[] {
  return table.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/**
 * The rows whose first column, API groups with commas between, covers a group. Most input is of types that no row is
 * about: a table is cut into rows only where the group stands in it.
 */
export function linesOfGroup(tables: readonly string[], group: string): readonly string[] {
  return tables
    .filter((table) => mayCover(table, group))
    .flatMap(linesOf)
    .filter((line) =>
      line
        .slice(0, line.indexOf(' '))
        .split(',')
        .some((one) => coversGroup(one, group)),
    )
}

/** Whether the group, or a pattern for those below one that it is below, stands anywhere in a table. */
function mayCover(table: string, group: string): boolean {
  // The groups of custom resources have a dot (apiextensions.k8s.io/v1 `CustomResourceDefinitionSpec`), others have no row.
  let dot = group.indexOf('.')
  if (dot < 0) return false
  if (table.includes(group)) return true
  while (dot >= 0) {
    if (table.includes(`*${group.slice(dot)}`)) return true
    dot = group.indexOf('.', dot + 1)
  }
  return false
}
