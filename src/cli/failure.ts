import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { ConfigError, InternalError, PinpullError } from '../diagnostics/errors.ts'
import { TOO_DEEP_FOR_STACK } from '../yaml/reading.ts'

/** What a run that ended with an error has to say. An error that is not one of ours is a defect. */
export function findingsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof ConfigError) return error.diagnostics
  if (error instanceof PinpullError) return [{ code: error.code, severity: 'error', args: error.args }]
  if (isOutOfSmallStack(error)) {
    return [{ code: 'YAML_INVALID', severity: 'error', args: { reason: TOO_DEEP_FOR_STACK } }]
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
export function isUnheard(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE'
}

/** Whether a run ended with an error that the user can do something about. */
export function isForeseen(error: unknown): boolean {
  return isOutOfSmallStack(error) || (error instanceof PinpullError && !(error instanceof InternalError))
}
