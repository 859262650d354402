import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { referenceChange, unchangedValue } from '../kube/find/field-value.ts'
import { locationOf } from '../kube/location.ts'
import type { DecidedField, Decision, FindWriter } from '../plan/decision.ts'
import { imagesToVerify } from '../plan/images-to-verify.ts'
import { originalReference } from '../plan/match-input.ts'
import { mergeChanges, type RequestedChange } from '../plan/requested-change.ts'
import type { ResolveOptions } from '../plan/resolver.ts'
import {
  decideImageFields,
  finishDiagnostics,
  type Stream,
  type StreamDecisions,
} from '../plan/stream-decisions.ts'
import { type VerifiedImages, verifyList } from '../plan/verified-images.ts'
import type { Verifier } from '../plan/verifier.ts'
import { parseReference, tryParseReference } from '../reference/parse.ts'
import { pinnedText, type Reference } from '../reference/reference.ts'
import type { ImageEntry } from '../report/report.ts'
import type { DigestMover } from '../resolve/digest-mover.ts'
import type { Transformed } from '../transform.ts'
import { applyChanges } from '../yaml/edit/document-edit.ts'
import type { Source } from '../yaml/source.ts'

export interface MoveOptions {
  readonly profile: Profile
  readonly mover: DigestMover
  /** Whether the digest of an image is to move; it is given under its original name. */
  readonly isWanted: (reference: Reference) => boolean
  readonly findWriter: FindWriter
  readonly resolveOptions: ResolveOptions
  /** Verifies the digests that stay; needed if the profile demands signatures. */
  readonly verifier?: Verifier | undefined
}

/** A field with what becomes of it. */
interface MovedField {
  readonly change: RequestedChange
  readonly entry: ImageEntry
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Moves the digests of images that have a tag and a digest, as `pinpull pin --update` does: the digest is replaced, and nothing
 * else. Other images stay, and so do pull policies. A digest that stays has to verify as one that moves has to, unless it is of an
 * image that is not wanted.
 *
 * @throws {UsageError} USAGE if the profile demands signatures, and there is no verifier
 */
export async function moveDigests(input: Stream, options: MoveOptions): Promise<Transformed> {
  const { profile, findWriter } = options
  const { source, documents } = input
  const decided = decideImageFields(input, { profile, findWriter })
  const tried = await Promise.all(decided.allFields.map((field) => moveField(field, source, options)))
  const stays = new Set(
    decided.allFields.flatMap(({ decision }, index) =>
      tried[index]?.entry.outcome === 'kept' ? [decision] : [],
    ),
  )
  const verified = await verifyStaying(input, decided, stays, options)
  const moved = decided.allFields.map(({ decision }, index) => {
    const field = tried[index] as MovedField
    const isRefused = verified.refused.has(decision)
    return isRefused ? { ...field, entry: { ...field.entry, ...DID_NOT_VERIFY } } : field
  })
  const merged = mergeChanges(
    moved.map(({ change }) => change),
    source,
  )
  const diagnostics = finishDiagnostics(
    input,
    [
      ...input.diagnostics,
      ...moved.flatMap((one) => one.diagnostics),
      ...verified.diagnostics,
      ...merged.diagnostics,
    ],
    profile,
  )
  const report = { profile: profile.name, images: moved.map(({ entry }) => entry), diagnostics }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { source, documents, report }
  return { source, documents, output: applyChanges(source, documents, merged.changes), report }
}

const DID_NOT_VERIFY = { outcome: 'failed', reason: 'did not verify' } as const

/** Verifies the digests that stay. An image without one is pinned by a run that does not only move. */
async function verifyStaying(
  input: Stream,
  decided: StreamDecisions,
  stays: ReadonlySet<Decision>,
  { profile, isWanted, verifier, resolveOptions: { platform, signal } }: MoveOptions,
): Promise<Pick<VerifiedImages, 'refused' | 'diagnostics'>> {
  if (profile.verify.length === 0) return { refused: new Set(), diagnostics: [] }
  const staying = imagesToVerify(input, decided, new Map(), profile).filter(
    ({ decision, reference, digest }) =>
      digest !== undefined &&
      reference !== undefined &&
      isWanted(reference) &&
      (decision === undefined || stays.has(decision)),
  )
  return verifyList(staying, { profile, verifier, platform, signal })
}

async function moveField(
  { decision }: DecidedField,
  source: Source,
  { profile, mover, isWanted, resolveOptions }: MoveOptions,
): Promise<MovedField> {
  const { field, by } = decision
  const at = locationOf(field, source)
  const kept = (reason: string, outcome: 'kept' | 'failed' = 'kept'): MovedField => ({
    change: { ...unchangedValue(field), field },
    entry: { at, rule: field.rule, image: field.image, result: field.image, outcome, reason, pinBy: by },
    diagnostics: [],
  })
  const named = tryParseReference(field.image)
  // Asked for every image, so that a pattern that names none at all is noticed.
  const isMatched = named !== undefined && isWanted(originalReference(named, profile))
  if (decision.kind === 'skip') return kept(decision.reason)
  const { reference } = decision
  if (reference.digest === undefined) return kept('it has no digest')
  if (reference.tag === undefined) return kept('its digest has no tag')
  if (!isMatched) return kept('not matched')
  const original = originalReference(reference, profile)
  try {
    const { digest, resolution, reason, diagnostics } = await mover.move(original, resolveOptions)
    const located = diagnostics.map((one) => ({ ...one, args: { ...one.args, command: 'pin' }, at }))
    if (digest === reference.digest)
      return { ...kept(reason ?? 'its digest is current'), diagnostics: located }
    const result = parseReference(pinnedText(reference, digest, 'tag-digest'))
    const { from, kind } = resolution.origin
    return {
      change: { ...referenceChange(field, result), field },
      entry: {
        at,
        rule: field.rule,
        image: field.image,
        result: result.text,
        outcome: 'pinned',
        digest,
        origin: from,
        originKind: kind,
        pinBy: by,
      },
      diagnostics: located,
    }
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    const { code, args } = error
    // Its hint has the image for --match, which takes no digest.
    const isAboutSigner = code === 'SIGNER_CHANGED' || code === 'SIGNER_LOST'
    const shown = isAboutSigner ? { ...args, command: 'pin' } : { ...args, image: field.image }
    const failed = kept('did not resolve', 'failed')
    return { ...failed, diagnostics: [{ code, severity: 'error', args: shown, at }] }
  }
}
