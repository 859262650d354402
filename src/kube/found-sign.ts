import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import type { FieldPath, Scalar, YamlDocument } from '../yaml/nodes.ts'
import type { Scope } from './walk.ts'

/** How a value that looks like an image is spelled. */
export type SignForm =
  /** It is all of a string. */
  | 'value'
  /** Its repository and tag stand in keys of their own. */
  | 'parts'
  /** A program is told of it, in its environment or an argument. */
  | 'program'

/** A value that looks like an image, below the value that was visited. */
export interface FoundSign {
  readonly form: SignForm
  /** From the value that was visited. */
  readonly path: FieldPath
  readonly node: Scalar
  readonly image: string
  /** What stands before the image in the same string, such as `--image=`. */
  readonly prefix: string
  /** How its parts are spelled, where it has some: `{repository}:{tag}`. */
  readonly parts?: string
}

/** A value that looks like an image, and where it stands. */
export interface ImageSign extends Omit<FoundSign, 'path'> {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** From the document's root. */
  readonly path: FieldPath
  readonly scope: Scope
  /** From the root of the walk, which is a resource of the document. */
  readonly at: FieldPath
}
