import type { Platform } from '../oci/platform.ts'
import { repositoryName } from '../reference/normalize.ts'
import type { Digest, Reference } from '../reference/reference.ts'

/** One image that a stream needs, with the digest that its nodes will ask for. */
export interface InventoryImage {
  /** As it was first written. */
  readonly reference: Reference
  readonly digest: Digest
  /** Absent where the image named its digest itself and nobody was asked. */
  readonly mediaType?: string
  readonly platforms?: readonly Platform[]
  /** The full name of the repository that it is copied to; absent where none was named. */
  readonly copyTo?: string
}

/** `docker.io/library/nginx:1.27@sha256:…`, every part written out that there is. */
export function fullName({ reference, digest }: InventoryImage): string {
  return `${taggedName(repositoryName(reference), reference.tag)}@${digest}`
}

/** `docker.io/library/nginx@sha256:…`: what tools understand that refuse a tag beside a digest. */
export function digestName({ reference, digest }: InventoryImage): string {
  return `${repositoryName(reference)}@${digest}`
}

export function taggedName(name: string, tag: string | undefined): string {
  return tag === undefined ? name : `${name}:${tag}`
}
