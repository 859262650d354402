import type { Digest } from '../reference/reference.ts'

/**
 * A signed object that is attached to an image, byte for byte as it is stored.
 *
 * - `bundle`: a Sigstore bundle, behind the referrers of the digest
 * - `signature`: a simple signing payload, a layer of the tag `sha256-….sig`
 * - `attestation`: a DSSE envelope, a layer of the tag `sha256-….att`
 */
export interface Attachment {
  readonly kind: 'bundle' | 'signature' | 'attestation'
  readonly content: Uint8Array
  /** Of the layer. For a bundle these are unsigned hints, which nothing may depend on. */
  readonly annotations: Readonly<Record<string, string>>
  /** Where it was found, for messages: `referrer sha256:0123…`, `sha256-0123….sig, layer 2`. */
  readonly place: string
  /** Of the content. */
  readonly digest: Digest
}

/** What one search has found at one place. */
export interface AttachmentSearch {
  /** What was asked for, for messages: `referrers`, `tag sha256-0123….sig`. */
  readonly place: string
  /** The host of the registry or mirror, or the file, that answered. */
  readonly from: string
  readonly found: number
  /**
   * The tags and digests of what to copy with the image, in the repository that was searched: the manifests of what was found, or the
   * index that lists them. Absent if nothing was found.
   */
  readonly names?: readonly string[] | undefined
  /** Why something there could not be used, one entry each; empty if everything could. */
  readonly problems: readonly string[]
}

/**
 * What was found where nobody could look.
 * @param from the host
 * @param code of the error
 */
export function unsearched(from: string, code: string): Attachments {
  const problems = [`it could not be searched (${code})`]
  return { list: [], searches: [{ place: 'referrers and tags', from, found: 0, problems }] }
}

/** Everything that is attached to one digest, and where it was looked for. */
export interface Attachments {
  readonly list: readonly Attachment[]
  readonly searches: readonly AttachmentSearch[]
}
