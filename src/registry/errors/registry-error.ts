import type { CredentialCode } from '../../diagnostics/codes/credentials.ts'
import type { RegistryCode } from '../../diagnostics/codes/registry.ts'
import type { Args } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { normalizeHost } from '../../reference/docker-hub.ts'

/** The part that the server plays in resolving an image. */
export type ServerRole = 'registry' | 'mirror' | 'token server' | 'redirect target' | 'proxy'

/** The server that a request went to. */
export interface Server {
  /** Host and port, as in a URL. */
  readonly host: string
  readonly role: ServerRole
}

export interface RegistryErrorOptions extends ErrorOptions {
  readonly isTemporary?: boolean | undefined
  readonly mayRetryAtOnce?: boolean | undefined
  readonly isUnchallenged?: boolean | undefined
  readonly server?: Server | undefined
}

/**
 * An error of a registry, a token server or a proxy, before it is known which image it concerns. The client adds
 * `image` and `registry` to it and throws it as a `PinpullError`.
 */
export class RegistryError extends PinpullError {
  override readonly name = 'RegistryFailure'
  declare readonly code: RegistryCode | CredentialCode
  /** Whether the same request may succeed a little later. */
  readonly isTemporary: boolean
  /** Whether the request was lost with a shared connection: it may be sent again at once, on a new connection. */
  readonly mayRetryAtOnce: boolean
  /** Whether the server answered with 401 but without a challenge. */
  readonly isUnchallenged: boolean
  /** The server that failed; undefined if none was contacted. */
  readonly server: Server | undefined

  constructor(code: RegistryCode | CredentialCode, args: Args = {}, options: RegistryErrorOptions = {}) {
    super(code, args, options)
    this.isTemporary = options.isTemporary ?? false
    this.mayRetryAtOnce = options.mayRetryAtOnce ?? false
    this.isUnchallenged = options.isUnchallenged ?? false
    this.server = options.server
  }

  /** @returns the same error with more values for its message */
  withArgs(args: Args): RegistryError {
    return new RegistryError(this.code, { ...this.args, ...args }, this)
  }

  /** @returns the same error with the server that failed, unless that is known already */
  withServer(server: Server): RegistryError {
    if (this.server !== undefined) return this
    const { code, args, cause, isTemporary, mayRetryAtOnce, isUnchallenged } = this
    return new RegistryError(code, args, { cause, isTemporary, mayRetryAtOnce, isUnchallenged, server })
  }
}

/** How messages name the server that failed. */
export interface ServerDescription {
  /** The registry or mirror that was contacted first. */
  readonly registry: string
  /** The host that failed. */
  readonly server: string
  /** The host and its role, for use inside a sentence: `auth.example.com, the token server of ghcr.io,`. */
  readonly who: string
  /** The same, for use at the end of a sentence. */
  readonly where: string
}

/**
 * Describes the server that failed, for messages: the certificate of a token server is not that of its registry.
 *
 * @param server undefined if no server was contacted
 * @param host the registry or mirror that was contacted
 * @param domain the registry in the image's name
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
