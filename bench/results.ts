import type { BudgetRow, Table } from './bench.ts'

/** Everything that one run of the benchmark found. */
export interface Results {
  readonly date: string
  readonly machine: string
  readonly versions: readonly string[]
  readonly budgets: readonly BudgetRow[]
  readonly tables: readonly Table[]
}

/** The results as a page. What a person has to say about them is in NOTES.md, and stays when they are measured anew. */
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

/** The tables in Markdown: the budgets, then each part's own. */
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

/** A Markdown table; every cell but the first column's is set to the right. */
export function formatTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'))
  return [columns, rule, ...rows].map(line).join('\n')
}
