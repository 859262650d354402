import { CATALOGUE } from '../diagnostics/catalogue.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { formatCause, formatHint } from './format.ts'

/** Diagnostics with one cause, at least one, in their original order. */
export type SameCause = readonly [Diagnostic, ...Diagnostic[]]

/**
 * Groups diagnostics by cause: a registry that is down fails each of its images with the same message. Problems of the
 * images and manifests themselves are not grouped.
 *
 * @returns the causes, in the order of their first diagnostics
 */
export function byCause(diagnostics: readonly Diagnostic[]): readonly SameCause[] {
  const causes = new Map<string, [Diagnostic, ...Diagnostic[]]>()
  for (const [index, diagnostic] of diagnostics.entries()) {
    const key = isShared(diagnostic) ? causeKey(diagnostic) : String(index)
    const known = causes.get(key)
    if (known === undefined) causes.set(key, [diagnostic])
    else known.push(diagnostic)
  }
  return [...causes.values()]
}

/** Whether several images may have it for one reason: it was found out by asking, or lies outside of the manifests. */
function isShared({ code }: Diagnostic): boolean {
  const { message, exit } = CATALOGUE[code]
  return exit === 'external' || exit === 'usage' || message.startsWith('{image}: ')
}

/** The same for what differs in nothing but the image. */
function causeKey(diagnostic: Diagnostic): string {
  const { code, severity } = diagnostic
  return JSON.stringify([code, severity, formatCause(diagnostic), formatHint(diagnostic)])
}
