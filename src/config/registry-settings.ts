import type { FieldPath } from '../yaml/nodes.ts'
import type { ConfigDiagnostic } from './config-node.ts'

/** A mirror to resolve images from; references in manifests keep the registry's own name. */
export interface MirrorSettings {
  /** `https://mirror.example.com`, with the mirror's path if it has one. */
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
 * Where a registry's credential comes from, in place of the usual search. A configuration is kept in git and so never
 * holds the secret itself.
 */
export interface CredentialSettings {
  /** Where to look for the credential; absent to look in the usual places. */
  readonly source?: 'docker' | 'helper' | 'environment' | 'anonymous'
  /** For `docker`: a `config.json` other than the usual ones. */
  readonly file?: string
  /** For `helper`: the part of `docker-credential-NAME` after the second dash. */
  readonly helper?: string
  /** For `environment`: the names of the variables that hold the user's name and password. */
  readonly usernameVariable?: string
  readonly passwordVariable?: string
  /** Access the registry anonymously if the credential is not found or is rejected, which is an error otherwise. */
  readonly onFailure?: 'anonymous'
}

/** The settings of one registry. Paths are relative to the configuration's folder. */
export interface RegistrySettings {
  /** `docker.io`, `ghcr.io`, `registry.example.com:5000`; `*` for every registry that has no entry of its own. */
  readonly host: string
  /** Tried in this order, before the registry itself. */
  readonly mirrors?: readonly MirrorSettings[]
  /** A PEM file of certificate authorities to trust in addition to the system's. */
  readonly ca?: string
  readonly clientCertificate?: ClientCertificateSettings
  /** Use plain HTTP. By default only loopback addresses may. */
  readonly plainHttp?: boolean
  /** Do not check the server's certificate. */
  readonly skipTlsVerify?: boolean
  readonly credentials?: CredentialSettings
  /** The maximum number of concurrent requests. */
  readonly concurrency?: number
}

/**
 * Finds contradictions in `spec.registries` of a configuration that is valid by the schema.
 * @param at the path of `registries` in the configuration
 */
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

/** The keys that each source of credentials requires, and those that it permits. */
const CREDENTIAL_KEYS: Readonly<
  Record<
    NonNullable<CredentialSettings['source']>,
    { required: readonly string[]; optional: readonly string[] }
  >
> = {
  docker: { required: [], optional: ['file', 'onFailure'] },
  helper: { required: ['helper'], optional: ['onFailure'] },
  environment: { required: ['usernameVariable', 'passwordVariable'], optional: ['onFailure'] },
  anonymous: { required: [], optional: [] },
}

function checkCredentials(credentials: CredentialSettings, path: FieldPath): ConfigDiagnostic[] {
  const { source } = credentials
  if (source === undefined) return checkUsualSearch(credentials, path)
  const { required, optional } = CREDENTIAL_KEYS[source]
  const known = ['source', ...required, ...optional]
  return [
    ...required
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
