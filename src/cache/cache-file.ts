import { isAbsolute, join } from 'node:path'
import { isJsonObject, parseJson } from '../json.ts'
import type { PlatformManifest } from '../oci/manifest.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'

/** The result of resolving a tag, and its time. */
export interface CachedAnswer {
  readonly digest: Digest
  readonly mediaType: string
  readonly size?: number
  readonly platforms?: readonly PlatformManifest[]
  /** The host of the registry or mirror that responded. */
  readonly from: string
  /** The source of the credential that was used, for messages. Never a credential. */
  readonly credential?: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** The token server of a registry, from its challenge. Never a token. */
export interface Realm {
  readonly realm: string
  readonly service?: string
}

/** A realm, and the time of its challenge in milliseconds since 1970. */
export interface CachedRealm extends Realm {
  readonly at: number
}

/** The content of the cache file. */
export interface CacheContent {
  readonly answers: ReadonlyMap<string, CachedAnswer>
  readonly realms: ReadonlyMap<string, CachedRealm>
}

const EMPTY_CONTENT: CacheContent = { answers: new Map(), realms: new Map() }

/** Parses the cache file. Invalid entries are skipped: a damaged cache never fails a run. */
export function parseCacheFile(bytes: Uint8Array | undefined): CacheContent {
  const json = bytes && parseJson(bytes)
  if (!isJsonObject(json)) return EMPTY_CONTENT
  return { answers: filterEntries(json['answers'], isAnswer), realms: filterEntries(json['realms'], isRealm) }
}

export function formatCacheFile({ answers, realms }: CacheContent): Uint8Array {
  const json = { answers: Object.fromEntries(answers), realms: Object.fromEntries(realms) }
  return new TextEncoder().encode(JSON.stringify(json))
}

function filterEntries<T>(value: unknown, isValid: (item: unknown) => item is T): Map<string, T> {
  const picked = new Map<string, T>()
  if (!isJsonObject(value)) return picked
  for (const [key, item] of Object.entries(value)) if (isValid(item)) picked.set(key, item)
  return picked
}

function isAnswer(value: unknown): value is CachedAnswer {
  return (
    isJsonObject(value) &&
    isDigest(value['digest']) &&
    isText(value['mediaType']) &&
    isOptional(value['size'], isTime) &&
    isOptional(value['platforms'], isPlatforms) &&
    isText(value['from']) &&
    isOptional(value['credential'], isText) &&
    isTime(value['at'])
  )
}

function isRealm(value: unknown): value is CachedRealm {
  return (
    isJsonObject(value) &&
    isText(value['realm']) &&
    isOptional(value['service'], isText) &&
    isTime(value['at'])
  )
}

function isPlatforms(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isJsonObject(one) &&
        isText(one['os']) &&
        isText(one['architecture']) &&
        isOptional(one['variant'], isText) &&
        isOptional(one['osVersion'], isText) &&
        isOptional(one['digest'], isDigest),
    )
  )
}

function isOptional(value: unknown, isValid: (value: unknown) => boolean): boolean {
  return value === undefined || isValid(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isDigest(value: unknown): value is Digest {
  return isText(value) && invalidDigestReason(value) === undefined
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

type Environment = Readonly<Record<string, string | undefined>>

/** The name changes with the format, so that versions of Pinpull do not read each other's files. */
const FILE_NAME = 'answers-1.json'

/**
 * Returns the path of the cache file: in `pinpull` under `XDG_CACHE_HOME`, else under `~/.cache` (XDG Base Directory
 * Specification 0.8; relative paths are ignored), or under `LOCALAPPDATA` on Windows.
 *
 * @param exists whether a path exists: in containers, HOME may not exist and is not created
 * @returns undefined if there is no home directory, and so no cache
 */
export function cachePath(env: Environment, exists: (path: string) => boolean): string | undefined {
  const given = [env['XDG_CACHE_HOME'], env['LOCALAPPDATA']].find((path) => path && isAbsolute(path))
  if (given !== undefined) return join(given, 'pinpull', FILE_NAME)
  const home = env['HOME']
  return home && isAbsolute(home) && exists(home) ? join(home, '.cache', 'pinpull', FILE_NAME) : undefined
}
