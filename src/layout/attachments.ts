import { isJsonObject, parseJson } from '../json.ts'
import { type ArtifactLayer, parseArtifact } from '../oci/artifact.ts'
import { type AttachedLayer, attachmentTag, layersOfReferrer, layersOfTag } from '../oci/attached-layers.ts'
import type { Attachment, AttachmentSearch, Attachments } from '../oci/attachment.ts'
import { shortDigest, shortTag } from '../oci/short-name.ts'
import type { Digest } from '../reference/reference.ts'
import type { LayoutContent } from './content.ts'
import { COSIGN_KINDS, type IndexedImage } from './index-json.ts'

/** The number of objects that are looked at in one search, as in a registry. */
const MAX_ATTACHMENTS = 1000

/**
 * Creates the search for attachments in a layout. All its manifests are read once, since few tools list what refers to an image:
 * `cosign save` leaves bundles behind that nothing but their `subject` leads to.
 *
 * @param images the entries of its index
 */
export function attachmentSearch(
  content: LayoutContent,
  images: readonly IndexedImage[],
): (subject: Digest) => Promise<Attachments> {
  let referrers: Promise<ReadonlyMap<Digest, readonly Digest[]>> | undefined
  return async (subject) => {
    referrers ??= referrersBySubject(content)
    const found = [
      await searchTag(subject, 'signature', content, images),
      await searchReferrers(subject, (await referrers).get(subject) ?? [], content),
      await searchTag(subject, 'attestation', content, images),
    ]
    return { list: found.flatMap(({ list }) => list), searches: found.map(({ search }) => search) }
  }
}

interface Found {
  readonly list: readonly Attachment[]
  readonly search: AttachmentSearch
}

/** The manifests that have a `subject`, by its digest, in the order of their own. */
async function referrersBySubject(content: LayoutContent): Promise<ReadonlyMap<Digest, readonly Digest[]>> {
  const found = new Map<Digest, Digest[]>()
  for (const digest of [...content.jsonBlobs()].sort()) {
    const blob = await content.blob(digest)
    const json = blob?.json !== undefined && blob.isIntact ? parseJson(blob.json) : undefined
    const subject =
      isJsonObject(json) && isJsonObject(json['subject']) ? json['subject']['digest'] : undefined
    if (typeof subject !== 'string') continue
    const known = found.get(subject as Digest) ?? []
    known.push(digest)
    found.set(subject as Digest, known)
  }
  return found
}

async function searchReferrers(
  subject: Digest,
  referrers: readonly Digest[],
  content: LayoutContent,
): Promise<Found> {
  const layers: AttachedLayer[] = []
  const problems: string[] = []
  for (const digest of referrers) {
    const place = `referrer ${shortDigest(digest)}`
    const { json } = (await content.blob(digest)) ?? {}
    const artifact = json === undefined ? 'it is not JSON' : parseArtifact(json)
    if (typeof artifact === 'string') {
      problems.push(`${place} cannot be used: ${artifact}`)
      continue
    }
    const found = layersOfReferrer(artifact, subject, place)
    layers.push(...found.layers)
    problems.push(...found.problems)
  }
  return await readLayers('referrers', layers, problems, content)
}

async function searchTag(
  subject: Digest,
  kind: 'signature' | 'attestation',
  content: LayoutContent,
  images: readonly IndexedImage[],
): Promise<Found> {
  const tag = attachmentTag(subject, kind === 'signature' ? '.sig' : '.att')
  const name = shortTag(tag)
  const entries = images.filter((image) => image.tag === tag || image.name?.endsWith(`:${tag}`) === true)
  const saved = savedWith(subject, kind, images)
  const layers: AttachedLayer[] = []
  const problems: string[] = []
  for (const digest of new Set([...entries, ...saved].map((image) => image.digest))) {
    const blob = await content.blob(digest)
    const artifact = readableJson(blob) ?? parseArtifact(blob?.json as Uint8Array)
    if (typeof artifact === 'string') {
      problems.push(`${name} cannot be used: ${artifact}`)
      continue
    }
    const found = layersOfTag(artifact, kind, name)
    layers.push(...found.layers)
    problems.push(...found.problems)
  }
  return await readLayers(`tag ${name}`, layers, problems, content)
}

/** The entries of a layout of `cosign save`, if it is the image's. */
function savedWith(
  subject: Digest,
  kind: 'signature' | 'attestation',
  images: readonly IndexedImage[],
): readonly IndexedImage[] {
  const isOurs = images.some(
    ({ digest, kind: its }) =>
      digest === subject && (its === COSIGN_KINDS.image || its === COSIGN_KINDS.index),
  )
  const wanted = kind === 'signature' ? COSIGN_KINDS.signatures : COSIGN_KINDS.attestations
  return isOurs ? images.filter((image) => image.kind === wanted) : []
}

async function readLayers(
  place: string,
  layers: readonly AttachedLayer[],
  problems: string[],
  content: LayoutContent,
): Promise<Found> {
  if (layers.length > MAX_ATTACHMENTS) {
    problems.push(`only ${MAX_ATTACHMENTS} of ${layers.length} layers were looked at`)
  }
  const list: Attachment[] = []
  for (const { kind, layer, place: where } of layers.slice(0, MAX_ATTACHMENTS)) {
    const read = await readLayer(layer, content)
    if (typeof read === 'string') problems.push(`${where} ${read}`)
    else
      list.push({ kind, content: read, annotations: layer.annotations, place: where, digest: layer.digest })
  }
  return { list, search: { place, from: content.transport, found: list.length, problems } }
}

/** The content of a layer, or what is wrong with it. */
async function readLayer(
  { digest, size }: ArtifactLayer,
  content: LayoutContent,
): Promise<Uint8Array | string> {
  const blob = await content.blob(digest)
  const fault = readableJson(blob)
  if (fault !== undefined) return `names ${shortDigest(digest)}, which cannot be used: ${fault}`
  const { json } = blob as { readonly json: Uint8Array }
  return json.length === size ? json : `has ${json.length} bytes, and its manifest states ${size}`
}

/** Why a blob cannot be read as JSON; undefined if it can. */
function readableJson(blob: Awaited<ReturnType<LayoutContent['blob']>>): string | undefined {
  if (blob === undefined) return 'it does not exist'
  if (!blob.isIntact) return 'it does not have its digest'
  return blob.json === undefined ? 'it is not a JSON object, or too large' : undefined
}
