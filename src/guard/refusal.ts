import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** Why a setting of a profile cannot be enforced by the API server, and what to do about it. */
export interface Refusal {
  /** The setting, such as `rules "debug tools stay fresh"`. */
  readonly setting: string
  readonly reason: string
  readonly advice: string
}

/** The error for a refusal. */
export function refusalDiagnostic(refusal: Refusal, profile: string): Diagnostic {
  return { code: 'GUARD_NOT_COMPILED', severity: 'error', args: { ...refusal, profile } }
}
