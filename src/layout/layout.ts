import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { PinpullError, UsageError } from '../diagnostics/errors.ts'
import { errorReason } from '../files/file-system.ts'
import { isJsonObject, parseJson } from '../json.ts'
import type { Attachments } from '../oci/attachment.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Platform } from '../oci/platform.ts'
import { canonicalText, type Digest, type Reference } from '../reference/reference.ts'
import { archiveContent } from './archive.ts'
import { attachmentSearch } from './attachments.ts'
import { folderContent, type LayoutContent } from './content.ts'
import { selectManifest, verifyImage } from './image.ts'
import { type IndexedImage, matchesReference, parseIndexJson } from './index-json.ts'
import { TarError } from './tar.ts'

/** An OCI image layout: images in a folder or an archive. */
export interface Layout {
  /** The path as the user gave it. */
  readonly path: string
  /** `oci:PATH` or `oci-archive:PATH`. */
  readonly transport: string
  /**
   * Finds an image by its digest, or by its name if it has none, and verifies all of its blobs.
   *
   * @param platform selects the manifest of a platform instead of the index
   * @returns undefined if the layout does not list it
   * @throws {PinpullError} LAYOUT_AMBIGUOUS, LAYOUT_BLOB_MISSING, LAYOUT_BLOB_DAMAGED, LAYOUT_INVALID,
   *   LAYOUT_DOCKER_ARCHIVE, PLATFORM_UNKNOWN
   */
  find(reference: Reference, platform?: Platform): Promise<Descriptor | undefined>
  /**
   * Finds the signatures and attestations that were copied along with an image, as `oras cp -r`, `regctl image copy --referrers
   * --digest-tags`, `skopeo` and `cosign save` write them.
   *
   * @param subject the digest that the objects have to be attached to
   */
  findAttachments(subject: Digest): Promise<Attachments>
  /** Reads the bytes of a manifest or an index; undefined if the layout does not have it, or if it is damaged. */
  readManifest(digest: Digest): Promise<Uint8Array | undefined>
}

/**
 * Opens an OCI image layout (image-spec, image-layout.md): a folder, a tar, or a tar compressed by gzip or zstd.
 *
 * @param path the folder or archive
 * @param mapping the repository for tags without one, if the user gave it
 * @param name the path as the user gave it, for messages and the lock file
 * @throws {PinpullError} LAYOUT_NOT_READ, LAYOUT_INVALID, LAYOUT_DOCKER_ARCHIVE
 */
export async function openLayout(path: string, mapping?: Reference, name: string = path): Promise<Layout> {
  const read = await readContent(path, name)
  const content = { ...read, path: name, transport: read.transport.replace(path, name) }
  const images = listImages(content)
  let search: ReturnType<typeof attachmentSearch> | undefined
  return {
    path: name,
    transport: content.transport,
    find: async (reference, platform) => {
      const listed = selectImage(content, images, reference, mapping)
      if (listed === undefined) return undefined
      const image = canonicalText(reference)
      const wanted = platform === undefined ? listed : await selectManifest(content, image, listed, platform)
      const { mediaType, size, platforms } = await verifyImage(content, image, wanted)
      return { mediaType, digest: wanted.digest, size, platforms }
    },
    findAttachments: async (subject) => {
      search ??= attachmentSearch(content, images)
      return await search(subject)
    },
    readManifest: async (digest) => {
      const blob = await content.blob(digest)
      return blob?.isIntact === true ? blob.json : undefined
    },
  }
}

async function readContent(path: string, name: string): Promise<LayoutContent> {
  try {
    if (statSync(path).isDirectory()) return folderContent(path)
    return await archiveContent(path, firstBytes(path))
  } catch (error) {
    if (error instanceof TarError)
      throw new PinpullError('LAYOUT_INVALID', { path: name, reason: error.message })
    throw new UsageError('LAYOUT_NOT_READ', { path: name, reason: errorReason(error) }, { cause: error })
  }
}

function firstBytes(path: string): Uint8Array {
  const start = new Uint8Array(4)
  const file = openSync(path, 'r')
  try {
    readSync(file, start)
  } finally {
    closeSync(file)
  }
  return start
}

function listImages({ path, marker, index, dockerManifest }: LayoutContent): readonly IndexedImage[] {
  if (index === undefined && dockerManifest !== undefined) {
    const reason = 'it has layers and a config, but no manifest, so its images have no digest'
    throw new PinpullError('LAYOUT_DOCKER_ARCHIVE', { path, reason })
  }
  const fault = invalidMarkerReason(marker) ?? (index === undefined ? 'it has no index.json' : undefined)
  const images = fault ?? parseIndexJson(index as Uint8Array)
  if (typeof images === 'string') throw new PinpullError('LAYOUT_INVALID', { path, reason: images })
  return images
}

function invalidMarkerReason(marker: Uint8Array | undefined): string | undefined {
  if (marker === undefined) return 'it has no file oci-layout'
  const json = parseJson(marker)
  if (!isJsonObject(json)) return 'its file oci-layout is not JSON'
  const version = json['imageLayoutVersion']
  return version === '1.0.0' ? undefined : `its layout version is ${version}, and only 1.0.0 is known`
}

function selectImage(
  { path }: LayoutContent,
  images: readonly IndexedImage[],
  reference: Reference,
  mapping: Reference | undefined,
): IndexedImage | undefined {
  const { digest } = reference
  if (digest !== undefined) return images.find((image) => image.digest === digest)
  const own = images.filter((image) => image.isAttached !== true)
  const isOnly = own.length === 1
  const named = own.filter((image) => matchesReference(image, reference, mapping, isOnly))
  const [first] = named
  const other = named.find((image) => image.digest !== first?.digest)
  if (first !== undefined && other !== undefined) {
    const args = { path, image: canonicalText(reference), first: first.digest, second: other.digest }
    throw new PinpullError('LAYOUT_AMBIGUOUS', args)
  }
  return first
}
