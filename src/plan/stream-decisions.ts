import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/location.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'

/**
 * Leaves out the copies of images that are not pinned themselves, by an annotation or a rule of the profile: they are
 * to be pinned alike, and not instead.
 */
export function dropCopiesOfUnpinned<D extends { readonly decision: Decision }>(
  decided: readonly D[],
): readonly D[] {
  const isCopy = ({ decision }: D): boolean => decision.field.rule === 'R7'
  if (!decided.some(isCopy)) return decided
  const pinned = pinnedImages(decided.filter((one) => !isCopy(one)).map(({ decision }) => decision))
  return decided.filter((one) => !isCopy(one) || pinned.has(one.decision.field.image))
}

function pinnedImages(decisions: readonly Decision[]): ReadonlySet<string> {
  return new Set(decisions.flatMap(({ kind, field }) => (kind === 'pin' ? [field.image] : [])))
}

/** What is to be said of strings that equal an image which gets its digest, and keep the tag themselves. */
export function copyDiagnostics(
  copies: readonly ImageField[],
  decisions: readonly Decision[],
  source: Source,
): Diagnostic[] {
  if (copies.length === 0) return []
  const pinned = pinnedImages(decisions)
  return copies
    .filter(({ image }) => pinned.has(image))
    .map((field) => ({
      code: 'IMAGE_COPY_LEFT',
      severity: 'warning',
      args: { image: field.image },
      at: placeOf(field, source),
    }))
}
