import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Artifact, ATTACHED_TYPES, bundleReferrer, type Layer } from './registry/attached.ts'

/** The predicate type of a signature as cosign 3 writes it. */
export const SIGNATURE_TYPE = 'https://sigstore.dev/cosign/sign/v1'

/** A key pair that signs as cosign does. */
export interface SigningKey {
  readonly privateKey: KeyObject
  /** PEM. */
  readonly publicKey: string
}

/** Makes a key on P-256, as `cosign generate-key-pair` does. */
export function signingKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

/** The layer of a signature of cosign 1 and 2 (cosign, SIGNATURE_SPEC.md). */
export function signatureLayer(digest: string, { privateKey }: SigningKey, name = 'example.com/app'): Layer {
  const content = JSON.stringify({
    critical: {
      identity: { 'docker-reference': name },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  })
  const signature = sign('sha256', Buffer.from(content), privateKey).toString('base64')
  return {
    mediaType: ATTACHED_TYPES.signature,
    content,
    annotations: { 'dev.cosignproject.cosign/signature': signature },
  }
}

/** A bundle of cosign 3 behind the referrers of a digest (cosign, BUNDLE_SPEC.md): a signature, unless a type is given. */
export function signedReferrer(digest: string, key: SigningKey, type = SIGNATURE_TYPE): Artifact {
  return bundleReferrer(digest, signedBundle(digest, key, type))
}

/** The bundle itself, without an entry in a log. */
export function signedBundle(
  digest: string,
  { privateKey, publicKey }: SigningKey,
  type: string,
  predicate: object = {},
): string {
  const [algorithm = '', hex = ''] = digest.split(':')
  const payload = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { [algorithm]: hex } }],
    predicateType: type,
    predicate,
  })
  const payloadType = 'application/vnd.in-toto+json'
  const encoded = `DSSEv1 ${payloadType.length} ${payloadType} ${Buffer.byteLength(payload)} ${payload}`
  const der = Buffer.from(publicKey.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')
  return JSON.stringify({
    mediaType: ATTACHED_TYPES.bundle,
    verificationMaterial: {
      publicKey: { hint: createHash('sha256').update(der).digest('base64') },
      tlogEntries: [],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType,
      signatures: [{ sig: sign('sha256', Buffer.from(encoded), privateKey).toString('base64'), keyid: '' }],
    },
  })
}
