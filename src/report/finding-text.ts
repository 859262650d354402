import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatHint, formatMessage, formatPlace } from './format.ts'
import type { ImageEntry } from './report.ts'

/** One finding: what, where, and what to do next. */
export function formatDiagnostic(diagnostic: Diagnostic, color: boolean): string {
  const { severity, code, at } = diagnostic
  const head = paint(
    `${severity} ${code}:`,
    severity === 'error' ? 31 : severity === 'warning' ? 33 : 36,
    color,
  )
  const place = at === undefined ? '' : formatPlace(at)
  return [
    `${head} ${formatMessage(diagnostic)}`,
    ...(place === '' ? [] : [`  at ${place}`]),
    `  → ${formatHint(diagnostic)}`,
  ].join('\n')
}

/** What became of an image, and where it stands. */
export function formatImage({
  at,
  image,
  result,
  outcome,
  reason,
  origin,
  policyBefore,
  policyAfter,
}: ImageEntry): string {
  const change = outcome === 'pinned' ? `${image} → ${result} (${origin})` : `${image} (${reason})`
  const policy =
    policyBefore === policyAfter ? '' : `, pull policy ${policyBefore ?? 'unset'} → ${policyAfter ?? 'unset'}`
  return `${printable(`${outcome} ${change}${policy}`)}\n  at ${formatPlace(at)}`
}

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[${code}m${text}\u001b[0m` : text
}
