import { createHash } from 'node:crypto'

/** The family of media types of an image. */
export type ImageTypes = 'oci' | 'docker'

/** The media types of both families, repeated here so that the registry shares no code with the sources. */
export const MEDIA_TYPES = {
  oci: {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const

/** Content with its digest, which is always computed from the bytes. */
export interface Blob {
  readonly mediaType: string
  readonly digest: string
  readonly bytes: Buffer
}

/** The description of an image. The same description gives the same bytes on every machine. */
export interface ImageSpec {
  readonly types?: ImageTypes
  /** As `linux/arm64/v8`. Default: `linux/amd64` and `linux/arm64`. */
  readonly platforms?: readonly string[]
  /** If false, the tag names the first platform's manifest, and there is no index. Default: true. */
  readonly index?: boolean
  /** Adds a BuildKit attestation to the index: a manifest for the platform `unknown/unknown`. */
  readonly attestation?: boolean
  /** Any text: images with different seeds have different digests, as before and after a tag has moved. */
  readonly seed?: string
}

export interface PlatformManifest extends Blob {
  readonly platform: string
}

export interface Image {
  /** The content behind a tag: the index, or the single manifest. */
  readonly top: Blob
  readonly manifests: readonly PlatformManifest[]
  /** The configs and layers. */
  readonly blobs: readonly Blob[]
}

/**
 * Builds an image: a config, a layer and a manifest for each platform, and an index.
 */
export function buildImage(spec: ImageSpec = {}): Image {
  const types = MEDIA_TYPES[spec.types ?? 'oci']
  const platforms = spec.platforms ?? ['linux/amd64', 'linux/arm64']
  const built = platforms.map((platform) => buildPlatform(types, platform, spec.seed ?? ''))
  const manifests = built.map((one) => one.manifest)
  const blobs = built.flatMap((one) => one.blobs)
  if (spec.index === false) {
    const only = manifests[0]
    if (only === undefined) throw new Error('an image without an index needs a platform')
    return { top: only, manifests: [only], blobs: built[0]?.blobs ?? [] }
  }
  const attested = spec.attestation ? [buildAttestation(types, manifests, spec.seed ?? '')] : []
  const index = jsonBlob(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      ...manifests.map((one) => ({ ...descriptor(one), platform: platformObject(one.platform) })),
      ...attested.map(({ manifest, of }) => ({
        ...descriptor(manifest),
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.digest': of,
          'vnd.docker.reference.type': 'attestation-manifest',
        },
      })),
    ],
  })
  return {
    top: index,
    manifests: [...manifests, ...attested.map(({ manifest }) => manifest)],
    blobs: [...blobs, ...attested.flatMap((one) => one.blobs)],
  }
}

/** Makes a blob from a JSON value: compact, with the given order of keys. */
export function jsonBlob(mediaType: string, value: unknown): Blob {
  return blob(mediaType, Buffer.from(JSON.stringify(value)))
}

/** Makes a blob with the SHA-256 of the bytes. */
export function blob(mediaType: string, bytes: Buffer): Blob {
  return { mediaType, digest: sha256(bytes), bytes }
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

type Types = (typeof MEDIA_TYPES)[ImageTypes]

function buildPlatform(types: Types, platform: string, seed: string) {
  const layer = blob(types.layer, Buffer.from(`layer of ${platform} ${seed}`))
  const { os, architecture, variant } = platformObject(platform)
  const config = jsonBlob(types.config, {
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: { Cmd: ['/app'], Env: [`SEED=${seed}`] },
    rootfs: { type: 'layers', diff_ids: [sha256(layer.bytes)] },
  })
  const manifest = jsonBlob(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: [descriptor(layer)],
  })
  return { manifest: { ...manifest, platform }, blobs: [config, layer] }
}

function buildAttestation(types: Types, manifests: readonly PlatformManifest[], seed: string) {
  const built = buildPlatform(types, 'unknown/unknown', seed)
  return { ...built, of: manifests[0]?.digest ?? '' }
}

function descriptor({ mediaType, digest, bytes }: Blob) {
  return { mediaType, digest, size: bytes.length }
}

function platformObject(platform: string): { os: string; architecture: string; variant?: string } {
  const [os = '', architecture = '', variant] = platform.split('/')
  return { os, architecture, ...(variant === undefined ? {} : { variant }) }
}
