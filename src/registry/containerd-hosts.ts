import { posix } from 'node:path'
import type { TextFiles } from '../files/text-files.ts'
import { registryHost } from '../reference/normalize.ts'
import type { Reference } from '../reference/reference.ts'
import { invalid, readFolder, readOrFail } from './certs-folder.ts'
import { type Endpoint, registryEndpoint } from './endpoint.ts'
import type { RegistryHosts } from './hosts.ts'
import type { ClientCertificate, TlsSettings } from './tls.ts'

type Table = Readonly<Record<string, unknown>>

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
])
/** What a timer can wait (Node, `setTimeout`): beyond it, it strikes at once. */
const LONGEST_TIMER = 2 ** 31 - 1

const CAPABILITIES = new Set(['pull', 'resolve', 'push', 'referrers'])

/**
 * A tree of `hosts.toml` files, as containerd reads it (docs/hosts.md; `core/remotes/docker/config/hosts.go`): for
 * `registry.example.com:5000` the folder `registry.example.com_5000_`, `registry.example.com:5000` or `_default`.
 * A folder without a `hosts.toml` is one of certificates.
 *
 * Two things are other than there. A file that cannot be parsed is an error, and so is a tree that is not there; containerd
 * goes on to the upstream. And a host without the capability `resolve` is passed over for tags, since what a mirror says about
 * a tag is then not to be trusted.
 *
 * @param root the folder of the tree, such as `/etc/containerd/certs.d`
 */
export function containerdHosts(root: string, files: TextFiles): RegistryHosts {
  const known = new Map<string, Promise<Found | undefined>>()
  return {
    async endpoints(reference) {
      const finding = known.get(reference.domain) ?? find(root, reference.domain, files)
      known.set(reference.domain, finding)
      const found = await finding
      if (found === undefined) return undefined
      if (found.kind === 'certificates') return [{ ...registryEndpoint(reference), tls: found.tls }]
      return await readHosts(found, reference, files)
    },
  }
}

type Found =
  | { readonly kind: 'hosts'; readonly folder: string; readonly file: string; readonly table: Table }
  | { readonly kind: 'certificates'; readonly tls: TlsSettings }

async function find(root: string, domain: string, files: TextFiles): Promise<Found | undefined> {
  const names = [domain, '_default']
  const colon = domain.lastIndexOf(':') // The port's: an IPv6 address has others (`hostDirectory`).
  if (colon > 0) names.unshift(`${domain.slice(0, colon)}_${domain.slice(colon + 1)}_`)
  for (const name of names) {
    const folder = posix.join(root, name)
    const content = await readOrFail(folder, () => files.list(folder))
    if (content === undefined) continue
    if (!content.includes('hosts.toml')) {
      const tls = await readFolder(folder, content, files)
      return tls && { kind: 'certificates', tls }
    }
    const file = posix.join(folder, 'hosts.toml')
    const text = (await readOrFail(file, () => files.readText(file))) ?? ''
    return { kind: 'hosts', folder, file, table: await parseToml(text, file) }
  }
  if ((await readOrFail(root, () => files.list(root))) === undefined) throw invalid(root, 'it is no folder')
  return undefined
}

/**
 * Parses TOML; the parser is loaded only where there is some.
 *
 * @throws {RegistryFailure} REGISTRY_HOSTS_INVALID
 */
export async function parseToml(text: string, file: string): Promise<Table> {
  const { parse, TomlError } = await import('smol-toml')
  try {
    return parse(text)
  } catch (error) {
    const place = error instanceof TomlError ? ` in line ${error.line}` : ''
    throw invalid(file, `it is not valid TOML${place}`)
  }
}

/** The hosts of a file in their order, and last its server: the registry itself where it names none. */
async function readHosts(
  found: Found & { kind: 'hosts' },
  reference: Reference,
  files: TextFiles,
): Promise<Endpoint[]> {
  const { table, file } = found
  const hosts = table['host'] ?? {}
  if (!isTable(hosts)) throw invalid(file, '"host" is not a table')
  const server = table['server']
  if (server !== undefined && typeof server !== 'string') throw invalid(file, '"server" is not a string')
  const entries: [string | undefined, Table][] = Object.entries(hosts).map(([url, settings]) => {
    if (!isTable(settings)) throw invalid(file, `host "${url}" is not a table`)
    return [url, settings]
  })
  entries.push([server || undefined, table])
  const endpoints: Endpoint[] = []
  for (const [url, settings] of entries) {
    const capabilities = readCapabilities(settings, file)
    const serves = reference.digest === undefined ? 'resolve' : 'pull'
    if (!capabilities.has(serves)) continue
    endpoints.push(await readEndpoint(url, settings, found, reference, files))
  }
  if (endpoints.length === 0) throw invalid(file, 'none of its hosts has the capability to resolve tags')
  return endpoints
}

function readCapabilities(settings: Table, file: string): ReadonlySet<string> {
  const list = settings['capabilities']
  if (list === undefined) return CAPABILITIES
  if (!isTexts(list)) throw invalid(file, '"capabilities" is not a list of strings')
  const unknown = list.find((name) => !CAPABILITIES.has(name))
  if (unknown !== undefined) throw invalid(file, `there is no capability "${unknown}"`)
  return list.length === 0 ? CAPABILITIES : new Set(list)
}

async function readEndpoint(
  url: string | undefined,
  settings: Table,
  found: Found & { kind: 'hosts' },
  reference: Reference,
  files: TextFiles,
): Promise<Endpoint> {
  const tls = await readTls(settings, found, files)
  const headers = readHeaders(settings['header'], found.file)
  const connectTimeout = readTimeout(settings['dial_timeout'], found.file)
  const extras = {
    ...(tls && { tls }),
    ...(headers && { headers }),
    ...(connectTimeout !== undefined && { connectTimeout }),
  }
  if (url === undefined) return { ...registryEndpoint(reference), ...extras }
  const parsed = URL.parse(url.startsWith('http') ? url : `https://${url}`)
  if (parsed === null) throw invalid(found.file, `"${url}" is no URL`)
  const { protocol, host, pathname } = parsed
  const path = pathname.replace(/\/+$/, '')
  const isWhole = settings['override_path'] === true || path.endsWith('/v2')
  const isUpstream = host === registryHost(reference)
  return {
    kind: isUpstream ? 'registry' : 'mirror',
    base: `${protocol}//${host}${path}${isWhole ? '' : '/v2'}`,
    host,
    ...(isUpstream ? {} : { namespace: reference.domain }),
    mayFallBack: false,
    ...extras,
  }
}

async function readTls(
  settings: Table,
  { folder, file }: Found & { kind: 'hosts' },
  files: TextFiles,
): Promise<TlsSettings | undefined> {
  const read = async (name: string): Promise<string> => {
    const path = posix.resolve(folder, name)
    const text = await readOrFail(path, () => files.readText(path))
    if (text === undefined) throw invalid(file, `there is no file ${path}`)
    return text
  }
  const ca = settings['ca'] ?? []
  const names = typeof ca === 'string' ? [ca] : ca
  if (!isTexts(names)) throw invalid(file, '"ca" is not a file or a list of files')
  const pairs = readPairs(settings['client'], file)
  const clients = await Promise.all(
    pairs.map(async ([certificate, key]): Promise<ClientCertificate> => {
      const text = await read(certificate)
      return { certificate: text, key: key === '' ? text : await read(key) }
    }),
  )
  const skipVerify = settings['skip_verify'] === true
  if (names.length === 0 && clients.length === 0 && !skipVerify) return undefined
  return {
    ...(names.length === 0 ? {} : { ca: await Promise.all(names.map(read)) }),
    ...(clients.length === 0 ? {} : { clients }),
    ...(skipVerify ? { skipVerify } : {}),
  }
}

/** `client` is one file with certificate and key, a list of them, or a list of pairs. */
function readPairs(client: unknown, file: string): readonly (readonly [string, string])[] {
  if (client === undefined) return []
  const list = typeof client === 'string' ? [client] : client
  if (!Array.isArray(list)) throw invalid(file, '"client" is not a file or a list of files')
  return list.map((item: unknown) => {
    if (typeof item === 'string') return [item, '']
    if (isTexts(item) && item[0] !== undefined && item.length <= 2) return [item[0], item[1] ?? '']
    throw invalid(file, '"client" holds something else than files and pairs of files')
  })
}

/** A duration as Go writes it (`time.ParseDuration`), in milliseconds. 0 sets no limit of its own. */
function readTimeout(value: unknown, file: string): number | undefined {
  if (value === undefined) return undefined
  const parts = typeof value === 'string' ? [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)] : []
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== value) {
    throw invalid(file, '"dial_timeout" is not a duration such as "5s"')
  }
  const milliseconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS.get(unit ?? '') ?? 0),
    0,
  )
  return milliseconds === 0 ? undefined : Math.min(milliseconds, LONGEST_TIMER)
}

function readHeaders(value: unknown, file: string): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined
  if (!isTable(value)) throw invalid(file, '"header" is not a table')
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => {
      const list = typeof content === 'string' ? [content] : content
      if (!isTexts(list)) throw invalid(file, `header "${name}" is not a string or a list of strings`)
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t -~]*$/.test(list.join(''))) {
        throw invalid(file, `header "${name}" holds what no header may`)
      }
      return [name.toLowerCase(), list.join(', ')]
    }),
  )
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
