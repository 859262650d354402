import { exitClassOf } from '../../diagnostics/catalogue.ts'
import type { ExitClass } from '../../diagnostics/catalogue-entry.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { ConfigError, InternalError, PinpullError } from '../../diagnostics/errors.ts'
import { type FailOn, mayFail } from '../../diagnostics/failing.ts'
import { STACK_TOO_SMALL } from '../../yaml/reading.ts'

/** The exit codes of the program, as the README lists them. */
export type ExitCode = 0 | 1 | 2 | 3 | 70

/** Hosts distinguish zero from the rest only; users and scripts can use more. */
export const EXIT: Readonly<Record<ExitClass | 'done', ExitCode>> = {
  done: 0,
  input: 1,
  usage: 2,
  external: 3,
  defect: 70,
}

/** If a run has errors of several classes, the first of these counts. */
const PRECEDENCE: readonly ExitClass[] = ['defect', 'usage', 'external', 'input']

/**
 * @param diagnostics of any severity; errors count, and warnings if the run is to fail on them
 * @returns the exit code of a run with these diagnostics
 */
export function exitCodeOf(diagnostics: readonly Diagnostic[], failOn: FailOn = 'error'): ExitCode {
  const classes = new Set<ExitClass>(
    diagnostics.filter((one) => mayFail(one, failOn)).map(({ code }) => exitClassOf(code)),
  )
  if (failOn === 'never') classes.delete('input')
  return EXIT[PRECEDENCE.find((one) => classes.has(one)) ?? 'done']
}

/**
 * The exit code of a run with `--exit-code`: as with `git diff --exit-code` and `kubectl diff`, 1 means that there is a difference,
 * and nothing else.
 *
 * @param code the exit code that the run would have without the option
 */
export function distinctCode(code: ExitCode, differs: boolean): ExitCode {
  if (code === EXIT.done) return differs ? EXIT.input : EXIT.done
  return code === EXIT.input ? EXIT.external : code
}

/** @returns the diagnostics of a run that threw an error; an error that is not one of ours is a defect */
export function errorDiagnostics(error: unknown): readonly Diagnostic[] {
  if (error instanceof ConfigError) return error.diagnostics
  if (error instanceof PinpullError) {
    const { code, args, at } = error
    return [{ code, severity: 'error', args, ...(at && { at }) }]
  }
  if (isOutOfSmallStack(error)) {
    return [{ code: 'YAML_INVALID', severity: 'error', args: { reason: STACK_TOO_SMALL } }]
  }
  return [{ code: 'INTERNAL', severity: 'error', args: { reason: String(error) } }]
}

/**
 * Whether a process that was started with a smaller stack than usual has exhausted it. The depth of documents is limited to
 * what Node's default stack can hold: there, an overflow is a defect.
 */
function isOutOfSmallStack(error: unknown): boolean {
  const isOverflow = error instanceof RangeError && error.message.startsWith('Maximum call stack size')
  return isOverflow && process.execArgv.some((argument) => /^--stack[-_]size\b/.test(argument))
}

/** Whether a run ended because the reader of its output has gone, which needs no message. */
export function isBrokenPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE'
}

/** Whether a run ended with an error that the user can correct, and not with a defect of Pinpull. */
export function isUserError(error: unknown): boolean {
  return isOutOfSmallStack(error) || (error instanceof PinpullError && !(error instanceof InternalError))
}
