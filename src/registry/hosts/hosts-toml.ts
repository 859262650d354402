import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import { LONGEST_TIMER, parseGoDuration } from '../../duration.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import { invalidSettingsFile } from './certificates.ts'
import { isStringArray, isTable, parseToml, TomlTable } from './toml.ts'

/** One `[host."URL"]` table of a `hosts.toml`, or its server. */
export interface HostEntry {
  /** As written in the file, possibly without a scheme; undefined for the registry in the image's reference. */
  readonly url: string | undefined
  /** Some of `pull`, `resolve`, `push` and `referrers`; all of them if the file has none or an empty list. */
  readonly capabilities: ReadonlySet<string>
  /** Whether `/v2` is not appended to the URL's path. */
  readonly overridePath: boolean
  /** Whether to accept any server certificate; undefined if the file does not set it. */
  readonly skipVerify: boolean | undefined
  /** Paths of files with CA certificates, relative to the folder of `hosts.toml`. */
  readonly ca: readonly string[]
  /** Paths of a client certificate and its key; the second is empty if one file has both. */
  readonly clients: readonly (readonly [string, string])[]
  /** The `dial_timeout` in milliseconds; undefined if there is none. */
  readonly connectTimeout: number | undefined
  /** Request headers, by lower-case name; undefined if there are none. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

const CAPABILITIES = new Set(['pull', 'resolve', 'push', 'referrers'])

/**
 * Parses a `hosts.toml` by containerd's rules (its docs/hosts.md; `core/remotes/docker/config/hosts.go`,
 * `parseHostsFile`). URLs are not checked, and no other file is read.
 *
 * @param text the contents of the file
 * @param file its path, for messages
 * @param warn called for each unknown key
 * @returns the hosts in the order of the file, followed by its server: if the file has none, by an entry without a URL
 *   and with all capabilities, for the registry itself
 * @throws {RegistryError} REGISTRY_HOSTS_INVALID if the file is not TOML, a value is invalid, or a host has no table
 *   heading
 */
export function parseHostsToml(text: string, file: string, warn: ReportWarning): readonly HostEntry[] {
  const root = parseToml(text, file)
  const unknown: string[] = []
  const headed = hostsWithHeading(text)
  const hosts = (root.table('host')?.entries() ?? []).map(([url, settings]): HostEntry => {
    if (!isTable(settings)) throw invalidSettingsFile(file, `host "${url}" is not a table`)
    // containerd takes the order of hosts from table headings, and ignores a host without one.
    if (!headed.has(url))
      throw invalidSettingsFile(file, `host "${url}" is not a table of its own: write [host."${url}"]`)
    return readHost(url, new TomlTable(settings, `host."${url}"`, file), unknown)
  })
  const server = root.string('server') || undefined
  const last = readHost(server, root, unknown)
  // The file's capabilities are those of its server; the registry itself has them all.
  hosts.push(server === undefined ? { ...last, capabilities: CAPABILITIES } : last)
  for (const key of unknown)
    warn({ code: 'FILE_KEY_UNKNOWN', severity: 'warning', args: { file, key: redactUserInfo(key) } })
  return hosts
}

/** The hosts that have a table heading, their own or that of a nested table. */
function hostsWithHeading(text: string): ReadonlySet<string> {
  const heading =
    /^[ \t]*\[[ \t]*(?:host|"host"|'host')[ \t]*\.[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)/gm
  return new Set(
    [...text.matchAll(heading)].map(([, name = '']) =>
      name.startsWith('"') ? unescaped(name) : name.replace(/^'|'$/g, ''),
    ),
  )
}

/** Unquotes a key: TOML has JSON's escapes, and some more that no URL contains. */
function unescaped(name: string): string {
  try {
    return JSON.parse(name) as string
  } catch {
    return name
  }
}

function readHost(url: string | undefined, fields: TomlTable, unknown: string[]): HostEntry {
  const host = {
    url,
    capabilities: readCapabilities(fields),
    overridePath: fields.boolean('override_path') === true,
    skipVerify: fields.boolean('skip_verify'),
    ca: readAuthorities(fields),
    clients: readPairs(fields),
    connectTimeout: readTimeout(fields),
    headers: readHeaders(fields),
  }
  unknown.push(...fields.unknownKeys())
  return host
}

/** Case-insensitive; an empty list means all. */
function readCapabilities(fields: TomlTable): ReadonlySet<string> {
  const list = (fields.strings('capabilities') ?? []).map((name) => name.toLowerCase())
  const unknown = list.find((name) => !CAPABILITIES.has(name))
  if (unknown !== undefined) throw invalidSettingsFile(fields.file, `there is no capability "${unknown}"`)
  return list.length === 0 ? CAPABILITIES : new Set(list)
}

function readAuthorities(fields: TomlTable): readonly string[] {
  const ca = fields.value('ca') ?? []
  const files = typeof ca === 'string' ? [ca] : ca
  if (!isStringArray(files)) throw fields.typeError('ca', 'a file or a list of files')
  return files
}

/** `client` is one file with certificate and key, a list of them, or a list of pairs. */
function readPairs(fields: TomlTable): readonly (readonly [string, string])[] {
  const client = fields.value('client') ?? []
  const list = typeof client === 'string' ? [client] : client
  if (!Array.isArray(list)) throw fields.typeError('client', 'a file or a list of files')
  return list.map((item: unknown) => {
    if (typeof item === 'string') return [item, '']
    if (isStringArray(item) && item.length === 2) return [item[0] ?? '', item[1] ?? '']
    throw fields.typeError('client', 'a list of files and pairs of files')
  })
}

/** A duration in Go's format (`time.ParseDuration`), in milliseconds; undefined for 0, which sets no timeout. */
function readTimeout(fields: TomlTable): number | undefined {
  const text = fields.string('dial_timeout')
  if (!text) return undefined
  const milliseconds = parseGoDuration(text.replace(/^\+/, ''))
  if (milliseconds === undefined) throw fields.typeError('dial_timeout', 'a duration such as "5s"')
  return milliseconds === 0 ? undefined : Math.min(milliseconds, LONGEST_TIMER)
}

function readHeaders(fields: TomlTable): Readonly<Record<string, string>> | undefined {
  const { file } = fields
  const entries = fields.table('header')?.entries()
  if (entries === undefined) return undefined
  return Object.fromEntries(
    entries.map(([name, content]) => {
      const list = typeof content === 'string' ? [content] : content
      if (!isStringArray(list))
        throw invalidSettingsFile(file, `header "${name}" is not a string or a list of strings`)
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t -~]*$/.test(list.join(''))) {
        throw invalidSettingsFile(file, `header "${name}" contains characters that no header may contain`)
      }
      return [name.toLowerCase(), list.join(', ')]
    }),
  )
}
