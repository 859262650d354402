import type { Profile } from '../config/profile.ts'
import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { PinpullError } from '../diagnostics/errors.ts'

/** Sorted by where they are in the input, since that is how they are mended. */
export function sortByPosition(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const line = ({ at }: Diagnostic): number => at?.line ?? 0
  const column = ({ at }: Diagnostic): number => at?.column ?? 0
  return diagnostics.toSorted((a, b) => line(a) - line(b) || column(a) - column(b))
}

/** Gives findings the severity that the profile has for them, and leaves out those that it turns off. */
export function applySeverities(
  diagnostics: readonly Diagnostic[],
  { findings }: Profile,
): readonly Diagnostic[] {
  return diagnostics.flatMap((diagnostic) => {
    const { code } = diagnostic
    // A profile grades findings about policy alone, and has an entry for no other.
    const severity = Object.hasOwn(findings, code) ? findings[code as PolicyCode] : undefined
    if (severity === 'off') return []
    return [severity === undefined ? diagnostic : { ...diagnostic, severity }]
  })
}

/**
 * How much it weighs that an image was not resolved. A file that says where to ask and cannot be used is no trouble of the
 * image's: it stops every run.
 */
export function unresolvedSeverity(
  { code }: Pick<PinpullError, 'code'>,
  unresolved: Profile['unresolved'],
): 'error' | 'warning' {
  return unresolved === 'deny' || code === 'REGISTRY_HOSTS_INVALID' ? 'error' : 'warning'
}
