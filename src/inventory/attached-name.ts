import { shortDigest, shortTag } from '../oci/short-name.ts'
import type { Digest } from '../reference/reference.ts'

/** What holds signatures or attestations of an image, or lists them: a tag or a digest in a repository. */
export interface AttachedName {
  /** The full name of the repository: that of the image, unless its signatures are elsewhere. */
  readonly repository: string
  /** A tag (`sha256-….sig`), or the digest of a manifest that refers to the image. */
  readonly name: string
  /** The full name of the repository to copy it to; absent if it is not copied. */
  readonly copyTo?: string | undefined
}

/** `ghcr.io/acme/web:sha256-….sig`, or `ghcr.io/acme/web@sha256:…`. */
export function attachedReference(repository: string, { name }: Pick<AttachedName, 'name'>): string {
  return `${repository}${isDigest({ name }) ? '@' : ':'}${name}`
}

/** Whether it can only be copied by its digest. */
export function isDigest({ name }: Pick<AttachedName, 'name'>): boolean {
  return name.includes(':')
}

/** `sha256-0123456789ab….sig`, for a table. */
export function shortName(one: Pick<AttachedName, 'name'>): string {
  return isDigest(one) ? shortDigest(one.name as Digest) : shortTag(one.name)
}
