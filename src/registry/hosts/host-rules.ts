import { posix } from 'node:path'
import type { TextFiles } from '../../files/text-files.ts'
import { ruleFor } from '../../reference/docker-hub.ts'
import type { HostSettings, TlsSettings } from '../http/tls.ts'
import { invalidSettingsFile, readCertificates, readSettingsFile } from './certificates.ts'
import { type Endpoint, mirrorEndpoint, registryEndpoint } from './endpoint.ts'
import type { RegistryHosts } from './hosts.ts'

/** The connection settings of one registry in Pinpull's configuration file. Paths are relative to that file's folder. */
export interface HostRule {
  /** The registry, such as `registry.example.com:5000`; `*` for every registry without a rule of its own. */
  readonly host: string
  /** Mirrors that are tried in this order, before the registry itself. */
  readonly mirrors?: readonly MirrorRule[]
  /** The path of a PEM file with additional CA certificates. */
  readonly ca?: string
  /** The paths of PEM files with the client certificate and its key. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string }
  /** Whether to contact the registry over plain HTTP. */
  readonly plainHttp?: boolean
  /** Whether to accept any server certificate. */
  readonly skipTlsVerify?: boolean
}

/** A mirror in Pinpull's configuration file. */
export interface MirrorRule {
  /** `http:` means plain HTTP. */
  readonly url: string
  /** Whether to send the replaced registry as containerd's `?ns=`. */
  readonly namespaceParameter?: boolean
  /**
   * Whether to send only anonymous requests to this mirror: the user did not name the configuration file (Pinpull
   * found it), and no file that the user trusts names the mirror.
   */
  readonly anonymous?: boolean
}

/** Where `hostSettings` finds the settings of hosts. */
export interface HostRulesOptions {
  /** The rules in the configuration file. */
  readonly rules: readonly HostRule[]
  /** The folder that paths in rules are relative to. */
  readonly folder: string
  /** The `certs.d` folders of dockerd, podman and skopeo, in the order in which they are searched. */
  readonly certificateFolders: readonly string[]
  /** Reads the files. */
  readonly files: TextFiles
}

/**
 * The endpoints of registries according to the configuration file: the mirrors in the registry's rule (that for `*`
 * only if it has no rule of its own), then the registry itself.
 *
 * @returns hosts whose `endpoints` returns undefined if the rule has no mirrors or there is no rule
 */
export function ruleHosts(rules: readonly HostRule[]): RegistryHosts {
  return {
    async endpoints(reference) {
      const mirrors = ruleFor(rules, reference.domain)?.mirrors ?? []
      if (mirrors.length === 0) return undefined
      return [
        ...mirrors.map(({ url, namespaceParameter, anonymous }) => {
          const { namespace, ...mirror } = mirrorEndpoint(url, reference.domain)
          const endpoint = anonymous === true ? { ...mirror, anonymous } : mirror
          return namespaceParameter === true && namespace ? { ...endpoint, namespace } : endpoint
        }),
        registryEndpoint(reference),
      ]
    },
  }
}

/**
 * Creates a function that reads the connection settings of a host. They come from its rule (that for `*` only if it has
 * no rule of its own); if that has no TLS settings, these come from the folders of certificates. Settings, or the error
 * of reading them, are kept for each host.
 *
 * @returns takes host and port; rejects with REGISTRY_HOSTS_INVALID if a file that a rule names is missing, or a file
 *   or folder cannot be read
 */
export function hostSettings(options: HostRulesOptions): (host: string) => Promise<HostSettings> {
  const known = new Map<string, Promise<HostSettings>>()
  return (host) => {
    const settings = known.get(host) ?? readSettings(host, options)
    known.set(host, settings)
    return settings
  }
}

/**
 * A copy of an endpoint with the settings of its host. The host's TLS settings are used only if the endpoint has none;
 * without the client certificates if it is anonymous. `plainHttp` changes the URL of a registry, but not that of a
 * mirror, to `http:`, without a fallback.
 */
export function withHostSettings(endpoint: Endpoint, { tls, plainHttp }: HostSettings): Endpoint {
  return {
    ...endpoint,
    ...(plainHttp && endpoint.kind === 'registry'
      ? { base: endpoint.base.replace(/^https:/, 'http:'), mayFallBackToHttp: false }
      : {}),
    tls: endpoint.tls ?? (tls && tlsFor(endpoint, tls)),
  }
}

/** A client certificate is a credential, so an anonymous endpoint does not get it. */
function tlsFor({ anonymous }: Endpoint, { clients, ...tls }: TlsSettings): TlsSettings {
  return anonymous === true || clients === undefined ? tls : { ...tls, clients }
}

async function readSettings(host: string, options: HostRulesOptions): Promise<HostSettings> {
  const { rules, folder, files } = options
  const rule = ruleFor(rules, host)
  const tls = rule && (await ruleTls(rule, folder, files))
  const found = tls ?? (await readCertificates(host, options.certificateFolders, files))
  return { plainHttp: rule?.plainHttp === true, tls: found }
}

async function ruleTls(rule: HostRule, folder: string, files: TextFiles): Promise<TlsSettings | undefined> {
  const read = async (name: string): Promise<string> => {
    const path = posix.resolve(folder, name)
    const text = await readSettingsFile(path, () => files.readText(path))
    if (text === undefined) throw invalidSettingsFile(path, 'it does not exist')
    return text
  }
  const { ca, clientCertificate: client, skipTlsVerify } = rule
  if (ca === undefined && client === undefined && skipTlsVerify !== true) return undefined
  return {
    ca: ca === undefined ? undefined : [await read(ca)],
    clients: client && [{ certificate: await read(client.certificate), key: await read(client.key) }],
    skipVerify: skipTlsVerify,
  }
}
