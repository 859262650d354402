import type { Location, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { formatPath } from '../yaml/lookup.ts'
import type { FieldPath, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import type { ImageField } from './image-field.ts'

/** @returns the location of a node of a resource, for a diagnostic */
export function locationAt(
  at: {
    readonly document: YamlDocument
    readonly resource: ResourceIdentifier
    readonly path: FieldPath
    readonly node: Pick<YamlNode, 'start'>
  },
  source: Source,
): Location {
  return {
    ...(source.file === undefined ? {} : { file: source.file }),
    document: at.document.index + 1,
    ...positionAt(source, at.node.start),
    resource: at.resource,
    path: formatPath(at.path),
  }
}

/** @returns the location of an image field: that of its value, or of the alias in its place */
export function locationOf(field: ImageField, source: Source): Location {
  const location = locationAt({ ...field, node: { start: offsetOf(field) } }, source)
  return field.containerName === undefined ? location : { ...location, container: field.containerName }
}

/** The offset of the field's value in the outermost source. */
function offsetOf({ node, embedded }: ImageField): number {
  return embedded?.text.text.mapEdit({ start: node.start, end: node.start, text: '' }).start ?? node.start
}
