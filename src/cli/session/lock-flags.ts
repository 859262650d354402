import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../diagnostics/errors.ts'
import type { Preference } from '../../inventory/running-images.ts'
import type { ImagePattern } from '../../reference/pattern.ts'
import type { Reference } from '../../reference/reference.ts'
import type { Io } from '../io/io.ts'
import type { ReportFormat } from '../io/report-file.ts'
import type { Flags } from '../options/flags.ts'
import type { LayoutFlag } from '../options/values.ts'

/** The options that are for `--from-status`, or have no part in it. */
interface StatusFlags {
  readonly fromStatus?: boolean | undefined
  readonly prefer?: Preference | undefined
  readonly check?: boolean | undefined
  readonly prune?: boolean | undefined
  readonly now?: boolean | undefined
  readonly image?: readonly unknown[] | undefined
  readonly fromLayout?: readonly unknown[] | undefined
}

/** The options of `pinpull lock`. */
export interface LockFlags extends Flags, StatusFlags {
  readonly update?: boolean | undefined
  /** The images that `--update` is for; absent for all. */
  readonly match?: readonly ImagePattern[] | undefined
  /** In milliseconds, instead of the configuration's. */
  readonly minAge?: number | undefined
  readonly now?: boolean | undefined
  /** Signers whose digests may replace those of others. */
  readonly acceptSigner?: readonly string[] | undefined
  readonly prune?: boolean | undefined
  readonly check?: boolean | undefined
  readonly fromLayout?: readonly LayoutFlag[] | undefined
  readonly image?: readonly Reference[] | undefined
  readonly output?: ReportFormat | undefined
}

/**
 * Refuses options of `pinpull lock` that do not fit together, before anything is read.
 *
 * @throws {UsageError} USAGE
 */
export function checkLockFlags(paths: readonly string[], flags: LockFlags, io: Io): void {
  refuseMisplacedPattern(paths, flags, io)
  checkStatusUsage(flags)
  refuseMisplacedOptions(flags)
}

function refuseMisplacedOptions(flags: LockFlags): void {
  const { update, check, now, acceptSigner, minAge, failOn, locked, fromLayout } = flags
  const reasons: readonly (readonly [isMisplaced: boolean, reason: string])[] = [
    [
      now === true && update !== true,
      '--now takes the current digests of an update: add --update, and --match to name the images',
    ],
    [
      acceptSigner !== undefined && update !== true,
      '--accept-signer is about the signers of new digests: add --update, and --match to name the images',
    ],
    [
      minAge !== undefined && update !== true && check !== true,
      '--min-age makes moved digests wait: add --update',
    ],
    [failOn === 'never' && check !== true, '--fail-on never needs --check: nothing is locked after an error'],
    [
      update === true && locked === true && fromLayout === undefined,
      '--update contacts registries, which --locked forbids: name a layout with --from-layout',
    ],
  ]
  const [, reason] = reasons.find(([isMisplaced]) => isMisplaced) ?? []
  if (reason !== undefined) throw new UsageError('USAGE', { reason })
}

/**
 * Refuses a pattern that is no value of `--match`, as it was when `--update` took one.
 *
 * @throws {UsageError} USAGE
 */
function refuseMisplacedPattern(paths: readonly string[], { update, match }: LockFlags, io: Io): void {
  if (match !== undefined && update !== true) {
    throw new UsageError('USAGE', { reason: '--match narrows --update: add --update' })
  }
  if (update !== true || match !== undefined) return
  const misplaced = paths.find((path) => path !== '' && path !== '-' && !existsSync(resolve(io.cwd, path)))
  if (misplaced === undefined) return
  const reason = `there is no file ${misplaced}; to update only images that match a pattern: --update --match '${misplaced}'`
  throw new UsageError('USAGE', { reason })
}

/** @throws {UsageError} USAGE for an option that has no meaning with or without `--from-status` */
function checkStatusUsage({ fromStatus, prefer, check, prune, image, fromLayout, now }: StatusFlags): void {
  if (fromStatus !== true) {
    if (prefer === undefined) return
    throw new UsageError('USAGE', { reason: '--prefer chooses between digests that run: add --from-status' })
  }
  const given = { check, prune, image, 'from-layout': fromLayout, now }
  const [other] = Object.entries(given).find(([, value]) => value !== undefined && value !== false) ?? []
  if (other === undefined) return
  throw new UsageError('USAGE', {
    reason: `--from-status locks what runs, and --${other} has no part in that`,
  })
}
