import { dirname, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { defaultKeychain } from '../credentials/default-keychain.ts'
import { chainKeychains, type Keychain } from '../credentials/keychain.ts'
import { runProcess } from '../credentials/process.ts'
import { providerKeychain } from '../credentials/provider-keychain.ts'
import { pullSecretKeychain, type SecretsByImage } from '../credentials/pull-secrets.ts'
import { ruleKeychain } from '../credentials/rule-keychain.ts'
import { realTextFiles } from '../files/text-files.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { RealmMemory } from '../registry/authorizer.ts'
import { type Concurrency, DEFAULT_CONCURRENCY } from '../resolve/limited.ts'
import { registryResolver } from '../resolve/registry-resolver.ts'
import { homeOf } from './home.ts'
import type { Io } from './io.ts'
import type { RegistryFlags } from './registry-options.ts'
import { VERSION } from './version.ts'

export interface ResolverFlags extends RegistryFlags {
  readonly verbose?: boolean
}

/** What of a configuration and of the input is about registries. */
export interface RegistryConfig extends Pick<Config, 'file' | 'registries'> {
  /** The workloads' own, where they may be used. */
  readonly pullSecrets?: SecretsByImage
}

/** Composes the resolver of this run from its flags, its configuration and the machine it runs on. Nothing is read or asked yet. */
export function buildResolver(
  flags: ResolverFlags,
  config: RegistryConfig,
  io: Io,
  realms?: RealmMemory,
): Resolver {
  const path = (name: string | undefined): string | undefined => name && resolve(io.cwd, name)
  const hostsFolder = path(flags.hostsDir)
  const registriesConf = path(flags.registriesConf ?? io.env['CONTAINERS_REGISTRIES_CONF'])
  return registryResolver({
    mirrors: flags.mirror ?? [],
    keychain: buildKeychain(flags, config, io),
    rules: { list: config.registries, folder: configFolder(config, io) },
    ...(hostsFolder && { hostsFolder }),
    ...(registriesConf && { registriesConf }),
    certificateFolders: certificateFolders(io),
    concurrency: concurrencyOf(config),
    env: io.env,
    userAgent: `pinpull/${VERSION}`,
    ...(realms && { realms }),
    ...(flags.verbose === true ? { log: (line: string) => io.writeMessage(`${line}\n`) } : {}),
  })
}

/**
 * What decides who is asked, and what comes back: answers that were got by another route are not used.
 */
export function routeOf(flags: ResolverFlags, { registries }: RegistryConfig, io: Io): string {
  const { mirror, hostsDir, registriesConf = io.env['CONTAINERS_REGISTRIES_CONF'] } = flags
  const parts = [mirror, hostsDir, registriesConf, registries.length === 0 ? undefined : registries]
  return parts.every((part) => part === undefined) ? '' : JSON.stringify(parts)
}

function buildKeychain(flags: ResolverFlags, config: RegistryConfig, io: Io): Keychain {
  const { env } = io
  const shared = { env, readFile: realTextFiles.readText, run: runProcess }
  const usual = defaultKeychain({
    ...shared,
    home: homeOf(io),
    ...(flags.authFile && { authFile: resolve(io.cwd, flags.authFile) }),
  })
  const workloads = config.pullSecrets === undefined ? [] : [pullSecretKeychain(config.pullSecrets)]
  return ruleKeychain({
    ...shared,
    rules: config.registries,
    file: config.file ?? 'the configuration',
    folder: configFolder(config, io),
    otherwise: chainKeychains([...workloads, usual, ...providers(flags, io)]),
  })
}

/** Last, since a plugin is a program that has to be run. */
function providers(flags: ResolverFlags, io: Io): Keychain[] {
  if (flags.credentialProviderConfig === undefined) return []
  const config = resolve(io.cwd, flags.credentialProviderConfig)
  const { credentialProviderBinDir: folder } = flags
  const binFolder = folder === undefined ? dirname(config) : resolve(io.cwd, folder)
  return [
    providerKeychain({ config, binFolder, env: io.env, readFile: realTextFiles.readText, run: runProcess }),
  ]
}

/** How much is asked at a time; the configuration's `*` is for every registry without a number of its own. */
function concurrencyOf({ registries }: RegistryConfig): Concurrency {
  const numbers = registries.flatMap(({ host, concurrency }) =>
    concurrency === undefined ? [] : [[host, concurrency] as const],
  )
  const byRegistry = new Map(numbers)
  return {
    ...DEFAULT_CONCURRENCY,
    perRegistry: byRegistry.get('*') ?? DEFAULT_CONCURRENCY.perRegistry,
    byRegistry,
  }
}

function configFolder({ file }: RegistryConfig, io: Io): string {
  return file === undefined ? io.cwd : dirname(resolve(io.cwd, file))
}

/** Where containers' tools and docker keep certificates (containers-certs.d(5)). */
function certificateFolders(io: Io): string[] {
  const home = homeOf(io)
  return [
    ...(home === undefined ? [] : [`${home}/.config/containers/certs.d`]),
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
  ]
}
