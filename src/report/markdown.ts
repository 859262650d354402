import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { code, table, text } from './markdown-text.ts'
import { formatHint, formatLocation, formatMessage } from './message.ts'
import { formatOutcome, type ImageEntry, type Report } from './report.ts'
import { formatProof, formatProofDetails, formatSigner } from './signer.ts'

/** Formats the report as tables for a comment on a pull request or the summary of a CI job: diagnostics, then images. */
export function formatMarkdown({ profile, images, diagnostics }: Report): string {
  const listedDiagnostics =
    diagnostics.length === 0
      ? ['No errors or warnings.']
      : table(DIAGNOSTIC_COLUMNS, diagnostics.map(diagnosticCells))
  const hasVerified = images.some(({ verified }) => verified !== undefined)
  const columns = hasVerified ? IMAGE_COLUMNS.toSpliced(2, 0, 'Verified by') : IMAGE_COLUMNS
  const rows = images.map((entry) => {
    const cells = imageCells(entry)
    return hasVerified ? cells.toSpliced(2, 0, verifiedCell(entry)) : cells
  })
  const listedImages = images.length === 0 ? [] : ['', ...table(columns, rows)]
  return [`### Pinpull: profile ${text(profile)}`, '', ...listedDiagnostics, ...listedImages, ''].join('\n')
}

const DIAGNOSTIC_COLUMNS = ['Severity', 'Code', 'What', 'Where', 'Next']
const IMAGE_COLUMNS = ['Image', 'Outcome', 'Pull policy', 'Where']

function diagnosticCells(diagnostic: Diagnostic): string[] {
  const { severity, at } = diagnostic
  return [
    severity,
    diagnostic.code,
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

function verifiedCell({ verified }: ImageEntry): string {
  if (verified === undefined) return 'nobody'
  const how = `${formatProof(verified)}, ${formatProofDetails(verified)} (${verified.rule})`
  return `${code(formatSigner(verified))}: ${text(how)}`
}
