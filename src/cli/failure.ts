import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { ConfigError, InternalError, PinpullError } from '../diagnostics/errors.ts'

/** What a run that ended with an error has to say. An error that is not one of ours is a defect. */
export function findingsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof ConfigError) return error.diagnostics
  if (error instanceof PinpullError) return [{ code: error.code, severity: 'error', args: error.args }]
  return [{ code: 'INTERNAL', severity: 'error', args: { reason: String(error) } }]
}

/** Whether a run ended because the reader of its output has gone: it knows why, and nobody else is listening. */
export function isUnheard(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE'
}

/** Whether a run ended with an error that the user can do something about. */
export function isForeseen(error: unknown): error is PinpullError {
  return error instanceof PinpullError && !(error instanceof InternalError)
}
