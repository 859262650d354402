import { ANONYMOUS, type Credential, credentialSource, type Keychain } from '../credentials/keychain.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import type { Reference } from '../reference/reference.ts'
import { type Authorized, Authorizer, type Holder, type RealmMemory } from './auth/authorizer.ts'
import { repositoryOf } from './auth/challenge.ts'
import { originOf } from './errors/redact.ts'
import { RegistryFailure } from './errors/registry-error.ts'
import { type Endpoint, endpointRepository } from './hosts/endpoint.ts'
import { isLoopbackHost } from './http/address.ts'
import { type Clock, terms } from './http/clock.ts'
import { type HttpRequest, isSameOrigin, type Send } from './http/http.ts'
import type { Limits } from './http/limits.ts'
import { redirectOf, unsafeRedirect } from './http/redirect.ts'
import { retrying } from './http/retry.ts'
import type { HostSettings } from './http/tls.ts'
import { resolveManifest } from './manifest.ts'
import type { Fetch } from './manifest-request.ts'

/** What is wanted of an image beside its digest. */
export interface Wanted {
  readonly platform?: Platform
  readonly platforms: boolean
  /** Whether no credential may be used. */
  readonly anonymous?: boolean
  /** Whether the registry itself is to be asked, where mirrors stand in for it. */
  readonly bypassMirrors?: boolean
  readonly signal: AbortSignal
}

/** What a registry answered, and which one. */
export interface Answered {
  readonly descriptor: Descriptor
  readonly endpoint: Endpoint
  readonly credential: Credential
}

export interface ConversationOptions {
  /** Sends one request over one connection. */
  readonly send: Send
  readonly keychain: Keychain
  /** What is known about a host that an answer names. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
  readonly realms?: RealmMemory
  /** The names and passwords of the proxies in between. */
  readonly proxyCredentials?: readonly Credential[]
  readonly clock: Clock
  readonly limits: Limits
}

/** What is said to registries during one run, once there is somebody to say it to. */
export interface Conversation {
  /**
   * Asks one endpoint for the digest that a reference stands for now.
   *
   * @throws {RegistryFailure} or a PinpullError about credentials, neither of which names the image
   */
  ask(endpoint: Endpoint, reference: Reference, wanted: Wanted): Promise<Answered>
  /** Takes out of a text what was shown to a server. `isQuoted`: whether a server has said it. */
  scrub(text: string, isQuoted: boolean): string
}

/** Begins a conversation: with requests repeated where that may help, let in, and following redirects. */
export function conversation(options: ConversationOptions): Conversation {
  const { clock, limits, settingsFor } = options
  const authorizer = new Authorizer({ ...options, send: retrying(options.send, clock, limits) })
  const begin = terms(limits.image, clock.now)
  return {
    scrub: (text, isQuoted) => authorizer.scrub(text, isQuoted),
    async ask(endpoint, reference, wanted) {
      const { signal, deadline, isOver } = begin(wanted.signal)
      let credential: Credential = ANONYMOUS
      if (endpoint.headers !== undefined) authorizer.noteHeaders(endpoint.headers)
      const fetch: Fetch = async (method, url, headers, maxBytes, attempts) => {
        const request = { method, url, headers, maxBytes, signal, deadline, attempts }
        const holder = {
          host: wanted.anonymous === true || endpoint.anonymous === true ? undefined : endpoint.host,
          repository: endpointRepository(endpoint, reference),
        }
        const authorized = await sendFollowing(request, endpoint, holder, {
          authorizer,
          limits,
          settingsFor,
        })
        credential = authorized.credential
        return authorized.answer
      }
      const source = (): string | undefined => credentialSource(credential)
      try {
        const descriptor = await resolveManifest(reference, wanted, {
          endpoint,
          fetch,
          source,
          clock,
          limits,
        })
        return { descriptor, endpoint, credential }
      } catch (error) {
        if (!isOver()) throw error
        const args = { seconds: limits.image / 1000, stage: 'in all' }
        throw new RegistryFailure('REGISTRY_TIMEOUT', args, { cause: error })
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
