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

/** Where an answer redirects to. */
export interface Redirect {
  readonly url: URL
  /** Which addresses the target may have; undefined if it is the server itself. */
  readonly allowedAddresses: AllowedAddresses | undefined
}

/**
 * Where an answer redirects to.
 *
 * @param request what was answered
 * @returns undefined where it is no redirect
 * @throws {RegistryError} REGISTRY_UNSAFE_REDIRECT
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

/** The error for a redirect that is not followed. */
export function unsafeRedirectError(target: string, reason: string, { server }: HttpResponse): RegistryError {
  return new RegistryError('REGISTRY_UNSAFE_REDIRECT', { target, reason }, { server })
}

/** A server that refers a client to another URL, by a redirect or as its token server. */
export interface ReferringServer {
  /** The URL that was requested. */
  readonly url: URL
  /** The kind of the server's address; undefined behind a proxy or before the first response. */
  readonly address: AddressKind | undefined
  /** Which addresses the request itself was allowed; undefined if the user named its host. */
  readonly allowedAddresses: AllowedAddresses | undefined
}

/** Whether a URL may be contacted, as far as the URL shows. */
export type TargetCheck =
  | { readonly isSafe: false; readonly reason: string }
  /** `allowedAddresses`: what the name may resolve to; undefined for the referring server's own host and port. */
  | { readonly isSafe: true; readonly allowedAddresses: AllowedAddresses | undefined }

const PRIVATE = 'it is an address inside a private network'

/** Why an address of this kind must not be contacted. */
export function unsafeAddressReason(kind: AddressKind): string {
  return kind === 'forbidden' ? 'no registry can have this address' : PRIVATE
}

/**
 * Whether a server may refer its client to another URL (like go-containerregistry's fixes of 2026 to
 * `validateRealmURL` and its redirects, and stricter: names are checked by what they resolve to).
 * - HTTPS never leads to plain HTTP, and user information is never sent.
 * - Link-local and unspecified addresses and metadata services are never contacted.
 * - A literal private or loopback address is contacted only if it is the referring server's own, port included.
 * - A name may resolve to a private address if the referring server's address is private, and to loopback if that
 *   is loopback. This is checked when the connection is made.
 *
 * @param to the URL that the server refers to
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
