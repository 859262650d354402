import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { ATTACHED_TYPES, bundleReferrer, type Layer, pushReferrers, pushUnderTag } from './attached.ts'
import type { TestRegistry } from './registry.ts'

/** The type of a statement's payload, which the signature covers (DSSE, "Protocol"). */
const STATEMENT = 'application/vnd.in-toto+json'

/** The predicate type of a signature as cosign 3 writes it. */
const SIGNATURE_TYPE = 'https://sigstore.dev/cosign/sign/v1'

/** Signs images with a key as `cosign sign --key --tlog-upload=false` does; it shares no code with what verifies them. */
export interface KeySigner {
  /** PEM, as in `cosign.pub`. */
  readonly publicKey: string
  /** A bundle with a signature, or with an attestation of a type. */
  bundle(digest: string, predicateType?: string, predicate?: object): string
  /** A layer of the tag `sha256-….sig`, the format of cosign 2. */
  signature(digest: string, dockerReference?: string): Layer
}

/** Makes a new key of the kind that cosign makes (ECDSA, P-256). */
export function createKeySigner(): KeySigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const hint = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    bundle: (digest, predicateType = SIGNATURE_TYPE, predicate = {}) =>
      JSON.stringify({
        mediaType: ATTACHED_TYPES.bundle,
        verificationMaterial: { publicKey: { hint } },
        dsseEnvelope: envelope(statement(digest, predicateType, predicate), privateKey),
      }),
    signature: (digest, dockerReference = '') => {
      const content = JSON.stringify({
        critical: {
          identity: { 'docker-reference': dockerReference },
          image: { 'docker-manifest-digest': digest },
          type: 'cosign container image signature',
        },
        optional: null,
      })
      const signed = sign('sha256', Buffer.from(content), privateKey).toString('base64')
      return {
        mediaType: ATTACHED_TYPES.signature,
        content,
        annotations: { 'dev.cosignproject.cosign/signature': signed },
      }
    },
  }
}

function statement(digest: string, predicateType: string, predicate: object): string {
  const [algorithm = '', hex = ''] = digest.split(':')
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { [algorithm]: hex } }],
    predicateType,
    predicate,
  })
}

/** Signs the pre-authentication encoding (DSSE, "Signature Definition"). */
function envelope(payload: string, key: KeyObject): object {
  const encoded = `DSSEv1 ${STATEMENT.length} ${STATEMENT} ${Buffer.byteLength(payload)} ${payload}`
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: STATEMENT,
    signatures: [{ sig: sign('sha256', Buffer.from(encoded), key).toString('base64') }],
  }
}

/** Attaches bundles to an image, as referrers behind the fallback tag. */
export function attachBundles(
  registry: TestRegistry,
  repository: string,
  digest: string,
  bundles: readonly string[],
): void {
  pushReferrers(
    registry,
    repository,
    digest,
    bundles.map((content) => bundleReferrer(digest, content)),
  )
}

/** Attaches signatures of the older format to an image, behind the tag `.sig`. */
export function attachSignatures(
  registry: TestRegistry,
  repository: string,
  digest: string,
  layers: readonly Layer[],
): void {
  pushUnderTag(registry, repository, digest, 'sig', layers)
}
