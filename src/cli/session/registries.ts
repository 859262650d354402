import { resolve } from 'node:path'
import type { Keychain } from '../../credentials/keychain.ts'
import type { SecretsByImage } from '../../credentials/pull-secrets.ts'
import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { homeFolder } from '../../files/home.ts'
import type { TextFiles } from '../../files/text-files.ts'
import type { Resolver } from '../../plan/resolver.ts'
import { normalizeHost } from '../../reference/docker-hub.ts'
import { tryParseReference } from '../../reference/parse.ts'
import type { Reference } from '../../reference/reference.ts'
import type { ChallengeCache } from '../../registry/auth/challenge.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { createRegistryClient } from '../../registry/composition.ts'
import type { HostRule } from '../../registry/hosts/host-rules.ts'
import type { OnRequest } from '../../registry/http/request-event.ts'
import type { ObserveRegistry } from '../../registry/registry-event.ts'
import { concurrencyOf } from '../../resolve/concurrency.ts'
import {
  certificateFolders,
  clientResolver,
  type RegistryResolverOptions,
  registryResolver,
} from '../../resolve/registry-resolver.ts'
import { VERSION } from '../../version.ts'
import { CONFIG_FILE } from './config.ts'
import { buildKeychain, type KeychainPorts } from './keychain.ts'
import { registriesConfPath } from './registry-files.ts'
import { configFolder, type Session } from './session.ts'

export interface RegistryResolverParts {
  /** Takes warnings about registries and credentials. */
  readonly warn: ReportWarning
  /** The Secrets of workloads, if they may be used. */
  readonly pullSecrets?: SecretsByImage | undefined
  /** Knows from earlier runs where registries issue tokens. */
  readonly challengeCache?: ChallengeCache | undefined
  /** Takes the steps of all requests. */
  readonly onRequest?: OnRequest | undefined
  /** What `pinpull doctor` looks at. */
  readonly observation?: RegistryObservation | undefined
}

/** Observes how registries are reached: by what the client does, and by what is read and run for it. */
export interface RegistryObservation extends KeychainPorts {
  readonly observe: ObserveRegistry
  readonly files: TextFiles
  readonly wrapKeychain: (keychain: Keychain) => Keychain
}

/**
 * Makes the resolver that contacts registries as flags and configuration say, and the client that it uses. They read and send nothing
 * before they are used.
 */
export function buildRegistries(
  session: Session,
  parts: RegistryResolverParts,
): { readonly client: RegistryClient; readonly resolver: Resolver } {
  const settings = registrySettings(session, parts)
  const client = createRegistryClient(settings)
  return { client, resolver: restrictCredentials(registryResolver(settings, client), session) }
}

/** A registry client, and a resolver that uses it for every request: one that keeps no answer. */
export function buildRegistryClient(
  session: Session,
  parts: RegistryResolverParts,
): { readonly client: RegistryClient; readonly resolver: Resolver } {
  const client = createRegistryClient(registrySettings(session, parts))
  return { client, resolver: restrictCredentials(clientResolver(client), session) }
}

function registrySettings(
  session: Session,
  { warn, pullSecrets, challengeCache, onRequest, observation }: RegistryResolverParts,
): RegistryResolverOptions {
  const { flags, config, io } = session
  const wrapKeychain = observation?.wrapKeychain ?? ((keychain: Keychain) => keychain)
  return {
    mirrors: flags.mirror ?? [],
    keychain: () => wrapKeychain(buildKeychain(session, pullSecrets, warn, observation)),
    warn,
    rules: { list: restrictedRules(session), folder: configFolder(session) },
    hostsFolder: flags.hostsDir === undefined ? undefined : resolve(io.cwd, flags.hostsDir),
    registriesConf: registriesConfPath(flags, io),
    certificateFolders: certificateFolders(homeFolder(io.env)),
    concurrency: concurrencyOf(config.registries),
    env: io.env,
    userAgent: `pinpull/${VERSION}`,
    challengeCache,
    onRequest,
    ...(observation && { files: observation.files, observe: observation.observe }),
  }
}

/** Wraps the resolver of a run whose configuration was only found, so that no credential goes to a host that only it names. */
export function restrictCredentials(resolver: Resolver, session: Session): Resolver {
  return session.config.tier === 2 ? withoutCredentials(resolver, session) : resolver
}

/**
 * The rules of the configuration for registries. In a configuration that was only found, mirrors get no stored credential,
 * unless a flag names the same scheme, host and port.
 */
function restrictedRules({ flags, config: { tier, registries } }: Session): readonly HostRule[] {
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
 * Wraps the resolver of a run whose configuration was only found: where only a rewrite of that configuration names the
 * registry, it resolves without credentials. Errors of mirrors that require a login say why none was used.
 */
function withoutCredentials(resolver: Resolver, session: Session): Resolver {
  const hosts = new Set(
    restrictedRules(session).flatMap(({ mirrors = [] }) =>
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

/** Whether the registry is not the one that the manifest names: a rewrite was reversed, or signatures are elsewhere. */
export function namesOtherHost({ text, domain }: Reference): boolean {
  const inManifest = tryParseReference(text)
  return inManifest !== undefined && inManifest.domain !== domain
}
