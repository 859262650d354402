import type { FieldPath } from '../yaml/nodes.ts'
import type { ConfigDiagnostic } from './config-node.ts'

/** Where a registry is asked instead; what is written in a manifest stays the original name. */
export interface MirrorSettings {
  /** `https://mirror.example.com`, with a path where the mirror has one. */
  readonly url: string
  /** Send containerd's `?ns=HOST`, for a mirror that serves many registries under one address. */
  readonly namespaceParameter?: boolean
}

/** A client certificate in PEM files. */
export interface ClientCertificateSettings {
  readonly certificate: string
  readonly key: string
}

/**
 * Where a registry's credential comes from, in place of the usual search. The secret itself never stands in a
 * configuration, which lies in git.
 */
export interface CredentialSettings {
  /** Absent: the usual search. */
  readonly source?: 'docker' | 'helper' | 'environment' | 'anonymous'
  /** For `docker`: a `config.json` other than the usual ones. */
  readonly file?: string
  /** For `helper`: the part of `docker-credential-NAME` after the second dash. */
  readonly helper?: string
  /** For `environment`: the names of the variables that hold the user's name and password. */
  readonly usernameVariable?: string
  readonly passwordVariable?: string
  /** Ask the registry without a credential where none works or none can be had, which is an error otherwise. */
  readonly onFailure?: 'anonymous'
}

/** What a configuration says of one registry. Paths are relative to the configuration's folder. */
export interface RegistrySettings {
  /** `docker.io`, `ghcr.io`, `registry.example.com:5000`; `*` for every registry that has no entry of its own. */
  readonly host: string
  /** Asked in this order, before the registry itself. */
  readonly mirrors?: readonly MirrorSettings[]
  /** A PEM file of authorities that are trusted besides the system's. */
  readonly ca?: string
  readonly clientCertificate?: ClientCertificateSettings
  /** Speak plain HTTP. Without it that is done on loopback alone. */
  readonly plainHttp?: boolean
  /** Do not check the server's certificate. */
  readonly skipTlsVerify?: boolean
  readonly credentials?: CredentialSettings
  /** How many requests may be under way to it at a time. */
  readonly concurrency?: number
}

/** What is wrong with settings of the right shape: entries that contradict each other, or themselves. */
export function checkRegistries(registries: readonly RegistrySettings[], at: FieldPath): ConfigDiagnostic[] {
  return registries.flatMap((registry, index) => {
    const path = [...at, index]
    const isRepeated = registries.findIndex(({ host }) => host === registry.host) < index
    return [
      ...(isRepeated ? [invalid([...path, 'host'], `"${registry.host}" appears twice`)] : []),
      ...checkTls(registry, path),
      ...(registry.credentials ? checkCredentials(registry.credentials, [...path, 'credentials']) : []),
    ]
  })
}

function checkTls(registry: RegistrySettings, path: FieldPath): ConfigDiagnostic[] {
  if (registry.plainHttp !== true) return []
  return (['ca', 'clientCertificate', 'skipTlsVerify'] as const)
    .filter((key) => registry[key] !== undefined && registry[key] !== false)
    .map((key) => invalid([...path, key], 'has no use where plainHttp is set: there is no TLS'))
}

/** The keys that each source of credentials needs, and those that it may have. */
const CREDENTIAL_KEYS: Readonly<
  Record<
    NonNullable<CredentialSettings['source']>,
    { needed: readonly string[]; possible: readonly string[] }
  >
> = {
  docker: { needed: [], possible: ['file', 'onFailure'] },
  helper: { needed: ['helper'], possible: ['onFailure'] },
  environment: { needed: ['usernameVariable', 'passwordVariable'], possible: ['onFailure'] },
  anonymous: { needed: [], possible: [] },
}

function checkCredentials(credentials: CredentialSettings, path: FieldPath): ConfigDiagnostic[] {
  const { source } = credentials
  if (source === undefined) return checkUsualSearch(credentials, path)
  const { needed, possible } = CREDENTIAL_KEYS[source]
  const known = ['source', ...needed, ...possible]
  return [
    ...needed
      .filter((key) => !(key in credentials))
      .map((key) => invalid(path, `lacks ${key}, which source ${source} needs`)),
    ...Object.keys(credentials)
      .filter((key) => !known.includes(key))
      .map((key) => invalid([...path, key], `has no use for source ${source}`)),
  ]
}

function checkUsualSearch(credentials: CredentialSettings, path: FieldPath): ConfigDiagnostic[] {
  const others = Object.keys(credentials).filter((key) => key !== 'onFailure')
  if (others.length > 0) return others.map((key) => invalid([...path, key], 'has no use without source'))
  return 'onFailure' in credentials ? [] : [invalid(path, 'lacks source')]
}

function invalid(path: FieldPath, reason: string): ConfigDiagnostic {
  return { code: 'CONFIG_INVALID', path, reason }
}
