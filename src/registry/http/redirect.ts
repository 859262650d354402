import { effectivePort, parseReceivedUrl } from '../../reference/server-url.ts'
import { redactUrl } from '../errors/redact.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { type AddressKind, type AllowedAddresses, hostKind, isAllowed, isLoopbackHost } from './address.ts'
import { type HttpRequest, type HttpResponse, header } from './http.ts'

/** Where an answer redirects to. */
export interface Redirect {
  readonly url: URL
  /** Which addresses it may have; undefined where it is the server itself. */
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
    throw unsafeRedirectError(location === undefined ? 'nowhere' : 'a location', 'it is no URL', response)
  }
  const { address } = response
  const judgement = checkTarget(
    { url: request.url, allowedAddresses: request.allowedAddresses, address },
    url,
  )
  if (!judgement.isSafe) throw unsafeRedirectError(redactUrl(url), judgement.reason, response)
  return { url, allowedAddresses: judgement.allowedAddresses }
}

/** The failure of a redirect that is not followed. */
export function unsafeRedirectError(target: string, reason: string, { server }: HttpResponse): RegistryError {
  return new RegistryError('REGISTRY_UNSAFE_REDIRECT', { target, reason }, { server })
}

/** Who sends a client elsewhere, by a redirect or by naming a token server. */
export interface ReferringServer {
  /** The URL that was asked. */
  readonly url: URL
  /** What the address was that answered; undefined where a proxy stood in between, or nobody has answered yet. */
  readonly address: AddressKind | undefined
  /** What the request itself was allowed to reach; undefined where the user named its host. */
  readonly allowedAddresses: AllowedAddresses | undefined
}

/** Where a client is sent, as far as the URL can tell. */
export type TargetCheck =
  | { readonly isSafe: false; readonly reason: string }
  /** `reach`: what names may be resolved to; undefined where the sender's own host and port is meant. */
  | { readonly isSafe: true; readonly allowedAddresses: AllowedAddresses | undefined }

const PRIVATE = 'it is an address inside a private network'

/** Why an address of a kind may not be asked. */
export function unsafeAddressReason(kind: AddressKind): string {
  return kind === 'forbidden' ? 'no registry can have this address' : PRIVATE
}

/**
 * Whether a server may send its client to another URL (after go-containerregistry's fixes of 2026 to `validateRealmURL`
 * and its redirects, and beyond them: names are judged by what they are resolved to).
 *
 * - TLS is never left, and user information never sent.
 * - Link-local addresses, those of metadata services, and unspecified ones are never asked.
 * - A literal address of a private network or of this machine is asked only where it is the sender's own, port included.
 * - A name may lead into a private network where the sender's own address is in one, and to this machine where the sender
 *   is on this machine. That is judged when the connection is made, by `Reach`.
 *
 * @param to where it points
 */
export function checkTarget({ url: from, address, allowedAddresses }: ReferringServer, to: URL): TargetCheck {
  const unsafe = (reason: string): TargetCheck => ({ isSafe: false, reason })
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return unsafe(`${to.protocol} is not HTTP`)
  if (to.protocol === 'http:' && from.protocol === 'https:') return unsafe('it leaves HTTPS for plain HTTP')
  if (to.username !== '' || to.password !== '') return unsafe('it holds user information')
  const literal = hostKind(to.hostname)
  if (literal === 'forbidden') return unsafe(unsafeAddressReason(literal))
  if (to.hostname === from.hostname && effectivePort(to) === effectivePort(from)) {
    return { isSafe: true, allowedAddresses }
  }
  if (literal !== undefined && literal !== 'public') return unsafe(unsafeAddressReason(literal))
  const allowed = narrower(address, allowedAddresses)
  if (isLoopbackHost(to.hostname) && allowed !== 'loopback') return unsafe(PRIVATE)
  return { isSafe: true, allowedAddresses: allowed }
}

/** What a sender's own address allows, within what it was allowed itself. */
function narrower(
  address: AddressKind | undefined,
  allowedAddresses: AllowedAddresses | undefined,
): AllowedAddresses {
  const own: AllowedAddresses = address === undefined || address === 'forbidden' ? 'public' : address
  return allowedAddresses !== undefined && isAllowed(allowedAddresses, own) ? allowedAddresses : own
}
