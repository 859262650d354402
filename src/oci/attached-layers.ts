import type { Digest } from '../reference/reference.ts'
import type { Artifact, ArtifactLayer } from './artifact.ts'
import type { Attachment } from './attachment.ts'

/** A layer that is to be read as an attachment. */
export interface AttachedLayer {
  readonly kind: Attachment['kind']
  readonly layer: ArtifactLayer
  /** For messages. */
  readonly place: string
}

/** The layers of an artifact that may be signed objects, and what is wrong with others. */
export interface AttachedLayers {
  readonly layers: readonly AttachedLayer[]
  readonly problems: readonly string[]
}

/** The media type of a Sigstore bundle begins like this; its version follows. */
const BUNDLE = 'application/vnd.dev.sigstore.bundle'

/**
 * The media types of layers that are signatures and attestations by themselves, as cosign writes them under tags: a simple signing
 * payload and a DSSE envelope (cosign, SIGNATURE_SPEC and ATTESTATION_SPEC).
 */
export const LAYER_TYPES = {
  signature: 'application/vnd.dev.cosign.simplesigning.v1+json',
  attestation: 'application/vnd.dsse.envelope.v1+json',
} as const

const LAYER_KINDS: ReadonlyMap<string, keyof typeof LAYER_TYPES> = new Map([
  [LAYER_TYPES.signature, 'signature'],
  [LAYER_TYPES.attestation, 'attestation'],
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

/** Whether a referrer may be a signed object, by its artifact type; undefined if the type does not say it. */
export function isSignedType(artifactType: string): boolean | undefined {
  if (UNTOLD_TYPES.has(artifactType)) return undefined
  return artifactType.startsWith(BUNDLE) || WITH_LAYERS.test(artifactType)
}

/**
 * The layers behind cosign's tags `.sig` and `.att`.
 *
 * @param place for messages
 */
export function layersOfTag(
  { layers }: Artifact,
  kind: 'signature' | 'attestation',
  place: string,
): AttachedLayers {
  const found: AttachedLayer[] = []
  const problems: string[] = []
  for (const [index, layer] of layers.entries()) {
    const where = `${place}, layer ${index + 1}`
    if (layer !== undefined && LAYER_KINDS.get(layer.mediaType) === kind)
      found.push({ kind, layer, place: where })
    else problems.push(`${where} ${faultOf(layer)}`)
  }
  return { layers: found, problems }
}

/**
 * The layers of a referrer. An artifact of another kind has none, which is no problem.
 *
 * @param subject the digest that it has to be attached to
 * @param place for messages
 */
export function layersOfReferrer(
  { type, subject: its, layers }: Artifact,
  subject: Digest,
  place: string,
): AttachedLayers {
  const [first] = layers
  const isBundle = type.startsWith(BUNDLE) || first?.mediaType.startsWith(BUNDLE) === true
  const known = layers.flatMap((layer, index) => {
    const kind = LAYER_KINDS.get(layer?.mediaType ?? '')
    if (layer === undefined || kind === undefined) return []
    return [{ kind, layer, place: `${place}, layer ${index + 1}` }]
  })
  if (!isBundle && known.length === 0) return { layers: [], problems: [] }
  if (its !== subject) {
    const other = its === undefined ? 'nothing' : its
    return { layers: [], problems: [`${place} is attached to ${other} instead`] }
  }
  if (!isBundle) return { layers: known, problems: [] }
  if (layers.length !== 1) {
    return { layers: [], problems: [`${place} has ${layers.length} layers instead of one bundle`] }
  }
  if (first?.mediaType.startsWith(BUNDLE) === true) {
    return { layers: [{ kind: 'bundle', layer: first, place }], problems: [] }
  }
  return { layers: [], problems: [`the layer of ${place} ${faultOf(first)}`] }
}

/** Why a layer cannot be used where it is. */
function faultOf(layer: ArtifactLayer | undefined): string {
  if (layer === undefined) return 'has no valid digest and size'
  return layer.mediaType === '' ? 'has no media type' : `has the media type ${layer.mediaType}`
}

/** The tag under which cosign, or the fallback of the referrers API, keeps what is attached to a digest. */
export function attachmentTag(digest: Digest, suffix: '' | '.sig' | '.att'): string {
  return `${digest.replace(':', '-')}${suffix}`
}
