import type { Location } from '../diagnostics/diagnostic.ts'
import type { Lock, LockEntry } from '../lock/lock.ts'
import { manifestKind } from '../oci/media-type.ts'
import { formatPlatform } from '../oci/platform.ts'
import { tryParseReference } from '../reference/parse.ts'
import { canonicalText, type Digest, type Reference, repositoryName } from '../reference/reference.ts'

/** How an image has a digest. */
export type DigestRole =
  /** It is the image's own: of its index, or of its only manifest. */
  | 'image'
  /** It is of the manifest for one platform. */
  | 'platform'
  /** The tag of the image has moved to it, and it waits to be locked. */
  | 'candidate'

/** An image that has a digest. */
export interface DigestUse {
  /** The full name, as in the lock file. */
  readonly image: string
  readonly role: DigestRole
  /** With the role `platform`: for which one, and the index that lists it. */
  readonly platform?: string | undefined
  readonly index?: Digest | undefined
  /** Whether the lock file says so; otherwise the digest stands in a manifest. */
  readonly isLocked: boolean
  /** The image fields of manifests that use the image; none if only the lock file has it. */
  readonly uses: readonly Location[]
}

/** An image field of a manifest. */
export interface UsedImage {
  readonly image: string
  /** The image, with the name from before a rewrite. */
  readonly reference: Reference
  readonly at: Location
}

/** What is known about a digest without a registry. */
export interface DigestAnswer {
  readonly digest: Digest
  readonly images: readonly DigestUse[]
}

/** Finds the images that have a digest, by manifests and a lock file. */
export function findDigestUses(digest: Digest, used: readonly UsedImage[], lock: Lock): DigestAnswer {
  const found: DigestUse[] = []
  const explained = new Set<UsedImage>()
  for (const entry of lock.entries) {
    const role = roleIn(entry, digest)
    if (role === undefined) continue
    const its = used.filter((one) => isOf(entry, one.reference, digest))
    for (const one of its) explained.add(one)
    found.push({ image: entry.reference, ...role, isLocked: true, uses: its.map(({ at }) => at) })
  }
  const others = Map.groupBy(
    used.filter((one) => one.reference.digest === digest && !explained.has(one)),
    ({ reference }) => canonicalText(reference),
  )
  for (const [image, its] of others)
    found.push({ image, role: 'image', isLocked: false, uses: its.map(({ at }) => at) })
  return { digest, images: found }
}

function roleIn(
  entry: LockEntry,
  digest: Digest,
): Pick<DigestUse, 'role' | 'platform' | 'index'> | undefined {
  if (entry.digest === digest)
    return { role: 'image', ...(entry.platform && { platform: formatPlatform(entry.platform) }) }
  const child = entry.platforms?.find((one) => one.digest === digest)
  if (child !== undefined) return { role: 'platform', platform: formatPlatform(child), index: entry.digest }
  return entry.candidate?.digest === digest ? { role: 'candidate' } : undefined
}

/** Whether an image field uses the image of an entry: by its tag, by the locked digest, or by the digest in question. */
function isOf(entry: LockEntry, reference: Reference, digest: Digest): boolean {
  if (reference.digest === undefined) return canonicalText(reference) === entry.reference
  const locked = tryParseReference(entry.reference)
  const isSame = locked !== undefined && repositoryName(locked) === repositoryName(reference)
  return isSame && (reference.digest === entry.digest || reference.digest === digest)
}

/** The indexes of a lock file whose manifests are not known, so that a digest of one of them is not found. */
export function unknownIndexes({ entries }: Lock): readonly LockEntry[] {
  return entries.filter(
    ({ mediaType, platforms = [] }) =>
      manifestKind(mediaType) === 'index' && !platforms.some(({ digest }) => digest !== undefined),
  )
}
