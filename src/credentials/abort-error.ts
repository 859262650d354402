import { PinpullError } from '../diagnostics/errors.ts'

/**
 * What a run fails with when its time was over while a program ran.
 *
 * @param signal the signal that has ended the program
 * @param program its name, for the message
 * @returns the signal's reason; where that is one of ours, with the program in it
 */
export function abortError(signal: AbortSignal | undefined, program: string): unknown {
  const reason: unknown = signal?.reason
  return reason instanceof PinpullError
    ? new PinpullError(reason.code, { ...reason.args, awaited: program })
    : reason
}
