import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { createLock, entryKey, type Lock, type LockChange, type LockEntry } from '../lock/lock.ts'
import { type CoolDown, deniedDigest } from '../lock/moving-tag.ts'
import { refusedChange } from '../lock/signer-change.ts'
import type { PlatformManifest } from '../oci/manifest.ts'
import { formatPlatform } from '../oci/platform.ts'
import { isNotFoundError, resolveToResult } from '../plan/resolve-result.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Digest, type Reference } from '../reference/reference.ts'
import { type DecidedEntry, withCoolDown } from './cool-down.ts'
import { decisionDiagnostics } from './lock-decisions.ts'
import { entryOf } from './lock-resolver.ts'
import { withMemoization } from './memoization.ts'
import { signerError, signerIn, type VerifyDigest } from './signature-collector.ts'

/** Decides to which digests pinned images move, and remembers when digests were first seen. */
export interface DigestMover {
  /** The digests that have moved so far; one that stands in several places may be there several times. */
  readonly moves: readonly DigestMove[]
  /**
   * Asks what the tag of a pinned image names now.
   * @param reference with a tag and a digest
   * @throws {PinpullError} DIGEST_DENIED, PLATFORM_LOST and others if the digest of the tag may not be taken; the errors of registries
   */
  readonly move: (reference: Reference, options: ResolveOptions) => Promise<MovedDigest>
  /**
   * What is to be noted in the lock file.
   * @param isWritten whether the moved digests are written; otherwise only first-seen times are noted
   */
  readonly changeOf: (isWritten: boolean) => LockChange
}

/** A digest that has moved. */
export interface DigestMove {
  /** The image with its tag, in its canonical form. */
  readonly image: string
  readonly before: Digest
  readonly after: Digest
  /** When the new digest was first seen under the tag: RFC 3339, UTC. */
  readonly since?: string | undefined
  /** What both are for, as far as that is known. */
  readonly platforms?: { readonly before: readonly string[]; readonly after: readonly string[] } | undefined
}

/** The digest that a pinned image is to have: its own, unless its tag has moved and the new digest may be taken. */
export interface MovedDigest {
  readonly digest: Digest
  readonly resolution: Resolution
  /** Why it stays, in a few words; absent if it moves. */
  readonly reason?: string
  /** Waiting digests, and others that came and went. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface DigestMoverOptions {
  /** Has the first-seen times of earlier runs. */
  readonly lock: Lock
  /** The name of its file. */
  readonly file: string
  /** The rules for an image. */
  readonly rulesFor: (reference: Reference) => CoolDown
  /** Whether a digest that stays may be denied, which its index has to be read for. */
  readonly checksPins: boolean
  /** Verifies the digests that tags name, and those that they replace, to compare their signers; absent where nothing is verified. */
  readonly verify?: VerifyDigest | undefined
}

/** What was decided about an image, and what the lock had. */
interface Decided {
  readonly before: LockEntry | undefined
  readonly after: LockEntry
  readonly isTaken: boolean
}

/**
 * Moves the digests of pinned images by the rules of the lock file: the digest in the source is the one that is pinned, and the
 * lock file has the memory of what was seen under its tag. A digest that the lock file has taken already is old enough.
 * @param source asks registries, whatever the lock file and the cache have
 */
export function digestMover(
  source: Resolver,
  { lock, file, rulesFor, checksPins, verify }: DigestMoverOptions,
): DigestMover {
  const asked = withMemoization(source)
  const known = new Map(lock.entries.map((entry) => [entryKey(entry), entry]))
  const decided = new Map<string, Decided>()
  const moves: DigestMove[] = []
  return {
    moves,
    async move(reference, options) {
      const { digest } = reference
      if (digest === undefined) throw new Error(`${reference.text} has no digest`)
      const tagged = withoutDigest(reference)
      const current = await asked.resolve(tagged, options)
      const entry = known.get(keyOf(tagged, options))
      const now = current.descriptor.digest
      const rules = rulesFor(tagged)
      if (entry?.digest === now && now !== digest) {
        refuseDenied(tagged, entry, rules)
        await refuseOtherSigner(tagged, digest, now, rules, options)
        moves.push({ image: canonicalText(tagged), before: digest, after: now, since: entry.resolvedAt })
        return { digest: now, resolution: current, diagnostics: [] }
      }
      const moved = await decide(reference, tagged, current, entry, options)
      if (moved.digest === digest && checksPins) {
        const { descriptor } = await asked.resolve(reference, { signal: options.signal, wantPlatforms: true })
        refuseDenied(tagged, descriptor, rules)
      }
      return moved
    },
    changeOf: (isWritten) => changeOf([...decided.values()], isWritten),
  }

  async function decide(
    reference: Reference,
    tagged: Reference,
    current: Resolution,
    entry: LockEntry | undefined,
    options: ResolveOptions,
  ): Promise<MovedDigest> {
    const key = keyOf(tagged, options)
    const pinned = await pinnedEntry(reference, tagged, current, entry, options)
    const isCurrent = current.descriptor.digest === reference.digest
    const before = isCurrent ? pinned : await withSigner(tagged, pinned, options)
    const deciding = withCoolDown(asked, {
      lock: createLock([before]),
      file,
      rulesFor,
      addsManifests: false,
      verify,
    })
    try {
      const resolution = await deciding.resolve(tagged, options)
      const { digest } = resolution.descriptor
      const diagnostics = decisionDiagnostics(deciding.decisions, () => ({}))
      const decision = deciding.decisions.get(key)?.decision
      if (digest !== reference.digest) {
        moves.push({
          image: canonicalText(tagged),
          before: before.digest,
          after: digest,
          since: decision?.entry?.resolvedAt,
          platforms: { before: namesOf(before), after: namesOf(decision?.entry) },
        })
        return { digest, resolution, diagnostics }
      }
      const isWaiting = decision?.kind === 'waiting'
      return {
        digest,
        resolution,
        reason: isWaiting ? 'its new digest waits' : 'its digest is current',
        diagnostics,
      }
    } finally {
      // Also if the new digest may not be taken: it was seen.
      remember(key, entry, deciding.decisions.get(key))
    }
  }

  /** An entry with the signer of its digest, if it has one: the new digest must have the same. */
  async function withSigner(
    tagged: Reference,
    entry: LockEntry,
    options: ResolveOptions,
  ): Promise<LockEntry> {
    if (entry.verified !== undefined) return entry
    const verified = signerIn(await verify?.(tagged, entry.digest, options))
    return verified === undefined ? entry : { ...entry, verified }
  }

  /** Refuses a digest that the lock file has taken, but that does not verify, or that somebody else has signed than the pinned one. */
  async function refuseOtherSigner(
    tagged: Reference,
    pinned: Digest,
    now: Digest,
    { acceptsSigner }: CoolDown,
    options: ResolveOptions,
  ): Promise<void> {
    if (verify === undefined) return
    const [old, taken] = await Promise.all([pinned, now].map((one) => verify(tagged, one, options)))
    const change = refusedChange(signerIn(old), signerIn(taken), acceptsSigner)
    if (change !== undefined) throw signerError(canonicalText(tagged), now, change, taken)
    if (taken?.kind === 'refused' && taken.isEnforced) throw taken.error
  }

  /** What the lock file would say about an image that was locked as it is pinned. */
  async function pinnedEntry(
    reference: Reference,
    tagged: Reference,
    current: Resolution,
    entry: LockEntry | undefined,
    options: ResolveOptions,
  ): Promise<LockEntry> {
    const digest = reference.digest as Digest
    if (entry?.digest === digest) return entry
    const candidate = entry?.candidate === undefined ? {} : { candidate: entry.candidate }
    const isCurrent = current.descriptor.digest === digest
    const result = isCurrent
      ? ({ kind: 'resolved', resolution: current } as const)
      : await resolveToResult(reference, asked, { ...options, platform: undefined, wantPlatforms: true })
    if (result.kind === 'failed' && !isNotFoundError(result.error)) throw result.error
    // Of a digest that is gone from the registry nobody knows what nodes would lose.
    const { descriptor, origin } = result.kind === 'resolved' ? result.resolution : current
    const { platforms, ...rest } = descriptor
    const known = result.kind === 'resolved' && platforms !== undefined ? { platforms } : {}
    const { resolvedAt: _, ...made } = entryOf(
      tagged,
      options,
      { descriptor: { ...rest, ...known, digest }, origin },
      0,
    )
    return { ...made, ...candidate }
  }

  function remember(key: string, before: LockEntry | undefined, made: DecidedEntry | undefined): void {
    const after = made?.decision.entry
    if (after !== undefined) decided.set(key, { before, after, isTaken: made?.decision.kind === 'taken' })
  }
}

function withoutDigest(reference: Reference): Reference {
  const { digest, ...rest } = reference
  return digest === undefined ? reference : { ...rest, text: rest.text.slice(0, -(digest.length + 1)) }
}

function keyOf(tagged: Reference, { platform }: ResolveOptions): string {
  return entryKey({ reference: canonicalText(tagged), ...(platform && { platform }) })
}

function changeOf(decided: readonly Decided[], isWritten: boolean): LockChange {
  const added: LockEntry[] = []
  const updated: { before: LockEntry; after: LockEntry }[] = []
  const noted: { before: LockEntry; after: LockEntry }[] = []
  for (const { before, after, isTaken } of decided) {
    if (isTaken && !isWritten) continue
    if (before === undefined) {
      if (isTaken || after.candidate !== undefined) added.push(after)
    } else if (before.digest !== after.digest) updated.push({ before, after })
    else if (before !== after) noted.push({ before, after })
  }
  return { added, updated, removed: [], noted }
}

/** @throws {PinpullError} DIGEST_DENIED */
function refuseDenied(
  tagged: Reference,
  image: { readonly digest: Digest; readonly platforms?: readonly PlatformManifest[] },
  { isDenied }: CoolDown,
): void {
  const digest = deniedDigest(image, isDenied)
  if (digest !== undefined) throw new PinpullError('DIGEST_DENIED', { image: canonicalText(tagged), digest })
}

function namesOf(entry: LockEntry | undefined): string[] {
  return (entry?.platforms ?? []).map(formatPlatform)
}
