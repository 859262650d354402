import type { Keychain } from '../credentials/keychain.ts'
import type { ReportWarning } from '../diagnostics/diagnostic.ts'
import { realTextFiles, type TextFiles } from '../files/text-files.ts'
import type { ChallengeCache } from './auth/challenge.ts'
import { type RegistryClient, registryClient } from './client.ts'
import { readCaCertificates } from './hosts/certificates.ts'
import { containerdHosts } from './hosts/containerd-hosts.ts'
import type { Mirror } from './hosts/endpoint.ts'
import { type HostRule, hostSettings, ruleHosts } from './hosts/host-rules.ts'
import { chainHosts, mirrorHosts, type RegistryHosts } from './hosts/hosts.ts'
import { registriesConf } from './hosts/registries-conf.ts'
import { type Clock, systemClock } from './http/clock.ts'
import { DEFAULT_LIMITS, type Limits } from './http/limits.ts'
import { withObservation } from './http/observation.ts'
import { proxyCredentials } from './http/proxy.ts'
import { type OnRequest, withRequestEvents } from './http/request-event.ts'
import { yieldToEventLoop } from './http/tcp.ts'
import { httpTransport } from './http/transport.ts'
import type { EndpointSource, ObserveRegistry } from './registry-event.ts'
import { registrySession } from './session.ts'

/** The settings of a registry client. All but keychain and user agent are optional. */
export interface RegistryClientSettings {
  /** Finds stored credentials; or a function that creates the keychain, called after the first connection was started. */
  readonly keychain: Keychain | (() => Keychain)
  /** The `User-Agent` header: `pinpull/0.1.0`. */
  readonly userAgent: string
  /** The mirrors on the command line, which replace registries. */
  readonly mirrors?: readonly Mirror[]
  /** The registries in the configuration file, and the folder that their paths are relative to. */
  readonly rules?: { readonly list: readonly HostRule[]; readonly folder: string }
  /** The path of containerd's hosts directory, such as `/etc/containerd/certs.d`. */
  readonly hostsFolder?: string | undefined
  /** The path of a `registries.conf`. */
  readonly registriesConf?: string | undefined
  /** The `certs.d` folders of dockerd, podman and skopeo, in the order in which they are searched. */
  readonly certificateFolders?: readonly string[]
  /** The environment variables, of which those for proxies, `SSL_CERT_FILE` and `SSL_CERT_DIR` are used. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Reads the files; by default from the file system. */
  readonly files?: TextFiles
  /** The token servers of registries, from earlier runs and for later ones, which saves one request to each registry. */
  readonly challengeCache?: ChallengeCache | undefined
  /** Called for each warning about settings and mirrors. */
  readonly warn?: ReportWarning | undefined
  /** Takes all that the client does, for `pinpull doctor`. Headers and bodies in it may hold secrets. */
  readonly observe?: ObserveRegistry | undefined
  /** Called for each step of each request. */
  readonly onRequest?: OnRequest | undefined
  /** `systemClock` by default. */
  readonly clock?: Clock
  /** Replace those in `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>
}

/**
 * Creates a registry client with all its parts. A registry's endpoints come from the first of these that has an entry
 * for it: the mirrors on the command line, the configuration file, containerd's hosts directory, `registries.conf`;
 * else it is contacted itself. Certificates come from the endpoint's entry, the configuration file, or
 * `certificateFolders`.
 */
export function createRegistryClient(settings: RegistryClientSettings): RegistryClient {
  const {
    keychain,
    userAgent,
    env = {},
    files = realTextFiles,
    clock = systemClock,
    onRequest,
    warn,
  } = settings
  const { list: rules, folder } = settings.rules ?? { list: [], folder: '.' }
  const limits = { ...DEFAULT_LIMITS, ...settings.limits }
  const { observe } = settings
  const { preconnect, send: sendOnce } = httpTransport({
    limits,
    userAgent,
    env,
    caCertificates: () => readCaCertificates(env, files),
    observe,
  })
  const send = observe === undefined ? sendOnce : withObservation(sendOnce, clock, observe)
  let source: EndpointSource | undefined
  /** Remembers which settings the endpoints found last come from. */
  const from = (name: EndpointSource, hosts: RegistryHosts): RegistryHosts => ({
    endpoints: async (reference) => {
      source = undefined
      const found = await hosts.endpoints(reference)
      if (found !== undefined) source = name
      return found
    },
  })
  const settingsFor = hostSettings({
    rules,
    folder,
    certificateFolders: settings.certificateFolders ?? [],
    files,
  })
  return registryClient({
    preconnect,
    hosts: chainHosts([
      from('mirrors', mirrorHosts(settings.mirrors ?? [])),
      from('rules', ruleHosts(rules)),
      ...(settings.hostsFolder === undefined
        ? []
        : [from('hostsFolder', containerdHosts(settings.hostsFolder, files, warn))]),
      ...(settings.registriesConf === undefined
        ? []
        : [from('registriesConf', registriesConf(settings.registriesConf, files, warn))]),
    ]),
    settingsFor,
    warn,
    observe,
    endpointSource: () => source,
    openSession: async () => {
      await yieldToEventLoop()
      return registrySession({
        send: onRequest === undefined ? send : withRequestEvents(send, clock, onRequest),
        onRequest,
        keychain: typeof keychain === 'function' ? keychain() : keychain,
        settingsFor: (url) => settingsFor(url.host),
        challengeCache: settings.challengeCache,
        proxyCredentials: proxyCredentials(env),
        clock,
        limits,
      })
    },
  })
}
