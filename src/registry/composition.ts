import type { Keychain } from '../credentials/keychain.ts'
import type { ReportWarning } from '../diagnostics/diagnostic.ts'
import { realTextFiles, type TextFiles } from '../files/text-files.ts'
import type { ChallengeCache } from './auth/authorizer.ts'
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

/** All that a client can be told; what is left out has its default. */
export interface RegistryClientSettings {
  /** Or what makes it, when the first connections are being made. */
  readonly keychain: Keychain | (() => Keychain)
  /** The `User-Agent`, as `pinpull/0.1.0`. */
  readonly userAgent: string
  /** Asked instead of the registries that they stand in for. */
  readonly mirrors?: readonly Mirror[]
  /** What the config says of registries, and the folder that its paths are relative to. */
  readonly rules?: { readonly list: readonly HostRule[]; readonly folder: string }
  /** The root of a tree of containerd's `hosts.toml` files. */
  readonly hostsFolder?: string
  /** The path of a `registries.conf`. */
  readonly registriesConf?: string
  /** Where certificates lie by host, as docker and containers' tools keep them. */
  readonly certificateFolders?: readonly string[]
  /** For the proxy variables, `SSL_CERT_FILE` and `SSL_CERT_DIR`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The machine's own files by default. */
  readonly files?: TextFiles
  /** Where registries hand out tokens, from earlier runs: a known one is asked one time less. */
  readonly challengeCache?: ChallengeCache
  /** Takes what the user should know though the run goes on. */
  readonly warn?: ReportWarning
  /** Takes a line for every request, fit to be printed. */
  readonly log?: (line: string) => void
  /** Time and chance; the real ones by default. */
  readonly clock?: Clock
  readonly limits?: Partial<Limits>
}

/**
 * Puts a client together. Where a registry is asked is decided by the first that says something of it: declared
 * mirrors, the config, `hosts.toml`, `registries.conf`.
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
    settingsFor: settingsFor,
    ...(warn && { warn }),
    openSession: async () => {
      await yieldToEventLoop()
      return registrySession({
        send: log === undefined ? send : withLogging(send, clock, log),
        keychain: typeof keychain === 'function' ? keychain() : keychain,
        settingsFor: (url) => settingsFor(url.host),
        ...(settings.challengeCache && { challengeCache: settings.challengeCache }),
        proxyCredentials: proxyCredentials(env),
        clock,
        limits,
      })
    },
  })
}
