import { isAbsolute, join } from 'node:path'
import type { Platform } from '../oci/platform.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'

/** What a registry answered for a tag, and when. */
export interface CachedAnswer {
  readonly digest: Digest
  readonly mediaType: string
  readonly size?: number
  readonly platforms?: readonly Platform[]
  /** The host that answered: the registry's or a mirror's. */
  readonly from: string
  /** Which source of credentials was used, so that what is said of it is the same from the cache. Never a credential. */
  readonly credential?: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Where a registry hands out tokens: what its challenge said. Never a token. */
export interface Realm {
  readonly realm: string
  readonly service?: string
}

/** A realm, and when the challenge was seen, in milliseconds since 1970. */
export interface CachedRealm extends Realm {
  readonly at: number
}

/** What the cache's file holds. */
export interface CacheContent {
  readonly answers: ReadonlyMap<string, CachedAnswer>
  readonly realms: ReadonlyMap<string, CachedRealm>
}

const EMPTY_CONTENT: CacheContent = { answers: new Map(), realms: new Map() }

/** Reads the cache's file. Whatever is not as it should be is left out: a cache is never a reason to fail. */
export function parseCacheFile(bytes: Uint8Array | undefined): CacheContent {
  if (bytes === undefined) return EMPTY_CONTENT
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (!isRecord(json)) return EMPTY_CONTENT
    return {
      answers: filterEntries(json['answers'], isAnswer),
      realms: filterEntries(json['realms'], isRealm),
    }
  } catch {
    return EMPTY_CONTENT
  }
}

export function formatCacheFile({ answers, realms }: CacheContent): Uint8Array {
  const json = { answers: Object.fromEntries(answers), realms: Object.fromEntries(realms) }
  return new TextEncoder().encode(JSON.stringify(json))
}

function filterEntries<T>(value: unknown, isGood: (item: unknown) => item is T): Map<string, T> {
  const picked = new Map<string, T>()
  if (!isRecord(value)) return picked
  for (const [key, item] of Object.entries(value)) if (isGood(item)) picked.set(key, item)
  return picked
}

function isAnswer(value: unknown): value is CachedAnswer {
  return (
    isRecord(value) &&
    isText(value['digest']) &&
    invalidDigestReason(value['digest']) === undefined &&
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
    isRecord(value) && isText(value['realm']) && isOptional(value['service'], isText) && isTime(value['at'])
  )
}

function isPlatforms(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isRecord(one) &&
        isText(one['os']) &&
        isText(one['architecture']) &&
        isOptional(one['variant'], isText) &&
        isOptional(one['osVersion'], isText),
    )
  )
}

function isOptional(value: unknown, isGood: (value: unknown) => boolean): boolean {
  return value === undefined || isGood(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The environment as a plain record. */
type Environment = Readonly<Record<string, string | undefined>>

/** A new form of the file gets a new name, so that two versions of Pinpull never spoil each other's. */
const FILE_NAME = 'answers-1.json'

/**
 * Where the cache's file lies: in `pinpull` under `XDG_CACHE_HOME`, else under `~/.cache` (XDG Base Directory
 * Specification 0.8; a relative path in the variable is to be ignored), or under `LOCALAPPDATA` on Windows.
 *
 * @param isThere whether a path exists: containers name homes that do not, and none is made for them
 * @returns undefined where the environment names no home: then there is no cache
 */
export function cachePath(env: Environment, isThere: (path: string) => boolean): string | undefined {
  const given = [env['XDG_CACHE_HOME'], env['LOCALAPPDATA']].find((path) => path && isAbsolute(path))
  if (given !== undefined) return join(given, 'pinpull', FILE_NAME)
  const home = env['HOME']
  return home && isAbsolute(home) && isThere(home) ? join(home, '.cache', 'pinpull', FILE_NAME) : undefined
}

/** What continuous integration systems set. A pipeline is asked for what is true now, and its machine is often shared. */
const CI_VARIABLES = ['CI', 'BUILD_NUMBER', 'TF_BUILD', 'TEAMCITY_VERSION']

/** How long an answer is kept unless the user says otherwise, in milliseconds: five minutes, and not at all in CI. */
export function defaultLifetime(env: Environment): number {
  return isContinuousIntegration(env) ? 0 : 5 * 60 * 1000
}

/** Whether this is a continuous integration run, where nothing is cached unless it is asked for. */
export function isContinuousIntegration(env: Environment): boolean {
  return CI_VARIABLES.some((name) => !['', '0', 'false'].includes(env[name]?.toLowerCase() ?? ''))
}
