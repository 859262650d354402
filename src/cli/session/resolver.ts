import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import type { Resolver } from '../../plan/resolver.ts'
import { computeDigest } from '../../reference/content-digest.ts'
import { normalizeHost } from '../../reference/docker-hub.ts'
import { tryParseReference } from '../../reference/parse.ts'
import type { Reference } from '../../reference/reference.ts'
import type { RealmMemory } from '../../registry/auth/authorizer.ts'
import type { HostRule } from '../../registry/hosts/host-rules.ts'
import { type Concurrency, DEFAULT_CONCURRENCY } from '../../resolve/concurrency.ts'
import { registryResolver } from '../../resolve/registry-resolver.ts'
import type { Io } from '../io/io.ts'
import { homeOf } from '../io/process.ts'
import { VERSION } from '../io/version.ts'
import type { RegistryFlags } from '../options/flags.ts'
import { CONFIG_FILE } from './config.ts'
import { buildKeychain } from './keychain.ts'
import { configFolder, type RegistryConfig } from './registry-config.ts'

/** Composes the resolver of this run from its flags, its configuration and the machine it runs on. Nothing is read or asked yet. */
export function buildResolver(
  flags: RegistryFlags,
  config: RegistryConfig,
  io: Io,
  warn: ReportWarning,
  realms?: RealmMemory,
): Resolver {
  const path = (name: string | undefined): string | undefined => name && resolve(io.cwd, name)
  const hostsFolder = path(flags.hostsDir)
  const registriesConf = path(flags.registriesConf ?? io.env['CONTAINERS_REGISTRIES_CONF'])
  const resolver = registryResolver({
    mirrors: flags.mirror ?? [],
    keychain: () => buildKeychain(flags, config, io, warn),
    warn,
    rules: { list: withheldMirrors(flags, config), folder: configFolder(config, io) },
    ...(hostsFolder && { hostsFolder }),
    ...(registriesConf && { registriesConf }),
    certificateFolders: certificateFolders(io),
    concurrency: concurrencyOf(config),
    env: io.env,
    userAgent: `pinpull/${VERSION}`,
    ...(realms && { realms }),
    ...(flags.verbose === true ? { log: (line: string) => io.writeMessage(`${printable(line)}\n`) } : {}),
  })
  return config.tier === 2 ? withholding(resolver, flags, config) : resolver
}

/**
 * What decides who is asked, and what comes back: answers that were got by another route are not used. Files of mirrors are
 * told apart by their paths and by when they were changed. It is kept as a digest, since the addresses of mirrors are nobody's
 * business who reads the cache.
 */
export function routeOf(flags: RegistryFlags, { registries }: RegistryConfig, io: Io): string {
  const { mirror, hostsDir, registriesConf = io.env['CONTAINERS_REGISTRIES_CONF'] } = flags
  const parts = [mirror, hostsDir, registriesConf, registries.length === 0 ? undefined : registries]
  if (parts.every((part) => part === undefined)) return ''
  const path = (name: string): string => resolve(io.cwd, name)
  const changes = [
    ...(hostsDir === undefined ? [] : changesIn(path(hostsDir), 'hosts.toml')),
    ...(registriesConf ? [changeOf(path(registriesConf)), ...changesIn(`${path(registriesConf)}.d`)] : []),
  ]
  return computeDigest('sha256', Buffer.from(JSON.stringify([...parts, ...changes])))
}

/** When each file of a folder was changed, or one that lies in each of its folders. */
function changesIn(folder: string, inside = ''): (string | undefined)[] {
  try {
    return readdirSync(folder).map((name) => changeOf(join(folder, name, inside)))
  } catch {
    return [] // Where it is needed, it fails there.
  }
}

function changeOf(path: string): string | undefined {
  try {
    const { mtimeMs, size } = statSync(path)
    return `${path} ${mtimeMs} ${size}`
  } catch {
    return undefined
  }
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

/** Where containers' tools and docker keep certificates (containers-certs.d(5)). */
function certificateFolders(io: Io): string[] {
  const home = homeOf(io)
  return [
    ...(home === undefined ? [] : [`${home}/.config/containers/certs.d`]),
    '/etc/containers/certs.d',
    // Docker Desktop's and that of a docker without root, beside the daemon's.
    ...(home === undefined ? [] : [`${home}/.docker/certs.d`, `${home}/.config/docker/certs.d`]),
    '/etc/docker/certs.d',
  ]
}

/**
 * Marks the mirrors of a configuration that may get no stored credential: those of a file that was only found, unless a
 * flag names the same scheme, host and port.
 */
export function withheldMirrors(
  flags: RegistryFlags,
  { tier, registries }: RegistryConfig,
): readonly HostRule[] {
  if (tier === 1) return registries
  const named = new Set(flags.mirror?.map(({ url }) => new URL(url).origin))
  return registries.map(({ mirrors, ...rule }) => ({
    ...rule,
    ...(mirrors && {
      mirrors: mirrors.map((one) => (named.has(new URL(one.url).origin) ? one : { ...one, anonymous: true })),
    }),
  }))
}

/**
 * A resolver for a run whose configuration was only found: it resolves anonymously if only a rewrite of that
 * configuration names the registry, and explains why a mirror that requires a login got none.
 */
export function withholding(resolver: Resolver, flags: RegistryFlags, config: RegistryConfig): Resolver {
  const hosts = new Set(
    withheldMirrors(flags, config).flatMap(({ mirrors = [] }) =>
      mirrors.flatMap(({ url, anonymous }) => (anonymous === true ? [normalizeHost(new URL(url).host)] : [])),
    ),
  )
  return {
    ...resolver,
    async resolve(reference, options) {
      const isRewritten = namesOtherHost(reference)
      try {
        return await resolver.resolve(reference, isRewritten ? { ...options, anonymous: true } : options)
      } catch (error) {
        if (!(error instanceof PinpullError) || error.code !== 'CREDENTIAL_MISSING') throw error
        if (!isRewritten && !hosts.has(String(error.args['registry']))) throw error
        const places = `nowhere, as only ${CONFIG_FILE} names it: --config ${CONFIG_FILE} says that you trust the file`
        throw new PinpullError(error.code, { ...error.args, places }, { cause: error })
      }
    },
  }
}

/** Whether a rewrite was reversed, so that the registry is not the one that the manifest names. */
function namesOtherHost({ text, domain }: Reference): boolean {
  const written = tryParseReference(text)
  return written !== undefined && written.domain !== domain
}
