import { posix } from 'node:path'
import type { ReportWarning } from '../../diagnostics/diagnostic.ts'
import type { TextFiles } from '../../files/text-files.ts'
import { DOCKER_HUB } from '../../reference/docker-hub.ts'
import { isReference, parseReference } from '../../reference/parse.ts'
import { effectiveTag, type Reference, repositoryName } from '../../reference/reference.ts'
import { RegistryError } from '../errors/registry-error.ts'
import { invalidSettingsFile, readSettingsFile } from './certificates.ts'
import type { Endpoint } from './endpoint.ts'
import type { RegistryHosts } from './hosts.ts'
import {
  type MirrorEntry,
  parseRegistriesConf,
  type RegistriesFile,
  type RegistryEntry,
} from './registries-conf-format.ts'
import { findToml11SyntaxLine, parseToml, type TomlTable } from './toml.ts'

/** A `registries.conf` with its drop-in files. Files are read when a method is first called. */
export interface RegistriesConf extends RegistryHosts {
  /**
   * Reads the names of the credential helpers for all registries, in order; empty if the files have no list.
   *
   * @throws {RegistryError} REGISTRY_HOSTS_INVALID
   */
  credentialHelpers(): Promise<readonly string[]>
}

/**
 * Reads a `registries.conf` and its drop-in files in `registries.conf.d` (`*.conf`) as podman, skopeo and CRI-O do
 * (containers/image `pkg/sysregistriesv2`). The entry with the longest prefix that matches an image is used; of entries
 * with the same prefix, that of the last file. The settings for short names have no effect, since Kubernetes expands
 * short names to Docker Hub.
 *
 * @param file the path of `registries.conf`
 * @param files reads the files
 * @param warn called for each unknown key
 * @returns `endpoints` returns the entry's mirrors for tags or for digests in order, then its location, each with the
 *   rewritten reference; undefined if no entry matches. It throws REGISTRY_BLOCKED if the entry is blocked, and
 *   REGISTRY_HOSTS_INVALID also if the file does not exist. `credentialHelpers` reads the same files
 */
export function registriesConf(
  file: string,
  files: TextFiles,
  warn: ReportWarning = () => {},
): RegistriesConf {
  let loading: Promise<RegistriesFile> | undefined
  const load = (): Promise<RegistriesFile> => {
    loading ??= loadAll(file, files, warn)
    return loading
  }
  return {
    async endpoints(reference) {
      const { registries } = await load()
      const name = fullName({ ...reference, tag: effectiveTag(reference) })
      const entry = longestMatch(registries, name)
      if (entry === undefined) return undefined
      if (entry.blocked) throw new RegistryError('REGISTRY_BLOCKED', { file: entry.file })
      const mirrors = entry.mirrors.filter(({ serves }) => servesReference(serves, reference))
      return [
        ...mirrors.map((mirror) => endpoint('mirror', mirror, entry, name)),
        endpoint('registry', entry, entry, name),
      ]
    },
    async credentialHelpers() {
      return (await load()).credentialHelpers ?? []
    },
  }
}

/** Merges the file and its drop-ins: the last entry with a prefix and the last list of helpers count. */
async function loadAll(file: string, files: TextFiles, warn: ReportWarning): Promise<RegistriesFile> {
  const main = await readStrictToml(file, files)
  if (main === undefined) throw invalidSettingsFile(file, 'it does not exist')
  const all = [parseRegistriesConf(main, { mayBeVersion1: true, warn })]
  const folder = `${file}.d`
  const names = (await readSettingsFile(folder, () => files.list(folder))) ?? []
  for (const name of names.filter((one) => one.endsWith('.conf'))) {
    const path = posix.join(folder, name)
    if ((await readSettingsFile(path, () => files.list(path))) !== undefined) continue
    const fields = await readStrictToml(path, files)
    if (fields !== undefined) all.push(parseRegistriesConf(fields, { mayBeVersion1: false, warn }))
  }
  const byPrefix = new Map(
    all.flatMap(({ registries }) => registries.map((one) => [one.prefix, one] as const)),
  )
  const credentialHelpers = all.findLast((one) => one.credentialHelpers !== undefined)?.credentialHelpers
  return { registries: [...byPrefix.values()], credentialHelpers }
}

async function readStrictToml(file: string, files: TextFiles): Promise<TomlTable | undefined> {
  const text = await readSettingsFile(file, () => files.readText(file))
  if (text === undefined) return undefined
  const fields = parseToml(text, file)
  const line = findToml11SyntaxLine(text)
  if (line !== undefined)
    throw invalidSettingsFile(file, `line ${line} is TOML 1.1, and the format is TOML 1.0`)
  return fields
}

/** The entry with the longest matching prefix; among equally long ones, the first in byte order. */
function longestMatch(entries: readonly RegistryEntry[], name: string): RegistryEntry | undefined {
  const fitting = entries.filter(({ prefix }) => matchLength(prefix, name) !== undefined)
  return fitting.toSorted(
    ({ prefix: one }, { prefix: other }) => other.length - one.length || (one < other ? -1 : 1),
  )[0]
}

/**
 * How many characters of a name a prefix matches: the prefix up to `:`, `/`, `@` or the end, or for `*.example.com`
 * the host up to there (`refMatchingPrefix`).
 *
 * @returns undefined if it does not match
 */
function matchLength(prefix: string, name: string): number | undefined {
  const end = prefix.startsWith('*.') ? subdomainEnd(prefix.slice(1), name) : prefix.length
  if (end === undefined || (!prefix.startsWith('*.') && !name.startsWith(prefix))) return undefined
  return end === name.length || /[:/@]/.test(name[end] ?? '') ? end : undefined
}

function subdomainEnd(suffix: string, name: string): number | undefined {
  const start = name.indexOf(suffix)
  return start < 0 || name.slice(0, start).includes('/') ? undefined : start + suffix.length
}

function servesReference(serves: MirrorEntry['serves'], reference: Reference): boolean {
  return serves === 'all' || serves === (reference.digest === undefined ? 'tag-only' : 'digest-only')
}

/**
 * The endpoint for a reference at a location: the rest of the name after the prefix is appended to the location,
 * and the result has to be a reference again, tag and digest included (`rewriteReference`).
 */
function endpoint(
  kind: Endpoint['kind'],
  { location, insecure }: Pick<MirrorEntry, 'location' | 'insecure'>,
  { prefix, file }: RegistryEntry,
  name: string,
): Endpoint {
  const text = location === '' ? name : `${location}${name.slice(matchLength(prefix, name))}`
  const reference = isReference(text) ? parseReference(text) : undefined
  if (reference === undefined || fullName(reference) !== text) {
    throw invalidSettingsFile(
      file,
      `the location "${location}" makes "${text}" of ${name}, which is not a full name of an image`,
    )
  }
  const host = reference.domain === DOCKER_HUB.domain ? DOCKER_HUB.registryHost : reference.domain
  if (!URL.canParse(`https://${host}`))
    throw invalidSettingsFile(file, `the location "${location}" is not a host`)
  return {
    kind,
    base: `https://${host}/v2`,
    host,
    path: reference.path,
    reference,
    mayFallBackToHttp: insecure,
    tls: insecure ? { skipVerify: true } : undefined,
  }
}

function fullName(reference: Omit<Reference, 'tag'> & { readonly tag?: string | undefined }): string {
  const { tag, digest } = reference
  return `${repositoryName(reference)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}
