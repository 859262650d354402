import { asBuffer, type Source } from '../yaml/source.ts'
import type { ImageField } from './image-field.ts'

/**
 * Whether one of some texts occurs in a document that has an image field. Few streams have the annotations that concern images, and
 * searching bytes is cheaper than visiting nodes; most documents of a repository have no field.
 * @param source the text that contains the fields
 * @param texts in ASCII
 */
export function occursBesideFields(
  fields: readonly ImageField[],
  { bytes }: Source,
  ...texts: readonly string[]
): boolean {
  const buffer = asBuffer(bytes)
  const documents = new Set(fields.map(({ document }) => document))
  return [...documents].some(({ start, end }) => {
    const part = buffer.subarray(start, end)
    return texts.some((text) => part.includes(text))
  })
}
