import { posix } from 'node:path'
import type { TextFiles } from '../../files/text-files.ts'
import { ruleFor } from '../../reference/docker-hub.ts'
import type { HostSettings, TlsSettings } from '../http/tls.ts'
import { invalidSettingsFile, readCertificates, readSettingsFile } from './certificates.ts'
import { type Endpoint, mirrorEndpoint, registryEndpoint } from './endpoint.ts'
import type { RegistryHosts } from './hosts.ts'

/** The configuration of one registry's connections. Paths are relative to the configuration's folder. */
export interface HostRule {
  /** `registry.example.com:5000`; `*` for every registry without a rule of its own. */
  readonly host: string
  /** Tried in this order, before the registry itself. */
  readonly mirrors?: readonly MirrorRule[]
  /** A PEM file with CA certificates. */
  readonly ca?: string
  readonly clientCertificate?: { readonly certificate: string; readonly key: string }
  readonly plainHttp?: boolean
  readonly skipTlsVerify?: boolean
}

/** A mirror from the configuration. */
export interface MirrorRule {
  readonly url: string
  readonly namespaceParameter?: boolean
  /**
   * Whether no stored credential may be sent there: the configuration file was discovered, and nothing more trusted
   * names the mirror.
   */
  readonly anonymous?: boolean
}

export interface HostRulesOptions {
  readonly rules: readonly HostRule[]
  /** The folder that paths in rules are relative to. */
  readonly folder: string
  /** Folders in which docker and containers' tools keep certificates by host. */
  readonly certificateFolders: readonly string[]
  readonly files: TextFiles
}

/** The mirrors that a rule names for a registry, followed by the registry itself. */
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
 * Reads the settings of hosts from rules, else from the folders of certificates. Each host's settings are read
 * once.
 */
export function hostSettings(options: HostRulesOptions): (host: string) => Promise<HostSettings> {
  const known = new Map<string, Promise<HostSettings>>()
  return (host) => {
    const settings = known.get(host) ?? readSettings(host, options)
    known.set(host, settings)
    return settings
  }
}

/** Adds a host's settings to an endpoint, whose own settings take precedence. */
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
