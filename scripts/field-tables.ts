import type { TableRow } from '../src/kube/tables/table-row.ts'

/** @returns the rows that pin no field, and the types with optional fields, in Markdown for `docs/image-fields.md` */
export function formatTables(rows: readonly TableRow[]): string {
  const denied = rows.filter((row) => row.action === 'deny')
  const skipped = rows.filter((row) => row.action === 'skip')
  const uneditable = rows.filter((row) => row.action === 'warn')
  const podSpecs = rows.filter((row) => row.action === 'pod-spec')
  const optional = rows.filter(
    (row) => (row.action === 'pin' || row.action === 'pin-split') && row.conditions.has('optional'),
  )
  return [
    '## Every row that pins nothing',
    '',
    'Generated from the [tables](#the-table).',
    '',
    ...table(
      'skipped types',
      'reason',
      skipped.map((row) => [typeOf(row), row.reason]),
    ),
    ...table(
      'denied fields',
      'reason',
      denied.map((row) => [fieldOf(row, row.anywhere), row.reason]),
    ),
    ...table(
      'texts that cannot be edited',
      'reason',
      uneditable.map((row) => [fieldOf(row), row.reason]),
    ),
    ...table(
      'workloads',
      'PodSpec',
      podSpecs.map((row) => [typeOf(row), `\`${row.path.text}\``]),
    ),
    `Types with optional fields: ${list(optional.map(typeOf))}.`,
    '',
  ].join('\n')
}

/** One line for each text of the second column, with all that have it in the first. */
function table(left: string, right: string, rows: readonly (readonly [string, string])[]): string[] {
  const texts = [...new Set(rows.map(([, text]) => text))]
  const lines = texts.map((text) => {
    const names = rows.filter(([, other]) => other === text).map(([name]) => name)
    return `| ${list(names)} | ${text} |`
  })
  return [`| ${left} | ${right} |`, '|---|---|', ...lines, '']
}

function list(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `\`${name}\``).join(', ')
}

function typeOf({ group, kind, object }: TableRow): string {
  const name = object?.name === undefined ? '' : `/${object.name}`
  return `${group === '' ? '' : `${group}/`}${kind}${name}`
}

function fieldOf(row: TableRow & { readonly path: { readonly text: string } }, anywhere = false): string {
  return `${typeOf(row)} ${anywhere ? '**.' : ''}${row.path.text}`
}
