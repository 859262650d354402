import { existsSync, lstatSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { type Cache, openCache } from '../../cache/cache.ts'
import { cachePath, defaultLifetime } from '../../cache/cache-file.ts'
import type { Config } from '../../config/config.ts'
import type { Profile } from '../../config/profile.ts'
import { LINK_LEAVES_FOLDER } from '../../config/trust.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import { isNamedPipe } from '../../files/file-system.ts'
import { isWithinFolder } from '../../files/trusted-path.ts'
import { readFormattedLock } from '../../lock/formatted-lock.ts'
import { LOCK_FILE_NAME, type Lock, lockedRepositories } from '../../lock/lock.ts'
import { type LockFile, readLockFile } from '../../lock/lock-file.ts'
import type { FindBlock, Resolver } from '../../plan/resolver.ts'
import { unlessBlocked } from '../../resolve/block-list.ts'
import { cached } from '../../resolve/cached.ts'
import { locked } from '../../resolve/lock-resolver.ts'
import { deferred } from '../../resolve/memoized.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { collectWarnings } from './deadline.ts'
import type { RegistryConfig } from './registry-config.ts'
import { checkNamedFiles, openBlockList } from './registry-files.ts'
import { buildResolver, routeOf } from './resolver.ts'

/** What of a configuration says where the lock file lies. */
export type LockPlace = Pick<Config, 'file' | 'lockFile'>

/** What of a configuration says who answers. */
export type AnswerConfig = LockPlace & RegistryConfig

/** Who answers during one run: the lock file, then the cache, then the registries. */
export interface Answers {
  readonly resolver: Resolver
  /** What the nodes would not pull; absent where nothing says it. */
  readonly blockOf: FindBlock | undefined
  /** What the lock file holds; absent where there is none. */
  readonly lock: Lock | undefined
  /** What is wrong with the lock file. Where anything is, nobody may be asked. */
  readonly diagnostics: readonly Diagnostic[]
  /** What was found out beside the answers, so far. */
  readonly warnings: () => readonly Diagnostic[]
  /** Keeps what was learned for the next run. */
  readonly close: () => void
}

/**
 * Opens what answers the filter's questions.
 *
 * @param onlyLocked whether nothing but the lock file may answer, as `--locked` and profiles that pin from the lock
 *   demand: then there is no code in the run that could open a socket, and the cache is not looked at
 * @throws {UsageError} LOCK_ABSENT where a lock file is demanded or named, and is not there; LOCK_NOT_READ;
 *   FILE_NOT_READ
 * @throws {PinpullError} REGISTRY_HOSTS_INVALID where the list of blocked registries cannot be used
 */
export async function openAnswers(
  flags: Flags,
  onlyLocked: boolean,
  config: AnswerConfig,
  io: Io,
): Promise<Answers> {
  await checkNamedFiles(flags, io)
  const blockOf = await openBlockList(flags, io)
  const file = await openLock(flags, onlyLocked, config, io)
  if (onlyLocked && file !== undefined) {
    const resolver = unlessBlocked(locked(file.lock, file.name), blockOf)
    const { lock, diagnostics } = file
    return { resolver, blockOf, lock, diagnostics, warnings: () => [], close: () => {} }
  }
  const warnings = collectWarnings()
  let cache: Cache | undefined
  const asked = deferred(async () => {
    cache = openUsualCache(flags, io)
    const registries = buildResolver(flags, config, io, warnings.warn, cache)
    if (cache === undefined) return registries
    return cached(registries, cache, routeOf(flags, config, io))
  })
  return {
    resolver: unlessBlocked(file === undefined ? asked : locked(file.lock, file.name, asked), blockOf),
    blockOf,
    lock: file?.lock,
    diagnostics: file?.diagnostics ?? [],
    warnings: warnings.all,
    close: () => saveCache(cache, flags, io),
  }
}

/** A profile that knows which names are in the lock file, for telling rewritten names from others. */
export function knowingLock(profile: Profile, lock: Lock | undefined): Profile {
  if (profile.rewrite.length === 0 || lock === undefined) return profile
  return { ...profile, lockedNames: lockedRepositories(lock) }
}

/**
 * The path of the lock file: the flag's, the configuration's, or the usual name beside it, else where we are.
 * @throws {UsageError} where nothing names it, CONFIG_UNTRUSTED for a link that leads out of its folder, and LOCK_NOT_READ for one
 *   to nothing
 */
export function lockPath(flags: Pick<Flags, 'lockFile'>, place: LockPlace, io: Pick<Io, 'cwd'>): string {
  if (flags.lockFile !== undefined) return resolve(io.cwd, flags.lockFile)
  const folder = place.file === undefined ? io.cwd : dirname(resolve(io.cwd, place.file))
  if (place.lockFile !== undefined) return resolve(folder, place.lockFile)
  const path = resolve(folder, LOCK_FILE_NAME)
  if (isLinkOut(path, folder)) {
    const advice = `name the file with --lock-file ${LOCK_FILE_NAME} if you trust it`
    throw new UsageError('CONFIG_UNTRUSTED', {
      path: shownPath(path, io),
      reason: LINK_LEAVES_FOLDER,
      advice,
    })
  }
  refuseLinkToNothing(path)
  if (isNamedPipe(path)) throw new UsageError('LOCK_NOT_READ', { file: path, reason: 'it is a pipe' })
  return path
}

/** @throws {UsageError} LOCK_NOT_READ */
function refuseLinkToNothing(path: string): void {
  // In this order: another run may write the file in between.
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  if (!isLink || existsSync(path)) return
  throw new UsageError('LOCK_NOT_READ', { file: path, reason: 'it links to nothing' })
}

/** Only a link is followed: most runs have no lock file, and those that do have an ordinary one. */
function isLinkOut(path: string, folder: string): boolean {
  try {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
    return isLink && !isWithinFolder(path, folder)
  } catch {
    return false // It cannot be read either, which has an error of its own.
  }
}

/** A path as people write it who are where the program runs. */
export function shownPath(path: string, { cwd }: Pick<Io, 'cwd'>): string {
  const shown = relative(cwd, path)
  return shown.startsWith('..') ? path : shown
}

/**
 * Reads the lock file of a run.
 *
 * @returns undefined where there is none, and none is demanded or named
 * @throws {UsageError} LOCK_ABSENT, LOCK_NOT_READ
 */
export async function openLock(
  flags: Flags,
  isDemanded: boolean,
  place: LockPlace,
  io: Io,
): Promise<LockFile | undefined> {
  const path = lockPath(flags, place, io)
  const isNamed = flags.lockFile !== undefined || place.lockFile !== undefined
  if (!existsSync(path)) {
    refuseLinkToNothing(path)
    if (isDemanded || isNamed) throw new UsageError('LOCK_ABSENT', { file: path })
    return undefined
  }
  const written = readFormattedLock(path)
  if (written !== undefined) return written
  return readLockFile(path, { displayPath: shownPath(path, io) })
}

/**
 * The cache, where it is of use: not with a lifetime of 0, not in continuous integration unless it is asked for, and
 * not where the environment names no home.
 */
function openUsualCache({ cacheTtl }: Flags, io: Io): Cache | undefined {
  const lifetime = cacheTtl ?? defaultLifetime(io.env)
  const path = lifetime === 0 ? undefined : cachePath(io.env, existsSync)
  if (path === undefined) return undefined
  return openCache({ path, lifetime, now: Date.now })
}

function saveCache(cache: Cache | undefined, { verbose }: Flags, io: Io): void {
  const failure = cache?.save()
  if (failure !== undefined && verbose === true)
    io.writeMessage(`${printable(`pinpull: the cache was not kept: ${failure}`)}\n`)
}
