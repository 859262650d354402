import { isLoopbackHost } from './address.ts'
import type { Authorized, Authorizer, Holder } from './authorizer.ts'
import type { Endpoint } from './endpoint.ts'
import type { HostSettings } from './host-rules.ts'
import { type HttpRequest, isSameOrigin } from './http.ts'
import type { Limits } from './limits.ts'
import { originOf } from './redact.ts'
import { redirectOf, unsafeRedirect } from './redirect.ts'
import { repositoryOf } from './scope.ts'

export interface RedirectOptions {
  readonly authorizer: Authorizer
  readonly limits: Limits
  /** What is known about a host that is reached by redirect. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
}

/** What is asked of an endpoint, before it is known how. */
export type Question = Omit<HttpRequest, 'role' | 'reach' | 'tls' | 'connectTimeout'>

/**
 * Sends a request to an endpoint and follows redirects by hand. Once another host is reached, nothing that is the
 * endpoint's goes along any more: no credential, no header, no client certificate. That host is shown what is stored for
 * itself, if it asks, as containerd does: a host with a name of its own may lead to a registry that wants a login, and
 * registry.k8s.io sends every request to another registry, which wants an anonymous token.
 *
 * @param holder whose credentials may be used
 * @returns the last answer, with the credential that was needed on the way to it
 * @throws {RegistryFailure}
 */
export async function sendFollowing(
  question: Question,
  endpoint: Endpoint,
  holder: Holder,
  { authorizer, limits, settingsFor }: RedirectOptions,
): Promise<Authorized> {
  const { tls, connectTimeout, kind: role } = endpoint
  const headers = { ...question.headers, ...endpoint.headers }
  const home: HttpRequest = { ...question, headers, tls, connectTimeout, role }
  let request = home
  let { answer, credential } = await authorizer.send(home, holder)
  let isHome = true
  for (let hops = 0; ; hops++) {
    const redirect = redirectOf(answer, request)
    if (redirect === undefined) return { answer, credential }
    const { url, reach } = redirect
    if (hops === limits.redirects) throw unsafeRedirect(originOf(url), 'there are too many redirects', answer)
    isHome &&= isSameOrigin(url, home.url)
    let hop: Authorized
    if (isHome) {
      request = { ...home, url, role: 'redirect target' }
      hop = await authorizer.send(request, holder)
    } else {
      const settings = await settingsFor(url)
      request = { ...question, url, tls: settings.tls, reach, role: 'redirect target' }
      hop = await authorizer.send(request, elsewhere(holder, url, settings))
    }
    answer = hop.answer
    if (hop.credential.kind !== 'anonymous') credential = hop.credential
  }
}

/**
 * Whose credentials another host may be shown: its own, and over plain HTTP only where that is this machine or was declared.
 * Who may be shown nothing leads to nobody who may.
 */
function elsewhere(holder: Holder, url: URL, { plainHttp }: HostSettings): Holder {
  const isPrivate = url.protocol === 'https:' || plainHttp || isLoopbackHost(url.hostname)
  const host = isPrivate && holder.host !== undefined ? url.host : undefined
  return { host, repository: repositoryOf(url) ?? holder.repository }
}
