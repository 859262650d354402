import type { BudgetRow, Table } from './bench.ts'

/** All results of one run of the benchmark. */
export interface Results {
  readonly date: string
  readonly machine: string
  readonly versions: readonly string[]
  readonly budgets: readonly BudgetRow[]
  readonly tables: readonly Table[]
}

/** Formats RESULTS.md. The explanations come from NOTES.md, so they survive a new measurement. */
export function formatResults(results: Results, notes: string): string {
  const { date, machine, versions } = results
  const [budgets, ...tables] = resultTables(results)
  return `# What \`npm run bench\` measured

${date}, on ${machine}. ${versions.join(', ')}.
Ratios are to \`node -e 0\` of the same Node in the same run, pair by pair; NODE_EXTRA_CA_CERTS is unset but for cold
resolving. The inputs are made by \`bench/inputs/\`, the same on every machine.

## Budgets

${budgets}

${notes.trim()}

![Time by the size of the stream, and by the number of images](curves.svg)

${results.tables.map(({ title, about }, index) => `## ${title}\n\n${about}\n\n${tables[index]}`).join('\n\n')}
`
}

/** The tables in Markdown: the budgets, then those of the sections. */
export function resultTables({ budgets, tables }: Results): readonly string[] {
  const held = budgets.map(({ work, budget, measured, holds }) => [
    work,
    budget,
    measured,
    holds ? 'holds' : '**missed**',
  ])
  return [
    formatTable(['work', 'budget', 'measured', ''], held),
    ...tables.map(({ columns, rows }) => formatTable(columns, rows)),
  ]
}

/** Formats a Markdown table; all columns except the first are aligned right. */
export function formatTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'))
  return [columns, rule, ...rows].map(line).join('\n')
}
