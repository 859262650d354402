import { parseArtifact, type Referrer } from '../oci/artifact.ts'
import { attachmentTag, isSignedType, layersOfReferrer, layersOfTag } from '../oci/attached-layers.ts'
import type { Attachment, AttachmentSearch, Attachments } from '../oci/attachment.ts'
import { shortDigest, shortTag } from '../oci/short-name.ts'
import type { Digest } from '../reference/reference.ts'
import {
  makeRoom,
  mapLimited,
  ofUnknownSize,
  readContents,
  readManifest,
  type SearchContext,
} from './attached-object.ts'
import { SMALLEST_MANIFEST } from './attachment-budget.ts'
import { formatMebibytes } from './http/limits.ts'
import { listReferrers, type ReferrerContext } from './referrers.ts'

/**
 * Finds the signatures and attestations of a digest at one endpoint: behind the referrers API or its fallback tag, and
 * under cosign's tags `.sig` and `.att`. All are requested at the same time, and none is left out because another one
 * has something, so that a provenance does not hide a signature. This takes three round trips: for the lists, for the
 * manifests of referrers, and for the contents.
 *
 * The tags are requested with GET at once, not with HEAD first. Docker Hub counts the GET of a manifest as a pull, but a
 * manifest that exists has to be read anyway, one that does not exist is no pull, and some registries answer every HEAD
 * with 404.
 *
 * @param subject the digest that the objects have to be attached to
 * @param context its reference names the repository that is searched
 * @returns the objects, and what became of each search; an object that cannot be used is a problem of its search
 * @throws {RegistryError} if a search failed otherwise than by 404, so that it is unknown what is there
 */
export async function findAttachments(subject: Digest, context: ReferrerContext): Promise<Attachments> {
  const found = await Promise.all([
    searchTag(attachmentTag(subject, '.sig'), 'signature', context),
    searchReferrers(subject, context),
    searchTag(attachmentTag(subject, '.att'), 'attestation', context),
  ])
  return { list: found.flatMap(({ list }) => list), searches: found.map(({ search }) => search) }
}

/** What one search has found. */
interface Found {
  readonly list: readonly Attachment[]
  readonly search: AttachmentSearch
}

async function searchTag(
  tag: string,
  kind: 'signature' | 'attestation',
  context: SearchContext,
): Promise<Found> {
  const problems: string[] = []
  const name = shortTag(tag)
  const place = `tag ${name}`
  const read = await readManifest(tag, ofUnknownSize(context))
  const artifact = read.value === undefined ? read.problem : parseArtifact(read.value)
  if (artifact === undefined) return foundAt(place, [], problems, context)
  if (typeof artifact === 'string') {
    problems.push(`${name} cannot be used: ${artifact}`)
    return foundAt(place, [], problems, context)
  }
  const { maxAttachments } = context.limits
  const { layers, problems: ofLayers } = layersOfTag(artifact, kind, name)
  problems.push(...ofLayers.slice(0, maxAttachments))
  addUnread(layers.length, maxAttachments, `layers of ${name}`, problems)
  const list = await readContents(layers.slice(0, maxAttachments), context, problems)
  return foundAt(place, list, problems, context, [tag])
}

async function searchReferrers(subject: Digest, context: ReferrerContext): Promise<Found> {
  const { referrers, place, tag, problems: ofList } = await listReferrers(subject, context)
  const problems = [...ofList]
  const { maxAttachments, maxManifestBytes } = context.limits
  // Those that say what they are come first: others must not crowd them out.
  const told = referrers.filter(({ artifactType }) => isSignedType(artifactType) === true)
  const untold = referrers.filter(({ artifactType }) => isSignedType(artifactType) === undefined)
  const all = [...new Map([...told, ...untold].map((one) => [one.digest, one])).values()]
  const small = all.slice(0, maxAttachments).filter(({ digest, size }) => {
    if (size <= maxManifestBytes) return true
    problems.push(
      `referrer ${shortDigest(digest)} has ${size} bytes, and at most ${formatMebibytes(maxManifestBytes)} are read`,
    )
    return false
  })
  const sizeOf = ({ size }: Referrer): number => Math.min(Math.max(size, SMALLEST_MANIFEST), maxManifestBytes)
  const first = await makeRoom(small, sizeOf, 'manifests', context, problems)
  // Each is parsed as soon as it is read, so that only its layers are kept.
  const read = await mapLimited(first, async (referrer) => {
    const where = `referrer ${shortDigest(referrer.digest)}`
    const one = await readManifest(referrer.digest, context, sizeOf(referrer))
    const artifact =
      one.value === undefined
        ? (one.problem ?? 'it is listed, but it does not exist')
        : parseArtifact(one.value)
    if (typeof artifact === 'string')
      return { layers: [], count: 0, problems: [`${where} cannot be used: ${artifact}`] }
    const { layers, problems } = layersOfReferrer(artifact, subject, where)
    return { layers: layers.slice(0, maxAttachments), count: layers.length, problems }
  })
  problems.push(...read.flatMap((one) => one.problems))
  const holders = first.flatMap(({ digest }, index) => ((read[index]?.count ?? 0) > 0 ? [digest] : []))
  const candidates = read.flatMap(({ layers }) => layers)
  const found = read.reduce((sum, { count }) => sum + count, 0)
  addUnread(all.length, maxAttachments, 'referrers', problems)
  addUnread(found, maxAttachments, 'layers of referrers', problems)
  const list = await readContents(candidates.slice(0, maxAttachments), context, problems)
  // The index of the tag has the others with it, and registries without the API need it.
  return foundAt(place, list, problems, context, tag === undefined ? holders : [tag])
}

function addUnread(total: number, limit: number, what: string, problems: string[]): void {
  if (total > limit) problems.push(`only ${limit} of ${total} ${what} were looked at`)
}

function foundAt(
  place: string,
  list: readonly Attachment[],
  problems: readonly string[],
  { endpoint }: SearchContext,
  names: readonly string[] = [],
): Found {
  const search = { place, from: endpoint.host, found: list.length, problems }
  return { list, search: list.length === 0 ? search : { ...search, names } }
}
