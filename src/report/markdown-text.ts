import { printable } from '../diagnostics/printable.ts'

/** Formats rows below a head, with their cells as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

/** Invisible on the page, but ends URLs, mentions and issue references for GitHub. */
const GAP = '<!-- -->'

/** Escapes text: values from manifests must not become markup, links or mentions. */
export function text(value: string): string {
  return printable(value)
    .replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&')
    .replace(/([@#!%])(?=\w)/g, `$1${GAP}`)
    .replace(/(:\/|\bwww)(?=[/.])/gi, `$1${GAP}`)
    .replace(/\s+/g, ' ')
}

/** Formats a code span. In a table `|` is escaped even there; backticks need a longer fence. */
export function code(value: string): string {
  const longest = Math.max(0, ...[...value.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const inner = printable(value).replaceAll('|', '\\|').replace(/\s+/g, ' ')
  return longest === 0 ? `${fence}${inner}${fence}` : `${fence} ${inner} ${fence}`
}
