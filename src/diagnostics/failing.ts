import type { Severity } from './catalogue-entry.ts'

/**
 * The values of `--fail-on`. With `never`, what is wrong with the input is reported and does not count; what could not be
 * checked still does.
 */
export type FailOn = 'warning' | 'error' | 'never'

/** Whether a diagnostic can fail a run, so that it is printed with `--quiet`, too. */
export function mayFail({ severity }: { readonly severity: Severity }, failOn: FailOn | undefined): boolean {
  return severity === 'error' || (failOn === 'warning' && severity === 'warning')
}
