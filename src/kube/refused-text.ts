import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { formatPath } from '../yaml/lookup.ts'
import { positionAt, type Source } from '../yaml/source.ts'
import type { RefusedText } from './find.ts'

/** What is to be said of texts into which a rule leads, and in which nothing could be looked for. */
export function refusedTextFindings(refused: readonly RefusedText[], source: Source): Diagnostic[] {
  return refused.map(({ document, resource, path, node, reason }) => ({
    code: 'EMBEDDED_TEXT_LEFT',
    severity: 'warning',
    args: { reason },
    at: {
      ...(source.file === undefined ? {} : { file: source.file }),
      document: document.index + 1,
      ...positionAt(source, node.start),
      resource,
      path: formatPath(path),
    },
  }))
}
