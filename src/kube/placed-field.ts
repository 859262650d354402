import type { FieldPath, YamlDocument } from '../yaml/nodes.ts'
import type { FoundField } from './field-at.ts'
import type { ImageField } from './image-field.ts'
import { identify, type Resource } from './resource.ts'
import type { Scope } from './walk.ts'

/** A field, with the object that it is of where that stands in a text, and is not the one around the visit. */
export type OwnedField = FoundField & Partial<Pick<ImageField, 'resource' | 'object'>>

/**
 * Completes a field with the document and the object that it is of.
 *
 * @param at from the root of the walk to the value that was visited
 */
export function placed(
  field: OwnedField,
  at: FieldPath,
  document: YamlDocument,
  { path, identifier }: Resource,
  { object, gvk, outer }: Scope,
): ImageField {
  return {
    resource: outer === undefined ? identifier : identify(object, gvk),
    object,
    ...field,
    document,
    path: [...path, ...at, ...field.path],
  }
}
