import type { AuthorizedResponse, Authorizer, CredentialScope } from './auth/authorizer.ts'
import { repositoryInUrl } from './auth/challenge.ts'
import { redactUrl } from './errors/redact.ts'
import type { Endpoint } from './hosts/endpoint.ts'
import { isLoopbackHost } from './http/address.ts'
import { type HttpRequest, isSameOrigin } from './http/http.ts'
import type { Limits } from './http/limits.ts'
import { readRedirect, unsafeRedirectError } from './http/redirect.ts'
import type { HostSettings } from './http/tls.ts'

/** What `sendFollowingRedirects` uses. */
export interface RedirectOptions {
  /** Sends the requests. */
  readonly authorizer: Authorizer
  readonly limits: Limits
  /** Reads the connection settings of a redirect target's host. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
}

/**
 * A request to an endpoint, without the fields that `sendFollowingRedirects` sets: at the endpoint, `role`, `tls` and
 * `connectTimeout` from its settings and no `allowedAddresses`; at a redirect target of another origin,
 * `allowedAddresses` from the redirect, `tls` of that host, and no `connectTimeout`.
 */
export type EndpointRequest = Omit<HttpRequest, 'role' | 'allowedAddresses' | 'tls' | 'connectTimeout'>

/**
 * Sends a request to an endpoint, with its additional headers, and follows redirects. From the first redirect to
 * another origin on, the endpoint's credentials, headers and client certificates are not sent any more. Like in
 * containerd, the other host gets the credentials that are stored for it if it requires any (over plain HTTP only if it
 * is this machine or has `plainHttp`): it may be a registry with a login, and registry.k8s.io redirects every request
 * to another registry, which requires an anonymous token.
 *
 * @param scope which credentials the endpoint may get; with `host` undefined, redirect targets get none either
 * @returns the last response, with the last credential that was needed
 * @throws {RegistryError} REGISTRY_UNSAFE_REDIRECT, also after more than `limits.maxRedirects`; REGISTRY_HOSTS_INVALID
 *   from `settingsFor`; or an error of `Authorizer.send`
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
