import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatHint, formatLocation, formatMessage } from './message.ts'
import { formatOutcome, type ImageEntry, type Report } from './report.ts'

/** Formats the report as tables for a comment on a pull request or the summary of a CI job: diagnostics, then images. */
export function formatMarkdown({ profile, images, diagnostics }: Report): string {
  const listedDiagnostics =
    diagnostics.length === 0
      ? ['No errors or warnings.']
      : table(DIAGNOSTIC_COLUMNS, diagnostics.map(diagnosticCells))
  const listedImages = images.length === 0 ? [] : ['', ...table(IMAGE_COLUMNS, images.map(imageCells))]
  return [`### Pinpull: profile ${text(profile)}`, '', ...listedDiagnostics, ...listedImages, ''].join('\n')
}

const DIAGNOSTIC_COLUMNS = ['Severity', 'Code', 'What', 'Where', 'Next']
const IMAGE_COLUMNS = ['Image', 'Outcome', 'Pull policy', 'Where']

function diagnosticCells(diagnostic: Diagnostic): string[] {
  const { severity, code, at } = diagnostic
  return [
    severity,
    code,
    text(formatMessage(diagnostic)),
    text(at === undefined ? '' : formatLocation(at)),
    text(formatHint(diagnostic)),
  ]
}

function imageCells(entry: ImageEntry): string[] {
  const { at, image, result, reason, policyBefore, policyAfter } = entry
  const change = image === result ? code(image) : `${code(image)} → ${code(result)}`
  const outcome = formatOutcome(entry)
  const before = policyBefore ?? 'unset'
  const after = policyAfter ?? 'unset'
  return [
    change,
    text(reason === undefined ? outcome : `${outcome}: ${reason}`),
    text(before === after ? after : `${before} → ${after}`),
    text(formatLocation(at)),
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

/** Invisible on the page, but ends URLs, mentions and issue references for GitHub. */
const GAP = '<!-- -->'

/** Escapes text: values from manifests must not become markup, links or mentions. */
function text(value: string): string {
  return printable(value)
    .replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&')
    .replace(/([@#!%])(?=\w)/g, `$1${GAP}`)
    .replace(/(:\/|\bwww)(?=[/.])/gi, `$1${GAP}`)
    .replace(/\s+/g, ' ')
}

/** Formats a code span. In a table `|` is escaped even there; backticks need a longer fence. */
function code(value: string): string {
  const longest = Math.max(0, ...[...value.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const inner = printable(value).replaceAll('|', '\\|').replace(/\s+/g, ' ')
  return longest === 0 ? `${fence}${inner}${fence}` : `${fence} ${inner} ${fence}`
}
