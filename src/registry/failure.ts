import type { CredentialCode } from '../diagnostics/codes/credentials.ts'
import type { RegistryCode } from '../diagnostics/codes/registry.ts'
import type { Args } from '../diagnostics/diagnostic.ts'

/**
 * Something that went wrong while a registry was asked, before it is known for which image: the client adds
 * `image` and `registry` and throws it as a `PinpullError`.
 */
export class RegistryFailure extends Error {
  readonly code: RegistryCode | CredentialCode
  readonly args: Args
  /** Whether the same request may well succeed a little later. */
  readonly isTemporary: boolean

  constructor(
    code: RegistryCode | CredentialCode,
    args: Args = {},
    options: ErrorOptions & { isTemporary?: boolean } = {},
  ) {
    super(code, options)
    this.name = 'RegistryFailure'
    this.code = code
    this.args = args
    this.isTemporary = options.isTemporary ?? false
  }

  /** The same failure with more said about it. */
  with(args: Args): RegistryFailure {
    return new RegistryFailure(this.code, { ...this.args, ...args }, { cause: this.cause })
  }
}
