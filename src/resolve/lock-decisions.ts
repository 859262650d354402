import type { Args, Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { formatTime } from '../lock/format.ts'
import { entryKey, type LockChange, type LockEntry } from '../lock/lock.ts'
import type { DecidedEntry } from './cool-down.ts'

/**
 * Makes the change of a lock from what was decided about its entries and about images without one.
 *
 * @param before the entries of the lock
 * @param used the keys of the entries that are not removed; undefined to remove none
 */
export function lockChangeOf(
  before: readonly LockEntry[],
  decisions: ReadonlyMap<string, DecidedEntry>,
  used: ReadonlySet<string> | undefined,
): LockChange {
  const isRetained = (entry: LockEntry): boolean => used === undefined || used.has(entryKey(entry))
  const decided = [...decisions.values()]
  const added = decided.flatMap(({ decision }) => (decision.kind === 'new' ? [decision.entry] : []))
  const changed = before.flatMap((entry) => {
    const decision = decisions.get(entryKey(entry))?.decision
    if (decision?.entry === undefined || decision.entry === entry || !isRetained(entry)) return []
    return [{ before: entry, after: decision.entry }]
  })
  const isTaken = ({ before: { digest }, after }: (typeof changed)[number]): boolean =>
    after.digest !== digest
  return {
    added,
    updated: changed.filter(isTaken),
    removed: before.filter((entry) => !isRetained(entry)),
    noted: changed.filter((one) => !isTaken(one)),
  }
}

/**
 * Reports what is to be said about moved tags besides the errors of digests that may not be taken, which the resolver throws.
 *
 * @param placeOf the place of an entry in the lock file
 */
export function decisionDiagnostics(
  decisions: ReadonlyMap<string, DecidedEntry>,
  placeOf: (entry: LockEntry) => Location,
): Diagnostic[] {
  return [...decisions.values()].flatMap(({ before, decision, diagnostics }) => {
    if (before === undefined) return [...diagnostics]
    const at = placeOf(before)
    return [...diagnostics, ...remarkDiagnostics(before.reference, { before, decision })].map((one) => ({
      ...one,
      at,
    }))
  })
}

function remarkDiagnostics(
  image: string,
  { decision }: Pick<DecidedEntry, 'before' | 'decision'>,
): Diagnostic[] {
  const { remarks, losses, entry } = decision
  const found: Diagnostic[] = remarks.flatMap((remark): Diagnostic[] => {
    switch (remark.kind) {
      case 'dropped': {
        const { digest, seenAt } = remark.candidate
        return [warning('LOCK_CANDIDATE_GONE', { image, digest, since: seenAt })]
      }
      case 'restless':
        return decision.kind === 'taken'
          ? []
          : [warning('LOCK_NEVER_RESTS', { image, changes: remark.changes })]
      default:
        return []
    }
  })
  // Of a digest that is not taken for what it lacks, the resolver has thrown the error.
  if (decision.kind !== 'lossy') {
    for (const loss of losses) {
      const platforms = loss.kind === 'PLATFORM_LOST' ? loss.platforms.join(', ') : ''
      const digest = entry?.candidate?.digest ?? entry?.digest ?? ''
      found.push(warning(loss.kind, { image, digest, platforms }))
    }
  }
  if (decision.kind === 'waiting') found.push(...waitingDiagnostics(decision.entry, decision.until))
  return found
}

function warning(code: Diagnostic['code'], args: Args): Diagnostic {
  return { code, severity: 'warning', args }
}

/**
 * Reports that the candidate of an entry waits (`LOCK_WAITING`, information).
 * @param until when it may be taken, in milliseconds since 1970
 */
export function waitingDiagnostics(
  { reference: image, candidate }: LockEntry,
  until: number,
  at: Location = {},
): Diagnostic[] {
  if (candidate === undefined) return []
  const { digest, seenAt: since } = candidate
  const args = { image, digest, since, until: formatTime(until), command: 'lock' }
  return [{ code: 'LOCK_WAITING', severity: 'info', args, at }]
}
