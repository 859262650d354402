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

/** How long a registry's realm is remembered. A wrong one costs one more request, not a wrong answer. */
const REALM_LIFETIME = 24 * 60 * 60 * 1000

/** More answers than this are not kept: reading 10,000 costs 8 ms, and a run should never notice the cache. */
const MAX_ANSWERS = 10_000

/** A file larger than this is none of ours. */
const MAX_BYTES = 16 * 1024 * 1024

export interface CacheOptions {
  /** The file. Its folder is made, for the user alone, when there is something to write. */
  readonly path: string
  /** How long an answer holds, in milliseconds. */
  readonly lifetime: number
  /** The time in milliseconds since 1970. */
  readonly now: () => number
  readonly files?: FileSystem
}

/**
 * Answers of registries that are kept between runs, for a short time. It never fails: what cannot be read is not
 * there, and what cannot be written is forgotten.
 */
export interface Cache {
  get(key: string): CachedAnswer | undefined
  put(key: string, answer: Omit<CachedAnswer, 'at'>): void
  /** Where a registry hands out tokens, so that the first request can carry one. */
  getChallenge(registry: string): Realm | undefined
  setChallenge(registry: string, realm: Realm): void
  /**
   * Writes what is new, if anything is. Other processes may do the same at any time: each write takes in what the
   * others have written, drops what is too old, and replaces the file as a whole.
   *
   * @returns why it could not be written; undefined where all is well
   */
  save(): string | undefined
}

/** Opens the cache. The file is read when it is first asked. */
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

/** An answer that is not too old, and not from the future: a clock that was put back must not keep it for ever. */
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

/** Only a file that nobody else can have written: an answer that is planted there is what gets deployed. */
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
