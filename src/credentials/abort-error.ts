import { PinpullError } from '../diagnostics/errors.ts'

/**
 * The error of a run whose time ended while a program was running.
 *
 * @param signal the signal that has ended the program
 * @param program its name, for the message
 * @returns the signal's reason; if it is a PinpullError, with the program added
 */
export function abortError(signal: AbortSignal | undefined, program: string): unknown {
  const reason: unknown = signal?.reason
  return reason instanceof PinpullError
    ? new PinpullError(reason.code, { ...reason.args, awaited: program })
    : reason
}
