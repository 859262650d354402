import { ANONYMOUS, type Credential, credentialSource, type Keychain } from '../credentials/keychain.ts'
import type { Descriptor } from '../oci/descriptor.ts'
import type { Platform } from '../oci/platform.ts'
import type { Reference } from '../reference/reference.ts'
import type { Fetch } from './asking.ts'
import { Authorizer, type RealmMemory } from './authorizer.ts'
import type { Clock } from './clock.ts'
import { type Endpoint, endpointRepository } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import type { HostSettings } from './host-rules.ts'
import type { Send } from './http.ts'
import type { Limits } from './limits.ts'
import { resolveManifest } from './manifest-request.ts'
import { terms } from './patience.ts'
import { sendFollowing } from './redirects.ts'
import { retrying } from './retry.ts'

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
