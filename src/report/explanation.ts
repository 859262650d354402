import { printable } from '../diagnostics/printable.ts'
import { formatDiagnostics } from './diagnostic-text.ts'
import { formatLocation } from './message.ts'
import { formatOutcome, type ImageEntry, type Report } from './report.ts'

/** What each rule finds. */
const FOUND_BY: Readonly<Record<ImageEntry['rule'], string>> = {
  R1: 'container image',
  R2: 'image volume',
  R3: 'image of a container in a custom resource',
  R4: 'image with a pull policy beside it',
  R5: 'image of a known custom resource',
  R6: 'image at a path of the configuration',
  R7: 'copy of another image',
}

/**
 * Explains each image field: the rule that found it, what changes, what decided that, and the default pull policy of
 * Kubernetes. Diagnostics follow.
 */
export function formatExplanation({ images, diagnostics }: Report, color: boolean): string {
  const explained = images.map(explain)
  const reported = formatDiagnostics(diagnostics, color).map((text) => `${text}\n`)
  return [...explained, ...reported].join('\n')
}

function explain(entry: ImageEntry): string {
  const { at, rule, image, result } = entry
  const lines = [
    formatLocation(at),
    `  found     as ${FOUND_BY[rule]} (rule ${rule})`,
    `  image     ${image === result ? image : `${image} → ${result}`}`,
    `            ${explainPin(entry)}`,
    `  policy    ${explainPolicy(entry)}`,
    `            ${explainDefault(entry)}`,
  ]
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function explainPin(entry: ImageEntry): string {
  const { outcome, reason, origin } = entry
  if (outcome === 'pinned') return `pinned${by(entry.pinBy)}; digest from ${origin}`
  return `${formatOutcome(entry)}: ${reason}${by(entry.pinBy)}`
}

function explainPolicy({ policyBefore, policyAfter, policyBy }: ImageEntry): string {
  const before = policyBefore ?? 'unset'
  const change = policyBefore === policyAfter ? `${before}, unchanged` : `${before} → ${policyAfter}`
  return `${change}${by(policyBy)}`
}

/** The default depends on the author's reference, so pinning may have changed it. */
function explainDefault({ image, result, policyAfter, policyDefault }: ImageEntry): string {
  if (policyAfter === policyDefault) return 'same as the Kubernetes default'
  return `the Kubernetes default ${image === result ? 'is' : 'was'} ${policyDefault}`
}

function by(decider: string | undefined): string {
  return decider === undefined ? '' : ` (${decider})`
}
