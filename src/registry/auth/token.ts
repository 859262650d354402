import type { Credential } from '../../credentials/keychain.ts'
import { parseReceivedUrl } from '../../reference/server-url.ts'
import { redactUrl } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import type { AllowedAddresses } from '../http/address.ts'
import type { Clock } from '../http/clock.ts'
import { basicAuthorization, type HttpResponse, isSameOrigin, jsonBody, type Send } from '../http/http.ts'
import type { Limits } from '../http/limits.ts'
import { checkTarget, type ReferringServer, readRedirect, unsafeRedirectError } from '../http/redirect.ts'
import { parseErrorBody, rateLimitError } from '../http/response-error.ts'
import { parseRetryAfter } from '../http/retry.ts'
import type { TlsSettings } from '../http/tls.ts'

/**
 * One request to a token server: its parameters (distribution, docs/content/spec/auth/token.md and oauth.md) and the
 * settings of the connection.
 */
export interface TokenRequest {
  /** The URL of the token server, checked by `checkRealm`. */
  readonly realm: URL
  /** The IP addresses to which the realm's host name may resolve; undefined for any. */
  readonly allowedAddresses: AllowedAddresses | undefined
  /** The maximum number of attempts; undefined for `Limits.maxAttempts`. */
  readonly maxAttempts: number | undefined
  /** The TLS settings of the token server; undefined for the defaults. */
  readonly tls: TlsSettings | undefined
  /** The registry's name at the token server, from the challenge; undefined if the challenge has none. */
  readonly service: string | undefined
  /** What the token must allow, such as `repository:library/nginx:pull`. */
  readonly scopes: readonly string[]
  /** The credential to send to the token server; `ANONYMOUS` for an anonymous token. */
  readonly credential: Credential
  /** Aborts the request, which then rejects with the signal's reason. */
  readonly signal: AbortSignal
  /** When retries have to end, in milliseconds since the epoch. */
  readonly deadline: number
}

/**
 * The result of a token request: the token and when it expires, in milliseconds since the epoch; or the HTTP status (400,
 * 401 or 403) with which the token server rejected the credential.
 */
export type TokenResponse =
  | { readonly kind: 'token'; readonly token: string; readonly expires: number }
  | { readonly kind: 'refused'; readonly status: number }

/** What `requestToken` uses. */
export interface TokenOptions {
  /** Sends a request without adding credentials; it does retry. */
  readonly send: Send
  readonly clock: Pick<Clock, 'now'>
  readonly limits: Limits
}

const CLIENT_ID = 'pinpull'
const MAX_REDIRECTS = 3
/** The minimum lifetime by the specification; servers that state less mean something else. */
const MIN_LIFETIME_SECONDS = 60

/**
 * Requests a token for pulling. An identity token is sent by POST (OAuth2), and by GET (Basic) if the status is 400,
 * 401, 404 or 405; a password by GET, which most servers support, and by POST if the status is 404 or 405; without a
 * credential only GET is sent. Up to three redirects are followed, with a credential only within the origin. Offline
 * (refresh) tokens are never requested.
 *
 * @returns the token, which expires after 60 s at least; or that the status was 400, 401 or 403
 * @throws {RegistryError} REGISTRY_RATE_LIMITED for status 429, REGISTRY_TOKEN_FAILED for any other status except 200
 *   and for a response without a token, REGISTRY_UNSAFE_REDIRECT, or the error of a request without a response; also
 *   the signal's reason
 */
export async function requestToken(request: TokenRequest, options: TokenOptions): Promise<TokenResponse> {
  const { credential } = request
  const send = (form?: Readonly<Record<string, string>>) => sendTokenRequest(request, options, form)
  if (credential.kind === 'identity-token') {
    const response = await send({ grant_type: 'refresh_token', refresh_token: credential.token })
    return parseToken(
      [400, 401, 404, 405].includes(response.status) ? await send() : response,
      request,
      options,
    )
  }
  const response = await send()
  if (credential.kind === 'basic' && (response.status === 404 || response.status === 405)) {
    const { username, password } = credential
    return parseToken(await send({ grant_type: 'password', username, password }), request, options)
  }
  return parseToken(response, request, options)
}

/** Sends one request to the realm and follows redirects, with a secret only within the same origin. */
async function sendTokenRequest(
  request: TokenRequest,
  options: TokenOptions,
  form?: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  const { realm, credential } = request
  const holdsSecret = credential.kind !== 'anonymous'
  let url = form === undefined ? withQuery(request) : realm
  let { allowedAddresses } = request
  for (let hops = 0; ; hops++) {
    const response = await options.send({
      method: form === undefined ? 'GET' : 'POST',
      url,
      allowedAddresses,
      role: 'token server',
      maxAttempts: request.maxAttempts,
      tls: request.tls,
      headers: form === undefined ? authorization(credential) : FORM_HEADERS,
      body: form && formBody(request, form),
      maxBytes: options.limits.maxTokenBytes,
      signal: request.signal,
      deadline: request.deadline,
    })
    const redirect = readRedirect(response, { url, allowedAddresses })
    if (redirect === undefined) return response
    const target = redactUrl(redirect.url)
    if (hops === MAX_REDIRECTS) throw unsafeRedirectError(target, 'there are too many redirects', response)
    if (holdsSecret && !isSameOrigin(redirect.url, realm)) {
      throw unsafeRedirectError(target, 'credentials are not carried to another host', response)
    }
    url = redirect.url
    allowedAddresses = redirect.allowedAddresses
  }
}

const FORM_HEADERS = { 'content-type': 'application/x-www-form-urlencoded' }

function authorization(credential: Credential): Readonly<Record<string, string>> {
  switch (credential.kind) {
    case 'basic':
      return { authorization: basicAuthorization(credential.username, credential.password) }
    case 'identity-token':
      return { authorization: basicAuthorization('', credential.token) }
    default:
      return {}
  }
}

function withQuery({ realm, service, scopes, credential }: TokenRequest): URL {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  url.searchParams.set('client_id', CLIENT_ID)
  if (credential.kind === 'basic') url.searchParams.set('account', credential.username)
  return url
}

function formBody({ service, scopes }: TokenRequest, form: Readonly<Record<string, string>>): string {
  return new URLSearchParams({
    ...form,
    ...(service === undefined ? {} : { service }),
    scope: scopes.join(' '),
    client_id: CLIENT_ID,
  }).toString()
}

function parseToken(response: HttpResponse, request: TokenRequest, { clock }: TokenOptions): TokenResponse {
  const { status } = response
  // DigitalOcean answers 400 to an unknown client, and OAuth to a wrong password (RFC 6749, 5.2).
  if (status === 400 || status === 401 || status === 403) return { kind: 'refused', status }
  if (status === 429) throw rateLimitError(response, parseRetryAfter(response, clock))
  if (status !== 200) {
    const [first] = parseErrorBody(response)
    const said = first === undefined ? '' : ` (${first.message || first.code})`
    throw tokenError(request, response, `status ${status} after ${response.attempts} tries${said}`)
  }
  const json = (response.isTruncated ? undefined : jsonBody(response)) as
    | Readonly<Record<string, unknown>>
    | null
    | undefined
  const token = json?.['access_token'] || json?.['token']
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw tokenError(request, response, 'its answer holds no token')
  }
  return { kind: 'token', token, expires: expiry(json ?? {}, clock.now()) }
}

/** `issued_at` is ignored if it is implausible, since clocks of token servers are often wrong. */
function expiry(json: Readonly<Record<string, unknown>>, now: number): number {
  const seconds = typeof json['expires_in'] === 'number' ? json['expires_in'] : MIN_LIFETIME_SECONDS
  const life = Math.max(seconds, MIN_LIFETIME_SECONDS) * 1000
  const issued = typeof json['issued_at'] === 'string' ? Date.parse(json['issued_at']) : Number.NaN
  const begins = issued <= now && issued + life > now ? issued : now
  return begins + life
}

function tokenError({ realm }: TokenRequest, { server }: HttpResponse, reason: string): RegistryError {
  return new RegistryError('REGISTRY_TOKEN_FAILED', { target: redactUrl(realm), reason }, { server })
}

/** The URL of a token server that Pinpull may contact. */
export interface CheckedRealm {
  /** Absolute. */
  readonly url: URL
  /** The IP addresses to which the URL's host name may resolve; undefined for any. To be checked when connecting. */
  readonly allowedAddresses: AllowedAddresses | undefined
}

/**
 * Checks that Pinpull may contact the token server in a registry's challenge, by the rules of `checkTarget`: HTTPS if
 * the registry uses it, and no private address unless the registry has one.
 *
 * @param realm the URL in the challenge; it may be relative
 * @param registry the registry that sent the challenge
 * @throws {RegistryError} REGISTRY_UNSAFE_REALM, also if `realm` is not a URL
 */
export function checkRealm(realm: string, registry: ReferringServer): CheckedRealm {
  const url = parseReceivedUrl(realm, registry.url)
  if (url === undefined) throw unsafeRealmError('a realm', 'it is not a URL')
  const check = checkTarget(registry, url)
  if (!check.isSafe) throw unsafeRealmError(redactUrl(url), check.reason)
  return { url, allowedAddresses: check.allowedAddresses }
}

function unsafeRealmError(target: string, reason: string): RegistryError {
  return new RegistryError('REGISTRY_UNSAFE_REALM', { target, reason })
}
