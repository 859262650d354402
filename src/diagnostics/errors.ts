import type { Code } from './catalogue.ts'
import type { Args, Diagnostic } from './diagnostic.ts'

/**
 * An operation that failed, with a code from the catalogue. Tell errors apart by `code`, not by class: two
 * copies of a package in one process break `instanceof`.
 */
export class PinpullError extends Error {
  readonly code: Code
  readonly args: Args

  /**
   * @param code which entry of the catalogue says what happened
   * @param args the values for its message; never a secret
   * @param options `cause`: the error that led here
   */
  constructor(code: Code, args: Args, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(args)}`, options)
    this.name = 'PinpullError'
    this.code = code
    this.args = args
  }
}

/** The command line or the configuration is wrong, or a file that they name cannot be used: exit code 2, whatever the code. */
export class UsageError extends PinpullError {
  override readonly name: string = 'UsageError'
}

/** The configuration is wrong, in one place or several: exit code 2. */
export class ConfigError extends UsageError {
  override readonly name: string = 'ConfigError'
  readonly diagnostics: readonly Diagnostic[]

  /** @param diagnostics everything that is wrong, at least one */
  constructor(diagnostics: readonly Diagnostic[]) {
    const { code, args } = diagnostics[0] ?? { code: 'CONFIG_INVALID', args: {} }
    super(code, args)
    this.diagnostics = diagnostics
  }
}

/** A promise of ours does not hold: exit code 70, and nothing is written. */
export class InternalError extends PinpullError {
  override readonly name: string = 'InternalError'

  constructor(reason: string, options?: ErrorOptions) {
    super('INTERNAL', { reason }, options)
  }
}

/**
 * The error of a run whose time ended while a program was running.
 *
 * @param signal the signal that has ended the program
 * @param program its name, for the message
 * @returns the signal's reason; if it is a PinpullError, with the program added
 */
export function abortReason(signal: AbortSignal | undefined, program: string): unknown {
  const reason: unknown = signal?.reason
  return reason instanceof PinpullError
    ? new PinpullError(reason.code, { ...reason.args, awaited: program })
    : reason
}
