import { coversGroup } from './kind-selector.ts'

/** The rows of a table that is written as text: a line each, but for blank ones and comments. */
export function linesOf(table: string): readonly string[] {
  return table.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/**
 * The rows whose first column, API groups with commas between, covers a group. The rest of a row is not looked at: most
 * input is of types that no row is about, and reading all rows would take as long as reading a chart.
 */
export function linesOfGroup(lines: readonly string[], group: string): readonly string[] {
  return lines.filter((line) =>
    line
      .slice(0, line.indexOf(' '))
      .split(',')
      .some((one) => one === '*' || coversGroup(one, group)),
  )
}
