import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import { DOMAIN, PATH } from '../../reference/grammar.ts'
import { isReference, parseReference } from '../../reference/parse.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import { invalidSettingsFile } from './certificates.ts'
import type { TomlTable } from './toml.ts'

/** The parts of a `registries.conf` (containers-registries.conf(5)) that Pinpull uses. */
export interface RegistriesFile {
  /** One entry for each prefix; of several in the file, the first. */
  readonly registries: readonly RegistryEntry[]
  /** The names of credential helpers, in order, without the entry for auth files; undefined if the file has no list. */
  readonly credentialHelpers?: readonly string[] | undefined
}

/** One `[[registry]]` table of a `registries.conf`. */
export interface RegistryEntry {
  /** The path of the file, for messages. */
  readonly file: string
  /**
   * The images that the entry is for, by the start of their name up to a `/`, `:` or `@` or its end: `quay.io/team`; or
   * by the end of their host: `*.example.com`.
   */
  readonly prefix: string
  /** What replaces the prefix in the name of an image; empty (only with `*.example.com`) if the name stays unchanged. */
  readonly location: string
  /** Whether to accept any server certificate, and plain HTTP. */
  readonly insecure: boolean
  /** Whether these images must not be pulled. */
  readonly blocked: boolean
  /** Tried in this order, before `location`. */
  readonly mirrors: readonly MirrorEntry[]
}

/** One `[[registry.mirror]]` table of a `registries.conf`. */
export interface MirrorEntry {
  /** What replaces the prefix of the registry's entry in the name of an image. */
  readonly location: string
  /** Whether to accept any server certificate, and plain HTTP. */
  readonly insecure: boolean
  /** Which references the mirror is used for (`pull-from-mirror`, `mirror-by-digest-only`). */
  readonly serves: 'all' | 'digest-only' | 'tag-only'
}

/** How to parse one file. */
export interface RegistriesFileOptions {
  /** Whether the file may have version 1 of the format; drop-in files may not. */
  readonly mayBeVersion1: boolean
  /** Called for each unknown key. */
  readonly warn: ReportWarning
}

/** The entry of `credential-helpers` that stands for credential files. */
const AUTH_FILES = 'containers-auth.json'

/**
 * Reads the entries of one `registries.conf` or drop-in file, and validates all of it by the rules of containers/image
 * (`sysregistriesv2.loadConfigFile`). One error makes the whole file invalid: if only its entry were ignored, a blocked
 * registry would be allowed. `options.warn` is called only for a valid file.
 *
 * @param root the parsed TOML
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID
 */
export function parseRegistriesConf(root: TomlTable, options: RegistriesFileOptions): RegistriesFile {
  const { file } = root
  const unknown: string[] = []
  const tables = root.tables('registry')
  const search = root.strings('unqualified-search-registries')
  const helpers = root.strings('credential-helpers')
  const mode = root.string('short-name-mode')
  const aliases = root.table('aliases')
  const layerHelper = root.string('additional-layer-store-auth-helper')
  const old = parseVersion1(root, unknown)
  const isVersion2 = [
    root.value('registry'),
    search,
    helpers,
    mode || undefined,
    aliases,
    layerHelper || undefined,
  ]
  if (old !== undefined && !options.mayBeVersion1)
    throw invalidSettingsFile(file, 'a drop-in file cannot be in version 1 of the format')
  if (old !== undefined && isVersion2.some((value) => value !== undefined)) {
    throw invalidSettingsFile(file, 'it mixes versions 1 and 2 of the format')
  }
  const registries = old?.registries ?? tables.map((table) => parseEntry(table, unknown))
  checkConflicts(registries, file)
  for (const host of old?.search ?? search ?? []) {
    if (!DOMAIN.test(locationOf(host, file)))
      throw invalidSettingsFile(file, `"${host}" is not a registry to search`)
  }
  if (mode && !['disabled', 'enforcing', 'permissive'].includes(mode)) {
    throw invalidSettingsFile(file, `the short-name-mode cannot be "${mode}"`)
  }
  checkAliases(aliases, file)
  for (const key of [...root.unknownKeys(), ...unknown]) {
    options.warn({
      code: 'FILE_KEY_UNKNOWN',
      severity: 'warning',
      args: { file, key: redactUserInfo(key) },
    })
  }
  const byPrefix = new Map(registries.toReversed().map((entry) => [entry.prefix, entry]))
  return {
    registries: [...byPrefix.values()],
    credentialHelpers: helpers?.filter((name) => name !== AUTH_FILES),
  }
}

function parseEntry(table: TomlTable, unknown: string[]): RegistryEntry {
  const { file } = table
  const location = locationOf(table.string('location') ?? '', file)
  const given = table.string('prefix') ?? ''
  const prefix = given === '' ? location : locationOf(given, file)
  if (prefix === '' && location === '')
    throw invalidSettingsFile(file, 'a [[registry]] has neither prefix nor location')
  const isPattern = prefix.startsWith('*.')
  // containers/image accepts `*example.com` and `**.example.com` literally, which match no image: images that they
  // should block are pulled.
  if ((prefix.startsWith('*') && !isPattern) || (isPattern && /[/@:]/.test(prefix))) {
    throw invalidSettingsFile(file, `the prefix "${prefix}" is not a pattern such as *.example.com`)
  }
  if (location === '' && !isPattern) {
    throw invalidSettingsFile(
      file,
      `the prefix "${prefix}" has no location, which only a pattern such as *.example.com can do without`,
    )
  }
  if (table.string('pull-from-mirror'))
    throw invalidSettingsFile(file, `pull-from-mirror is for mirrors, and "${prefix}" is not one`)
  const byDigestOnly = table.boolean('mirror-by-digest-only') === true
  const entry = {
    file,
    prefix,
    location,
    insecure: table.boolean('insecure') === true,
    blocked: table.boolean('blocked') === true,
    mirrors: table.tables('mirror').map((mirror) => parseMirror(mirror, byDigestOnly, unknown)),
  }
  unknown.push(...table.unknownKeys())
  return entry
}

function parseMirror(table: TomlTable, byDigestOnly: boolean, unknown: string[]): MirrorEntry {
  const { file } = table
  const location = locationOf(table.string('location') ?? '', file)
  if (location === '') throw invalidSettingsFile(file, 'a [[registry.mirror]] has no location')
  const serves = table.string('pull-from-mirror') || undefined
  if (byDigestOnly && serves !== undefined) {
    throw invalidSettingsFile(
      file,
      `"${location}" has pull-from-mirror, and its registry mirror-by-digest-only`,
    )
  }
  if (serves !== undefined && serves !== 'all' && serves !== 'digest-only' && serves !== 'tag-only') {
    throw invalidSettingsFile(file, `pull-from-mirror cannot be "${serves}"`)
  }
  const insecure = table.boolean('insecure') === true
  unknown.push(...table.unknownKeys())
  return { location, insecure, serves: byDigestOnly ? 'digest-only' : (serves ?? 'all') }
}

/** A location or prefix without trailing slashes; a scheme is an error, since it would match nothing. */
function locationOf(text: string, file: string): string {
  if (/^https?:\/\//.test(text))
    throw invalidSettingsFile(file, `"${text}" has a scheme, and names a host without one`)
  return text.replace(/\/+$/, '')
}

/** Entries for the same registry must agree about security (`postProcessRegistries`). */
function checkConflicts(entries: readonly RegistryEntry[], file: string): void {
  const first = new Map<string, RegistryEntry>()
  for (const entry of entries) {
    const place = entry.location || entry.prefix
    const other = first.get(place) ?? entry
    first.set(place, other)
    const key = (['insecure', 'blocked'] as const).find((one) => entry[one] !== other[one])
    if (key !== undefined) throw invalidSettingsFile(file, `"${place}" appears twice, and "${key}" differs`)
  }
}

/** Aliases of short names have no effect here, but an invalid one makes the file invalid. */
function checkAliases(aliases: TomlTable | undefined, file: string): void {
  for (const [name, value] of aliases?.entries() ?? []) {
    if (typeof value !== 'string') throw invalidSettingsFile(file, `the alias "${name}" is not a string`)
    if (!isShortName(name)) throw invalidSettingsFile(file, `the alias "${name}" is not a short name`)
    if (value !== '' && !isFullName(value))
      throw invalidSettingsFile(file, `the alias "${name}" stands for "${value}", which is not a full name`)
  }
}

/** A name without registry, tag and digest: `nginx` or `team/app`. */
function isShortName(name: string): boolean {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  if (first === 'localhost' || /[.:]/.test(first) || name.length > 255) return false
  return (
    PATH.test(name) ||
    (/^[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?$/.test(first) && PATH.test(name.slice(slash + 1)))
  )
}

/** A name with a registry, without tag and digest: `quay.io/team/app`. */
function isFullName(name: string): boolean {
  if (!/^(?:localhost|[^/]*[.:][^/]*)\//.test(name) || !isReference(name)) return false
  const { tag, digest } = parseReference(name)
  return tag === undefined && digest === undefined
}

/** The lists of version 1, which name registries by location (`ConvertToV2`); undefined if there are none. */
function parseVersion1(
  root: TomlTable,
  unknown: string[],
): { readonly registries: readonly RegistryEntry[]; readonly search: readonly string[] } | undefined {
  const { file } = root
  const all = root.table('registries')
  if (all === undefined) return undefined
  const [search, insecure, block] = ['search', 'insecure', 'block'].map((name) => {
    const table = all.table(name)
    const list = table?.strings('registries')
    unknown.push(...(table?.unknownKeys() ?? []))
    return list
  })
  unknown.push(...all.unknownKeys())
  if (search === undefined && insecure === undefined && block === undefined) return undefined
  const unsafe = new Set((insecure ?? []).map((text) => locationOf(text, file)))
  const blocked = new Set((block ?? []).map((text) => locationOf(text, file)))
  const locations = [...new Set([...blocked, ...unsafe])]
  if (locations.includes('')) throw invalidSettingsFile(file, 'a list of registries has an empty name')
  const registries = locations.map((location) => ({
    file,
    prefix: location,
    location,
    insecure: unsafe.has(location),
    blocked: blocked.has(location),
    mirrors: [],
  }))
  return { registries, search: search ?? [] }
}
