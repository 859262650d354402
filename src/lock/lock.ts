import type { PlatformManifest } from '../oci/manifest.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import { canonicalText, type Digest, type Reference, repositoryName } from '../reference/reference.ts'

/** The default name of the lock file. */
export const LOCK_FILE_NAME = 'pinpull.lock.yaml'

/** An entry of the lock file: the digest of a reference when it was last resolved. */
export interface LockEntry {
  /** `docker.io/library/nginx:1.27`, or `docker.io/library/nginx@sha256:…` for an image that was already pinned. */
  readonly reference: string
  /** The platform, if only its manifest was resolved (`--platform`). */
  readonly platform?: Platform
  readonly digest: Digest
  readonly mediaType: string
  /** The platforms of the index with their manifests, if they are known. */
  readonly platforms?: readonly PlatformManifest[]
  /** Where it was resolved: the host of a registry or mirror, `oci:FOLDER`, `oci-archive:FILE`, or `cluster`. */
  readonly source?: string
  /** When the digest was first seen under this reference: RFC 3339, UTC, whole seconds. */
  readonly resolvedAt?: string
  /** Whether the digest was taken before its cool-down was over (`--now`). */
  readonly forced?: true
  /** Who had signed the digest when it was locked. */
  readonly verified?: VerifiedSigner
  /** The digest that the tag has moved to, which waits for its cool-down. */
  readonly candidate?: Candidate
}

/** A digest that a tag has moved to. */
export interface Candidate {
  readonly digest: Digest
  /** When it was first seen under the tag: RFC 3339, UTC, whole seconds. */
  readonly seenAt: string
  /** How many candidates before it were replaced while they waited; absent for none. */
  readonly changes?: number
}

/**
 * What was verified about a digest when it was locked. It proves nothing: whoever reads the file verifies the objects that it
 * names again.
 */
export interface VerifiedSigner {
  readonly by: 'key' | 'identity'
  /** The certificate's subject, or the file of the key as the configuration writes it. */
  readonly signer: string
  /** Who vouched for the subject; absent for a key. */
  readonly issuer?: string
  /** The earliest verified time of the signature: RFC 3339, UTC, whole seconds; absent without a log entry or timestamp. */
  readonly at?: string
  /** The stored form of the signature; absent where attestations were required instead. */
  readonly bundle?: Digest
  /** What is signed, if that is the index that names the digest of a platform: its bytes are stored, too. */
  readonly index?: Digest
  /** The attestations that were required; at least one, or absent. */
  readonly attestations?: readonly StoredAttestation[]
}

/** Who signed. */
export type Signer = Pick<VerifiedSigner, 'by' | 'signer' | 'issuer'>

/** An attestation: its predicate type, and the SHA-256 of its stored form. */
export interface StoredAttestation {
  readonly type: string
  readonly bundle: Digest
  /** Who signed it, if that is not the signer of the entry. */
  readonly signedBy?: Signer
}

/** The entries of a lock file, with lookup by reference. */
export interface Lock {
  readonly entries: readonly LockEntry[]
  /**
   * Finds the entry for a reference. A reference with a digest also matches an entry of the same repository with that
   * digest, so that a reference that was pinned from the lock is found again.
   */
  find(reference: Reference, platform?: Platform): LockEntry | undefined
  /** Returns the first line of an entry in the file, from 1; undefined if it is not known. */
  lineOf(entry: LockEntry): number | undefined
}

/** Returns the key that identifies and sorts an entry: the reference, then the platform. */
export function entryKey(entry: Pick<LockEntry, 'reference' | 'platform'>): string {
  return entry.platform === undefined
    ? entry.reference
    : `${entry.reference} ${formatPlatform(entry.platform)}`
}

/** Compares keys by code units, so that the order does not depend on the locale. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Creates a lock.
 * @param entries entries with distinct keys
 * @param lineOf returns the line of an entry in the file
 */
export function createLock(entries: readonly LockEntry[], lineOf: Lock['lineOf'] = () => undefined): Lock {
  const byKey = new Map(entries.map((entry) => [entryKey(entry), entry]))
  // Built on demand: most references have no digest.
  let byDigest: ReadonlyMap<string, LockEntry> | undefined
  return {
    entries,
    lineOf,
    find: (reference, platform) => {
      const key = { reference: canonicalText(reference), ...(platform === undefined ? {} : { platform }) }
      const exact = byKey.get(entryKey(key))
      if (exact !== undefined || reference.digest === undefined) return exact
      byDigest ??= new Map(entries.map((entry) => [`${nameOf(entry.reference)}@${entry.digest}`, entry]))
      return byDigest.get(`${repositoryName(reference)}@${reference.digest}`)
    },
  }
}

/** Returns the names of the repositories in a lock, as `repositoryName` returns them. */
export function lockedRepositories({ entries }: Lock): ReadonlySet<string> {
  return new Set(entries.map(({ reference }) => nameOf(reference)))
}

/** Returns the name of the repository in a canonical reference. */
function nameOf(reference: string): string {
  const at = reference.indexOf('@')
  return reference.slice(0, at < 0 ? reference.lastIndexOf(':') : at)
}

/** The changes that a run makes to a lock. */
export interface LockChange {
  readonly added: readonly LockEntry[]
  readonly updated: readonly { readonly before: LockEntry; readonly after: LockEntry }[]
  readonly removed: readonly LockEntry[]
  /** Entries that keep their digest: a candidate was noted or dropped, or platforms became known. */
  readonly noted?: readonly { readonly before: LockEntry; readonly after: LockEntry }[] | undefined
}

/** A change, and the entries of the lock after it. */
export interface AppliedChange extends LockChange {
  readonly entries: readonly LockEntry[]
}

/**
 * Applies a change to the current entries of a lock, which another run may have changed in between. The first entry wins:
 * if both runs add one, the other run's is kept. An entry that this change updates or removes is updated or removed,
 * whatever the other run did to it. Of a candidate that both runs have noted, the earlier time counts.
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
  const noted = (change.noted ?? []).flatMap(({ before, after }) => {
    const current = now.get(entryKey(after))
    const merged = current && mergeNote(current, before, after)
    if (current === undefined || merged === undefined) return []
    now.set(entryKey(merged), merged)
    return [{ before: current, after: merged }]
  })
  return { entries: [...now.values()], added, updated, removed, noted }
}

/**
 * Merges what this run has noted about an entry into the one that is in the file now.
 *
 * @param current the entry in the file
 * @param before the entry that this run has read
 * @param after what this run makes of it
 * @returns undefined if the file stays as it is, since another run knows more
 */
function mergeNote(current: LockEntry, before: LockEntry, after: LockEntry): LockEntry | undefined {
  if (current.digest !== before.digest) return undefined
  const candidate = mergeCandidate(current.candidate, before.candidate, after.candidate)
  // What this run has verified, it has verified now; where it has verified nothing, the entry keeps what another run has noted.
  const isVerified = after.verified !== before.verified
  const hasPlatforms = after.platforms !== before.platforms
  if (candidate === current.candidate && !isVerified && !hasPlatforms) return undefined
  const {
    candidate: _candidate,
    verified = undefined,
    ...rest
  } = isVerified ? { ...current, verified: after.verified } : current
  return {
    ...rest,
    ...(hasPlatforms && after.platforms && { platforms: after.platforms }),
    ...(verified && { verified }),
    ...(candidate && { candidate }),
  }
}

/** The parameters are those of `mergeNote`. */
function mergeCandidate(
  theirs: Candidate | undefined,
  before: Candidate | undefined,
  ours: Candidate | undefined,
): Candidate | undefined {
  if (isSameCandidate(theirs, before)) return ours
  if (ours?.digest !== theirs?.digest || ours === undefined || theirs === undefined) return theirs
  return ours.seenAt < theirs.seenAt ? ours : theirs
}

function isSameCandidate(a: Candidate | undefined, b: Candidate | undefined): boolean {
  return a?.digest === b?.digest && a?.seenAt === b?.seenAt && a?.changes === b?.changes
}

/** The keys of an entry, in the order of the file. */
export const ENTRY_KEYS = [
  'reference',
  'platform',
  'digest',
  'mediaType',
  'platforms',
  'source',
  'resolvedAt',
  'forced',
  'verified',
  'candidate',
] as const

export type EntryKey = (typeof ENTRY_KEYS)[number]
