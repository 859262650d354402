import { effectivePort, parseReceivedUrl } from '../../reference/server-url.ts'
import { redactUrl } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import {
  type AddressKind,
  type AllowedAddresses,
  hostAddressKind,
  isAddressKindAllowed,
  isLoopbackHost,
} from './address.ts'
import { type HttpRequest, type HttpResponse, header } from './http.ts'

/** The target of a redirect. */
export interface Redirect {
  /** Absolute, and checked by `checkTarget`. */
  readonly url: URL
  /**
   * The IP addresses to which the target's host name may resolve. If the target is the host and port that sent the
   * redirect, those that the request was allowed, which is undefined for any.
   */
  readonly allowedAddresses: AllowedAddresses | undefined
}

/**
 * Reads and checks the target of a redirect (301, 302, 303, 307 or 308).
 *
 * @param request the request that the response is for
 * @returns undefined if the response has another status
 * @throws {RegistryError} REGISTRY_UNSAFE_REDIRECT if `Location` is missing or not a URL that Pinpull may contact
 *   (`checkTarget`)
 */
export function readRedirect(
  response: HttpResponse,
  request: Pick<HttpRequest, 'url' | 'allowedAddresses'>,
): Redirect | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined
  const location = header(response, 'location')
  const url = location === undefined ? undefined : parseReceivedUrl(location, request.url)
  if (url === undefined) {
    throw unsafeRedirectError(location === undefined ? 'nowhere' : 'a location', 'it is not a URL', response)
  }
  const { address } = response
  const check = checkTarget({ url: request.url, allowedAddresses: request.allowedAddresses, address }, url)
  if (!check.isSafe) throw unsafeRedirectError(redactUrl(url), check.reason, response)
  return { url, allowedAddresses: check.allowedAddresses }
}

/**
 * Creates the error REGISTRY_UNSAFE_REDIRECT for a redirect that is not followed.
 *
 * @param target the printable part of its URL
 * @param reason why it is not followed
 */
export function unsafeRedirectError(target: string, reason: string, { server }: HttpResponse): RegistryError {
  return new RegistryError('REGISTRY_UNSAFE_REDIRECT', { target, reason }, { server })
}

/** A server whose response names another URL to contact: a redirect, or the token server in a challenge. */
export interface ReferringServer {
  /** The URL that was requested. */
  readonly url: URL
  /** The kind of the server's IP address; undefined behind a proxy or before the first response. */
  readonly address: AddressKind | undefined
  /** The IP addresses that the request to this server was allowed; undefined for any, if the user named its host. */
  readonly allowedAddresses: AllowedAddresses | undefined
}

/**
 * Whether Pinpull may contact a URL, as far as can be said without a DNS lookup: no, and why; or yes, provided that its
 * host name resolves to an address of an allowed kind (undefined for any).
 */
export type TargetCheck =
  | { readonly isSafe: false; readonly reason: string }
  | { readonly isSafe: true; readonly allowedAddresses: AllowedAddresses | undefined }

const PRIVATE = 'it is an address inside a private network'

/** Why an address of this kind must not be contacted, for a message. */
export function unsafeAddressReason(kind: AddressKind): string {
  return kind === 'forbidden' ? 'no registry can have this address' : PRIVATE
}

/**
 * Checks whether Pinpull may contact a URL that a server has named in a redirect or challenge. The rules are those of
 * go-containerregistry (`validateRealmURL` and redirects, since 2026), but names are also checked by what they resolve
 * to:
 * - Only http and https; HTTPS never leads to plain HTTP, and user information is never sent.
 * - Link-local, unspecified and multicast addresses and metadata services are never contacted.
 * - The referring server's own host and port may be contacted, with the same allowed addresses.
 * - Any other literal private or loopback address is never contacted.
 * - Any other name may resolve to a private address if the referring server's address is private or loopback, and to
 *   loopback (as `localhost` does) if that is loopback; to public ones only if that is unknown. It may not resolve to
 *   more than the referring server's own request was allowed. This is checked when the connection is made
 *   (`guardedLookup`).
 *
 * @param to the URL to check
 */
export function checkTarget({ url: from, address, allowedAddresses }: ReferringServer, to: URL): TargetCheck {
  const unsafe = (reason: string): TargetCheck => ({ isSafe: false, reason })
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return unsafe(`${to.protocol} is not HTTP`)
  if (to.protocol === 'http:' && from.protocol === 'https:') return unsafe('it leaves HTTPS for plain HTTP')
  if (to.username !== '' || to.password !== '') return unsafe('it holds user information')
  const literal = hostAddressKind(to.hostname)
  if (literal === 'forbidden') return unsafe(unsafeAddressReason(literal))
  if (to.hostname === from.hostname && effectivePort(to) === effectivePort(from)) {
    return { isSafe: true, allowedAddresses }
  }
  if (literal !== undefined && literal !== 'public') return unsafe(unsafeAddressReason(literal))
  const allowed = narrower(address, allowedAddresses)
  if (isLoopbackHost(to.hostname) && allowed !== 'loopback') return unsafe(PRIVATE)
  return { isSafe: true, allowedAddresses: allowed }
}

/** The addresses that a referring server's own address allows, within what its request was allowed. */
function narrower(
  address: AddressKind | undefined,
  allowedAddresses: AllowedAddresses | undefined,
): AllowedAddresses {
  const own: AllowedAddresses = address === undefined || address === 'forbidden' ? 'public' : address
  return allowedAddresses !== undefined && isAddressKindAllowed(allowedAddresses, own)
    ? allowedAddresses
    : own
}
