import { entryKey, type LockEntry } from './lock.ts'

/** What a run changes in a lock. */
export interface LockChange {
  readonly added: readonly LockEntry[]
  readonly updated: readonly { readonly before: LockEntry; readonly after: LockEntry }[]
  readonly removed: readonly LockEntry[]
}

/** A change, and what the lock holds after it. */
export interface AppliedChange extends LockChange {
  readonly entries: readonly LockEntry[]
}

/**
 * Applies a change to the entries of a lock, which may be others by now than those that it was made for: another run has
 * written in between. What was locked first stays, as always: an entry that both add is the other's. An entry that is
 * updated here is updated, whatever the other made of it; one that is removed here is removed.
 *
 * @returns the entries, and the part of the change that these saw
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
