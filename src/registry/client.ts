import { type Credential, credentialSource } from '../credentials/credential.ts'
import type { Keychain } from '../credentials/keychain.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { Descriptor } from '../oci/descriptor.ts'
import type { Platform } from '../oci/platform.ts'
import { effectiveTag } from '../reference/normalize.ts'
import type { Reference } from '../reference/reference.ts'
import { Authorizer } from './authorizer.ts'
import type { Clock } from './clock.ts'
import { type Endpoint, endpointRepository, endpointsFor, type Mirror } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import { type HttpAnswer, type HttpRequest, isSameOrigin, type Send } from './http.ts'
import type { Limits } from './limits.ts'
import { type Fetch, resolveManifest } from './manifest-request.ts'
import { redactUrl } from './redact.ts'
import { redirectTarget, unsafeRedirect } from './redirect.ts'
import { retrying } from './retry.ts'

export interface RegistryClientOptions {
  /** Sends one request over one connection. */
  readonly send: Send
  readonly keychain: Keychain
  readonly mirrors: readonly Mirror[]
  readonly clock: Clock
  readonly limits: Limits
  /** Takes a line for every request, fit to be printed. */
  readonly log?: (line: string) => void
}

/** What is wanted of an image beside its digest. */
export interface Wanted {
  readonly platform?: Platform
  readonly platforms: boolean
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
  const { clock, limits, keychain, log } = options
  const send = retrying(logged(options.send, clock, log), clock, limits)
  const authorizer = new Authorizer({ send, keychain, clock, limits })
  /** Loopback hosts that were found to speak plain HTTP. */
  const plain = new Set<string>()

  const resolveAt = async (endpoint: Endpoint, reference: Reference, wanted: Wanted): Promise<Answered> => {
    const deadline = AbortSignal.timeout(limits.image)
    const signal = AbortSignal.any([wanted.signal, deadline])
    const until = clock.now() + limits.image
    let credential: Credential = { kind: 'anonymous' }
    const fetch: Fetch = async (method, url, headers, maxBytes) => {
      const request = { method, url, headers, maxBytes, signal, deadline: until }
      const authorized = await follow(authorizer, request, endpoint, reference, limits)
      credential = authorized.credential
      return authorized.answer
    }
    try {
      const descriptor = await resolveManifest(reference, wanted, {
        endpoint,
        fetch,
        source: () => credentialSource(credential),
        clock,
        limits,
      })
      return { descriptor, endpoint, credential }
    } catch (error) {
      if (deadline.aborted && !wanted.signal.aborted) {
        throw new RegistryFailure('REGISTRY_TIMEOUT', { seconds: limits.image / 1000, stage: 'in all' })
      }
      throw error
    }
  }

  const resolveOrFallBack = async (
    endpoint: Endpoint,
    reference: Reference,
    wanted: Wanted,
  ): Promise<Answered> => {
    const plainly = { ...endpoint, base: endpoint.base.replace(/^https:/, 'http:'), mayFallBack: false }
    if (plain.has(endpoint.host)) return await resolveAt(plainly, reference, wanted)
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
      const endpoints = endpointsFor(reference, options.mirrors)
      for (const [position, endpoint] of endpoints.entries()) {
        try {
          return await resolveOrFallBack(endpoint, reference, wanted)
        } catch (error) {
          if (position < endpoints.length - 1 && mayAskNext(error)) continue
          throw named(error, reference, endpoint)
        }
      }
      throw new RegistryFailure('REGISTRY_UNAVAILABLE')
    },
  }
}

/** A mirror that cannot answer hands on to the next; one that lies about a digest stops the run. */
function mayAskNext(error: unknown): boolean {
  return error instanceof RegistryFailure && error.code !== 'DIGEST_MISMATCH'
}

/** Follows redirects by hand. Once another host is reached, nothing of the user's goes along any more. */
async function follow(
  authorizer: Authorizer,
  request: HttpRequest,
  endpoint: Endpoint,
  reference: Reference,
  limits: Limits,
): Promise<{ answer: HttpAnswer; credential: Credential }> {
  let current = request
  let host: string | undefined = endpoint.host
  let credential: Credential | undefined
  for (let hops = 0; ; hops++) {
    const authorized = await authorizer.send(current, { host, repository: reference.path })
    credential ??= authorized.credential
    const target = redirectTarget(authorized.answer, current.url)
    if (target === undefined) return { answer: authorized.answer, credential }
    if (hops === limits.redirects) throw unsafeRedirect(redactUrl(target), 'there are too many redirects')
    if (!isSameOrigin(target, request.url)) host = undefined
    current = { ...current, url: target }
  }
}

function logged(send: Send, clock: Clock, log: ((line: string) => void) | undefined): Send {
  if (log === undefined) return send
  return async (request) => {
    const began = clock.now()
    const what = `${request.method} ${redactUrl(request.url)}`
    try {
      const answer = await send(request)
      log(`${what} → ${answer.status} in ${clock.now() - began} ms`)
      return answer
    } catch (error) {
      log(`${what} → ${error instanceof RegistryFailure ? error.code : 'given up'}`)
      throw error
    }
  }
}

/** The failure as the rest of Pinpull sees it: with the image and the registry that it is about. */
function named(error: unknown, reference: Reference, endpoint: Endpoint): unknown {
  if (!(error instanceof RegistryFailure)) return error
  const tag = effectiveTag(reference)
  return new PinpullError(
    error.code,
    {
      repository: endpointRepository(endpoint, reference),
      what: reference.digest === undefined ? `tag "${tag}"` : `digest ${reference.digest}`,
      ...error.args,
      image: reference.text,
      registry: endpoint.host,
    },
    { cause: error },
  )
}
