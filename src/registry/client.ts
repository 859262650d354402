import type { Args, ReportWarning } from '../diagnostics/diagnostic.ts'
import { InternalError, PinpullError } from '../diagnostics/errors.ts'
import { DOCKER_HUB, normalizeHost } from '../reference/docker-hub.ts'
import { effectiveTag, type Reference, registryHost } from '../reference/reference.ts'
import { describeServer, RegistryError } from './errors/registry-error.ts'
import { type Endpoint, endpointRepository, registryEndpoint } from './hosts/endpoint.ts'
import { applySettings } from './hosts/host-rules.ts'
import type { RegistryHosts } from './hosts/hosts.ts'
import type { Preconnect } from './http/http.ts'
import { crossHostTls, type HostSettings } from './http/tls.ts'
import type { ManifestOptions, RegistrySession, ResolvedManifest } from './session.ts'

/**
 * Registries that are known to hand out tokens at another host: a connection there is begun along with the first to them,
 * which spares two round trips. Nothing is sent over it but what a challenge asks for.
 */
const TOKEN_SERVERS: ReadonlyMap<string, URL> = new Map([
  [DOCKER_HUB.registryHost as string, new URL('https://auth.docker.io')],
])

export interface RegistryClientOptions {
  /** Begins a connection that will be needed. */
  readonly preconnect: Preconnect
  /** Gives what is said over connections, once the first are being made; is called once at most. */
  readonly openSession: () => Promise<RegistrySession>
  /** Where repositories are asked for; what it says nothing of is asked at its registry. */
  readonly hosts: RegistryHosts
  /** What is known about speaking with a host. */
  readonly settingsFor: (host: string) => Promise<HostSettings>
  /** Told of a mirror that was passed by because its login is withheld. */
  readonly warn?: ReportWarning
}

export interface RegistryClient {
  /**
   * Asks for the digest that a reference stands for now.
   *
   * @throws {PinpullError} with a code of `diagnostics/codes/registry.ts` or `credentials.ts`
   */
  resolve(reference: Reference, wanted: ManifestOptions): Promise<ResolvedManifest>
}

/** A client of the OCI distribution protocol that only ever reads. */
export function registryClient(options: RegistryClientOptions): RegistryClient {
  const { preconnect, openSession, hosts, settingsFor, warn = () => {} } = options
  /** Hosts that were found to speak plain HTTP, where that is allowed. */
  const plain = new Set<string>()
  /** By what an endpoint's requests begin with: what a connection was begun for. */
  const opened = new Set<string>()
  let begun: Promise<RegistrySession> | undefined
  let conversation: RegistrySession | undefined

  /** By domain, the registries that nothing is said of. */
  const registries = new Map<string, readonly Endpoint[]>()

  const endpointsFor = async (
    reference: Reference,
    { bypassMirrors = false }: ManifestOptions,
  ): Promise<readonly Endpoint[]> => {
    // Asked in any case: it may say that the registry is blocked.
    const declared = await hosts.endpoints(reference)
    const found = bypassMirrors ? undefined : declared
    const known = found === undefined ? registries.get(reference.domain) : undefined
    if (known !== undefined) return known
    const endpoints = await Promise.all(
      (found ?? [registryEndpoint(reference)]).map(async (one) =>
        applySettings(one, await settingsFor(one.host)),
      ),
    )
    if (found === undefined) registries.set(reference.domain, endpoints)
    return endpoints
  }

  /** The first connection to a host is begun before there is anything to say: the code for that is loaded meanwhile. */
  const preconnectTo = (endpoint: Endpoint | undefined): void => {
    if (endpoint === undefined || opened.has(endpoint.base)) return
    opened.add(endpoint.base)
    preconnect({ url: new URL(endpoint.base), tls: endpoint.tls, connectTimeout: endpoint.connectTimeout })
    const tokenServer = endpoint.kind === 'registry' ? TOKEN_SERVERS.get(endpoint.host) : undefined
    if (tokenServer === undefined) return
    settingsFor(tokenServer.host).then(
      ({ tls }) => preconnect({ url: tokenServer, tls: tls ?? crossHostTls(endpoint.tls) }),
      () => {}, // If it is needed, it fails there.
    )
  }

  const resolveAt = async (
    { resolve }: RegistrySession,
    endpoint: Endpoint,
    reference: Reference,
    wanted: ManifestOptions,
  ): Promise<ResolvedManifest> => {
    if (!endpoint.mayFallBackToHttp || !plain.has(endpoint.host)) {
      try {
        return await resolve(endpoint, reference, wanted)
      } catch (error) {
        const speaksHttp = error instanceof RegistryError && error.code === 'REGISTRY_SPEAKS_HTTP'
        if (!speaksHttp || !endpoint.mayFallBackToHttp) throw error
        plain.add(endpoint.host)
      }
    }
    const plainly = { ...endpoint, base: endpoint.base.replace(/^https:/, 'http:') }
    return await resolve(plainly, reference, wanted)
  }

  return {
    async resolve(reference, wanted) {
      let host = registryHost(reference)
      let repository = reference.path
      /** Those asked before, each with what it failed with. */
      const previousFailures: string[] = []
      try {
        const endpoints = await endpointsFor(reference, wanted)
        preconnectTo(endpoints[0])
        begun ??= openSession()
        conversation ??= await begun
        for (const [index, endpoint] of endpoints.entries()) {
          host = endpoint.host
          repository = endpointRepository(endpoint, reference)
          try {
            return await resolveAt(conversation, endpoint, endpoint.reference ?? reference, wanted)
          } catch (error) {
            if (!mayTryNext(error) || index === endpoints.length - 1) throw error
            previousFailures.push(`${normalizeHost(host)} (${error.code})`)
            if (endpoint.anonymous === true && error.code === 'CREDENTIAL_MISSING') {
              const args = { mirror: normalizeHost(host) }
              warn({ code: 'CREDENTIAL_WITHHELD', severity: 'warning', args })
            }
          }
        }
        throw new InternalError('there is nobody to ask')
      } catch (error) {
        const spoken = error instanceof RegistryError ? error.server : undefined
        const about = {
          repository,
          ...describeServer(spoken, host, reference.domain),
          ...(previousFailures.length === 0 ? {} : { earlier: previousFailures.join(', ') }),
        }
        throw withImage(
          error,
          reference,
          about,
          (text, isQuoted) => conversation?.redact(text, isQuoted) ?? text,
        )
      }
    },
  }
}

/** A mirror that cannot answer hands on to the next; one that lies about a digest stops the run. */
function mayTryNext(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code !== 'DIGEST_MISMATCH'
}

/** The values of messages in which a server is quoted. */
const QUOTES: ReadonlySet<string> = new Set(['reason', 'registryCode', 'contentType'])

/** The failure as the rest of Pinpull sees it: with the image and the registry that it is about, and no secret. */
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
