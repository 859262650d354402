import type { Location, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { formatPath } from '../yaml/lookup.ts'
import type { FieldPath, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import { type FieldPlace, type ImageField, placeOf } from './image-field.ts'

/** Returns the location of a YAML node in the input, for a diagnostic: line, column, resource and path. */
export function locationAt(
  at: {
    readonly document: Pick<YamlDocument, 'index'>
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
  return locationOfPlace(placeOf(field), source)
}

/** Returns the location of an image field of which only the place is kept. */
export function locationOfPlace(place: FieldPlace, source: Source): Location {
  const location = locationAt(place, source)
  return place.containerName === undefined ? location : { ...location, container: place.containerName }
}
