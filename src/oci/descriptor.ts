import type { Digest } from '../reference/reference.ts'
import type { Platform } from './platform.ts'

/** What a registry says of one piece of content (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** In bytes; absent when the registry gave no length. */
  readonly size?: number
  /** For an index that was read: the platforms that it serves, `unknown/unknown` left out. */
  readonly platforms?: readonly Platform[]
}
