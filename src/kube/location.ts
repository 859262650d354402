import type { Location, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { formatPath } from '../yaml/lookup.ts'
import type { FieldPath, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import type { ImageField } from './image-field.ts'

/** Returns the location of a YAML node in the input, for a diagnostic: line, column, resource and path. */
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

/** Returns the location of the value of an image field, or of the alias in place of the value. */
export function locationOf(field: ImageField, source: Source): Location {
  const location = locationAt({ ...field, node: { start: offsetOf(field) } }, source)
  return field.containerName === undefined ? location : { ...location, container: field.containerName }
}

/** The offset of the field's value in the outermost source. */
function offsetOf({ node, embedded }: ImageField): number {
  return embedded?.text.text.mapEdit({ start: node.start, end: node.start, text: '' }).start ?? node.start
}
