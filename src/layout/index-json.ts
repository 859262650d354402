import { isJsonObject, parseJson } from '../json.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import { isReference, parseReference } from '../reference/parse.ts'
import { canonicalText, type Digest, type Reference, repositoryName } from '../reference/reference.ts'

/** An image in the `index.json` of a layout. */
export interface IndexedImage {
  readonly mediaType: string
  readonly digest: Digest
  readonly size?: number
  /** The full name, as `canonicalText` returns it, if the layout has one. */
  readonly name?: string
  /** The tag, if the layout has one without a name. */
  readonly tag?: string
  /** What cosign says that it is (`CosignKind`). */
  readonly kind?: string
  /** Whether it is attached to an image, and none itself. */
  readonly isAttached?: boolean
}

/** What an entry is in a layout of `cosign save`, which holds one image and has neither names nor tags (cosign, pkg/oci/layout). */
export const COSIGN_KINDS = {
  image: 'dev.cosignproject.cosign/image',
  index: 'dev.cosignproject.cosign/imageIndex',
  signatures: 'dev.cosignproject.cosign/sigs',
  attestations: 'dev.cosignproject.cosign/atts',
} as const

/** containerd, docker save since 25, buildx, regctl: the full reference. */
const CONTAINERD_NAME = 'io.containerd.image.name'
/** OCI image-spec, annotations.md: a tag by most tools, the full reference by crane, any text by skopeo. */
const REF_NAME = 'org.opencontainers.image.ref.name'

/** A tag of cosign, or the fallback tag of the referrers API; in a full reference, too. */
const ATTACHED_TAG = /(?:^|:)sha(?:256|512)-[0-9a-f]{64,128}(?:\.(?:sig|att|sbom))?$/

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

/**
 * Parses the `index.json` of a layout.
 *
 * @returns the images, or the reason why it is invalid
 */
export function parseIndexJson(bytes: Uint8Array): readonly IndexedImage[] | string {
  const json = parseJson(bytes)
  if (json === undefined) return 'its index.json is not JSON'
  const manifests = isJsonObject(json) ? json['manifests'] : undefined
  if (!Array.isArray(manifests)) return 'its index.json has no list of manifests'
  const images: IndexedImage[] = []
  for (const [position, item] of manifests.entries()) {
    const image = isJsonObject(item) ? parseListed(item) : undefined
    if (image === undefined) return `manifests[${position}] of its index.json has no valid digest`
    images.push(image)
  }
  return images
}

function parseListed(item: Record<string, unknown>): IndexedImage | undefined {
  const { mediaType, digest, size, annotations } = item
  if (typeof digest !== 'string' || invalidDigestReason(digest) !== undefined) return undefined
  const notes = isJsonObject(annotations) ? annotations : {}
  const names = parseNames(notes[CONTAINERD_NAME], notes[REF_NAME])
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    digest: digest as Digest,
    ...(typeof size === 'number' ? { size } : {}),
    ...names,
    ...(typeof notes['kind'] === 'string' ? { kind: notes['kind'] } : {}),
    ...(isAttached(names, item, notes) ? { isAttached: true } : {}),
  }
}

/** Whether an entry holds signatures, or is an artifact without a name, as `oras cp -r` lists what refers to an image. */
function isAttached(
  { name, tag }: Pick<IndexedImage, 'name' | 'tag'>,
  { artifactType }: Record<string, unknown>,
  { kind }: Record<string, unknown>,
): boolean {
  const known = name ?? tag
  if (known !== undefined) return ATTACHED_TAG.test(known)
  const { signatures, attestations } = COSIGN_KINDS
  return typeof artifactType === 'string' || kind === signatures || kind === attestations
}

/** containerd's name takes precedence over the other, which may be a tag, a full reference, or any other text. */
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
 * Whether an image of the index matches a reference.
 *
 * @param mapping the repository that the user gave for the layout's tags; with a tag, the name of the only image
 * @param isOnly whether the index has no other image
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
