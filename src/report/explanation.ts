import { printable } from '../diagnostics/printable.ts'
import { formatDiagnostics } from './diagnostic-text.ts'
import { formatLocation } from './message.ts'
import type { ImageEntry, Report } from './report.ts'

/**
 * Says of each image field what becomes of it and why: who decided about the pin and about the policy, what
 * Kubernetes would have made of the policy, and what changes. Findings follow.
 */
export function formatExplanation({ images, diagnostics }: Report, color: boolean): string {
  const parts = images.map(explain)
  const findings = formatDiagnostics(diagnostics, color).map((text) => `${text}\n`)
  return [...parts, ...findings].join('\n')
}

function explain(entry: ImageEntry): string {
  const { at, rule, image, result } = entry
  const lines = [
    formatLocation(at),
    `  found     by rule ${rule}`,
    `  image     ${image === result ? `${image}, unchanged` : `${image} → ${result}`}`,
    `            ${explainPin(entry)}`,
    ...explainPolicy(entry).map((line, index) => `  ${index === 0 ? 'policy    ' : '          '}${line}`),
  ]
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function explainPin({ outcome, reason, pinBy, origin }: ImageEntry): string {
  const by = pinBy === undefined ? '' : ` (${pinBy})`
  if (outcome === 'pinned') return `pinned${by}; the digest is from ${origin}`
  return `${outcome}: ${reason}${by}`
}

function explainPolicy(entry: ImageEntry): string[] {
  const { policyBefore, policyAfter, policyBy } = entry
  const before = policyBefore ?? 'none'
  const change = policyBefore === policyAfter ? `${before}, unchanged` : `${before} → ${policyAfter}`
  const by = policyBy === undefined ? '' : ` (${policyBy})`
  return [`${change}${by}`, explainDefault(entry)]
}

/** What Kubernetes makes of the image as its author wrote it. */
function explainDefault({ policyBefore, policyAfter, policyDefault }: ImageEntry): string {
  if (policyAfter === undefined) return `none is written: Kubernetes makes it ${policyDefault}`
  if (policyBefore !== undefined) return `without it Kubernetes would make it ${policyDefault}`
  return `Kubernetes would have made it ${policyDefault}${policyDefault === policyAfter ? ' too' : ''}`
}
