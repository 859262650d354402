import type { Digest } from '../reference/reference.ts'
import type { Lock } from './lock.ts'
import { deniedDigest } from './moving-tag.ts'

/**
 * Adds to denied digests what a lock knows about them: an index with a denied manifest, and the manifests of a denied index.
 *
 * @param denied each with the digest on the list that it stands for
 */
export function deniedByLock(
  denied: ReadonlyMap<Digest, Digest>,
  { entries }: Lock,
): ReadonlyMap<Digest, Digest> {
  const all = new Map(denied)
  for (const entry of entries) {
    const listed = denied.get(entry.digest)
    const found = listed ?? denied.get(deniedDigest(entry, (digest) => denied.has(digest)) ?? entry.digest)
    if (found === undefined) continue
    if (!all.has(entry.digest)) all.set(entry.digest, found)
    if (listed === undefined) continue
    for (const { digest } of entry.platforms ?? [])
      if (digest !== undefined && !all.has(digest)) all.set(digest, listed)
  }
  return all
}
