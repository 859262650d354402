import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/place.ts'
import { placeholderOf } from '../kube/placeholder.ts'
import { parseReference } from '../reference/parse.ts'
import type { Reference, TagKind } from '../reference/reference.ts'
import { tagKindOf } from '../reference/tag-kind.ts'
import type { Source } from '../yaml/source.ts'

/** Why an image is not pinned. */
export type KeepReason = 'already pinned' | 'profile does not pin' | 'placeholder' | 'not a reference'

/** What is to be done about one image field, before any registry is asked. */
export type Decision =
  | {
      readonly kind: 'pin'
      readonly field: ImageField
      readonly reference: Reference
      readonly tagKind: TagKind
    }
  | {
      readonly kind: 'keep'
      readonly field: ImageField
      readonly reason: KeepReason
      /** Absent where the value is no reference: then its pull policy is not touched either. */
      readonly tagKind?: TagKind
    }

/** A decision with what there is to say about it. An `error` among the findings fails the run. */
export interface Decided {
  readonly decision: Decision
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Decides about one image field by the profile alone: pin or keep, and what to report.
 * @param field where the image stands
 * @param profile the environment's policy
 * @param source the text that the field was found in, for places
 */
export function decide(field: ImageField, profile: Profile, source: Source): Decided {
  const placeholder = placeholderOf(field.image)
  if (placeholder !== undefined) {
    const at = placeOf(field, source)
    const args = { image: field.image, placeholder }
    return {
      decision: { kind: 'keep', field, reason: 'placeholder' },
      diagnostics: [{ code: 'IMAGE_PLACEHOLDER', severity: 'warning', args, at }],
    }
  }

  const reference = parseOrRefusal(field.image)
  if (reference instanceof PinpullError) {
    const severity = profile.invalid === 'deny' ? 'error' : 'warning'
    const at = placeOf(field, source)
    return {
      decision: { kind: 'keep', field, reason: 'not a reference' },
      diagnostics: [{ code: reference.code, severity, args: reference.args, at }],
    }
  }

  const tagKind = tagKindOf(reference)
  const diagnostics = mutableTagFindings(field, tagKind, profile, source)
  if (tagKind === 'digest') {
    return { decision: { kind: 'keep', field, reason: 'already pinned', tagKind }, diagnostics }
  }
  if (profile.pin === 'never') {
    return { decision: { kind: 'keep', field, reason: 'profile does not pin', tagKind }, diagnostics }
  }
  return { decision: { kind: 'pin', field, reference, tagKind }, diagnostics }
}

function parseOrRefusal(image: string): Reference | PinpullError {
  try {
    return parseReference(image)
  } catch (error) {
    if (error instanceof PinpullError && error.code === 'REFERENCE_INVALID') return error
    throw error
  }
}

function mutableTagFindings(
  field: ImageField,
  tagKind: TagKind,
  profile: Profile,
  source: Source,
): Diagnostic[] {
  if (profile.mutableTags === 'allow' || (tagKind !== 'latest' && tagKind !== 'untagged')) return []
  const severity = profile.mutableTags === 'deny' ? 'error' : 'warning'
  const described = tagKind === 'latest' ? 'tagged latest' : 'untagged'
  return [
    {
      code: 'IMAGE_MUTABLE',
      severity,
      args: { image: field.image, tagKind: described },
      at: placeOf(field, source),
    },
  ]
}
