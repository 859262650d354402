import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/errors.ts'
import { readDocuments } from '../yaml/documents.ts'
import { readSource, type Source } from '../yaml/source.ts'
import { findResourceList, type ResourceList } from './resource-list.ts'
import { toResult } from './result.ts'
import { addResults } from './results.ts'
import { checkNothingLost } from './self-check.ts'

/**
 * Makes what a function hands back: the list with the findings in it. A failed run hands back the list that came in, so
 * that nobody takes its absence for deletion.
 *
 * @param output absent where the run failed
 */
export function deliverList(
  list: ResourceList,
  source: Source,
  output: Uint8Array | undefined,
  diagnostics: readonly Diagnostic[],
): Uint8Array {
  const isChanged = output !== undefined && output !== source.bytes
  const changed = isChanged ? readSource(output) : source
  const current = isChanged ? readList(output) : list
  const results = diagnostics.map((diagnostic) => toResult(diagnostic, list.items))
  const delivered = addResults(changed, current, results)
  checkNothingLost(source.bytes, [delivered])
  if (delivered !== changed.bytes && readList(delivered).items.length !== list.items.length)
    throw new InternalError('a ResourceList with results does not read back as the list that came in')
  return delivered
}

function readList(bytes: Uint8Array): ResourceList {
  const list = findResourceList(readDocuments(readSource(bytes)).documents)
  if (list === undefined) throw new InternalError('a ResourceList does not read back as one')
  return list
}
