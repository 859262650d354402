import { CATALOGUE } from '../diagnostics/catalogue.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { formatCause, formatHint } from './format.ts'

/** Diagnostics that have one cause, at least one, in the order in which they came. */
export type SameCause = readonly [Diagnostic, ...Diagnostic[]]

/**
 * Puts diagnostics together that one cause brought about: a registry that is down fails each of its images in the same
 * words. What is wrong with the images and manifests themselves stays apart, each at its place.
 *
 * @returns the causes, each where its first diagnostic was
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
