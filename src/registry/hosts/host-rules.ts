import { posix } from 'node:path'
import type { TextFiles } from '../../files/text-files.ts'
import { ruleFor } from '../../reference/docker-hub.ts'
import type { HostSettings, TlsSettings } from '../http/tls.ts'
import { invalidSettingsFile, readCertificates, readSettingsFile } from './certificates.ts'
import { type Endpoint, mirrorEndpoint, registryEndpoint } from './endpoint.ts'
import type { RegistryHosts } from './hosts.ts'

/** What the config says of one registry, as far as asking it goes. Paths are relative to the config's folder. */
export interface HostRule {
  /** `registry.example.com:5000`; `*` for every registry without a rule of its own. */
  readonly host: string
  /** Asked in this order, before the registry itself. */
  readonly mirrors?: readonly MirrorRule[]
  /** A PEM file of authorities. */
  readonly ca?: string
  readonly clientCertificate?: { readonly certificate: string; readonly key: string }
  readonly plainHttp?: boolean
  readonly skipTlsVerify?: boolean
}

/** A mirror that the config names. */
export interface MirrorRule {
  readonly url: string
  readonly namespaceParameter?: boolean
  /** Whether no stored credential may go there: the config was only found, and nobody else names the mirror. */
  readonly anonymous?: boolean
}

export interface HostRulesOptions {
  readonly rules: readonly HostRule[]
  /** The folder that paths in the rules are relative to. */
  readonly folder: string
  /** Where docker and containers' tools keep certificates by host. */
  readonly certificateFolders: readonly string[]
  readonly files: TextFiles
}

/** The mirrors that rules name for a registry, and last the registry itself. */
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
 * Finds what is known about a host: what the rules say, else what lies in the folders of certificates. Each host is
 * looked up once, when it is first spoken to.
 */
export function hostSettings(options: HostRulesOptions): (host: string) => Promise<HostSettings> {
  const known = new Map<string, Promise<HostSettings>>()
  return (host) => {
    const settings = known.get(host) ?? readSettings(host, options)
    known.set(host, settings)
    return settings
  }
}

/** An endpoint with what is known about its host; what the endpoint itself says comes first, as a mirror's scheme. */
export function applySettings(endpoint: Endpoint, { tls, plainHttp }: HostSettings): Endpoint {
  return {
    ...endpoint,
    ...(plainHttp && endpoint.kind === 'registry'
      ? { base: endpoint.base.replace(/^https:/, 'http:'), mayFallBackToHttp: false }
      : {}),
    ...(endpoint.tls === undefined && tls !== undefined ? { tls: tlsFor(endpoint, tls) } : {}),
  }
}

/** A client certificate is a credential, too. */
function tlsFor({ anonymous }: Endpoint, { clients, ...tls }: TlsSettings): TlsSettings {
  return anonymous === true || clients === undefined ? tls : { ...tls, clients }
}

async function readSettings(host: string, options: HostRulesOptions): Promise<HostSettings> {
  const { rules, folder, files } = options
  const rule = ruleFor(rules, host)
  const tls = rule && (await ruleTls(rule, folder, files))
  const found = tls ?? (await readCertificates(host, options.certificateFolders, files))
  return { plainHttp: rule?.plainHttp === true, ...(found && { tls: found }) }
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
    ...(ca === undefined ? {} : { ca: [await read(ca)] }),
    ...(client && {
      clients: [{ certificate: await read(client.certificate), key: await read(client.key) }],
    }),
    ...(skipTlsVerify === true ? { skipVerify: true } : {}),
  }
}
