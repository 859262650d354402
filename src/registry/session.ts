import { ANONYMOUS, type Credential, credentialSource, type Keychain } from '../credentials/keychain.ts'
import type { Attachments } from '../oci/attachment.ts'
import type { Descriptor } from '../oci/manifest.ts'
import { parseContentType } from '../oci/media-type.ts'
import type { Platform } from '../oci/platform.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import type { AttachmentShare } from './attachment-budget.ts'
import { findAttachments } from './attachments.ts'
import { Authorizer } from './auth/authorizer.ts'
import type { ChallengeCache } from './auth/challenge.ts'
import { sendFollowingRedirects } from './endpoint-request.ts'
import { RegistryError } from './errors/registry-error.ts'
import { type Endpoint, endpointRepository } from './hosts/endpoint.ts'
import { type Clock, type Deadline, deadlines } from './http/clock.ts'
import { type HttpResponse, header, type Send } from './http/http.ts'
import type { Limits } from './http/limits.ts'
import type { OnRequest } from './http/request-event.ts'
import { errorFromResponse, notARegistryError } from './http/response-error.ts'
import { parseRetryAfter, withRetry } from './http/retry.ts'
import type { HostSettings } from './http/tls.ts'
import { resolveManifest } from './manifest.ts'
import { type Fetch, type ManifestContext, requestManifest, verifiedDigest } from './manifest-request.ts'

/** How to resolve a reference. */
export interface ManifestOptions {
  /**
   * If the reference names an index, resolve to its manifest for this platform; a manifest for another platform is an
   * error (PLATFORM_UNKNOWN).
   */
  readonly platform?: Platform | undefined
  /** Whether the descriptor also lists the platforms of the image, which costs one or more GETs. */
  readonly platforms: boolean
  /** Whether to use no credentials. */
  readonly anonymous?: boolean | undefined
  /**
   * Whether to contact the registry itself instead of its mirrors; not if it is blocked. Read by the registry client
   * only.
   */
  readonly bypassMirrors?: boolean | undefined
  /** Aborts the run. */
  readonly signal: AbortSignal
}

/** How to find what is attached to a digest. */
export interface AttachmentOptions extends Pick<ManifestOptions, 'anonymous' | 'bypassMirrors' | 'signal'> {
  /** What may be held for the image. What is found is held until the caller releases it. */
  readonly share: AttachmentShare
}

/** The result of resolving a reference. */
export interface ResolvedManifest {
  /** Media type, digest and size of the index or manifest. */
  readonly descriptor: Descriptor
  /** The endpoint that the digest is from. */
  readonly endpoint: Endpoint
  /**
   * The credential of the last request, redirects included (of these, the last that needed one); `ANONYMOUS` if none
   * was needed.
   */
  readonly credential: Credential
}

/** How to request the root of a registry's API. */
export interface ProbeOptions {
  /** Whether to send the request once, without credentials, retries and redirects. */
  readonly isBare: boolean
  readonly signal: AbortSignal
}

/** The answer to a request for the root of a registry's API. */
export interface Probe {
  /** The endpoint that answered. */
  readonly endpoint: Endpoint
  /** 401 also if the registry requires a login and none is stored. */
  readonly status: number
  /** The credential that was accepted; `ANONYMOUS` if none was needed. */
  readonly credential: Credential
}

/** What a session uses. */
export interface SessionOptions {
  /** Sends a request once, without retries, credentials and redirects. */
  readonly send: Send
  /** Finds stored credentials. */
  readonly keychain: Keychain
  /** Reads the connection settings of the host of a redirect target or token server. */
  readonly settingsFor: (url: URL) => Promise<HostSettings>
  /** Where the token servers of registries are stored for later runs; absent to store nothing. */
  readonly challengeCache?: ChallengeCache | undefined
  /** The credentials of HTTP proxies, to be redacted in messages. */
  readonly proxyCredentials?: readonly Credential[]
  readonly clock: Clock
  readonly limits: Limits
  /** Called when a request waits for its next attempt, and when it is finished. */
  readonly onRequest?: OnRequest | undefined
}

/** Resolves references in one run, and keeps the tokens of all registries for the run. */
export interface RegistrySession {
  /**
   * Resolves a reference at one endpoint, within `Limits.imageTimeout`. The values of the endpoint's headers are
   * registered as secrets for `redact`.
   *
   * @throws {RegistryError} REGISTRY_TIMEOUT when the time is over, or another one; or a different `PinpullError` about
   *   credentials; none has the image's name in it. If the run is aborted, the signal's reason
   */
  resolve(endpoint: Endpoint, reference: Reference, wanted: ManifestOptions): Promise<ResolvedManifest>
  /**
   * Reads the bytes of a manifest or an index at one endpoint, within `Limits.imageTimeout`.
   *
   * @throws {RegistryError} like `resolve`
   */
  readManifest(
    endpoint: Endpoint,
    reference: Reference & { readonly digest: Digest },
    wanted: Pick<ManifestOptions, 'anonymous' | 'signal'>,
  ): Promise<Uint8Array>
  /**
   * Finds what is attached to a digest at one endpoint, within `Limits.imageTimeout`, to which waiting for other images does not
   * count.
   *
   * @param reference names the repository that is searched
   * @throws {RegistryError} like `resolve`, if the endpoint could not be searched
   */
  findAttachments(
    endpoint: Endpoint,
    reference: Reference,
    subject: Digest,
    wanted: AttachmentOptions,
  ): Promise<Attachments>
  /**
   * Requests the root of the API of an endpoint, `GET /v2/`. A 404 is an answer, too: some mirrors have no root.
   *
   * @throws {RegistryError} NOT_A_REGISTRY for an HTML page; unless the request is bare, the error of another status, of
   *   a stored credential that was not accepted, or of the token server; and the error of a request without a response
   */
  probe(endpoint: Endpoint, wanted: ProbeOptions): Promise<Probe>
  /**
   * Replaces the secrets that were sent to servers in a text (`SecretRedactor.redact`).
   *
   * @param isQuoted whether the text comes from a server
   */
  redact(text: string, isQuoted: boolean): string
}

/**
 * Creates the session of one run. It resolves references at endpoints by requests through `options.send`, to which it adds
 * credentials, retries and redirects.
 */
export function registrySession(options: SessionOptions): RegistrySession {
  const { clock, limits, settingsFor } = options
  const authorizer = new Authorizer({
    ...options,
    send: withRetry(options.send, clock, limits, options.onRequest),
  })
  const begin = deadlines(limits.imageTimeout, clock.now)
  const redirectOptions = { authorizer, limits, settingsFor }
  const withReferrersApi = new Set<string>()

  /** Starts the deadline of one image at one endpoint, and the requests for it. */
  const ask = (
    endpoint: Endpoint,
    reference: Reference,
    wanted: Pick<ManifestOptions, 'anonymous' | 'signal'>,
  ): {
    readonly context: ManifestContext
    readonly credential: () => Credential
    readonly withinTime: <T>(result: Promise<T>) => Promise<T>
    /** Starts the deadline anew for the requests that follow. */
    readonly beginAnew: () => void
  } => {
    const begun = [begin(wanted.signal)]
    let credential: Credential = ANONYMOUS
    if (endpoint.headers !== undefined) authorizer.addSecretHeaders(endpoint.headers)
    const fetch: Fetch = async (method, url, headers, maxBytes, maxAttempts) => {
      const { signal, expiresAt: deadline } = begun.at(-1) as Deadline
      const request = { method, url, headers, maxBytes, signal, deadline, maxAttempts }
      const scope = {
        host: wanted.anonymous === true || endpoint.anonymous === true ? undefined : endpoint.host,
        repository: endpointRepository(endpoint, reference),
      }
      const authorized = await sendFollowingRedirects(request, endpoint, scope, redirectOptions)
      credential = authorized.credential
      return authorized.response
    }
    return {
      credential: () => credential,
      context: {
        reference,
        endpoint,
        fetch,
        credentialSource: () => credentialSource(credential),
        clock,
        limits,
      },
      withinTime: async (result) => {
        try {
          return await result
        } catch (error) {
          if (!begun.some(({ isExpired }) => isExpired())) throw error
          const args = { seconds: limits.imageTimeout / 1000, stage: 'in all' }
          throw new RegistryError('REGISTRY_TIMEOUT', args, { cause: error })
        }
      },
      beginAnew: () => {
        begun.push(begin(wanted.signal))
      },
    }
  }

  return {
    redact: (text, isQuoted) => authorizer.redact(text, isQuoted),
    async resolve(endpoint, reference, wanted) {
      const asked = ask(endpoint, reference, wanted)
      const descriptor = await asked.withinTime(resolveManifest(wanted, asked.context))
      return { descriptor, endpoint, credential: asked.credential() }
    },
    async readManifest(endpoint, reference, wanted) {
      const { withinTime, context } = ask(endpoint, reference, wanted)
      const { response } = await withinTime(requestManifest(reference.digest, context))
      verifiedDigest(response, reference.digest)
      return response.body
    },
    async findAttachments(endpoint, reference, subject, wanted) {
      const { withinTime, context, beginAnew } = ask(endpoint, reference, wanted)
      const { share, signal } = wanted
      const take = async (bytes: number): Promise<void> => {
        if (await share.take(bytes, signal)) beginAnew()
      }
      const searched = { ...context, withReferrersApi, take, left: () => share.left }
      try {
        return await withinTime(findAttachments(subject, searched))
      } catch (error) {
        throw ofSearch(error)
      }
    },
    async probe(endpoint, { isBare, signal: run }) {
      const { signal, expiresAt: deadline } = begin(run)
      const request = {
        method: 'GET' as const,
        url: rootUrl(endpoint),
        headers: {},
        maxBytes: limits.maxErrorBytes,
        signal,
        deadline,
      }
      if (endpoint.headers !== undefined) authorizer.addSecretHeaders(endpoint.headers)
      if (isBare) {
        const { tls, connectTimeout, kind: role } = endpoint
        const { status } = await options.send({ ...request, tls, connectTimeout, role })
        return { endpoint, status, credential: ANONYMOUS }
      }
      const scope = { host: endpoint.anonymous === true ? undefined : endpoint.host, repository: '' }
      try {
        const { response, credential } = await sendFollowingRedirects(
          request,
          endpoint,
          scope,
          redirectOptions,
        )
        checkProbe(response, credential, clock)
        return { endpoint, status: response.status, credential }
      } catch (error) {
        if (!(error instanceof RegistryError) || error.code !== 'CREDENTIAL_MISSING') throw error
        return { endpoint, status: 401, credential: ANONYMOUS }
      }
    },
  }
}

/** An error of searching for signatures says so, since the digest itself was found. */
function ofSearch(error: unknown): unknown {
  if (!(error instanceof RegistryError) || typeof error.args['reason'] !== 'string') return error
  return error.withArgs({ reason: `${error.args['reason']} (while searching for signatures)` })
}

/** The root of an endpoint's API: up to `/v2`, which some mirrors have before the name of a project. */
function rootUrl({ base }: Endpoint): URL {
  return new URL(`${/^.*?\/v2(?=\/|$)/.exec(base)?.[0] ?? base}/`)
}

/** @throws {RegistryError} if the response is not that of a registry that may be used */
function checkProbe(response: HttpResponse, credential: Credential, clock: Clock): void {
  if (parseContentType(header(response, 'content-type')) === 'text/html') throw notARegistryError(response)
  if (response.status < 300 || response.status === 404) return
  throw errorFromResponse(response, {
    what: '/v2/',
    repository: '/v2/',
    source: credentialSource(credential),
    wait: parseRetryAfter(response, clock),
  })
}
