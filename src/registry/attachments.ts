import { type Artifact, type ArtifactLayer, parseArtifact } from '../oci/artifact.ts'
import type { Attachment, AttachmentSearch, Attachments } from '../oci/attachment.ts'
import type { Digest } from '../reference/reference.ts'
import {
  type Candidate,
  mapLimited,
  readContents,
  readManifest,
  shortDigest,
  shortTag,
} from './attached-object.ts'
import { sanitize } from './errors/redact.ts'
import { listReferrers, type ReferrerContext } from './referrers.ts'

/** The media type of a Sigstore bundle begins like this; its version follows. */
const BUNDLE = 'application/vnd.dev.sigstore.bundle'

/** The layers that are signatures and attestations by themselves, as cosign writes them under tags. */
const LAYER_KINDS: ReadonlyMap<string, 'signature' | 'attestation'> = new Map([
  ['application/vnd.dev.cosign.simplesigning.v1+json', 'signature'],
  ['application/vnd.dsse.envelope.v1+json', 'attestation'],
])

/**
 * Artifact types of referrers whose layers are those of the tags: of cosign's `--registry-referrers-mode=oci-1-1`, and of
 * attestations that it copies.
 */
const WITH_LAYERS = /^application\/vnd\.dev\.cosign\.artifact\.|^application\/vnd\.in-toto\+json$/

/**
 * Types that do not say what a referrer is, so that its manifest has to: none, and that of the empty config, which cosign
 * 3.1 writes into the index of the fallback tag.
 */
const UNTOLD_TYPES: ReadonlySet<string> = new Set(['', 'application/vnd.oci.empty.v1+json'])

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
  const tag = subject.replace(':', '-')
  const found = await Promise.all([
    searchTag(`${tag}.sig`, 'signature', context),
    searchReferrers(subject, context),
    searchTag(`${tag}.att`, 'attestation', context),
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
  context: ReferrerContext,
): Promise<Found> {
  const problems: string[] = []
  const name = shortTag(tag)
  const place = `tag ${name}`
  const read = await readManifest(tag, context)
  const artifact = read.value === undefined ? read.problem : parseArtifact(read.value)
  if (artifact === undefined) return foundAt(place, [], problems, context)
  if (typeof artifact === 'string') {
    problems.push(`${name} cannot be used: ${artifact}`)
    return foundAt(place, [], problems, context)
  }
  const candidates: Candidate[] = []
  const { maxAttachments } = context.limits
  for (const [index, layer] of artifact.layers.slice(0, maxAttachments).entries()) {
    const where = `${name}, layer ${index + 1}`
    if (layer !== undefined && LAYER_KINDS.get(layer.mediaType) === kind)
      candidates.push({ kind, layer, place: where })
    else problems.push(`${where} ${faultOf(layer)}`)
  }
  addUnread(artifact.layers.length, maxAttachments, `layers of ${name}`, problems)
  return foundAt(place, await readContents(candidates, context, problems), problems, context)
}

/** Why a layer cannot be used where it is. */
function faultOf(layer: ArtifactLayer | undefined): string {
  if (layer === undefined) return 'has no valid digest and size'
  return `has the media type ${sanitize(layer.mediaType, 80) || '(none)'}`
}

async function searchReferrers(subject: Digest, context: ReferrerContext): Promise<Found> {
  const { referrers, place, problems: ofList } = await listReferrers(subject, context)
  const problems = [...ofList]
  const { maxAttachments } = context.limits
  // Those that say what they are come first: others must not crowd them out.
  const told = referrers.filter(({ artifactType: type }) => type.startsWith(BUNDLE) || WITH_LAYERS.test(type))
  const untold = referrers.filter(({ artifactType: type }) => UNTOLD_TYPES.has(type))
  const all = [...new Set([...told, ...untold].map(({ digest }) => digest))]
  const first = all.slice(0, maxAttachments)
  const read = await mapLimited(first, (digest) => readManifest(digest, context))
  const candidates = first.flatMap((digest, index) => {
    const where = `referrer ${shortDigest(digest)}`
    const { value, problem = 'it is listed, but it does not exist' } = read[index] as {
      value?: Uint8Array
      problem?: string
    }
    const artifact = value === undefined ? problem : parseArtifact(value)
    if (typeof artifact !== 'string') return candidatesOf(artifact, where, subject, problems)
    problems.push(`${where} cannot be used: ${artifact}`)
    return []
  })
  addUnread(all.length, maxAttachments, 'referrers', problems)
  addUnread(candidates.length, maxAttachments, 'layers of referrers', problems)
  const list = await readContents(candidates.slice(0, maxAttachments), context, problems)
  return foundAt(place, list, problems, context)
}

/** The layers of a referrer that may be signed objects. An artifact of another kind has none, which is no problem. */
function candidatesOf(
  { type, subject: its, layers }: Artifact,
  place: string,
  subject: Digest,
  problems: string[],
): readonly Candidate[] {
  const [first] = layers
  const isBundle = type.startsWith(BUNDLE) || first?.mediaType.startsWith(BUNDLE) === true
  const known = layers.flatMap((layer, index) => {
    const kind = LAYER_KINDS.get(layer?.mediaType ?? '')
    if (layer === undefined || kind === undefined) return []
    return [{ kind, layer, place: `${place}, layer ${index + 1}` }]
  })
  if (!isBundle && known.length === 0) return []
  if (its !== subject) {
    problems.push(`${place} is attached to ${its === undefined ? 'nothing' : its} instead`)
    return []
  }
  if (!isBundle) return known
  if (layers.length === 1 && first?.mediaType.startsWith(BUNDLE) === true) {
    return [{ kind: 'bundle', layer: first, place }]
  }
  problems.push(
    layers.length === 1
      ? `the layer of ${place} ${faultOf(first)}`
      : `${place} has ${layers.length} layers instead of one bundle`,
  )
  return []
}

function addUnread(total: number, limit: number, what: string, problems: string[]): void {
  if (total > limit) problems.push(`only ${limit} of ${total} ${what} were looked at`)
}

function foundAt(
  place: string,
  list: readonly Attachment[],
  problems: readonly string[],
  { endpoint }: ReferrerContext,
): Found {
  return { list, search: { place, from: endpoint.host, found: list.length, problems } }
}
