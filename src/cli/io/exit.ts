import { exitClassOf } from '../../diagnostics/catalogue.ts'
import type { ExitClass } from '../../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { ConfigError, InternalError, PinpullError } from '../../diagnostics/errors.ts'
import { STACK_TOO_SMALL } from '../../yaml/reading.ts'

/** The codes that a run can end with, as in README. */
export type ExitCode = 0 | 1 | 2 | 3 | 70

/** Hosts only tell zero from the rest; people and scripts can use more. */
export const EXIT: Readonly<Record<ExitClass | 'done', ExitCode>> = {
  done: 0,
  input: 1,
  usage: 2,
  external: 3,
  defect: 70,
}

/** Where a run has errors of several classes, the first of these decides. */
const PRECEDENCE: readonly ExitClass[] = ['defect', 'usage', 'external', 'input']

/**
 * Derives the exit code of a run from everything that it found.
 * @param diagnostics of any severity; only errors count
 */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const classes = new Set<ExitClass>(errors.map(({ code }) => exitClassOf(code)))
  return EXIT[PRECEDENCE.find((one) => classes.has(one)) ?? 'done']
}

/** What a run that ended with an error has to say. An error that is not one of ours is a defect. */
export function errorDiagnostics(error: unknown): readonly Diagnostic[] {
  if (error instanceof ConfigError) return error.diagnostics
  if (error instanceof PinpullError) return [{ code: error.code, severity: 'error', args: error.args }]
  if (isOutOfSmallStack(error)) {
    return [{ code: 'YAML_INVALID', severity: 'error', args: { reason: STACK_TOO_SMALL } }]
  }
  return [{ code: 'INTERNAL', severity: 'error', args: { reason: String(error) } }]
}

/**
 * Whether a process that was started with a smaller stack than usual has run out of it. The depth of documents is limited, so
 * that Node's own stack holds whatever goes down them: there, an overflow is a defect.
 */
function isOutOfSmallStack(error: unknown): boolean {
  const isOverflow = error instanceof RangeError && error.message.startsWith('Maximum call stack size')
  return isOverflow && process.execArgv.some((argument) => /^--stack[-_]size\b/.test(argument))
}

/** Whether a run ended because the reader of its output has gone: it knows why, and nobody else is listening. */
export function isBrokenPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE'
}

/** Whether a run ended with an error that the user can do something about. */
export function isUserError(error: unknown): boolean {
  return isOutOfSmallStack(error) || (error instanceof PinpullError && !(error instanceof InternalError))
}
