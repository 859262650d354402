import type { Code } from './catalogue.ts'
import type { Args, Diagnostic, Location } from './diagnostic.ts'

/**
 * An error with a code from the catalogue. Distinguish errors by `code`, not by class: `instanceof` fails if a process
 * loads two copies of the package.
 */
export class PinpullError extends Error {
  readonly code: Code
  readonly args: Args
  /** Where in a file or in standard input it is, if that is known. */
  readonly at: Location | undefined

  /**
   * @param code the code of the catalogue entry
   * @param args arguments for its message; never a secret
   * @param options `cause`: the original error; `at`: the place of the error in the input
   */
  constructor(code: Code, args: Args, options: ErrorOptions & { readonly at?: Location | undefined } = {}) {
    const { at, ...rest } = options
    super(`${code} ${JSON.stringify(args)}`, rest)
    this.name = 'PinpullError'
    this.code = code
    this.args = args
    this.at = at
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

  /** @param diagnostics all errors of the configuration, at least one */
  constructor(diagnostics: readonly Diagnostic[]) {
    const { code, args } = diagnostics[0] ?? { code: 'CONFIG_INVALID', args: {} }
    super(code, args)
    this.diagnostics = diagnostics
  }
}

/** A bug in Pinpull: exit code 70, and nothing is written. */
export class InternalError extends PinpullError {
  override readonly name: string = 'InternalError'

  constructor(reason: string, options?: ErrorOptions) {
    super('INTERNAL', { reason }, options)
  }
}

/**
 * Returns the reason of an aborted signal; if it is a PinpullError, with the name of the program that was running.
 *
 * @param signal the signal that stopped the program
 * @param program its name, for the message
 */
export function abortReason(signal: AbortSignal | undefined, program: string): unknown {
  const reason: unknown = signal?.reason
  return reason instanceof PinpullError
    ? new PinpullError(reason.code, { ...reason.args, awaited: program })
    : reason
}
