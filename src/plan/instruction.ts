import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField, ImagePullPolicy } from '../kube/image-field.ts'

/** How the keys of all annotations that are ours begin. */
export const ANNOTATION_PREFIX = 'pinpull.dev/'

/** What the manifest itself says of an image field. */
export interface Instruction {
  /** The annotation that says to leave the field alone. */
  readonly skippedBy?: string
  /** The policy that has to stand there, whatever the profile wants. */
  readonly pullPolicy?: ImagePullPolicy
}

export interface Instructions {
  /** Fields that nothing is said of are not in it. */
  readonly byField: ReadonlyMap<ImageField, Instruction>
  readonly diagnostics: readonly Diagnostic[]
}
