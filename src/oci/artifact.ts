import { isJsonObject, parseJson } from '../json.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'
import { isGenericType, OCI_INDEX } from './media-type.ts'

/** One manifest in a list of referrers. */
export interface Referrer {
  readonly digest: Digest
  /** In bytes; 0 if the list does not say it. */
  readonly size: number
  /** In lower case; empty if the list does not say it. */
  readonly artifactType: string
}

/** A list of the manifests that refer to another one (OCI distribution-spec, "Listing Referrers"). */
export interface ReferrerList {
  readonly referrers: readonly Referrer[]
  /** How many entries have no valid digest. */
  readonly broken: number
}

/** One layer of an artifact. */
export interface ArtifactLayer {
  /** In lower case; empty if the manifest does not say it. */
  readonly mediaType: string
  readonly digest: Digest
  /** In bytes. */
  readonly size: number
  readonly annotations: Readonly<Record<string, string>>
}

/** The contents of an artifact's manifest (OCI image-spec, manifest.md). */
export interface Artifact {
  /** `artifactType` or, without it, the media type of the config, in lower case. */
  readonly type: string
  /** The manifest that it refers to. */
  readonly subject?: Digest | undefined
  /** In order; undefined for one without a valid digest or size. */
  readonly layers: readonly (ArtifactLayer | undefined)[]
}

/**
 * Parses a list of referrers: an answer of the referrers API, or the index behind the fallback tag.
 *
 * @param contentType the result of `parseContentType`
 * @returns undefined if it is not an OCI index
 */
export function parseReferrers(bytes: Uint8Array, contentType: string): ReferrerList | undefined {
  if (contentType !== OCI_INDEX && !isGenericType(contentType)) return undefined
  const json = parseJson(bytes)
  if (!isJsonObject(json) || !Array.isArray(json['manifests'])) return undefined
  const declared = json['mediaType']
  if (declared !== undefined && declared !== OCI_INDEX) return undefined
  const entries: readonly unknown[] = json['manifests']
  const referrers = entries.flatMap((entry) => {
    const digest = isJsonObject(entry) ? parseDigest(entry['digest']) : undefined
    if (!isJsonObject(entry) || digest === undefined) return []
    return [{ digest, size: parseSize(entry['size']) ?? 0, artifactType: parseType(entry['artifactType']) }]
  })
  return { referrers, broken: entries.length - referrers.length }
}

/**
 * Parses the manifest of an artifact.
 *
 * @returns the artifact, or the reason why it is none
 */
export function parseArtifact(bytes: Uint8Array): Artifact | string {
  const json = parseJson(bytes)
  if (!isJsonObject(json)) return 'it is not a JSON object'
  if (Array.isArray(json['manifests'])) return 'it is an index'
  const layers = json['layers']
  if (!Array.isArray(layers)) return 'it has no list of layers'
  const { config, subject } = json
  const type = parseType(json['artifactType']) || (isJsonObject(config) ? parseType(config['mediaType']) : '')
  return {
    type,
    subject: isJsonObject(subject) ? parseDigest(subject['digest']) : undefined,
    layers: layers.map(parseLayer),
  }
}

function parseLayer(value: unknown): ArtifactLayer | undefined {
  if (!isJsonObject(value)) return undefined
  const digest = parseDigest(value['digest'])
  const size = parseSize(value['size'])
  if (digest === undefined || size === undefined) return undefined
  const { annotations } = value
  const texts = Object.entries(isJsonObject(annotations) ? annotations : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return { mediaType: parseType(value['mediaType']), digest, size, annotations: Object.fromEntries(texts) }
}

function parseDigest(value: unknown): Digest | undefined {
  return typeof value === 'string' && invalidDigestReason(value) === undefined ? (value as Digest) : undefined
}

function parseSize(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Media types are compared without regard to case (RFC 6838, 4.2). A text that cannot be one counts as none. */
function parseType(value: unknown): string {
  return typeof value === 'string' && /^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(value) ? value.toLowerCase() : ''
}
