import { posix } from 'node:path'
import type { TextFiles } from '../files/text-files.ts'
import { DOCKER_HUB, repositoryName } from '../reference/normalize.ts'
import type { Reference } from '../reference/reference.ts'
import { invalid, readOrFail } from './certs-folder.ts'
import { parseToml } from './containerd-hosts.ts'
import type { Endpoint } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import type { RegistryHosts } from './hosts.ts'

/** One `[[registry]]` (containers-registries.conf(5), version 2). */
interface Entry {
  readonly file: string
  readonly prefix: string
  readonly location: string
  readonly insecure: boolean
  readonly blocked: boolean
  readonly mirrors: readonly MirrorEntry[]
}

interface MirrorEntry {
  readonly location: string
  readonly insecure: boolean
  readonly serves: 'all' | 'digest-only' | 'tag-only'
}

/**
 * `registries.conf` with the drop-in files of `registries.conf.d` beside it, as podman, skopeo and CRI-O read them.
 * Mirrors are asked in their order, then the registry itself. Short names play no part here: Kubernetes normalises
 * them to Docker Hub before the runtime sees them.
 *
 * @param file the path of `registries.conf`
 */
export function registriesConf(file: string, files: TextFiles): RegistryHosts {
  let loaded: Promise<readonly Entry[]> | undefined
  return {
    async endpoints(reference) {
      loaded ??= load(file, files)
      const name = repositoryName(reference)
      const entry = longestMatch(await loaded, name)
      if (entry === undefined) return undefined
      if (entry.blocked) throw new RegistryFailure('REGISTRY_BLOCKED', { file: entry.file })
      const mirrors = entry.mirrors.filter(({ serves }) => servesReference(serves, reference))
      return [
        ...mirrors.map((mirror) => endpoint('mirror', mirror, entry.prefix, name)),
        endpoint('registry', entry, entry.prefix, name),
      ]
    },
  }
}

/** All entries, those of later files taking the place of earlier ones with the same prefix. */
async function load(file: string, files: TextFiles): Promise<readonly Entry[]> {
  const folder = `${file}.d`
  const names = (await readOrFail(folder, () => files.list(folder))) ?? []
  const paths = [
    file,
    ...names.filter((name) => name.endsWith('.conf')).map((name) => posix.join(folder, name)),
  ]
  const byPrefix = new Map<string, Entry>()
  for (const path of paths) {
    const text = await readOrFail(path, () => files.readText(path))
    if (text === undefined) throw invalid(path, 'it does not exist')
    for (const entry of parseEntries(await parseToml(text, path), path)) byPrefix.set(entry.prefix, entry)
  }
  return [...byPrefix.values()]
}

function parseEntries(table: Readonly<Record<string, unknown>>, file: string): Entry[] {
  if (table['registries'] !== undefined)
    throw invalid(file, 'it is in version 1 of the format, which is obsolete')
  return tables(table['registry'], 'registry', file).map((item) => {
    const location = locationAt(item, file)
    const prefix = text(item['prefix'], 'prefix', file) || location
    if (prefix === '') throw invalid(file, 'a [[registry]] has neither prefix nor location')
    if (prefix.startsWith('*') && !prefix.startsWith('*.'))
      throw invalid(file, `the prefix "${prefix}" is no pattern`)
    const byDigest = item['mirror-by-digest-only'] === true
    return {
      file,
      prefix,
      location: location || (prefix.startsWith('*.') ? '' : prefix),
      insecure: item['insecure'] === true,
      blocked: item['blocked'] === true,
      mirrors: tables(item['mirror'], 'registry.mirror', file).map((mirror) => {
        const where = locationAt(mirror, file)
        if (where === '') throw invalid(file, 'a [[registry.mirror]] has no location')
        const serves = text(mirror['pull-from-mirror'], 'pull-from-mirror', file) || 'all'
        if (serves !== 'all' && serves !== 'digest-only' && serves !== 'tag-only') {
          throw invalid(file, `pull-from-mirror cannot be "${serves}"`)
        }
        return {
          location: where,
          insecure: mirror['insecure'] === true,
          serves: byDigest ? 'digest-only' : serves,
        }
      }),
    }
  })
}

/** The entry with the longest prefix: a whole one up to `:`, `/`, `@` or the end, or `*.` and a domain. */
function longestMatch(entries: readonly Entry[], name: string): Entry | undefined {
  let best: Entry | undefined
  for (const entry of entries) {
    const fits = matchLength(entry.prefix, name) !== undefined
    if (fits && entry.prefix.length > (best?.prefix.length ?? -1)) best = entry
  }
  return best
}

/** How much of the name a prefix stands for; undefined where it does not fit. */
function matchLength(prefix: string, name: string): number | undefined {
  if (prefix.startsWith('*.')) {
    const slash = name.indexOf('/')
    return name.slice(0, slash).endsWith(prefix.slice(1)) ? slash : undefined
  }
  if (!name.startsWith(prefix)) return undefined
  return prefix.length === name.length || /[:/@]/.test(name[prefix.length] ?? '') ? prefix.length : undefined
}

function servesReference(serves: MirrorEntry['serves'], reference: Reference): boolean {
  return serves === 'all' || serves === (reference.digest === undefined ? 'tag-only' : 'digest-only')
}

/** Where a name lies under a location: what the prefix does not stand for is added to it. */
function endpoint(
  kind: Endpoint['kind'],
  { location, insecure }: { readonly location: string; readonly insecure: boolean },
  prefix: string,
  name: string,
): Endpoint {
  const whole = location === '' ? name : `${location}${name.slice(matchLength(prefix, name))}`
  const slash = whole.indexOf('/')
  const domain = slash < 0 ? whole : whole.slice(0, slash)
  const host = domain === DOCKER_HUB.domain ? DOCKER_HUB.registryHost : domain
  return {
    kind,
    base: `https://${host}/v2`,
    host,
    path: slash < 0 ? '' : whole.slice(slash + 1),
    mayFallBack: insecure,
    ...(insecure ? { tls: { skipVerify: true } } : {}),
  }
}

function tables(value: unknown, name: string, file: string): Readonly<Record<string, unknown>>[] {
  if (value === undefined) return []
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null)
  if (!isList) throw invalid(file, `"${name}" is not a list of tables ([[${name}]])`)
  return value
}

function text(value: unknown, name: string, file: string): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') throw invalid(file, `"${name}" is not a string`)
  return value.replace(/\/+$/, '')
}

/** Host and port, perhaps with a path, that a URL can be made of. */
function locationAt(item: Readonly<Record<string, unknown>>, file: string): string {
  const location = text(item['location'], 'location', file)
  if (location === '' || URL.canParse(`https://${location}`)) return location
  throw invalid(file, `the location "${location}" is no host`)
}
