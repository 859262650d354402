import type { Place } from '../diagnostics/diagnostic.ts'
import { formatPath } from '../yaml/lookup.ts'
import { positionAt, type Source } from '../yaml/source.ts'
import type { ImageField } from './image-field.ts'

/** Where an image field is, for a diagnostic: at its value, or at the alias that stands for it. */
export function placeOf(field: ImageField, source: Source): Place {
  return {
    ...(source.file === undefined ? {} : { file: source.file }),
    document: field.document.index + 1,
    ...positionAt(source, offsetOf(field)),
    resource: field.resource,
    ...(field.containerName === undefined ? {} : { container: field.containerName }),
    path: formatPath(field.path),
  }
}

/** Where the field's value stands in the outermost source. */
function offsetOf({ node, embedded }: ImageField): number {
  return embedded?.text.text.toOuter({ start: node.start, end: node.start, text: '' }).start ?? node.start
}
