import { ANONYMOUS, type Credential, credentialSource, type Keychain } from '../credentials/keychain.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { Reference } from '../reference/reference.ts'
import {
  type AuthorizedResponse,
  Authorizer,
  type ChallengeCache,
  type CredentialScope,
} from './auth/authorizer.ts'
import { repositoryInUrl } from './auth/challenge.ts'
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

/** What is wanted of an image beside its digest. */
export interface ManifestOptions {
  readonly platform?: Platform
  readonly platforms: boolean
  /** Whether no credential may be used. */
  readonly anonymous?: boolean
  /** Whether the registry itself is to be asked, where mirrors stand in for it. */
  readonly bypassMirrors?: boolean
  readonly signal: AbortSignal
}

/** What a registry answered, and which one. */
export interface ResolvedManifest {
  readonly descriptor: Descriptor
  readonly endpoint: Endpoint
  readonly credential: Credential
}

export interface SessionOptions {
  /** Sends one request over one connection. */
  readonly send: Send
  readonly keychain: Keychain
  /** What is known about a host that an answer names. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
  readonly challengeCache?: ChallengeCache
  /** The names and passwords of the proxies in between. */
  readonly proxyCredentials?: readonly Credential[]
  readonly clock: Clock
  readonly limits: Limits
}

/** What is said to registries during one run, once there is somebody to say it to. */
export interface RegistrySession {
  /**
   * Asks one endpoint for the digest that a reference stands for now.
   *
   * @throws {RegistryError} or a PinpullError about credentials, neither of which names the image
   */
  resolve(endpoint: Endpoint, reference: Reference, wanted: ManifestOptions): Promise<ResolvedManifest>
  /** Takes out of a text what was shown to a server. `isQuoted`: whether a server has said it. */
  redact(text: string, isQuoted: boolean): string
}

/** Begins a conversation: with requests repeated where that may help, let in, and following redirects. */
export function registrySession(options: SessionOptions): RegistrySession {
  const { clock, limits, settingsFor } = options
  const authorizer = new Authorizer({ ...options, send: withRetry(options.send, clock, limits) })
  const begin = deadlines(limits.image, clock.now)
  return {
    redact: (text, isQuoted) => authorizer.redact(text, isQuoted),
    async resolve(endpoint, reference, wanted) {
      const { signal, expiresAt: deadline, isExpired } = begin(wanted.signal)
      let credential: Credential = ANONYMOUS
      if (endpoint.headers !== undefined) authorizer.addSecretHeaders(endpoint.headers)
      const fetch: Fetch = async (method, url, headers, maxBytes, maxAttempts) => {
        const request = { method, url, headers, maxBytes, signal, deadline, maxAttempts }
        const holder = {
          host: wanted.anonymous === true || endpoint.anonymous === true ? undefined : endpoint.host,
          repository: endpointRepository(endpoint, reference),
        }
        const authorized = await sendFollowingRedirects(request, endpoint, holder, {
          authorizer,
          limits,
          settingsFor,
        })
        credential = authorized.credential
        return authorized.response
      }
      try {
        const descriptor = await resolveManifest(reference, wanted, {
          endpoint,
          fetch,
          credentialSource: () => credentialSource(credential),
          clock,
          limits,
        })
        return { descriptor, endpoint, credential }
      } catch (error) {
        if (!isExpired()) throw error
        const args = { seconds: limits.image / 1000, stage: 'in all' }
        throw new RegistryError('REGISTRY_TIMEOUT', args, { cause: error })
      }
    },
  }
}

export interface RedirectOptions {
  readonly authorizer: Authorizer
  readonly limits: Limits
  /** What is known about a host that is reached by redirect. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
}

/** What is asked of an endpoint, before it is known how. */
export type EndpointRequest = Omit<HttpRequest, 'role' | 'allowedAddresses' | 'tls' | 'connectTimeout'>

/**
 * Sends a request to an endpoint and follows redirects by hand. Once another host is reached, nothing that is the
 * endpoint's goes along any more: no credential, no header, no client certificate. That host is shown what is stored for
 * itself, if it asks, as containerd does: a host with a name of its own may lead to a registry that wants a login, and
 * registry.k8s.io sends every request to another registry, which wants an anonymous token.
 *
 * @param holder whose credentials may be used
 * @returns the last answer, with the credential that was needed on the way to it
 * @throws {RegistryError}
 */
export async function sendFollowingRedirects(
  question: EndpointRequest,
  endpoint: Endpoint,
  holder: CredentialScope,
  { authorizer, limits, settingsFor }: RedirectOptions,
): Promise<AuthorizedResponse> {
  const { tls, connectTimeout, kind: role } = endpoint
  const headers = { ...question.headers, ...endpoint.headers }
  const home: HttpRequest = { ...question, headers, tls, connectTimeout, role }
  let request = home
  let { response, credential } = await authorizer.send(home, holder)
  let isHome = true
  for (let hops = 0; ; hops++) {
    const redirect = readRedirect(response, request)
    if (redirect === undefined) return { response, credential }
    const { url, allowedAddresses } = redirect
    if (hops === limits.redirects)
      throw unsafeRedirectError(redactUrl(url), 'there are too many redirects', response)
    isHome &&= isSameOrigin(url, home.url)
    let hop: AuthorizedResponse
    if (isHome) {
      request = { ...home, url, role: 'redirect target' }
      hop = await authorizer.send(request, holder)
    } else {
      const settings = await settingsFor(url)
      request = { ...question, url, tls: settings.tls, allowedAddresses, role: 'redirect target' }
      hop = await authorizer.send(request, redirectScope(holder, url, settings))
    }
    response = hop.response
    if (hop.credential.kind !== 'anonymous') credential = hop.credential
  }
}

/**
 * Whose credentials another host may be shown: its own, and over plain HTTP only where that is this machine or was declared.
 * Who may be shown nothing leads to nobody who may.
 */
function redirectScope(holder: CredentialScope, url: URL, { plainHttp }: HostSettings): CredentialScope {
  const isPrivate = url.protocol === 'https:' || plainHttp || isLoopbackHost(url.hostname)
  const host = isPrivate && holder.host !== undefined ? url.host : undefined
  return { host, repository: repositoryInUrl(url) ?? holder.repository }
}
