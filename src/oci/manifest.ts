import { isJsonObject, parseJson } from '../json.ts'
import type { Digest } from '../reference/reference.ts'
import { isGenericType, isImageConfig, manifestKind, OCI_INDEX, OCI_MANIFEST } from './media-type.ts'
import { isUnknown, type Platform } from './platform.ts'

/** One manifest in an index. */
export interface IndexEntry {
  readonly mediaType: string
  readonly digest: Digest
  readonly size?: number
  readonly platform?: Platform
}

/** The contents of a manifest that Pinpull needs. */
export type Manifest =
  | { readonly kind: 'index'; readonly mediaType: string; readonly entries: readonly IndexEntry[] }
  | {
      readonly kind: 'image'
      readonly mediaType: string
      /** The image's config, which names its platform. */
      readonly config?: { readonly digest: Digest; readonly mediaType: string }
      /** Whether it is something other than a container image. */
      readonly isArtifact: boolean
    }
  | { readonly kind: 'schema1' }
  | { readonly kind: 'invalid'; readonly reason: string }

/** More entries than any index has; further ones are ignored. */
const MAX_ENTRIES = 4096

const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/

/**
 * Parses a manifest or index of one of the four media types.
 *
 * The distribution-spec asks clients to reject a body whose `mediaType` differs from the `Content-Type`. For a
 * generic content type (`application/json` of a static file server) the body's own type counts.
 *
 * @param bytes the body, already limited in size
 * @param contentType the result of `parseContentType`
 */
export function parseManifest(bytes: Uint8Array, contentType: string): Manifest {
  const json = parseJson(bytes)
  if (json === undefined) return { kind: 'invalid', reason: 'it is not JSON' }
  if (!isJsonObject(json)) return { kind: 'invalid', reason: 'it is not a JSON object' }
  const declared = text(json['mediaType'])
  if (manifestKind(contentType) === 'schema1' || json['schemaVersion'] === 1) return { kind: 'schema1' }
  if (declared !== undefined && !isGenericType(contentType) && declared !== contentType) {
    return { kind: 'invalid', reason: `its mediaType is ${declared}, but it was sent as ${contentType}` }
  }
  const mediaType = isGenericType(contentType) ? (declared ?? guessType(json)) : contentType
  switch (manifestKind(mediaType)) {
    case 'index':
      return parseIndex(json, mediaType)
    case 'image':
      return parseImage(json, mediaType)
    default:
      return { kind: 'invalid', reason: `${mediaType || 'it'} is not an image manifest` }
  }
}

/** A platform of an image, and the manifest that an index lists for it. */
export interface PlatformManifest extends Platform {
  /** Absent if the image is a single manifest, or if nobody has read its index. */
  readonly digest?: Digest
}

/** The platforms of an index's entries with their manifests, in order; attestations are left out. */
export function platformsOf(entries: readonly IndexEntry[]): PlatformManifest[] {
  return entries.flatMap(({ platform, digest }) =>
    platform === undefined || isUnknown(platform) ? [] : [{ ...platform, digest }],
  )
}

/** The platform in an image config (OCI image-spec, config.md); undefined if there is none. */
export function parseConfigPlatform(bytes: Uint8Array): Platform | undefined {
  return parseEntryPlatform(parseJson(bytes))
}

function parseIndex(json: Record<string, unknown>, mediaType: string): Manifest {
  const list = json['manifests']
  if (!Array.isArray(list)) return { kind: 'invalid', reason: 'it has no list of manifests' }
  const entries: IndexEntry[] = []
  for (const [position, item] of list.slice(0, MAX_ENTRIES).entries()) {
    const digest = isJsonObject(item) ? text(item['digest']) : undefined
    if (!isJsonObject(item) || digest === undefined || !DIGEST.test(digest)) {
      return { kind: 'invalid', reason: `manifests[${position}] has no valid digest` }
    }
    const platform = parseEntryPlatform(item['platform'])
    const size = item['size']
    entries.push({
      mediaType: text(item['mediaType']) ?? '',
      digest: digest as Digest,
      ...(typeof size === 'number' ? { size } : {}),
      ...(platform === undefined ? {} : { platform }),
    })
  }
  return { kind: 'index', mediaType, entries }
}

function parseImage(json: Record<string, unknown>, mediaType: string): Manifest {
  const config = isJsonObject(json['config']) ? json['config'] : undefined
  const digest = text(config?.['digest'])
  const configType = text(config?.['mediaType']) ?? ''
  const isArtifact = text(json['artifactType']) !== undefined || !isImageConfig(configType)
  const known = digest !== undefined && DIGEST.test(digest)
  return {
    kind: 'image',
    mediaType,
    isArtifact,
    ...(known ? { config: { digest: digest as Digest, mediaType: configType } } : {}),
  }
}

function parseEntryPlatform(value: unknown): Platform | undefined {
  if (!isJsonObject(value)) return undefined
  const os = text(value['os'])
  const architecture = text(value['architecture'])
  if (os === undefined || architecture === undefined) return undefined
  const variant = text(value['variant'])
  const osVersion = text(value['os.version'])
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { osVersion }),
  }
}

/** `mediaType` is optional in OCI manifests, so it is inferred from the fields. */
function guessType(json: Record<string, unknown>): string {
  if (Array.isArray(json['manifests'])) return OCI_INDEX
  return isJsonObject(json['config']) && Array.isArray(json['layers']) ? OCI_MANIFEST : ''
}

/** A string that is not empty and short enough to be a name: registries are not trusted. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 255 ? value : undefined
}

/** Describes one piece of content (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** In bytes; absent if the registry did not send it. */
  readonly size?: number
  /** For an index that was read: its platforms, without `unknown/unknown`. */
  readonly platforms?: readonly PlatformManifest[]
}
