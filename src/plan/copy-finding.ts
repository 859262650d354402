import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/place.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'

/** What is to be said of strings that equal an image which gets its digest, and keep the tag themselves. */
export function copyFindings(
  copies: readonly ImageField[],
  decisions: readonly Decision[],
  source: Source,
): Diagnostic[] {
  if (copies.length === 0) return []
  const pinned = new Set(decisions.flatMap(({ kind, field }) => (kind === 'pin' ? [field.image] : [])))
  return copies
    .filter(({ image }) => pinned.has(image))
    .map((field) => ({
      code: 'IMAGE_COPY_LEFT',
      severity: 'warning',
      args: { image: field.image },
      at: placeOf(field, source),
    }))
}
