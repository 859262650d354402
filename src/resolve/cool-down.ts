import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { entryKey, type Lock, type LockEntry } from '../lock/lock.ts'
import { type CoolDown, decideTag, type TagAnswer, type TagDecision } from '../lock/moving-tag.ts'
import { manifestKind } from '../oci/media-type.ts'
import { compareWithRegistry } from '../plan/mirror-check.ts'
import { resolveToResult } from '../plan/resolve-result.ts'
import type { Resolution, ResolveOptions, Resolver } from '../plan/resolver.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import { entryOf, resolutionOf } from './lock-resolver.ts'
import { type DigestVerification, signerError, signerIn, type VerifyDigest } from './signature-collector.ts'

/** What becomes of an entry of the lock file, or of an image that has none. */
export interface DecidedEntry {
  /** Absent if the image has no entry. */
  readonly before: LockEntry | undefined
  readonly decision: TagDecision
  /** What came of verifying the digest that the tag names; absent where nothing is verified. */
  readonly verification?: DigestVerification | undefined
  /** Where a mirror and its registry differ, and a signature that is missed though no rule enforces it. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Resolves to the digests that the lock file is to have. */
export interface DecidingResolver extends Resolver {
  /** What was decided so far, by `entryKey`. */
  readonly decisions: ReadonlyMap<string, DecidedEntry>
}

export interface CoolDownOptions {
  readonly lock: Lock
  /** The name of the lock file, as the origin of digests that stay. */
  readonly file: string
  /** The rules for an image. */
  readonly rulesFor: (reference: Reference) => CoolDown
  /** Whether an entry of an index whose manifests it lacks gets them although its digest stays. */
  readonly addsManifests: boolean
  /** Verifies the digests that tags name, before one is taken; absent where nothing is verified. */
  readonly verify?: VerifyDigest | undefined
}

/**
 * Wraps a resolver to decide about each tag whether the digest that it names now replaces the one in the lock file. An entry that
 * has not moved costs one HEAD. An image whose digest may not be taken fails, with the code that says why; so does one whose
 * signature is demanded and does not verify, also while the digest waits.
 *
 * A mirror may be behind its registry, or have what the registry has withdrawn. So where there is a cool-down, a move that a
 * mirror reports is compared with the registry, and the registry's answer counts if there is one.
 */
export function withCoolDown(source: Resolver, options: CoolDownOptions): DecidingResolver {
  const known = new Map(options.lock.entries.map((entry) => [entryKey(entry), entry]))
  const decisions = new Map<string, DecidedEntry>()
  const pending = new Map<string, Promise<{ decided: DecidedEntry; resolution: Resolution }>>()
  return {
    decisions,
    async resolve(reference, resolveOptions) {
      // An anonymous request only checks whether an image is public.
      if (resolveOptions.anonymous === true) return source.resolve(reference, resolveOptions)
      const { platform } = resolveOptions
      const key = entryKey({ reference: canonicalText(reference), ...(platform && { platform }) })
      const running = pending.get(key) ?? decide(reference, known.get(key), resolveOptions)
      pending.set(key, running)
      const { decided, resolution } = await running
      decisions.set(key, decided)
      refuse(reference, decided)
      return resolution
    },
  }

  async function decide(
    reference: Reference,
    before: LockEntry | undefined,
    resolveOptions: ResolveOptions,
  ): Promise<{ decided: DecidedEntry; resolution: Resolution }> {
    const rules = options.rulesFor(reference)
    const { resolution, diagnostics } = await currentResolution(reference, before, rules, resolveOptions)
    const verification = await options.verify?.(reference, resolution.descriptor.digest, resolveOptions)
    const verified = signerIn(verification)
    const answer = {
      ...entryOf(reference, resolveOptions, resolution, rules.now),
      ...(verified && { verified }),
    }
    // What has a digest in its manifest was chosen there.
    const isChosen = reference.digest !== undefined
    const decision = decideTag(before, answer, isChosen ? { ...rules, minAgeNew: 'allow' } : rules)
    const decided = {
      before,
      decision: withManifests(decision, before, answer),
      verification,
      diagnostics: [
        ...diagnostics,
        // The error of another signer says it, too.
        ...(decision.kind === 'other-signer' ? [] : toleratedRefusals(verification)),
      ],
    }
    const isNew = decision.kind === 'new' || decision.kind === 'taken'
    const { entry } = decision
    if (isNew || entry === undefined) return { decided, resolution }
    return { decided, resolution: resolutionOf(entry, options.file, options.lock) }
  }

  /** Resolves a tag with the platforms of its index, unless its digest is the locked one. */
  async function currentResolution(
    reference: Reference,
    before: LockEntry | undefined,
    { minAge }: CoolDown,
    resolveOptions: ResolveOptions,
  ): Promise<{ resolution: Resolution; diagnostics: readonly Diagnostic[] }> {
    const whole = { ...resolveOptions, wantPlatforms: true }
    if (before === undefined) return { resolution: await source.resolve(reference, whole), diagnostics: [] }
    const wantPlatforms =
      resolveOptions.platform !== undefined || (options.addsManifests && lacksManifests(before))
    const first = await source.resolve(reference, { ...resolveOptions, wantPlatforms })
    if (first.descriptor.digest === before.digest) return { resolution: first, diagnostics: [] }
    const moved = wantPlatforms ? first : await source.resolve(reference, whole)
    if (moved.origin.kind !== 'mirror' || minAge === 0) return { resolution: moved, diagnostics: [] }
    const direct = await resolveToResult(reference, source, { ...whole, bypassMirrors: true })
    const lookup = { image: canonicalText(reference), at: {}, reference, resolution: moved }
    const diagnostics = compareWithRegistry(lookup, direct)
    if (direct.kind === 'resolved') return { resolution: direct.resolution, diagnostics }
    // The registry no longer has what the mirror still says.
    if (diagnostics.some(({ code }) => code === 'MIRROR_STALE')) throw direct.error
    return { resolution: moved, diagnostics }
  }

  function withManifests(
    decision: TagDecision,
    before: LockEntry | undefined,
    { platforms }: TagAnswer,
  ): TagDecision {
    const isAdded =
      options.addsManifests && decision.kind === 'kept' && before !== undefined && lacksManifests(before)
    if (!isAdded || platforms?.some(({ digest }) => digest !== undefined) !== true) return decision
    return { ...decision, entry: { ...decision.entry, platforms } }
  }
}

/** Whether an entry is of an index whose manifests it does not have, as before `v1alpha2`. */
function lacksManifests({ mediaType, platforms = [] }: LockEntry): boolean {
  return manifestKind(mediaType) === 'index' && !platforms.some(({ digest }) => digest !== undefined)
}

function toleratedRefusals(verification: DigestVerification | undefined): readonly Diagnostic[] {
  if (verification?.kind !== 'refused' || verification.isEnforced) return []
  const { code, args } = verification.error
  return [{ code, severity: 'warning', args }]
}

/** @throws {PinpullError} if the digest that a tag names may not be taken, or does not verify */
function refuse(reference: Reference, { decision, verification }: DecidedEntry): void {
  const image = canonicalText(reference)
  switch (decision.kind) {
    case 'denied':
      throw new PinpullError('DIGEST_DENIED', { image, digest: decision.digest })
    case 'other-signer':
      throw signerError(image, decision.entry.candidate?.digest ?? '', decision.change, verification)
    case 'unseen':
      throw new PinpullError('LOCK_UNSEEN', { image })
    case 'lossy': {
      const [loss] = decision.losses
      throw new PinpullError(loss?.kind ?? 'PLATFORM_LOST', lossArgs(image, decision))
    }
    default:
  }
  if (verification?.kind === 'refused' && verification.isEnforced) throw verification.error
}

/** The arguments of the diagnostics about what nodes would lose with a digest. */
function lossArgs(image: string, { losses, entry }: TagDecision): Readonly<Record<string, string>> {
  const lost = losses.flatMap((loss) => (loss.kind === 'PLATFORM_LOST' ? loss.platforms : []))
  const digest = entry?.candidate?.digest ?? entry?.digest ?? ''
  return { image, digest, platforms: lost.join(', ') }
}
