import { printable } from '../diagnostics/printable.ts'
import { formatDiagnostics } from './diagnostic-text.ts'
import { formatLocation } from './message.ts'
import { formatOutcome, type ImageEntry, type Report } from './report.ts'
import { formatProof, formatProofDetails, formatSigner } from './signer.ts'

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
 * Explains each image field: the rule that found it, what changes, what decided that, the default pull policy of Kubernetes, and
 * which signature is demanded and was verified. Diagnostics follow.
 * @param demandOf what the profile demands of an image (`a signature by key base.pub (base)`); undefined where it demands nothing of
 *   any image
 */
export function formatExplanation(
  { images, diagnostics }: Report,
  color: boolean,
  demandOf?: (entry: ImageEntry) => string,
): string {
  const explained = images.map((entry) => explain(entry, demandOf?.(entry)))
  const reported = [...formatDiagnostics(diagnostics, color)].map((text) => `${text}\n`)
  return [...explained, ...reported].join('\n')
}

function explain(entry: ImageEntry, demand: string | undefined): string {
  const { at, rule, image, result } = entry
  const lines = [
    formatLocation(at),
    `  found     as ${FOUND_BY[rule]} (rule ${rule})`,
    `  image     ${image === result ? image : `${image} → ${result}`}`,
    `            ${explainPin(entry)}`,
    `  policy    ${explainPolicy(entry)}`,
    `            ${explainDefault(entry)}`,
    ...(demand === undefined ? [] : [`  verify    ${demand}`, ...explainVerified(entry)]),
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

function explainVerified({ verified }: ImageEntry): string[] {
  if (verified === undefined) return []
  return [
    `            verified by ${formatSigner(verified)}`,
    `            ${formatProof(verified)}, ${formatProofDetails(verified)}`,
  ]
}

function by(decider: string | undefined): string {
  return decider === undefined ? '' : ` (${decider})`
}
