import { exitClassOf } from '../diagnostics/catalogue.ts'
import type { ExitClass } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** The codes that a run can end with, as in README. */
export type ExitCode = 0 | 1 | 2 | 3 | 70

/** Hosts only tell zero from the rest; people and scripts can use more. */
export const EXIT: Readonly<Record<ExitClass | 'done', ExitCode>> = {
  done: 0,
  finding: 1,
  usage: 2,
  external: 3,
  defect: 70,
}

/** Where a run has errors of several classes, the first of these decides. */
const PRECEDENCE: readonly ExitClass[] = ['defect', 'usage', 'external', 'finding']

/**
 * Derives the exit code of a run from everything that it found.
 * @param diagnostics of any severity; only errors count
 */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const classes = new Set<ExitClass>(errors.map(({ code }) => exitClassOf(code)))
  return EXIT[PRECEDENCE.find((one) => classes.has(one)) ?? 'done']
}
