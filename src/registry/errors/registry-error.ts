import type { CredentialCode } from '../../diagnostics/codes/credentials.ts'
import type { RegistryCode } from '../../diagnostics/codes/registry.ts'
import type { Args } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { normalizeHost } from '../../reference/docker-hub.ts'

/** What the server is to the run that a request is sent to. */
export type Role = 'registry' | 'mirror' | 'token server' | 'redirect target' | 'proxy'

/** Who was spoken to. */
export interface Server {
  /** Host and port, as a URL has them. */
  readonly host: string
  readonly role: Role
}

export interface RegistryErrorOptions extends ErrorOptions {
  readonly isTemporary?: boolean
  readonly isConnectionLost?: boolean
  readonly isUnchallenged?: boolean
  readonly server?: Server | undefined
}

/**
 * Something that went wrong while a registry was asked, before it is known for which image: the client adds
 * `image` and `registry` and throws it as a `PinpullError`.
 */
export class RegistryError extends PinpullError {
  override readonly name = 'RegistryFailure'
  declare readonly code: RegistryCode | CredentialCode
  /** Whether the same request may well succeed a little later. */
  readonly isTemporary: boolean
  /** Whether the request was lost with the connection that it shared: over one of its own it goes again at once. */
  readonly isConnectionLost: boolean
  /** Whether the last thing that the server said was a 401 without a challenge. */
  readonly isUnchallenged: boolean
  /** Who was spoken to; undefined where nobody was. */
  readonly server: Server | undefined

  constructor(code: RegistryCode | CredentialCode, args: Args = {}, options: RegistryErrorOptions = {}) {
    super(code, args, options)
    this.isTemporary = options.isTemporary ?? false
    this.isConnectionLost = options.isConnectionLost ?? false
    this.isUnchallenged = options.isUnchallenged ?? false
    this.server = options.server
  }

  /** The same failure with more said about it. */
  withArgs(args: Args): RegistryError {
    return new RegistryError(this.code, { ...this.args, ...args }, this)
  }

  /** The same failure, of a server; where it is known of which one already, that stays. */
  withServer(server: Server): RegistryError {
    if (this.server !== undefined) return this
    const { code, args, cause, isTemporary, isConnectionLost, isUnchallenged } = this
    return new RegistryError(code, args, { cause, isTemporary, isConnectionLost, isUnchallenged, server })
  }
}

/** How messages name who was spoken to. */
export interface ServerDescription {
  /** The registry or mirror that was asked first. */
  readonly registry: string
  /** The host that was spoken to. */
  readonly server: string
  /** That host with what it is, to stand in the middle of a sentence: `auth.example.com, the token server of ghcr.io,`. */
  readonly who: string
  /** The same, to stand at the end of one. */
  readonly where: string
}

/**
 * Describes who was spoken to when something failed: a token server's certificate is not its registry's.
 *
 * @param server undefined where nobody was spoken to
 * @param host the registry or mirror that was asked
 * @param domain the registry that the image names
 */
export function describeServer(server: Server | undefined, host: string, domain: string): ServerDescription {
  const registry = normalizeHost(host)
  const spoken = server === undefined ? registry : normalizeHost(server.host)
  const describe = (what: string): ServerDescription => ({
    registry,
    server: spoken,
    who: `${spoken}, ${what},`,
    where: `${spoken}, ${what}`,
  })
  const plain = { registry, server: registry, who: registry, where: registry }
  if (spoken === registry) {
    const origin = normalizeHost(domain)
    if (server?.role !== 'mirror' || origin === registry) return plain
    return describe(`a mirror of ${origin}`)
  }
  switch (server?.role) {
    case 'token server':
      return describe(`the token server of ${registry}`)
    case 'redirect target':
      return describe(`to which ${registry} redirects`)
    default:
      return plain
  }
}
