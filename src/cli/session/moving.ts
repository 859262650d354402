import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { createLock } from '../../lock/lock.ts'
import { type LockFile, readLockFile, writeLockFile } from '../../lock/lock-file.ts'
import type { CoolDown } from '../../lock/moving-tag.ts'
import type { Resolver } from '../../plan/resolver.ts'
import type { Verifier } from '../../plan/verifier.ts'
import type { ImagePattern } from '../../reference/pattern.ts'
import type { Reference } from '../../reference/reference.ts'
import { type DigestMover, digestMover } from '../../resolve/digest-mover.ts'
import { processIdentity } from '../io/process.ts'
import type { Flags } from '../options/flags.ts'
import { coolDownRules, lockSettingsOf } from './cool-down-rules.ts'
import { lockPath, shownPath } from './lock.ts'
import { openSignatures } from './lock-signatures.ts'
import type { Session } from './session.ts'

/** The options of a run that moves digests. */
export interface MovingFlags extends Flags {
  readonly update?: boolean | undefined
  /** The images that `--update` is for; absent for all. */
  readonly match?: readonly ImagePattern[] | undefined
  /** In milliseconds, instead of the configuration's. */
  readonly minAge?: number | undefined
  readonly now?: boolean | undefined
  /** Signers whose digests may replace those of others. */
  readonly acceptSigner?: readonly string[] | undefined
  /** The file with first-seen times, instead of the lock file. */
  readonly state?: string | undefined
}

/** What a run moves digests with. */
export interface Moving {
  readonly mover: DigestMover
  readonly isWanted: (reference: Reference) => boolean
  /** A pattern of `--match` that no image matched of which `isWanted` was asked. */
  readonly unmatched: () => ImagePattern | undefined
  /** Errors of the file with first-seen times. If there are any, nothing may be moved. */
  readonly diagnostics: readonly Diagnostic[]
  /**
   * Notes in the file when digests were first seen, and with `isWritten` those that were taken.
   * @throws {UsageError} LOCK_NOT_WRITTEN
   */
  readonly save: (isWritten: boolean, signal: AbortSignal) => Promise<void>
}

/**
 * Opens what a run with `--update` moves digests with.
 *
 * @param resolver asks registries, with `fresh`
 * @param verifier verifies the digests that tags name, and those that they replace
 * @returns undefined without `--update`
 * @throws {UsageError} USAGE if a digest has to wait, and nothing can remember since when
 */
export function openMoving(
  session: Session<MovingFlags>,
  resolver: Resolver,
  verifier?: Verifier,
): Moving | undefined {
  const { flags } = session
  if (flags.update !== true) return undefined
  const { match } = flags
  const settings = lockSettingsOf(session)
  const file = openMemory(session)
  const waits = settings.minAge > 0 || settings.rules.some(({ minAge = 0 }) => minAge > 0)
  if (file === undefined && waits) {
    throw new UsageError('USAGE', {
      reason:
        'a cool-down needs a file that remembers when digests were first seen: a lock file (pinpull lock), or --state FILE',
    })
  }
  const unmatched = new Set(match)
  const isWanted = (reference: Reference): boolean => {
    const matching = match?.filter((pattern) => pattern.matches(reference))
    for (const pattern of matching ?? []) unmatched.delete(pattern)
    return matching === undefined || matching.length > 0
  }
  const lock = file?.lock ?? createLock([])
  const now = session.io.now()
  const rulesFor = (reference: Reference): CoolDown => ({
    ...coolDownRules(reference, settings, session.profile, now, flags.now === true, flags.acceptSigner),
    // An image of a source was chosen there.
    minAgeNew: 'allow',
  })
  const fresh: Resolver = {
    resolve: (reference, options) => resolver.resolve(reference, { ...options, fresh: true }),
  }
  const signatures = openSignatures(session, verifier)
  const mover = digestMover(fresh, {
    lock,
    file: file?.name ?? '',
    rulesFor,
    checksPins: session.profile.denyDigests !== undefined,
    verify: signatures?.verify,
  })
  return {
    mover,
    isWanted,
    unmatched: () => [...unmatched][0],
    diagnostics: file?.diagnostics ?? [],
    save: async (isWritten, signal) => {
      const change = mover.changeOf(isWritten)
      const size = change.added.length + change.updated.length + (change.noted?.length ?? 0)
      if (file === undefined || file.diagnostics.length > 0 || size === 0) return
      const { objects } = signatures ?? {}
      await writeLockFile(file, change, { process: processIdentity(), signal, ...(objects && { objects }) })
    },
  }
}

/** Opens the file of `--state`, which is made if it does not exist, or the lock file, if there is one. */
function openMemory(session: Session<MovingFlags>): LockFile | undefined {
  const { flags, io } = session
  if (flags.state !== undefined) {
    return readLockFile(resolve(io.cwd, flags.state), { displayPath: flags.state })
  }
  const path = lockPath(session)
  return existsSync(path) ? readLockFile(path, { displayPath: shownPath(path, io) }) : undefined
}

/**
 * Refuses options that do not fit together, before anything is read.
 * @throws {UsageError} USAGE
 */
export function refuseMisplacedUpdate(flags: MovingFlags): void {
  const { update, match, minAge, now, acceptSigner, state, locked } = flags
  if (update === true) {
    if (locked !== true) return
    throw new UsageError('USAGE', { reason: '--update contacts registries, which --locked forbids' })
  }
  const given = Object.entries({
    match,
    'min-age': minAge,
    now,
    'accept-signer': acceptSigner,
    state,
  }).find(([, value]) => value !== undefined)
  if (given === undefined) return
  throw new UsageError('USAGE', { reason: `--${given[0]} is about moved digests: add --update` })
}
