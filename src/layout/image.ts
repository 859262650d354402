import { PinpullError } from '../diagnostics/errors.ts'
import { parseJson } from '../json.ts'
import { type PlatformManifest, parseConfigPlatform, parseManifest } from '../oci/manifest.ts'
import { formatPlatform, isUnknown, type Platform, selectPlatform } from '../oci/platform.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import type { Digest } from '../reference/reference.ts'
import type { LayoutContent } from './content.ts'

/** The maximum depth of nested indexes. */
const MAX_DEPTH = 3

/** An image whose blobs are complete and intact. */
export interface VerifiedImage {
  readonly mediaType: string
  readonly size: number
  /** The platforms whose manifests exist in the layout, or the platform of a single image. */
  readonly platforms: readonly PlatformManifest[]
}

/**
 * Checks that an image is complete: every manifest, config and layer exists and matches its digest. Platforms of an index
 * that were not copied are skipped; at least one must exist.
 *
 * @param image its name, for messages
 * @throws {PinpullError} LAYOUT_INVALID, LAYOUT_DOCKER_ARCHIVE, LAYOUT_BLOB_MISSING, LAYOUT_BLOB_DAMAGED
 */
export async function verifyImage(
  content: LayoutContent,
  image: string,
  { digest, mediaType }: ManifestDescriptor,
): Promise<VerifiedImage> {
  return verifyManifest({ content, image }, digest, mediaType, 0)
}

interface ImageContext {
  readonly content: LayoutContent
  readonly image: string
}

async function verifyManifest(
  subject: ImageContext,
  digest: Digest,
  declaredType: string,
  depth: number,
): Promise<VerifiedImage> {
  const { json, size } = await readIntactBlob(subject, digest)
  if (json === undefined) throw layoutInvalid(subject, `${digest} is not a manifest`)
  const manifest = parseManifest(json, declaredType)
  switch (manifest.kind) {
    case 'schema1':
      throw layoutInvalid(subject, `${subject.image} is an image of Docker's schema 1`)
    case 'invalid':
      throw layoutInvalid(subject, `the manifest of ${subject.image}: ${manifest.reason}`)
    case 'image':
      return { mediaType: manifest.mediaType, size, platforms: await verifyBlobs(subject, json) }
    case 'index': {
      if (depth >= MAX_DEPTH) throw layoutInvalid(subject, `${subject.image} has indexes in indexes`)
      // BuildKit lists attestations with the platform unknown/unknown.
      const images = manifest.entries.filter(({ platform }) => platform === undefined || !isUnknown(platform))
      const [first] = images
      if (first === undefined) throw layoutInvalid(subject, `the index of ${subject.image} lists no image`)
      const platforms: PlatformManifest[] = []
      let verified = 0
      for (const entry of images) {
        if ((await subject.content.blob(entry.digest)) === undefined) continue
        const child = await verifyManifest(subject, entry.digest, entry.mediaType, depth + 1)
        const { digest } = entry
        const its = entry.platform === undefined ? child.platforms : [entry.platform]
        platforms.push(...its.map((platform) => ({ digest, ...platform })))
        verified++
      }
      if (verified === 0) throw blobMissing(subject, first.digest)
      return { mediaType: manifest.mediaType, size, platforms }
    }
  }
}

/** Checks the config and the layers of an image, and returns its platform. */
async function verifyBlobs(subject: ImageContext, manifest: Uint8Array): Promise<Platform[]> {
  const { config, layers } = parseBlobs(subject, manifest)
  const isReexport =
    subject.content.dockerManifest !== undefined && layers.length > 0 && layers.every(isUncompressed)
  if (isReexport) {
    throw new PinpullError('LAYOUT_DOCKER_ARCHIVE', {
      path: subject.content.path,
      reason:
        'its layers are not compressed, so its digests are of the copy and not of what a registry holds',
    })
  }
  for (const { digest } of layers.filter((layer) => !isForeign(layer))) await readIntactBlob(subject, digest)
  const { json } = await readIntactBlob(subject, config.digest)
  const platform = json === undefined ? undefined : parseConfigPlatform(json)
  return platform === undefined ? [] : [platform]
}

interface BlobDescriptor {
  readonly mediaType: string
  readonly digest: Digest
}

/**
 * Returns the config and the layers of a manifest that `parseManifest` accepted. A blob without a valid digest is an
 * error.
 */
function parseBlobs(
  subject: ImageContext,
  bytes: Uint8Array,
): { config: BlobDescriptor; layers: readonly BlobDescriptor[] } {
  const json = parseJson(bytes) as { config?: unknown; layers?: unknown }
  const [config, ...layers] = [json.config, ...(Array.isArray(json.layers) ? json.layers : [])].map((one) =>
    blobDescriptor(subject, one),
  )
  return { config: config as BlobDescriptor, layers }
}

function blobDescriptor(subject: ImageContext, value: unknown): BlobDescriptor {
  const { mediaType, digest } = (value ?? {}) as Record<string, unknown>
  if (typeof digest !== 'string' || invalidDigestReason(digest) !== undefined) {
    throw layoutInvalid(subject, `the manifest of ${subject.image} names a blob by no digest`)
  }
  return { mediaType: typeof mediaType === 'string' ? mediaType : '', digest: digest as Digest }
}

/** Whether a layer is a plain tar, as `docker save` writes it. Registries store compressed layers. */
function isUncompressed({ mediaType }: BlobDescriptor): boolean {
  return /\.tar$/.test(mediaType)
}

/** Whether a layer is fetched from its vendor (Windows base images), and so is in no layout. */
function isForeign({ mediaType }: BlobDescriptor): boolean {
  return /nondistributable|foreign/.test(mediaType)
}

async function readIntactBlob(
  subject: ImageContext,
  digest: Digest,
): Promise<{ json?: Uint8Array; size: number }> {
  const blob = await subject.content.blob(digest)
  if (blob === undefined) throw blobMissing(subject, digest)
  if (!blob.isIntact) throw new PinpullError('LAYOUT_BLOB_DAMAGED', blobArgs(subject, digest))
  return blob
}

function blobMissing(subject: ImageContext, digest: Digest): PinpullError {
  return new PinpullError('LAYOUT_BLOB_MISSING', blobArgs(subject, digest))
}

function blobArgs(
  { content, image }: ImageContext,
  digest: Digest,
): { path: string; image: string; digest: string } {
  return { path: content.path, image, digest }
}

function layoutInvalid({ content }: ImageContext, reason: string): PinpullError {
  return new PinpullError('LAYOUT_INVALID', { path: content.path, reason })
}

/** The digest and media type of a manifest. */
export interface ManifestDescriptor {
  readonly digest: Digest
  readonly mediaType: string
}

/**
 * Selects the manifest of a platform from an index. Anything but a readable index is returned unchanged; `verifyImage`
 * checks it.
 *
 * @param image its name, for the message
 * @throws {PinpullError} PLATFORM_UNKNOWN
 */
export async function selectManifest(
  content: LayoutContent,
  image: string,
  name: ManifestDescriptor,
  platform: Platform,
): Promise<ManifestDescriptor> {
  const { json } = (await content.blob(name.digest)) ?? {}
  const manifest = json === undefined ? undefined : parseManifest(json, name.mediaType)
  if (manifest?.kind !== 'index') return name
  const chosen = selectPlatform(manifest.entries, platform)
  if (chosen !== undefined) return chosen
  const available = manifest.entries.flatMap((entry) => entry.platform ?? []).map(formatPlatform)
  throw new PinpullError('PLATFORM_UNKNOWN', {
    image,
    registry: content.transport,
    platform: formatPlatform(platform),
    available: available.join(', '),
  })
}
