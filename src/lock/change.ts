import { entryKey, type LockEntry } from './lock.ts'

/** The changes that a run makes to a lock. */
export interface LockChange {
  readonly added: readonly LockEntry[]
  readonly updated: readonly { readonly before: LockEntry; readonly after: LockEntry }[]
  readonly removed: readonly LockEntry[]
}

/** A change, and the entries of the lock after it. */
export interface AppliedChange extends LockChange {
  readonly entries: readonly LockEntry[]
}

/**
 * Applies a change to the current entries of a lock, which another run may have changed in between. The first entry wins:
 * if both runs add one, the other run's is kept. An entry that this change updates or removes is updated or removed,
 * whatever the other run did to it.
 *
 * @returns the new entries, and the part of the change that took effect
 */
export function applyChange(entries: readonly LockEntry[], change: LockChange): AppliedChange {
  const now = new Map(entries.map((entry) => [entryKey(entry), entry]))
  const added = change.added.filter((entry) => !now.has(entryKey(entry)))
  const updated = change.updated.filter(({ after }) => now.get(entryKey(after))?.digest !== after.digest)
  const removed = change.removed.filter((entry) => now.has(entryKey(entry)))
  for (const { after } of updated) now.set(entryKey(after), after)
  for (const entry of removed) now.delete(entryKey(entry))
  for (const entry of added) now.set(entryKey(entry), entry)
  return { entries: [...now.values()], added, updated, removed }
}
