import { invalidDigestReason } from '../reference/digest.ts'
import { isReference, parseReference } from '../reference/parse.ts'
import { canonicalText, type Digest, type Reference, repositoryName } from '../reference/reference.ts'

/** One image that a layout's `index.json` lists. */
export interface IndexedImage {
  readonly mediaType: string
  readonly digest: Digest
  readonly size?: number
  /** The whole name, as `canonicalText` writes it, where the layout gives one. */
  readonly name?: string
  /** The tag alone, where that is all that the layout gives. */
  readonly tag?: string
}

/** containerd, docker save since 25, buildx, regctl: the full reference. */
const CONTAINERD_NAME = 'io.containerd.image.name'
/** OCI image-spec, annotations.md: a tag by most tools, the full reference by crane, any text by skopeo. */
const REF_NAME = 'org.opencontainers.image.ref.name'

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

/**
 * Parses a layout's `index.json`.
 *
 * @returns the images, or in a few words what is wrong
 */
export function parseIndexJson(bytes: Uint8Array): readonly IndexedImage[] | string {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return 'its index.json is not JSON'
  }
  const manifests = isRecord(json) ? json['manifests'] : undefined
  if (!Array.isArray(manifests)) return 'its index.json has no list of manifests'
  const images: IndexedImage[] = []
  for (const [position, item] of manifests.entries()) {
    const image = isRecord(item) ? parseListed(item) : undefined
    if (image === undefined) return `manifests[${position}] of its index.json has no valid digest`
    images.push(image)
  }
  return images
}

function parseListed(item: Record<string, unknown>): IndexedImage | undefined {
  const { mediaType, digest, size, annotations } = item
  if (typeof digest !== 'string' || invalidDigestReason(digest) !== undefined) return undefined
  const notes = isRecord(annotations) ? annotations : {}
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    digest: digest as Digest,
    ...(typeof size === 'number' ? { size } : {}),
    ...parseNames(notes[CONTAINERD_NAME], notes[REF_NAME]),
  }
}

/** containerd's name counts before the other, which may be a tag, a full reference, or any text at all. */
function parseNames(full: unknown, refName: unknown): Pick<IndexedImage, 'name' | 'tag'> {
  const tag = typeof refName === 'string' && TAG.test(refName) ? { tag: refName } : {}
  for (const text of [full, tag.tag === undefined ? refName : undefined]) {
    if (typeof text === 'string' && isReference(text)) {
      return { name: canonicalText(parseReference(text)), ...tag }
    }
  }
  return tag
}

/**
 * Whether a listed image is the one that a reference means.
 *
 * @param mapping what the user said that the layout's tags belong to: a repository, or, with a tag, the one image
 *   of a layout without names
 * @param isOnly whether the layout lists no other image
 */
export function matchesReference(
  image: IndexedImage,
  reference: Reference,
  mapping: Reference | undefined,
  isOnly: boolean,
): boolean {
  const wanted = canonicalText(reference)
  if (image.name !== undefined) return image.name === wanted
  if (mapping === undefined) return false
  if (mapping.tag !== undefined) {
    return canonicalText(mapping) === wanted && (image.tag === mapping.tag || isOnly)
  }
  return image.tag !== undefined && `${repositoryName(mapping)}:${image.tag}` === wanted
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
