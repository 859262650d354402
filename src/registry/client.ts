import { normalizeHost } from '../credentials/auth-file.ts'
import { ANONYMOUS, type Credential, credentialSource } from '../credentials/credential.ts'
import type { Keychain } from '../credentials/keychain.ts'
import type { Args } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Descriptor } from '../oci/descriptor.ts'
import type { Platform } from '../oci/platform.ts'
import { effectiveTag, registryHost } from '../reference/normalize.ts'
import type { Reference } from '../reference/reference.ts'
import { Authorizer, type RealmMemory } from './authorizer.ts'
import type { Clock } from './clock.ts'
import { type Endpoint, endpointRepository, registryEndpoint } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import { type HostSettings, withSettings } from './host-rules.ts'
import type { RegistryHosts } from './hosts.ts'
import type { Send } from './http.ts'
import type { Limits } from './limits.ts'
import { type Fetch, resolveManifest } from './manifest-request.ts'
import { sendFollowing } from './redirects.ts'
import { retrying } from './retry.ts'

export interface RegistryClientOptions {
  /** Sends one request over one connection. */
  readonly send: Send
  readonly keychain: Keychain
  /** Where repositories are asked for; what it says nothing of is asked at its registry. */
  readonly hosts: RegistryHosts
  /** What is known about speaking with a host. */
  readonly settings: (host: string) => Promise<HostSettings>
  readonly realms?: RealmMemory
  readonly clock: Clock
  readonly limits: Limits
}

/** What is wanted of an image beside its digest. */
export interface Wanted {
  readonly platform?: Platform
  readonly platforms: boolean
  /** Whether no credential may be used. */
  readonly anonymous?: boolean
  readonly signal: AbortSignal
}

/** What a registry answered, and which one. */
export interface Answered {
  readonly descriptor: Descriptor
  readonly endpoint: Endpoint
  readonly credential: Credential
}

export interface RegistryClient {
  /**
   * Asks for the digest that a reference stands for now.
   *
   * @throws {PinpullError} with a code of `diagnostics/codes/registry.ts` or `credentials.ts`
   */
  resolve(reference: Reference, wanted: Wanted): Promise<Answered>
}

/** A client of the OCI distribution protocol that only ever reads. */
export function registryClient(options: RegistryClientOptions): RegistryClient {
  const { clock, limits, keychain, hosts, settings } = options
  const send = retrying(options.send, clock, limits)
  const tlsFor = async (url: URL) => (await settings(url.host)).tls
  const authorizer = new Authorizer({
    send,
    keychain,
    clock,
    limits,
    tlsFor,
    ...(options.realms && { realms: options.realms }),
  })
  /** Hosts that were found to speak plain HTTP, where that is allowed. */
  const plain = new Set<string>()

  const endpointsFor = async (reference: Reference): Promise<readonly Endpoint[]> => {
    const found = (await hosts.endpoints(reference)) ?? [registryEndpoint(reference)]
    return await Promise.all(found.map(async (one) => withSettings(one, await settings(one.host))))
  }

  const resolveAt = async (endpoint: Endpoint, reference: Reference, wanted: Wanted): Promise<Answered> => {
    const tooLate = AbortSignal.timeout(limits.image)
    const signal = AbortSignal.any([wanted.signal, tooLate])
    const deadline = clock.now() + limits.image
    let credential: Credential = ANONYMOUS
    const fetch: Fetch = async (method, url, headers, maxBytes) => {
      const request = { method, url, headers, maxBytes, signal, deadline }
      const holder = {
        host: wanted.anonymous === true ? undefined : endpoint.host,
        repository: endpointRepository(endpoint, reference),
      }
      const authorized = await sendFollowing(request, endpoint, holder, { authorizer, limits, tlsFor })
      credential = authorized.credential
      return authorized.answer
    }
    const source = (): string | undefined => credentialSource(credential)
    try {
      const descriptor = await resolveManifest(reference, wanted, { endpoint, fetch, source, clock, limits })
      return { descriptor, endpoint, credential }
    } catch (error) {
      if (!tooLate.aborted || wanted.signal.aborted) throw error
      const args = { seconds: limits.image / 1000, stage: 'in all' }
      throw new RegistryFailure('REGISTRY_TIMEOUT', args, { cause: error })
    }
  }

  const resolveOrFallBack = async (
    endpoint: Endpoint,
    reference: Reference,
    wanted: Wanted,
  ): Promise<Answered> => {
    const plainly = { ...endpoint, base: endpoint.base.replace(/^https:/, 'http:') }
    if (endpoint.mayFallBack && plain.has(endpoint.host)) return await resolveAt(plainly, reference, wanted)
    try {
      return await resolveAt(endpoint, reference, wanted)
    } catch (error) {
      const speaksHttp = error instanceof RegistryFailure && error.code === 'REGISTRY_SPEAKS_HTTP'
      if (!speaksHttp || !endpoint.mayFallBack) throw error
      plain.add(endpoint.host)
      return await resolveAt(plainly, reference, wanted)
    }
  }

  return {
    async resolve(reference, wanted) {
      let host = registryHost(reference)
      let repository = reference.path
      try {
        let failure: unknown
        for (const endpoint of await endpointsFor(reference)) {
          host = endpoint.host
          repository = endpointRepository(endpoint, reference)
          try {
            return await resolveOrFallBack(endpoint, reference, wanted)
          } catch (error) {
            if (!mayAskNext(error)) throw error
            failure = error
          }
        }
        throw failure
      } catch (error) {
        const registry = normalizeHost(host)
        throw named(error, reference, { registry, repository }, (text) => authorizer.scrub(text))
      }
    },
  }
}

/** A mirror that cannot answer hands on to the next; one that lies about a digest stops the run. */
function mayAskNext(error: unknown): boolean {
  return error instanceof RegistryFailure && error.code !== 'DIGEST_MISMATCH'
}

/** The failure as the rest of Pinpull sees it: with the image and the registry that it is about, and no secret. */
function named(
  error: unknown,
  reference: Reference,
  { registry, repository }: { readonly registry: string; readonly repository: string },
  scrub: (text: string) => string,
): unknown {
  if (!(error instanceof RegistryFailure) && !(error instanceof PinpullError)) return error
  const what =
    reference.digest === undefined ? `tag "${effectiveTag(reference)}"` : `digest ${reference.digest}`
  const clean = Object.entries(error.args).map(([key, value]) => [
    key,
    typeof value === 'string' ? scrub(value) : value,
  ])
  const args: Args = { repository, what, ...Object.fromEntries(clean), image: reference.text, registry }
  return new PinpullError(error.code, args, { cause: error })
}
