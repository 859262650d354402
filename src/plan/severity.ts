import type { Profile } from '../config/profile.ts'
import type { Code } from '../diagnostics/catalogue.ts'
import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { PinpullError } from '../diagnostics/errors.ts'

/** Sorts diagnostics by line and column; those without a position come first. */
export function sortByPosition(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const line = ({ at }: Diagnostic): number => at?.line ?? 0
  const column = ({ at }: Diagnostic): number => at?.column ?? 0
  return diagnostics.toSorted((a, b) => line(a) - line(b) || column(a) - column(b))
}

/** Applies the severities that a profile sets for codes (`findings`): changes the severity, or drops diagnostics that are `off`. */
export function applySeverities(
  diagnostics: readonly Diagnostic[],
  { findings }: Pick<Profile, 'findings'>,
): readonly Diagnostic[] {
  return diagnostics.flatMap((diagnostic) => {
    const { code } = diagnostic
    const severity = Object.hasOwn(findings, code) ? findings[code as PolicyCode] : undefined
    if (severity === 'off') return []
    return [severity === undefined ? diagnostic : { ...diagnostic, severity }]
  })
}

/**
 * Whether violations of a profile are errors instead of warnings: they are if the profile has `unresolved: deny`, by which an
 * image that does not resolve is an error.
 */
export function isStrict({ unresolved }: Pick<Profile, 'unresolved'>): boolean {
  return unresolved === 'deny'
}

/**
 * Returns the severity of the diagnostic for an image that did not resolve.
 * @param error why it did not resolve; it is always an error if a file of registry hosts is invalid or a required lock file is
 *   absent, because that affects every image, and if the digest of the image may not be used
 * @param unresolved the setting of the profile or rule: `deny` is an error, `warn` a warning
 */
export function unresolvedSeverity(
  error: Pick<PinpullError, 'code'>,
  unresolved: Profile['unresolved'],
): 'error' | 'warning' {
  return unresolved === 'deny' || ALWAYS_ERRORS.has(error.code) ? 'error' : 'warning'
}

const ALWAYS_ERRORS: ReadonlySet<string> = new Set<Code>([
  'REGISTRY_HOSTS_INVALID',
  'LOCK_ABSENT',
  'DIGEST_DENIED',
  'LOCK_UNSEEN',
  'PLATFORM_LOST',
  'INDEX_BECAME_MANIFEST',
])
