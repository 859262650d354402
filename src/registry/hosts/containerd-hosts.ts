import { posix } from 'node:path'
import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import type { TextFiles } from '../../files/text-files.ts'
import { type Reference, registryHost } from '../../reference/reference.ts'
import type { ClientCertificate, TlsSettings } from '../http/tls.ts'
import {
  CONTAINERD_FOLDER_RULES,
  invalidSettingsFile,
  readCertificatesFolder,
  readSettingsFile,
} from './certificates.ts'
import { type Endpoint, registryEndpoint } from './endpoint.ts'
import type { RegistryHosts } from './hosts.ts'
import { type HostEntry, parseHostsToml } from './hosts-toml.ts'

/**
 * The endpoints of registries according to containerd's hosts directory (its docs/hosts.md;
 * `core/remotes/docker/config/hosts.go`). The settings of `registry.example.com:5000` are in the first of these folders
 * that exists: `registry.example.com_5000_`, `registry.example.com:5000`, `_default`. If the folder's `hosts.toml` is
 * missing or empty, the folder has the registry's certificates instead, in Docker's layout (`*.crt`, `*.cert`,
 * `*.key`). As in containerd, tags are only resolved at hosts with the capability `resolve`, and digests at those with
 * `pull`.
 *
 * Unlike containerd, which then contacts the registry without these settings, Pinpull fails if a `hosts.toml` is
 * invalid or `root` does not exist. A registry's folder is searched and its `hosts.toml` parsed only once.
 *
 * @param root the hosts directory (`config_path`), such as `/etc/containerd/certs.d`
 * @param files reads the files
 * @param warn called for each unknown key in a `hosts.toml`
 * @returns hosts whose `endpoints` returns the capable hosts of the `hosts.toml` in its order, its server last; or the
 *   registry itself with the certificates in its folder; or undefined if there is no folder, or only one without both.
 *   It throws REGISTRY_HOSTS_INVALID also if no host has the capability
 */
export function containerdHosts(
  root: string,
  files: TextFiles,
  warn: ReportWarning = () => {},
): RegistryHosts {
  const known = new Map<string, Promise<HostsFolder | undefined>>()
  return {
    async endpoints(reference) {
      const finding = known.get(reference.domain) ?? findHostsFolder(root, reference.domain, files, warn)
      known.set(reference.domain, finding)
      const found = await finding
      if (found === undefined) return undefined
      if (found.kind === 'certificates') return [{ ...registryEndpoint(reference), tls: found.tls }]
      return await readEndpoints(found, reference, files)
    },
  }
}

type HostsFolder =
  | {
      readonly kind: 'hosts'
      readonly folder: string
      readonly file: string
      readonly hosts: readonly HostEntry[]
    }
  | { readonly kind: 'certificates'; readonly tls: TlsSettings }

async function findHostsFolder(
  root: string,
  domain: string,
  files: TextFiles,
  warn: ReportWarning,
): Promise<HostsFolder | undefined> {
  const names = [domain, '_default']
  const colon = domain.lastIndexOf(':') // That of the port; IPv6 addresses have others (`hostDirectory`).
  if (colon > 0) names.unshift(`${domain.slice(0, colon)}_${domain.slice(colon + 1)}_`)
  for (const name of names) {
    const folder = posix.join(root, name)
    const content = await readSettingsFile(folder, () => files.list(folder))
    if (content === undefined) continue
    const file = posix.join(folder, 'hosts.toml')
    const text = content.includes('hosts.toml')
      ? await readSettingsFile(file, () => files.readText(file))
      : ''
    if (!text) {
      const tls = await readCertificatesFolder(folder, content, files, CONTAINERD_FOLDER_RULES)
      return tls && { kind: 'certificates', tls }
    }
    return { kind: 'hosts', folder, file, hosts: parseHostsToml(text, file, warn) }
  }
  if ((await readSettingsFile(root, () => files.list(root))) === undefined)
    throw invalidSettingsFile(root, 'it is not a folder')
  return undefined
}

/**
 * The endpoints for a reference: hosts with the capability `resolve` for a tag, `pull` for a digest. One invalid host
 * makes the file invalid.
 */
async function readEndpoints(
  found: HostsFolder & { kind: 'hosts' },
  reference: Reference,
  files: TextFiles,
): Promise<Endpoint[]> {
  const serves = reference.digest === undefined ? 'resolve' : 'pull'
  const all = await Promise.all(found.hosts.map((host) => readEndpoint(host, found, reference, files)))
  const able = all.filter((_, index) => found.hosts[index]?.capabilities.has(serves))
  if (able.length === 0)
    throw invalidSettingsFile(found.file, 'none of its hosts has the capability to resolve tags')
  return able
}

async function readEndpoint(
  host: HostEntry,
  { folder, file }: HostsFolder & { kind: 'hosts' },
  reference: Reference,
  files: TextFiles,
): Promise<Endpoint> {
  const { headers, connectTimeout } = host
  const tls = await readTls(host, folder, file, files)
  const extras = { tls, headers, connectTimeout }
  if (host.url === undefined) return { ...registryEndpoint(reference), ...extras }
  const url = readHostUrl(host.url, file)
  const path = url.pathname.replace(/\/+/g, '/').replace(/\/$/, '')
  const isWhole = host.overridePath || path.endsWith('/v2')
  const isUpstream = url.host === registryHost(reference)
  const triesTls = url.protocol === 'http:' && hasTlsSettings(host) && !/:80(?:\/|$)/.test(host.url)
  return {
    kind: isUpstream ? 'registry' : 'mirror',
    base: `${triesTls ? 'https:' : url.protocol}//${url.host}${path}${isWhole ? '' : '/v2'}`,
    host: url.host,
    namespace: isUpstream ? undefined : reference.domain,
    mayFallBackToHttp: triesTls,
    ...extras,
  }
}

/**
 * As in containerd, a host with TLS settings is tried over TLS first, even if its URL says http, unless its port is
 * 80.
 */
function hasTlsSettings({ ca, clients, skipVerify }: HostEntry): boolean {
  return ca.length > 0 || clients.length > 0 || skipVerify !== undefined
}

/** Parses a host's URL; the default scheme is https. */
function readHostUrl(text: string, file: string): URL {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`)
  // URL parsers disagree about these characters: user information or path for one may be the host for another.
  if (url !== null && /^https?:$/.test(url.protocol) && !/[@\\\s]/.test(text)) return url
  throw invalidSettingsFile(file, 'a host or the server is not an http or https URL without credentials')
}

async function readTls(
  { ca, clients, skipVerify }: HostEntry,
  folder: string,
  file: string,
  files: TextFiles,
): Promise<TlsSettings | undefined> {
  const read = async (name: string): Promise<string> => {
    const path = posix.resolve(folder, name)
    const text = await readSettingsFile(path, () => files.readText(path))
    if (text === undefined) throw invalidSettingsFile(file, `there is no file ${path}`)
    return text
  }
  if (ca.length === 0 && clients.length === 0 && skipVerify !== true) return undefined
  const pairs = clients.map(async ([certificate, key]): Promise<ClientCertificate> => {
    const text = await read(certificate)
    return { certificate: text, key: key === '' ? text : await read(key) }
  })
  return {
    ca: ca.length === 0 ? undefined : await Promise.all(ca.map(read)),
    clients: clients.length === 0 ? undefined : await Promise.all(pairs),
    skipVerify,
  }
}
