import { errorReason, type FileSystem } from '../files/file-system.ts'
import { readPrivateFile, writePrivateFile } from '../files/private-file.ts'
import {
  type CacheContent,
  type CachedAnswer,
  type CachedRealm,
  formatCacheFile,
  parseCacheFile,
  type Realm,
} from './cache-file.ts'

/** The lifetime of a realm, in milliseconds. An outdated one costs an extra request, but never gives a wrong result. */
const REALM_LIFETIME = 24 * 60 * 60 * 1000

/** The maximum number of results: reading 10,000 takes 8 ms. */
const MAX_ANSWERS = 10_000

/** The maximum size of the file, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024

export interface CacheOptions {
  /** The path of the file. Its folder is created with mode 0700 by the first write. */
  readonly path: string
  /** The lifetime of a result, in milliseconds. */
  readonly lifetime: number
  /** The time in milliseconds since 1970. */
  readonly now: () => number
  readonly files?: FileSystem
}

/**
 * Results of resolving tags, kept between runs for a short time. It never throws: an unreadable file counts as empty, and
 * `save` returns errors.
 */
export interface Cache {
  get(key: string): CachedAnswer | undefined
  put(key: string, answer: Omit<CachedAnswer, 'at'>): void
  /** Where a registry hands out tokens, so that the first request can carry one. */
  getChallenge(registry: string): Realm | undefined
  setChallenge(registry: string, realm: Realm): void
  /**
   * Writes new entries, if there are any. Concurrent processes may do the same: each write merges the current file, drops
   * expired entries, and replaces the file atomically.
   *
   * @returns why the file could not be written; undefined on success
   */
  save(): string | undefined
}

/** Opens the cache. The file is read with the first lookup. */
export function openCache(options: CacheOptions): Cache {
  const { lifetime, now } = options
  const answers = new Map<string, CachedAnswer>()
  const realms = new Map<string, CachedRealm>()
  let read: CacheContent | undefined
  const content = (): CacheContent => {
    read ??= readContent(options)
    return read
  }
  return {
    get: (key) => fresh(answers.get(key) ?? content().answers.get(key), lifetime, now()),
    put: (key, answer) => answers.set(key, { ...answer, at: now() }),
    getChallenge: (registry) =>
      fresh(realms.get(registry) ?? content().realms.get(registry), REALM_LIFETIME, now()),
    setChallenge: (registry, realm) => {
      const known = content().realms.get(registry)
      if (isSameRealm(known, realm) && fresh(known, REALM_LIFETIME / 2, now()) !== undefined) return
      realms.set(registry, { ...realm, at: now() })
    },
    save: () => {
      if (answers.size === 0 && realms.size === 0) return undefined
      const before = readContent(options)
      const merged = {
        answers: newest(merge(before.answers, answers, lifetime, now()), MAX_ANSWERS),
        realms: merge(before.realms, realms, REALM_LIFETIME, now()),
      }
      const failure = writeContent(options, merged)
      answers.clear()
      realms.clear()
      read = merged
      return failure
    },
  }
}

/** Returns an entry if it is neither expired nor from the future, which happens after a clock is set back. */
function fresh<T extends { readonly at: number }>(
  answer: T | undefined,
  lifetime: number,
  now: number,
): T | undefined {
  return answer !== undefined && answer.at <= now && now - answer.at < lifetime ? answer : undefined
}

function isSameRealm(a: Realm | undefined, b: Realm): boolean {
  return a?.realm === b.realm && a.service === b.service
}

function merge<T extends { readonly at: number }>(
  before: ReadonlyMap<string, T>,
  added: ReadonlyMap<string, T>,
  lifetime: number,
  now: number,
): Map<string, T> {
  const merged = new Map([...before].filter(([, one]) => fresh(one, lifetime, now) !== undefined))
  for (const [key, one] of added) merged.set(key, one)
  return merged
}

function newest(answers: Map<string, CachedAnswer>, limit: number): Map<string, CachedAnswer> {
  if (answers.size <= limit) return answers
  return new Map([...answers].toSorted(([, a], [, b]) => b.at - a.at).slice(0, limit))
}

/** Reads the file only if no other user can have written it: its digests get deployed. */
function readContent({ path, files }: CacheOptions): CacheContent {
  return parseCacheFile(readPrivateFile(path, MAX_BYTES, files))
}

function writeContent({ path, files }: CacheOptions, content: CacheContent): string | undefined {
  try {
    writePrivateFile(path, formatCacheFile(content), files)
    return undefined
  } catch (error) {
    return errorReason(error)
  }
}
