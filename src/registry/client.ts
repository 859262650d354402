import type { Args, ReportWarning } from '../diagnostics/diagnostic.ts'
import { InternalError, PinpullError } from '../diagnostics/errors.ts'
import { DOCKER_HUB, normalizeHost } from '../reference/docker-hub.ts'
import { effectiveTag, type Reference, registryHost } from '../reference/reference.ts'
import { describeServer, RegistryFailure } from './errors/registry-error.ts'
import { type Endpoint, endpointRepository, registryEndpoint } from './hosts/endpoint.ts'
import { withSettings } from './hosts/host-rules.ts'
import type { RegistryHosts } from './hosts/hosts.ts'
import type { Open } from './http/http.ts'
import { type HostSettings, settingsElsewhere } from './http/tls.ts'
import type { Answered, Conversation, Wanted } from './session.ts'

/**
 * Registries that are known to hand out tokens at another host: a connection there is begun along with the first to them,
 * which spares two round trips. Nothing is sent over it but what a challenge asks for.
 */
const TOKEN_SERVERS: ReadonlyMap<string, URL> = new Map([
  [DOCKER_HUB.registryHost as string, new URL('https://auth.docker.io')],
])

export interface RegistryClientOptions {
  /** Begins a connection that will be needed. */
  readonly open: Open
  /** Gives what is said over connections, once the first are being made; is called once at most. */
  readonly converse: () => Promise<Conversation>
  /** Where repositories are asked for; what it says nothing of is asked at its registry. */
  readonly hosts: RegistryHosts
  /** What is known about speaking with a host. */
  readonly settings: (host: string) => Promise<HostSettings>
  /** Told of a mirror that was passed by because its login is withheld. */
  readonly warn?: ReportWarning
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
  const { open, converse, hosts, settings, warn = () => {} } = options
  /** Hosts that were found to speak plain HTTP, where that is allowed. */
  const plain = new Set<string>()
  /** By what an endpoint's requests begin with: what a connection was begun for. */
  const opened = new Set<string>()
  let begun: Promise<Conversation> | undefined
  let conversation: Conversation | undefined

  /** By domain, the registries that nothing is said of. */
  const registries = new Map<string, readonly Endpoint[]>()

  const endpointsFor = async (
    reference: Reference,
    { bypassMirrors = false }: Wanted,
  ): Promise<readonly Endpoint[]> => {
    // Asked in any case: it may say that the registry is blocked.
    const declared = await hosts.endpoints(reference)
    const found = bypassMirrors ? undefined : declared
    const known = found === undefined ? registries.get(reference.domain) : undefined
    if (known !== undefined) return known
    const endpoints = await Promise.all(
      (found ?? [registryEndpoint(reference)]).map(async (one) =>
        withSettings(one, await settings(one.host)),
      ),
    )
    if (found === undefined) registries.set(reference.domain, endpoints)
    return endpoints
  }

  /** The first connection to a host is begun before there is anything to say: the code for that is loaded meanwhile. */
  const openFirst = (endpoint: Endpoint | undefined): void => {
    if (endpoint === undefined || opened.has(endpoint.base)) return
    opened.add(endpoint.base)
    open({ url: new URL(endpoint.base), tls: endpoint.tls, connectTimeout: endpoint.connectTimeout })
    const tokenServer = endpoint.kind === 'registry' ? TOKEN_SERVERS.get(endpoint.host) : undefined
    if (tokenServer === undefined) return
    settings(tokenServer.host).then(
      ({ tls }) => open({ url: tokenServer, tls: tls ?? settingsElsewhere(endpoint.tls) }),
      () => {}, // If it is needed, it fails there.
    )
  }

  const resolveOrFallBack = async (
    { ask }: Conversation,
    endpoint: Endpoint,
    reference: Reference,
    wanted: Wanted,
  ): Promise<Answered> => {
    if (!endpoint.mayFallBack || !plain.has(endpoint.host)) {
      try {
        return await ask(endpoint, reference, wanted)
      } catch (error) {
        const speaksHttp = error instanceof RegistryFailure && error.code === 'REGISTRY_SPEAKS_HTTP'
        if (!speaksHttp || !endpoint.mayFallBack) throw error
        plain.add(endpoint.host)
      }
    }
    const plainly = { ...endpoint, base: endpoint.base.replace(/^https:/, 'http:') }
    return await ask(plainly, reference, wanted)
  }

  return {
    async resolve(reference, wanted) {
      let host = registryHost(reference)
      let repository = reference.path
      /** Those asked before, each with what it failed with. */
      const earlier: string[] = []
      try {
        const endpoints = await endpointsFor(reference, wanted)
        openFirst(endpoints[0])
        begun ??= converse()
        conversation ??= await begun
        for (const [index, endpoint] of endpoints.entries()) {
          host = endpoint.host
          repository = endpointRepository(endpoint, reference)
          try {
            return await resolveOrFallBack(conversation, endpoint, endpoint.reference ?? reference, wanted)
          } catch (error) {
            if (!mayAskNext(error) || index === endpoints.length - 1) throw error
            earlier.push(`${normalizeHost(host)} (${error.code})`)
            if (endpoint.anonymous === true && error.code === 'CREDENTIAL_MISSING') {
              const args = { mirror: normalizeHost(host) }
              warn({ code: 'CREDENTIAL_WITHHELD', severity: 'warning', args })
            }
          }
        }
        throw new InternalError('there is nobody to ask')
      } catch (error) {
        const spoken = error instanceof RegistryFailure ? error.server : undefined
        const about = {
          repository,
          ...describeServer(spoken, host, reference.domain),
          ...(earlier.length === 0 ? {} : { earlier: earlier.join(', ') }),
        }
        throw named(error, reference, about, (text, isQuoted) => conversation?.scrub(text, isQuoted) ?? text)
      }
    },
  }
}

/** A mirror that cannot answer hands on to the next; one that lies about a digest stops the run. */
function mayAskNext(error: unknown): error is RegistryFailure {
  return error instanceof RegistryFailure && error.code !== 'DIGEST_MISMATCH'
}

/** The values of messages in which a server is quoted. */
const QUOTES: ReadonlySet<string> = new Set(['reason', 'registryCode', 'contentType'])

/** The failure as the rest of Pinpull sees it: with the image and the registry that it is about, and no secret. */
function named(
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
