import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../../yaml/source.ts'
import type { UnreadableText } from '../find/find-images.ts'
import { locationAt } from '../location.ts'

/**
 * Reports strings in which a rule expects YAML or JSON with images, but that cannot be searched or edited.
 *
 * @param requirePinned whether they are errors instead of warnings
 */
export function unreadableTextDiagnostics(
  texts: readonly UnreadableText[],
  requirePinned: boolean,
  source: Source,
): Diagnostic[] {
  return texts.map((one) => ({
    code: 'EMBEDDED_TEXT_LEFT',
    severity: requirePinned ? 'error' : 'warning',
    args: { reason: one.reason },
    at: locationAt(one, source),
  }))
}
