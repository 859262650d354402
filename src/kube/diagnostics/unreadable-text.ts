import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../../yaml/source.ts'
import type { UnreadableText } from '../find/find-images.ts'
import { locationAt } from '../location.ts'

/**
 * What is to be said of texts into which a rule leads, and in which nothing could be looked for.
 *
 * @param requirePinned whether what cannot be judged is an error
 */
export function unreadableTextDiagnostics(
  refused: readonly UnreadableText[],
  requirePinned: boolean,
  source: Source,
): Diagnostic[] {
  return refused.map((one) => ({
    code: 'EMBEDDED_TEXT_LEFT',
    severity: requirePinned ? 'error' : 'warning',
    args: { reason: one.reason },
    at: locationAt(one, source),
  }))
}
