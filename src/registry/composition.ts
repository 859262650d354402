import type { Keychain } from '../credentials/keychain.ts'
import type { ReportWarning } from '../diagnostics/diagnostic.ts'
import { realTextFiles, type TextFiles } from '../files/text-files.ts'
import type { ChallengeCache } from './auth/challenge.ts'
import { type RegistryClient, registryClient } from './client.ts'
import { readCaCertificates } from './hosts/certificates.ts'
import { containerdHosts } from './hosts/containerd-hosts.ts'
import type { Mirror } from './hosts/endpoint.ts'
import { type HostRule, hostSettings, ruleHosts } from './hosts/host-rules.ts'
import { chainHosts, mirrorHosts } from './hosts/hosts.ts'
import { registriesConf } from './hosts/registries-conf.ts'
import { type Clock, systemClock } from './http/clock.ts'
import { DEFAULT_LIMITS, type Limits } from './http/limits.ts'
import { proxyCredentials } from './http/proxy.ts'
import { yieldToEventLoop } from './http/tcp.ts'
import { httpTransport, withLogging } from './http/transport.ts'
import { registrySession } from './session.ts'

/** Settings of a registry client. Everything but keychain and user agent has a default. */
export interface RegistryClientSettings {
  /** The keychain, or a function that creates it while the first connection is being made. */
  readonly keychain: Keychain | (() => Keychain)
  /** The `User-Agent`, as `pinpull/0.1.0`. */
  readonly userAgent: string
  /** Mirrors that are used instead of registries. */
  readonly mirrors?: readonly Mirror[]
  /** The registries in the configuration, and the folder that their paths are relative to. */
  readonly rules?: { readonly list: readonly HostRule[]; readonly folder: string }
  /** The root of a tree of containerd's `hosts.toml` files. */
  readonly hostsFolder?: string | undefined
  /** The path of a `registries.conf`. */
  readonly registriesConf?: string | undefined
  /** Folders in which docker and containers' tools keep certificates by host. */
  readonly certificateFolders?: readonly string[]
  /** For the proxy variables, `SSL_CERT_FILE` and `SSL_CERT_DIR`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The file system by default. */
  readonly files?: TextFiles
  /** The token servers of registries from earlier runs, which save one request each. */
  readonly challengeCache?: ChallengeCache | undefined
  /** Called for warnings. */
  readonly warn?: ReportWarning | undefined
  /** Called with one printable line for each request. */
  readonly log?: ((line: string) => void) | undefined
  /** The system clock by default. */
  readonly clock?: Clock
  readonly limits?: Partial<Limits>
}

/**
 * Creates a client of registries. The first of these that has an entry for a registry decides about its endpoints:
 * declared mirrors, the configuration, `hosts.toml`, `registries.conf`.
 */
export function createRegistryClient(settings: RegistryClientSettings): RegistryClient {
  const { keychain, userAgent, env = {}, files = realTextFiles, clock = systemClock, log, warn } = settings
  const { list: rules, folder } = settings.rules ?? { list: [], folder: '.' }
  const limits = { ...DEFAULT_LIMITS, ...settings.limits }
  const { preconnect, send } = httpTransport({
    limits,
    userAgent,
    env,
    caCertificates: () => readCaCertificates(env, files),
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
      mirrorHosts(settings.mirrors ?? []),
      ruleHosts(rules),
      ...(settings.hostsFolder === undefined ? [] : [containerdHosts(settings.hostsFolder, files, warn)]),
      ...(settings.registriesConf === undefined
        ? []
        : [registriesConf(settings.registriesConf, files, warn)]),
    ]),
    settingsFor,
    warn,
    openSession: async () => {
      await yieldToEventLoop()
      return registrySession({
        send: log === undefined ? send : withLogging(send, clock, log),
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
