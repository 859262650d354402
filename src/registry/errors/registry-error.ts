import type { CredentialCode } from '../../diagnostics/codes/credentials.ts'
import type { RegistryCode } from '../../diagnostics/codes/registry.ts'
import type { Args } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { normalizeHost } from '../../reference/docker-hub.ts'

/** Why a server is contacted. A `redirect target` is any server to which a registry or mirror has redirected. */
export type ServerRole = 'registry' | 'mirror' | 'token server' | 'redirect target' | 'proxy'

/** A server to which a request was sent. */
export interface Server {
  /** Host and port, as in a URL. */
  readonly host: string
  readonly role: ServerRole
}

/** The properties of a `RegistryError`, whose comments explain them; `cause` is the original error. */
export interface RegistryErrorOptions extends ErrorOptions {
  readonly isTemporary?: boolean | undefined
  readonly mayRetryAtOnce?: boolean | undefined
  readonly isUnchallenged?: boolean | undefined
  readonly isUnconnected?: boolean | undefined
  readonly server?: Server | undefined
}

/**
 * An error of resolving an image, still without the image's name: `registryClient` adds that, and throws a
 * `PinpullError` with the same code.
 */
export class RegistryError extends PinpullError {
  override readonly name = 'RegistryError'
  declare readonly code: RegistryCode | CredentialCode
  /** Whether the same request may succeed a little later. */
  readonly isTemporary: boolean
  /**
   * Whether the same request may be sent again at once, on a new connection: a connection that had carried other requests
   * was closed, or the server did not process the request.
   */
  readonly mayRetryAtOnce: boolean
  /** Whether the server answered with 401 but without a challenge. */
  readonly isUnchallenged: boolean
  /** Whether no connection to the server could be opened, so that nothing was sent. */
  readonly isUnconnected: boolean
  /** The server whose response or connection was faulty; undefined if it is not known. */
  readonly server: Server | undefined

  constructor(code: RegistryCode | CredentialCode, args: Args = {}, options: RegistryErrorOptions = {}) {
    super(code, args, options)
    this.isTemporary = options.isTemporary ?? false
    this.mayRetryAtOnce = options.mayRetryAtOnce ?? false
    this.isUnchallenged = options.isUnchallenged ?? false
    this.isUnconnected = options.isUnconnected ?? false
    this.server = options.server
  }

  /**
   * A copy of the error with more values for the placeholders in its message, which replace those of the same names.
   */
  withArgs(args: Args): RegistryError {
    return new RegistryError(this.code, { ...this.args, ...args }, this)
  }

  /** The error with a server: a copy, or the error itself if it has a server already. */
  withServer(server: Server): RegistryError {
    if (this.server !== undefined) return this
    const { code, args, cause, isTemporary, mayRetryAtOnce, isUnchallenged, isUnconnected } = this
    const properties = { cause, isTemporary, mayRetryAtOnce, isUnchallenged, isUnconnected, server }
    return new RegistryError(code, args, properties)
  }

  /** A copy of the error that says that no connection could be opened. */
  asUnconnected(): RegistryError {
    const { code, args, cause, isTemporary, mayRetryAtOnce, isUnchallenged, server } = this
    const properties = { cause, isTemporary, mayRetryAtOnce, isUnchallenged, isUnconnected: true, server }
    return new RegistryError(code, args, properties)
  }
}

/** The names of the server that failed, for the placeholders in messages. `registryClient` adds them to the last error. */
export interface ServerDescription {
  /** The host of the registry or mirror at which the image was to be resolved. */
  readonly registry: string
  /**
   * The host of the server that failed: the same, or a token server or redirect target. It is Docker Hub's one name
   * `docker.io` for all its names, like `registry`.
   */
  readonly server: string
  /**
   * The server and its role, for the start of a sentence: `auth.example.com, the token server of ghcr.io,`; only the
   * host if that is the image's own registry, or the server is not known.
   */
  readonly who: string
  /** The same without the last comma, for the end of a sentence. */
  readonly where: string
}

/**
 * Describes the server that failed, for messages. It may be another host than the registry: an expired certificate, for
 * example, may be that of the token server. A role is named for a mirror, and for a token server or redirect target on
 * another host than `host`; otherwise all four strings are `host`.
 *
 * @param server the server that failed; undefined if it is not known
 * @param host the host of the registry or mirror at which the image was to be resolved
 * @param domain the registry in the image's reference
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
