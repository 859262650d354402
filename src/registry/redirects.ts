import type { Authorized, Authorizer, Holder } from './authorizer.ts'
import type { Endpoint } from './endpoint.ts'
import { type HttpRequest, isSameOrigin } from './http.ts'
import type { Limits } from './limits.ts'
import { redactUrl } from './redact.ts'
import { redirectTarget, unsafeRedirect } from './redirect.ts'
import type { TlsSettings } from './tls.ts'

export interface RedirectOptions {
  readonly authorizer: Authorizer
  readonly limits: Limits
  /** The TLS settings for a host that is reached by redirect. */
  readonly tlsFor: (url: URL) => Promise<TlsSettings | undefined>
}

/**
 * Sends a request to an endpoint and follows redirects by hand. Once another host is reached, nothing of the
 * user's goes along any more: no credential, no header, no client certificate. Where that host asks for a token, it
 * gets an anonymous one (registry.k8s.io sends every request to another registry).
 *
 * @param holder whose credentials may be used
 * @returns the last answer, with the credential that the endpoint itself was shown
 * @throws {RegistryFailure}
 */
export async function sendFollowing(
  request: HttpRequest,
  endpoint: Endpoint,
  holder: Holder,
  { authorizer, limits, tlsFor }: RedirectOptions,
): Promise<Authorized> {
  const { tls, connectTimeout } = endpoint
  const home = { ...request, headers: { ...request.headers, ...endpoint.headers }, tls, connectTimeout }
  const first = await authorizer.send(home, holder)
  let { answer } = first
  let from = request.url
  let isHome = true
  for (let hops = 0; ; hops++) {
    const url = redirectTarget(answer, from)
    if (url === undefined) return { answer, credential: first.credential }
    if (hops === limits.redirects) throw unsafeRedirect(redactUrl(url), 'there are too many redirects')
    isHome &&= isSameOrigin(url, request.url)
    const hop = isHome
      ? authorizer.send({ ...home, url }, holder)
      : authorizer.send(
          { ...request, url, tls: await tlsFor(url) },
          { ...holder, host: undefined, isMirror: false },
        )
    answer = (await hop).answer
    from = url
  }
}
