import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { referenceChange, unchangedValue } from '../kube/find/field-value.ts'
import { locationOf } from '../kube/location.ts'
import type { DecidedField, FindWriter } from '../plan/decision.ts'
import { originalReference } from '../plan/match-input.ts'
import { mergeChanges, type RequestedChange } from '../plan/requested-change.ts'
import type { ResolveOptions } from '../plan/resolver.ts'
import { decideImageFields, finishDiagnostics, type Stream } from '../plan/stream-decisions.ts'
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
}

/** A field with what becomes of it. */
interface MovedField {
  readonly change: RequestedChange
  readonly entry: ImageEntry
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Moves the digests of images that have a tag and a digest, as `pinpull pin --update` does: the digest is replaced, and nothing
 * else. Other images stay, and so do pull policies.
 */
export async function moveDigests(input: Stream, options: MoveOptions): Promise<Transformed> {
  const { profile, findWriter } = options
  const { source, documents } = input
  const decided = decideImageFields(input, { profile, findWriter })
  const moved = await Promise.all(decided.allFields.map((field) => moveField(field, source, options)))
  const merged = mergeChanges(
    moved.map(({ change }) => change),
    source,
  )
  const diagnostics = finishDiagnostics(
    input,
    [...input.diagnostics, ...moved.flatMap((one) => one.diagnostics), ...merged.diagnostics],
    profile,
  )
  const report = { profile: profile.name, images: moved.map(({ entry }) => entry), diagnostics }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { source, documents, report }
  return { source, documents, output: applyChanges(source, documents, merged.changes), report }
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
