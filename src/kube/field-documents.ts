import { mayOccur } from '../yaml/hidden-text.ts'
import type { Source } from '../yaml/source.ts'
import type { ImageField } from './image-field.ts'

/**
 * Selects the fields in whose documents one of some texts may occur. Few streams have the annotations that concern images, and
 * searching bytes is cheaper than visiting nodes; most documents of a repository have no field.
 * @param source the text that contains the fields
 * @param texts in ASCII
 */
export function fieldsBeside(
  fields: readonly ImageField[],
  { bytes }: Source,
  ...texts: readonly string[]
): readonly ImageField[] {
  const documents = new Set(fields.map(({ document }) => document))
  for (const document of documents) {
    const part = bytes.subarray(document.start, document.end)
    if (!texts.some((text) => mayOccur(part, text))) documents.delete(document)
  }
  return documents.size === 0 ? [] : fields.filter(({ document }) => documents.has(document))
}
