import type { PlatformManifest } from '../oci/manifest.ts'
import { manifestKind } from '../oci/media-type.ts'
import { formatPlatform, platformRank } from '../oci/platform.ts'
import type { Digest } from '../reference/reference.ts'
import { formatField, formatTime } from './format.ts'
import type { Candidate, LockEntry, Signer, VerifiedSigner } from './lock.ts'
import { refusedChange, type SignerChange } from './signer-change.ts'

/**
 * What a tag names now: an entry as `entryOf` makes it from the answer of a registry. `verified` is what was verified about it just
 * now; absent if nothing was, or nothing is demanded.
 */
export type TagAnswer = Omit<LockEntry, 'forced' | 'candidate'>

/** When a digest may be taken. */
export interface CoolDown {
  /** The current time in milliseconds since 1970. */
  readonly now: number
  /** How long a digest must have been seen under a tag before it replaces another, in milliseconds. */
  readonly minAge: number
  /** Whether an image without an entry may be locked, although nobody has seen how long its digest is there. */
  readonly minAgeNew: 'allow' | 'deny'
  /** Whether digests are taken at once (`--now`). */
  readonly isForced: boolean
  /** Whether nobody may use a digest. */
  readonly isDenied: (digest: Digest) => boolean
  /** Whether a platform may be lost, or an index become a single manifest. */
  readonly tolerates: (loss: Loss['kind']) => boolean
  /** Whether a digest may replace one that somebody else has signed; undefined asks about one for which less is verified (`--accept-signer`). */
  readonly acceptsSigner: (signer: Signer | undefined) => boolean
}

/** What nodes would lose with a new digest. */
export type Loss =
  | { readonly kind: 'PLATFORM_LOST'; readonly platforms: readonly string[] }
  | { readonly kind: 'INDEX_BECAME_MANIFEST' }

/** Something to say about a tag, besides what becomes of its entry. */
export type Remark =
  /** A candidate came and went: the tag has moved back, or on. */
  | { readonly kind: 'dropped'; readonly candidate: Candidate }
  /** The candidate has been replaced so often that it may never be taken. */
  | { readonly kind: 'restless'; readonly changes: number }
  | { readonly kind: 'manifest-became-index' }
  /** The new index lists the same manifests. */
  | { readonly kind: 'same-manifests' }

/** What becomes of an entry. `entry` is the one to write: the same object if nothing changes. */
export type TagDecision = {
  readonly remarks: readonly Remark[]
  /** What nodes would lose with the digest that the tag names now. */
  readonly losses: readonly Loss[]
} & (
  | { readonly kind: 'new' | 'kept' | 'taken'; readonly entry: LockEntry }
  /** The old digest stays until the candidate is old enough, at `until` (milliseconds since 1970). */
  | { readonly kind: 'waiting'; readonly entry: LockEntry; readonly until: number }
  /** The candidate is old enough, but nodes would lose something. */
  | { readonly kind: 'lossy'; readonly entry: LockEntry }
  /** The digest that the tag names is not signed as the locked one is. However old it gets, and with `--now`, it is not taken. */
  | { readonly kind: 'other-signer'; readonly entry: LockEntry; readonly change: SignerChange }
  /** The digest that the tag names, or one in its index, is denied. */
  | { readonly kind: 'denied'; readonly entry: LockEntry | undefined; readonly digest: Digest }
  /** The image has no entry, and `minAgeNew` denies it one. */
  | { readonly kind: 'unseen'; readonly entry: undefined }
)

/** After this many replaced candidates, a tag is said to move faster than the cool-down. */
const RESTLESS = 3

/**
 * Decides what becomes of the digest of a tag, by what its entry says and what the tag names now. The age of a digest is counted
 * from when it was first seen under the tag, because whoever pushes it cannot forge that: `created` of an image is written by its
 * publisher. Nor can they forge the verified time of a signature, which counts if it is earlier.
 *
 * @param before the entry; undefined if the image has none
 * @param answer what the tag names now; undefined if the registry did not say, so that the entry stays
 */
export function decideTag(before: LockEntry, answer: TagAnswer | undefined, rules: CoolDown): TagDecision
export function decideTag(before: LockEntry | undefined, answer: TagAnswer, rules: CoolDown): TagDecision
export function decideTag(
  before: LockEntry | undefined,
  answer: TagAnswer | undefined,
  rules: CoolDown,
): TagDecision {
  if (answer === undefined) return { kind: 'kept', entry: before as LockEntry, ...NOTHING }
  const denied = deniedDigest(answer, rules.isDenied)
  if (denied !== undefined) {
    // What waited is no longer what the tag names, or it is what is denied.
    const { entry, remarks } = before === undefined ? NO_ENTRY : withoutCandidate(before)
    return { kind: 'denied', entry, digest: denied, remarks, losses: [] }
  }
  if (before === undefined) return decideNew(answer, rules)
  if (answer.digest === before.digest) {
    const { entry, remarks } = withoutCandidate(before)
    return { kind: 'kept', entry: withVerified(entry, answer.verified), remarks, losses: [] }
  }
  return decideMoved(before, answer, rules)
}

const NOTHING = { remarks: [], losses: [] } as const
const NO_ENTRY = { entry: undefined, remarks: [] } as const

/**
 * Finds a denied digest in an image: that of its index or manifest, or of a manifest in the index.
 *
 * @returns undefined if there is none
 */
export function deniedDigest(
  { digest, platforms = [] }: { readonly digest: Digest; readonly platforms?: readonly PlatformManifest[] },
  isDenied: (digest: Digest) => boolean,
): Digest | undefined {
  return [digest, ...platforms.flatMap((one) => one.digest ?? [])].find(isDenied)
}

/**
 * Returns an entry with what was verified about its digest just now; the same one if it says so already, or nothing was verified.
 */
export function withVerified(entry: LockEntry, verified: VerifiedSigner | undefined): LockEntry {
  if (verified === undefined) return entry
  const changed = { ...entry, verified }
  return formatField(changed, 'verified') === formatField(entry, 'verified') ? entry : changed
}

function decideNew(answer: TagAnswer, { now, minAge, minAgeNew, isForced }: CoolDown): TagDecision {
  const entry = { ...answer, resolvedAt: formatTime(now) }
  const verifiedAt = answer.verified?.at
  const isKnownToBeOld = verifiedAt !== undefined && now - Date.parse(verifiedAt) >= minAge
  if (minAgeNew === 'allow' || isKnownToBeOld) return { kind: 'new', entry, ...NOTHING }
  if (isForced) return { kind: 'new', entry: { ...entry, forced: true }, ...NOTHING }
  return { kind: 'unseen', entry: undefined, ...NOTHING }
}

/** The tag is where its entry is again. */
function withoutCandidate(before: LockEntry): Pick<TagDecision, 'remarks'> & { readonly entry: LockEntry } {
  const { candidate, ...entry } = before
  return candidate === undefined
    ? { entry: before, remarks: [] }
    : { entry, remarks: [{ kind: 'dropped', candidate }] }
}

function decideMoved(before: LockEntry, answer: TagAnswer, rules: CoolDown): TagDecision {
  const { now, minAge, isForced, tolerates } = rules
  const known = before.candidate
  const isKnown = known?.digest === answer.digest
  const firstSeen = isKnown ? known.seenAt : formatTime(now)
  const [noted = firstSeen] = [firstSeen, answer.verified?.at ?? firstSeen].toSorted()
  // A tag cannot have moved before its digest was seen: then the clock of this machine, or of another one, is wrong. Nor is a
  // release old for having been signed before the one that it replaces.
  const seenAt = [noted, before.resolvedAt ?? ''].toSorted().at(-1) as string
  const changes = isKnown ? known.changes : known && (known.changes ?? 0) + 1
  const candidate =
    isKnown && noted === firstSeen
      ? known
      : { digest: answer.digest, seenAt, ...(changes === undefined ? {} : { changes }) }
  const losses = lossesOf(before, answer)
  const remarks: Remark[] = [
    ...(known === undefined || isKnown ? [] : ([{ kind: 'dropped', candidate: known }] as const)),
    ...(changes !== undefined && changes >= RESTLESS ? ([{ kind: 'restless', changes }] as const) : []),
    ...movedKind(before, answer),
  ]
  const age = Math.max(0, now - Date.parse(seenAt))
  const isOldEnough = age >= minAge
  const waiting = candidate === known ? before : { ...before, candidate }
  const change = refusedChange(before.verified, answer.verified, rules.acceptsSigner)
  if (change !== undefined) return { kind: 'other-signer', entry: waiting, change, remarks, losses }
  if (!isOldEnough && !isForced)
    return { kind: 'waiting', entry: waiting, until: Date.parse(seenAt) + minAge, remarks, losses }
  if (losses.some(({ kind }) => !tolerates(kind))) return { kind: 'lossy', entry: waiting, remarks, losses }
  const entry = { ...answer, resolvedAt: seenAt, ...(isOldEnough ? {} : ({ forced: true } as const)) }
  return { kind: 'taken', entry, remarks, losses }
}

/** What a platform's own entry is for, its manifest always has. */
function lossesOf(before: LockEntry, answer: TagAnswer): Loss[] {
  if (before.platform !== undefined) return []
  if (manifestKind(before.mediaType) === 'index' && manifestKind(answer.mediaType) === 'image')
    return [{ kind: 'INDEX_BECAME_MANIFEST' }]
  const { platforms: offered = [] } = answer
  // A registry that does not say for which platforms an image is, has taken none away.
  if (offered.length === 0) return []
  const lost = (before.platforms ?? []).filter(
    (wanted) => !offered.some((one) => platformRank(one, wanted) !== undefined),
  )
  return lost.length === 0 ? [] : [{ kind: 'PLATFORM_LOST', platforms: lost.map(formatPlatform) }]
}

function movedKind(before: LockEntry, answer: TagAnswer): Remark[] {
  const [old, current] = [before, answer].map(({ mediaType }) => manifestKind(mediaType))
  if (old === 'image' && current === 'index') return [{ kind: 'manifest-became-index' }]
  const [a, b] = [before, answer].map(({ platforms = [] }) =>
    platforms
      .map(({ digest }) => digest)
      .toSorted()
      .join(' '),
  )
  const isKnown = before.platforms?.every(({ digest }) => digest !== undefined) === true
  return isKnown && a === b ? [{ kind: 'same-manifests' }] : []
}
