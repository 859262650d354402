import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatHint, formatLocation, formatMessage } from './message.ts'
import type { ImageEntry, Report } from './report.ts'

/** The report for a pull request's comment or a job's summary: findings, then images, as GitHub's tables. */
export function formatMarkdown({ profile, images, diagnostics }: Report): string {
  const findings =
    diagnostics.length === 0 ? ['No findings.'] : table(FINDINGS, diagnostics.map(findingCells))
  const listed = images.length === 0 ? [] : ['', ...table(IMAGES, images.map(imageCells))]
  return [`### Pinpull: profile ${text(profile)}`, '', ...findings, ...listed, ''].join('\n')
}

const FINDINGS = ['Severity', 'Code', 'What', 'Where', 'Next']
const IMAGES = ['Image', 'Outcome', 'Pull policy', 'Where']

function findingCells(diagnostic: Diagnostic): string[] {
  const { severity, code, at } = diagnostic
  return [
    severity,
    code,
    text(formatMessage(diagnostic)),
    text(at === undefined ? '' : formatLocation(at)),
    text(formatHint(diagnostic)),
  ]
}

function imageCells({ at, image, result, outcome, reason, policyBefore, policyAfter }: ImageEntry): string[] {
  const change = image === result ? code(image) : `${code(image)} → ${code(result)}`
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

/** Nothing, to whoever reads the page; to what looks for addresses and names in it, their end. */
const GAP = '<!-- -->'

/** Text that stays text: values come from manifests, and must not become markup, links or mentions. */
function text(value: string): string {
  return printable(value)
    .replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&')
    .replace(/([@#!%])(?=\w)/g, `$1${GAP}`)
    .replace(/(:\/|\bwww)(?=[/.])/gi, `$1${GAP}`)
    .replace(/\s+/g, ' ')
}

/** A code span. A cell's bar has to be escaped even in one; backticks want a longer fence. */
function code(value: string): string {
  const longest = Math.max(0, ...[...value.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const inner = printable(value).replaceAll('|', '\\|').replace(/\s+/g, ' ')
  return longest === 0 ? `${fence}${inner}${fence}` : `${fence} ${inner} ${fence}`
}
