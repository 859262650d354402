import { isJsonObject, parseJson } from '../json.ts'
import { computeDigest } from '../reference/content-digest.ts'
import type { Digest } from '../reference/reference.ts'
import { LAYER_TYPES } from './attached-layers.ts'
import type { Attachment } from './attachment.ts'

/** The maximum size of a stored object in bytes. */
export const MAX_STORED_SIZE: number = 48 * 1024 * 1024

/**
 * Returns the bytes in which an attachment is kept beside a lock file, so that it can be verified without its registry: a bundle as
 * it is, and a layer of a tag as its OCI descriptor with the content in `data` (OCI image-spec, descriptor). They are the same for
 * the same attachment, whatever the order of its annotations.
 */
export function storedForm({ kind, content, annotations, digest }: Attachment): Uint8Array {
  if (kind === 'bundle') return content
  const sorted = Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const descriptor = {
    mediaType: LAYER_TYPES[kind],
    digest,
    size: content.length,
    annotations: Object.fromEntries(sorted),
    data: Buffer.from(content).toString('base64'),
  }
  return new TextEncoder().encode(`${JSON.stringify(descriptor, undefined, 2)}\n`)
}

/** Returns the digest of the stored form of an attachment, by which a lock file names it. */
export function storedDigest(attachment: Attachment): Digest {
  return computeDigest('sha256', storedForm(attachment))
}

/**
 * Reads the stored form of an attachment. What a bundle holds is not looked at.
 *
 * @param place where it is stored, for messages
 * @returns the attachment, or why it is none, in words
 */
export function parseStored(bytes: Uint8Array, place: string): Attachment | string {
  const json = parseJson(bytes)
  if (!isJsonObject(json)) return 'it is not a JSON object'
  const { mediaType, digest, size, annotations, data } = json
  const kind = mediaType === LAYER_TYPES.signature ? 'signature' : 'attestation'
  if (mediaType !== LAYER_TYPES[kind]) {
    return { kind: 'bundle', content: bytes, annotations: {}, place, digest: computeDigest('sha256', bytes) }
  }
  if (typeof data !== 'string') return 'its "data" is not a string'
  const content = Buffer.from(data, 'base64')
  if (content.toString('base64') !== data) return 'its "data" is not base64'
  if (!isTexts(annotations)) return 'its "annotations" are not texts'
  const actual = computeDigest('sha256', content)
  if (digest !== actual || size !== content.length) return 'its "data" does not have its "digest" and "size"'
  return { kind, content, annotations, place, digest: actual }
}

function isTexts(value: unknown): value is Record<string, string> {
  return isJsonObject(value) && Object.values(value).every((one) => typeof one === 'string')
}
