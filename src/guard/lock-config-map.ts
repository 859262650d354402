import { compareKeys, type Lock, type LockEntry } from '../lock/lock.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import type { GuardOptions } from './guard-options.ts'
import { lockNameOf, metadata } from './policy-object.ts'

/** Of a ConfigMap's key and of all its data in bytes (apimachinery `IsConfigMapKey`, core/v1 `MaxSecretSize`). */
const LONGEST_KEY = 253
const LARGEST_DATA = 1024 * 1024

/**
 * Encodes a name with or without a tag as the key of a ConfigMap, which may not hold `/` and `:`. The encoding can be undone: no
 * part of a name has two separators side by side, so that the first `._.` ends the host and the first `.-.` behind it the path.
 */
export function encodeKey(name: string): string {
  return name.replaceAll('/', '._.').replaceAll(':', '.-.')
}

/** The data of a lock's ConfigMap, or why it does not fit into one. */
export type LockData =
  | { readonly kind: 'data'; readonly data: Readonly<Record<string, string>> }
  | { readonly kind: 'unfit'; readonly reasons: readonly string[] }

/** What the policies of a guard look up: the API server copies the whole ConfigMap for every request, so that it has nothing else. */
export interface Lookups {
  /** The digest of a tag, to pin it or to let it pass. */
  readonly tags: boolean
  /** All digests of a repository, by which those in manifests are judged. */
  readonly digests: boolean
}

/**
 * Makes the data of a ConfigMap from a lock: an entry for each tag, and one for each repository. Tags of other platforms than the
 * profile's are not looked up.
 */
export function lockData({ entries }: Lock, platform: Platform | undefined, lookups: Lookups): LockData {
  const wanted = platform === undefined ? undefined : formatPlatform(platform)
  const data = new Map<string, string>()
  const reasons: string[] = []
  for (const entry of entries.toSorted((a, b) => compareKeys(a.reference, b.reference))) {
    const { repository, hasTag } = partsOf(entry)
    const reason = unfitReason(entry.reference, repository, hasTag)
    if (reason !== undefined) {
      reasons.push(`${entry.reference} (${reason})`)
      continue
    }
    const key = encodeKey(repository)
    const digests = data.get(key)?.split(' ') ?? []
    if (lookups.digests && !digests.includes(entry.digest)) {
      data.set(key, [...digests, entry.digest].toSorted().join(' '))
    }
    const its = entry.platform === undefined ? undefined : formatPlatform(entry.platform)
    if (lookups.tags && hasTag && its === wanted) data.set(encodeKey(entry.reference), entry.digest)
  }
  const size = [...data].reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  if (size > LARGEST_DATA) {
    reasons.push(`its ${entries.length} entries are ${size} bytes, and a ConfigMap holds ${LARGEST_DATA}`)
  }
  if (reasons.length > 0) return { kind: 'unfit', reasons }
  return { kind: 'data', data: Object.fromEntries([...data].toSorted(([a], [b]) => compareKeys(a, b))) }
}

function partsOf({ reference }: LockEntry): { readonly repository: string; readonly hasTag: boolean } {
  const at = reference.indexOf('@')
  return at < 0
    ? { repository: reference.slice(0, reference.lastIndexOf(':')), hasTag: true }
    : { repository: reference.slice(0, at), hasTag: false }
}

function unfitReason(reference: string, repository: string, hasTag: boolean): string | undefined {
  if (reference.startsWith('[')) return 'the host is an IPv6 address, which no key may hold'
  const key = encodeKey(hasTag ? reference : repository)
  return key.length > LONGEST_KEY
    ? `its key would have ${key.length} characters, and ${LONGEST_KEY} are allowed`
    : undefined
}

/** Composes the ConfigMap. */
export function composeLockConfigMap(
  data: Readonly<Record<string, string>>,
  options: GuardOptions,
): JsonValue {
  const { namespace } = options
  const { name, ...rest } = metadata(lockNameOf(options.name), options)
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: name as JsonValue, namespace, ...rest },
    data: { ...data },
  }
}
