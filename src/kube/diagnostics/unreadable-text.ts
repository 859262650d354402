import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../../yaml/source.ts'
import type { UnreadableText } from '../find/find-images.ts'
import { locationAt } from '../location.ts'

/**
 * Reports texts to which a rule leads and that could not be searched.
 *
 * @param requirePinned whether these are errors
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
