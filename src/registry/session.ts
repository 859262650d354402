import { ANONYMOUS, type Credential, credentialSource, type Keychain } from '../credentials/keychain.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { Reference } from '../reference/reference.ts'
import { type AuthorizedResponse, Authorizer, type CredentialScope } from './auth/authorizer.ts'
import { type ChallengeCache, repositoryInUrl } from './auth/challenge.ts'
import { redactUrl } from './errors/redact.ts'
import { RegistryError } from './errors/registry-error.ts'
import { type Endpoint, endpointRepository } from './hosts/endpoint.ts'
import { isLoopbackHost } from './http/address.ts'
import { type Clock, deadlines } from './http/clock.ts'
import { type HttpRequest, isSameOrigin, type Send } from './http/http.ts'
import type { Limits } from './http/limits.ts'
import { readRedirect, unsafeRedirectError } from './http/redirect.ts'
import { withRetry } from './http/retry.ts'
import type { HostSettings } from './http/tls.ts'
import { resolveManifest } from './manifest.ts'
import type { Fetch } from './manifest-request.ts'

/** What to resolve beside the digest, and how. */
export interface ManifestOptions {
  readonly platform?: Platform | undefined
  readonly platforms: boolean
  /** Whether to use no credentials. */
  readonly anonymous?: boolean | undefined
  /** Whether to contact the registry itself instead of its mirrors. */
  readonly bypassMirrors?: boolean | undefined
  readonly signal: AbortSignal
}

/** A resolved manifest, with the endpoint that served it and the credential that was used. */
export interface ResolvedManifest {
  readonly descriptor: Descriptor
  readonly endpoint: Endpoint
  readonly credential: Credential
}

export interface SessionOptions {
  /** Sends one request over one connection. */
  readonly send: Send
  readonly keychain: Keychain
  /** The settings of a host that a response refers to. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
  readonly challengeCache?: ChallengeCache | undefined
  /** The credentials of proxies, to be redacted. */
  readonly proxyCredentials?: readonly Credential[]
  readonly clock: Clock
  readonly limits: Limits
}

/** The session with all registries of one run: credentials, retries and redirects. */
export interface RegistrySession {
  /**
   * Resolves a reference to its current digest at one endpoint.
   *
   * @throws {RegistryError} or a PinpullError about credentials, neither of which names the image
   */
  resolve(endpoint: Endpoint, reference: Reference, wanted: ManifestOptions): Promise<ResolvedManifest>
  /**
   * Removes secrets that were sent to a server from a text.
   *
   * @param isQuoted whether the text comes from a server
   */
  redact(text: string, isQuoted: boolean): string
}

/** Opens a session. */
export function registrySession(options: SessionOptions): RegistrySession {
  const { clock, limits, settingsFor } = options
  const authorizer = new Authorizer({ ...options, send: withRetry(options.send, clock, limits) })
  const begin = deadlines(limits.imageTimeout, clock.now)
  return {
    redact: (text, isQuoted) => authorizer.redact(text, isQuoted),
    async resolve(endpoint, reference, wanted) {
      const { signal, expiresAt: deadline, isExpired } = begin(wanted.signal)
      let credential: Credential = ANONYMOUS
      if (endpoint.headers !== undefined) authorizer.addSecretHeaders(endpoint.headers)
      const fetch: Fetch = async (method, url, headers, maxBytes, maxAttempts) => {
        const request = { method, url, headers, maxBytes, signal, deadline, maxAttempts }
        const scope = {
          host: wanted.anonymous === true || endpoint.anonymous === true ? undefined : endpoint.host,
          repository: endpointRepository(endpoint, reference),
        }
        const authorized = await sendFollowingRedirects(request, endpoint, scope, {
          authorizer,
          limits,
          settingsFor,
        })
        credential = authorized.credential
        return authorized.response
      }
      try {
        const descriptor = await resolveManifest(wanted, {
          reference,
          endpoint,
          fetch,
          credentialSource: () => credentialSource(credential),
          clock,
          limits,
        })
        return { descriptor, endpoint, credential }
      } catch (error) {
        if (!isExpired()) throw error
        const args = { seconds: limits.imageTimeout / 1000, stage: 'in all' }
        throw new RegistryError('REGISTRY_TIMEOUT', args, { cause: error })
      }
    },
  }
}

export interface RedirectOptions {
  readonly authorizer: Authorizer
  readonly limits: Limits
  /** The settings of a host that a redirect leads to. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
}

/** A request to an endpoint, without the endpoint's own settings. */
export type EndpointRequest = Omit<HttpRequest, 'role' | 'allowedAddresses' | 'tls' | 'connectTimeout'>

/**
 * Sends a request to an endpoint and follows redirects. Once another host is reached, nothing of the endpoint's is
 * sent any more: no credential, header or client certificate. Like in containerd, that host gets the credentials
 * that are stored for itself if it asks: it may be a registry with a login, and registry.k8s.io redirects every
 * request to another registry, which wants an anonymous token.
 *
 * @param scope which credentials may be used
 * @returns the last response, with the credential that was needed
 * @throws {RegistryError}
 */
export async function sendFollowingRedirects(
  question: EndpointRequest,
  endpoint: Endpoint,
  scope: CredentialScope,
  { authorizer, limits, settingsFor }: RedirectOptions,
): Promise<AuthorizedResponse> {
  const { tls, connectTimeout, kind: role } = endpoint
  const headers = { ...question.headers, ...endpoint.headers }
  const home: HttpRequest = { ...question, headers, tls, connectTimeout, role }
  let request = home
  let { response, credential } = await authorizer.send(home, scope)
  let isHome = true
  for (let hops = 0; ; hops++) {
    const redirect = readRedirect(response, request)
    if (redirect === undefined) return { response, credential }
    const { url, allowedAddresses } = redirect
    if (hops === limits.maxRedirects)
      throw unsafeRedirectError(redactUrl(url), 'there are too many redirects', response)
    isHome &&= isSameOrigin(url, home.url)
    let hop: AuthorizedResponse
    if (isHome) {
      request = { ...home, url, role: 'redirect target' }
      hop = await authorizer.send(request, scope)
    } else {
      const settings = await settingsFor(url)
      request = { ...question, url, tls: settings.tls, allowedAddresses, role: 'redirect target' }
      hop = await authorizer.send(request, redirectScope(scope, url, settings))
    }
    response = hop.response
    if (hop.credential.kind !== 'anonymous') credential = hop.credential
  }
}

/**
 * The credentials that a redirect target may get: its own, and over plain HTTP only if it is this machine or
 * declared so. A request without credentials never gets any.
 */
function redirectScope(scope: CredentialScope, url: URL, { plainHttp }: HostSettings): CredentialScope {
  const isPrivate = url.protocol === 'https:' || plainHttp || isLoopbackHost(url.hostname)
  const host = isPrivate && scope.host !== undefined ? url.host : undefined
  return { host, repository: repositoryInUrl(url) ?? scope.repository }
}
