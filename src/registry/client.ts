import type { Code } from '../diagnostics/catalogue.ts'
import type { Args, ReportWarning } from '../diagnostics/diagnostic.ts'
import { InternalError, PinpullError } from '../diagnostics/errors.ts'
import { type Attachments, unsearched } from '../oci/attachment.ts'
import { DOCKER_HUB, normalizeHost } from '../reference/docker-hub.ts'
import { type Digest, effectiveTag, type Reference, registryHost } from '../reference/reference.ts'
import { describeServer, RegistryError } from './errors/registry-error.ts'
import { type Endpoint, endpointRepository, registryEndpoint } from './hosts/endpoint.ts'
import { withHostSettings } from './hosts/host-rules.ts'
import type { RegistryHosts } from './hosts/hosts.ts'
import type { Preconnect } from './http/http.ts'
import { crossHostTls, type HostSettings } from './http/tls.ts'
import type { EndpointSource, ObserveRegistry } from './registry-event.ts'
import type {
  AttachmentOptions,
  ManifestOptions,
  Probe,
  ProbeOptions,
  RegistrySession,
  ResolvedManifest,
} from './session.ts'

/**
 * Registries whose token server is another host: its connection is started together with the first one to the
 * registry, which saves two round trips. Nothing is sent there before a challenge asks for it.
 */
const TOKEN_SERVERS: ReadonlyMap<string, URL> = new Map([
  [DOCKER_HUB.registryHost as string, new URL('https://auth.docker.io')],
])

/** What a registry client uses. */
export interface RegistryClientOptions {
  /** Starts a connection to a host before the session is open. */
  readonly preconnect: Preconnect
  /** Opens the session, which sends the requests. Called at most once, after the first connection was started. */
  readonly openSession: () => Promise<RegistrySession>
  /** Finds the endpoints of an image; without an entry, the image is resolved at its registry. */
  readonly hosts: RegistryHosts
  /** Reads the connection settings of a host, which may have a port: `registry.example.com:5000`. */
  readonly settingsFor: (host: string) => Promise<HostSettings>
  /** Called if a mirror was skipped because it requires credentials and may not get any (CREDENTIAL_WITHHELD). */
  readonly warn?: ReportWarning | undefined
  /** Takes the endpoints that are found and tried. */
  readonly observe?: ObserveRegistry | undefined
  /** The settings that the endpoints found last come from; only for `observe`. */
  readonly endpointSource?: (() => EndpointSource | undefined) | undefined
}

/** A read-only client of the OCI distribution protocol, for all registries. */
export interface RegistryClient {
  /**
   * Resolves a reference to the digest that it has now. The endpoints of its registry are tried in order until one
   * succeeds; over plain HTTP where an endpoint speaks only that and allows it. A digest that does not match the
   * contents (DIGEST_MISMATCH), and any error that is not a `RegistryError`, is final.
   *
   * @throws {PinpullError} with a code of `diagnostics/codes/registry.ts` or `credentials.ts`, the image's name, and
   *   secrets redacted: the error at the last endpoint that was tried, or of finding the endpoints; also the signal's
   *   reason
   */
  resolve(reference: Reference, wanted: ManifestOptions): Promise<ResolvedManifest>
  /**
   * Requests the root of the registry's API (`GET /v2/`) at the endpoints of a reference, in the same order and by the same
   * rules as `resolve`, until one answers.
   *
   * @param reference of which only the registry counts, unless its settings depend on the repository
   * @throws {PinpullError} like `resolve`
   */
  probe(reference: Reference, wanted: ProbeOptions): Promise<Probe>
  /**
   * Reads the bytes of a manifest or an index, and verifies their digest.
   *
   * @param reference with a digest
   * @throws {PinpullError} like `resolve`
   */
  readManifest(
    reference: Reference & { readonly digest: Digest },
    wanted: Pick<ManifestOptions, 'anonymous' | 'signal'>,
  ): Promise<Uint8Array>
  /**
   * Finds the signatures and attestations of a digest, at one endpoint after another, for as long as the caller asks for
   * more: a mirror often lacks them, or some of them. An endpoint that fails is a search with a problem, unless it is the
   * last one.
   *
   * @param reference names the repository that is searched, and the image in errors
   * @param subject the digest that the objects have to be attached to
   * @throws {PinpullError} like `resolve`, if the last endpoint could not be searched
   */
  findAttachments(
    reference: Reference,
    subject: Digest,
    wanted: AttachmentOptions,
  ): AsyncIterable<Attachments>
}

/**
 * Creates a registry client. Nothing is sent before its first call, which starts to connect to the image's first
 * endpoint (for Docker Hub also to its token server) and then opens the session.
 */
export function registryClient(options: RegistryClientOptions): RegistryClient {
  const { preconnect, openSession, hosts, settingsFor, warn = () => {}, observe, endpointSource } = options
  /** Hosts that turned out to speak plain HTTP, where that is allowed. */
  const plain = new Set<string>()
  /** The endpoints' base URLs to which a connection was started. */
  const opened = new Set<string>()
  let opening: Promise<RegistrySession> | undefined
  let session: RegistrySession | undefined

  /** The endpoints of registries without an entry, by domain. */
  const registries = new Map<string, Promise<readonly Endpoint[]>>()

  const withSettings = (endpoints: readonly Endpoint[]): Promise<readonly Endpoint[]> =>
    Promise.all(endpoints.map(async (one) => withHostSettings(one, await settingsFor(one.host))))

  const endpointsFor = async (
    reference: Reference,
    { bypassMirrors = false }: Pick<ManifestOptions, 'bypassMirrors'>,
  ): Promise<readonly Endpoint[]> => {
    // Called even for mirrors to be bypassed, since it may say that the registry is blocked.
    const declared = await hosts.endpoints(reference)
    if (declared !== undefined && !bypassMirrors) return await withSettings(declared)
    const known = registries.get(reference.domain) ?? withSettings([registryEndpoint(reference)])
    registries.set(reference.domain, known)
    return await known
  }

  /** Starts the first connection to a host before the session is opened, whose code is loaded meanwhile. */
  const preconnectTo = (endpoint: Endpoint | undefined): void => {
    if (endpoint === undefined || opened.has(endpoint.base)) return
    opened.add(endpoint.base)
    preconnect({ url: new URL(endpoint.base), tls: endpoint.tls, connectTimeout: endpoint.connectTimeout })
    const tokenServer = endpoint.kind === 'registry' ? TOKEN_SERVERS.get(endpoint.host) : undefined
    if (tokenServer === undefined) return
    settingsFor(tokenServer.host).then(
      ({ tls }) => preconnect({ url: tokenServer, tls: tls ?? crossHostTls(endpoint.tls) }),
      () => {}, // If the settings are needed, the request gets the error.
    )
  }

  /** Calls `act` with the endpoint, and again with its plain HTTP form if it speaks only that and allows it. */
  const actAt = async <T>(endpoint: Endpoint, act: (endpoint: Endpoint) => Promise<T>): Promise<T> => {
    if (!endpoint.mayFallBackToHttp || !plain.has(endpoint.host)) {
      try {
        return await act(endpoint)
      } catch (error) {
        const speaksHttp = error instanceof RegistryError && error.code === 'REGISTRY_SPEAKS_HTTP'
        if (!speaksHttp || !endpoint.mayFallBackToHttp) throw error
        plain.add(endpoint.host)
      }
    }
    return await act({ ...endpoint, base: endpoint.base.replace(/^https:/, 'http:') })
  }

  /**
   * Calls `act` with each endpoint of a reference in turn, as long as the caller wants more.
   *
   * @throws {PinpullError} the error at the last endpoint, of finding the endpoints, or one after which no other is tried
   */
  async function* actAtEach<T>(
    reference: Reference,
    wanted: Pick<ManifestOptions, 'bypassMirrors'>,
    act: (session: RegistrySession, endpoint: Endpoint) => Promise<T>,
  ): AsyncGenerator<Outcome<T>, void> {
    let host = registryHost(reference)
    let repository = reference.path
    /** The endpoints that were tried before, each with its error. */
    const previousFailures: string[] = []
    const describe = (error: unknown): unknown => {
      const spoken = error instanceof RegistryError ? error.server : undefined
      const about = {
        repository,
        ...describeServer(spoken, host, reference.domain),
        ...(previousFailures.length === 0 ? {} : { earlier: previousFailures.join(', ') }),
      }
      return withImage(error, reference, about, (text, isQuoted) => session?.redact(text, isQuoted) ?? text)
    }
    try {
      const endpoints = await endpointsFor(reference, wanted)
      observe?.({ kind: 'endpoints', endpoints, source: endpointSource?.() })
      preconnectTo(endpoints[0])
      opening ??= openSession()
      session ??= await opening
      const opened = session
      for (const [index, endpoint] of endpoints.entries()) {
        host = endpoint.host
        repository = endpointRepository(endpoint, reference)
        observe?.({ kind: 'endpoint', endpoint })
        let outcome: Outcome<T>
        try {
          outcome = { kind: 'answer', answer: await actAt(endpoint, (one) => act(opened, one)) }
        } catch (error) {
          const next = endpoints[index + 1]
          if (!mayTryNext(error) || next === undefined) throw error
          observe?.({ kind: 'endpoint failed', endpoint, error: describe(error) as PinpullError, next })
          previousFailures.push(`${normalizeHost(host)} (${error.code})`)
          if (endpoint.anonymous === true && error.code === 'CREDENTIAL_MISSING') {
            const args = { mirror: normalizeHost(host) }
            warn({ code: 'CREDENTIAL_WITHHELD', severity: 'warning', args })
          }
          outcome = { kind: 'failed', host, code: error.code }
        }
        yield outcome
      }
    } catch (error) {
      throw describe(error)
    }
  }

  /** Calls `act` with each endpoint of a reference, until it succeeds. */
  const actAtFirst = async <T>(
    reference: Reference,
    wanted: Pick<ManifestOptions, 'bypassMirrors'>,
    act: (session: RegistrySession, endpoint: Endpoint) => Promise<T>,
  ): Promise<T> => {
    for await (const outcome of actAtEach(reference, wanted, act)) {
      if (outcome.kind === 'answer') return outcome.answer
    }
    throw new InternalError('there is no endpoint to contact')
  }

  return {
    resolve: (reference, wanted) =>
      actAtFirst(reference, wanted, ({ resolve }, endpoint) =>
        resolve(endpoint, endpoint.reference ?? reference, wanted),
      ),
    readManifest: (reference, wanted) =>
      actAtFirst(reference, {}, ({ readManifest }, endpoint) =>
        readManifest(endpoint, { ...(endpoint.reference ?? reference), digest: reference.digest }, wanted),
      ),
    probe: (reference, wanted) => actAtFirst(reference, {}, ({ probe }, endpoint) => probe(endpoint, wanted)),
    async *findAttachments(reference, subject, wanted) {
      const found = actAtEach(reference, wanted, (opened, endpoint) =>
        opened.findAttachments(endpoint, endpoint.reference ?? reference, subject, wanted),
      )
      for await (const outcome of found) {
        yield outcome.kind === 'answer'
          ? outcome.answer
          : unsearched(normalizeHost(outcome.host), outcome.code)
      }
    },
  }
}

/** What became of an endpoint. */
type Outcome<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  /** Another endpoint follows. */
  | { readonly kind: 'failed'; readonly host: string; readonly code: Code }

/** Whether to try the next endpoint after an error. A mirror with a wrong digest stops the run. */
function mayTryNext(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code !== 'DIGEST_MISMATCH'
}

/** The values of messages that quote a server. */
const QUOTES: ReadonlySet<string> = new Set(['reason', 'registryCode', 'contentType'])

/** Adds image and registry to an error, and redacts secrets in it. */
function withImage(
  error: unknown,
  reference: Reference,
  { repository, ...about }: Args & { readonly repository: string },
  scrub: (text: string, isQuoted: boolean) => string,
): unknown {
  if (!(error instanceof PinpullError)) return error
  const what =
    reference.digest === undefined ? `tag "${effectiveTag(reference)}"` : `digest ${reference.digest}`
  const clean = Object.entries(error.args).map(([key, value]) => [
    key,
    typeof value === 'string' ? scrub(value, QUOTES.has(key)) : value,
  ])
  const args: Args = { repository, what, ...Object.fromEntries(clean), image: reference.text, ...about }
  return new PinpullError(error.code, args, { cause: error })
}
