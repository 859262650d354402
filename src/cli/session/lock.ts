import { existsSync, lstatSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Profile } from '../../config/profile.ts'
import { LINK_LEAVES_FOLDER } from '../../config/trust.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { isNamedPipe } from '../../files/file-system.ts'
import { isWithinFolder } from '../../files/trusted-path.ts'
import { deniedByLock } from '../../lock/denied-digests.ts'
import { readFormattedLock } from '../../lock/formatted-lock.ts'
import { LOCK_FILE_NAME, type Lock, lockedRepositories } from '../../lock/lock.ts'
import { type LockFile, readLockFile } from '../../lock/lock-file.ts'
import type { Io } from '../io/io.ts'
import { configFolder, type Session } from './session.ts'

/**
 * Reads the lock file of a run.
 *
 * @param isRequired whether the run cannot do without
 * @returns undefined if it does not exist, and is neither required nor named
 * @throws {UsageError} LOCK_ABSENT, LOCK_NOT_READ, CONFIG_UNTRUSTED
 */
export function openLock(session: Session, isRequired: boolean): LockFile | undefined {
  const path = lockPath(session)
  const isNamed = (session.flags.lockFile ?? session.config.lockFile) !== undefined
  if (!existsSync(path)) {
    refuseLinkToNothing(path)
    if (isRequired || isNamed) throw new UsageError('LOCK_ABSENT', { file: path })
    return undefined
  }
  return readFormattedLock(path) ?? readLockFile(path, { displayPath: shownPath(path, session.io) })
}

/**
 * Finds the lock file: the one that a flag or the configuration names, else the default name beside the configuration or in
 * the working directory.
 *
 * @returns its absolute path, whether it exists or not
 * @throws {UsageError} if it is not named: CONFIG_UNTRUSTED for a link that leaves its folder, LOCK_NOT_READ for a
 *   link to nothing and for a pipe
 */
export function lockPath(session: Session): string {
  const { flags, config, io } = session
  if (flags.lockFile !== undefined) return resolve(io.cwd, flags.lockFile)
  const folder = configFolder(session)
  if (config.lockFile !== undefined) return resolve(folder, config.lockFile)
  const path = resolve(folder, LOCK_FILE_NAME)
  if (isLink(path) && leavesFolder(path, folder)) {
    const advice = `name the file with --lock-file ${LOCK_FILE_NAME} if you trust it`
    const args = { path: shownPath(path, io), reason: LINK_LEAVES_FOLDER, advice }
    throw new UsageError('CONFIG_UNTRUSTED', args)
  }
  refuseLinkToNothing(path)
  if (isNamedPipe(path)) throw new UsageError('LOCK_NOT_READ', { file: path, reason: 'it is a pipe' })
  return path
}

function leavesFolder(path: string, folder: string): boolean {
  try {
    return !isWithinFolder(path, folder)
  } catch {
    return false // It cannot be read either, which has an error of its own.
  }
}

/** @throws {UsageError} LOCK_NOT_READ */
function refuseLinkToNothing(path: string): void {
  // In this order, since another run may write the file in between.
  if (!isLink(path) || existsSync(path)) return
  throw new UsageError('LOCK_NOT_READ', { file: path, reason: 'it links to nothing' })
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** @returns a path as users write it: relative to the working directory if it is below that */
export function shownPath(path: string, { cwd }: Pick<Io, 'cwd'>): string {
  const shown = relative(cwd, path)
  return shown.startsWith('..') ? path : shown
}

/** Adds to a profile the names in the lock file, which tell rewritten names from others, and what it knows of denied digests. */
export function withLock(profile: Profile, lock: Lock | undefined): Profile {
  if (lock === undefined) return profile
  const { denyDigests, rewrite } = profile
  return {
    ...profile,
    ...(rewrite.length > 0 && { lockedNames: lockedRepositories(lock) }),
    ...(denyDigests && { denyDigests: deniedByLock(denyDigests, lock) }),
  }
}
