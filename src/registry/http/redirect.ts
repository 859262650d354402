import { effectivePort, parseReceivedUrl } from '../../reference/server-url.ts'
import { originOf } from '../errors/redact.ts'
import { RegistryFailure } from '../errors/registry-error.ts'
import { type AddressKind, hostKind, isLoopbackHost, isWithin, type Reach } from './address.ts'
import { type HttpAnswer, type HttpRequest, header } from './http.ts'

/** Where an answer redirects to. */
export interface Redirect {
  readonly url: URL
  /** Which addresses it may have; undefined where it is the server itself. */
  readonly reach: Reach | undefined
}

/**
 * Where an answer redirects to.
 *
 * @param request what was answered
 * @returns undefined where it is no redirect
 * @throws {RegistryFailure} REGISTRY_UNSAFE_REDIRECT
 */
export function redirectOf(
  answer: HttpAnswer,
  request: Pick<HttpRequest, 'url' | 'reach'>,
): Redirect | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined
  const location = header(answer, 'location')
  const url = location === undefined ? undefined : parseReceivedUrl(location, request.url)
  if (url === undefined) {
    throw unsafeRedirect(location === undefined ? 'nowhere' : 'a location', 'it is no URL', answer)
  }
  const { address } = answer
  const judgement = judgeTarget({ url: request.url, reach: request.reach, address }, url)
  if (!judgement.isSafe) throw unsafeRedirect(originOf(url), judgement.reason, answer)
  return { url, reach: judgement.reach }
}

/** The failure of a redirect that is not followed. */
export function unsafeRedirect(target: string, reason: string, { server }: HttpAnswer): RegistryFailure {
  return new RegistryFailure('REGISTRY_UNSAFE_REDIRECT', { target, reason }, { server })
}

/** Who sends a client elsewhere, by a redirect or by naming a token server. */
export interface Sender {
  /** The URL that was asked. */
  readonly url: URL
  /** What the address was that answered; undefined where a proxy stood in between, or nobody has answered yet. */
  readonly address: AddressKind | undefined
  /** What the request itself was allowed to reach; undefined where the user named its host. */
  readonly reach: Reach | undefined
}

/** Where a client is sent, as far as the URL can tell. */
export type Judgement =
  | { readonly isSafe: false; readonly reason: string }
  /** `reach`: what names may be resolved to; undefined where the sender's own host and port is meant. */
  | { readonly isSafe: true; readonly reach: Reach | undefined }

const PRIVATE = 'it is an address inside a private network'

/** Why an address of a kind may not be asked. */
export function addressFault(kind: AddressKind): string {
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
export function judgeTarget({ url: from, address, reach }: Sender, to: URL): Judgement {
  const unsafe = (reason: string): Judgement => ({ isSafe: false, reason })
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return unsafe(`${to.protocol} is not HTTP`)
  if (to.protocol === 'http:' && from.protocol === 'https:') return unsafe('it leaves HTTPS for plain HTTP')
  if (to.username !== '' || to.password !== '') return unsafe('it holds user information')
  const literal = hostKind(to.hostname)
  if (literal === 'forbidden') return unsafe(addressFault(literal))
  if (to.hostname === from.hostname && effectivePort(to) === effectivePort(from)) {
    return { isSafe: true, reach }
  }
  if (literal !== undefined && literal !== 'public') return unsafe(addressFault(literal))
  const allowed = narrower(address, reach)
  if (isLoopbackHost(to.hostname) && allowed !== 'loopback') return unsafe(PRIVATE)
  return { isSafe: true, reach: allowed }
}

/** What a sender's own address allows, within what it was allowed itself. */
function narrower(address: AddressKind | undefined, reach: Reach | undefined): Reach {
  const own: Reach = address === undefined || address === 'forbidden' ? 'public' : address
  return reach !== undefined && isWithin(reach, own) ? reach : own
}
