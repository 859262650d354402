import { sign } from 'node:crypto'
import { SIGNATURE_TYPE } from '../../support/signing.ts'
import type { SigningKey } from '../support/cosign.ts'
import { BUNDLE, type Bundle, type SignatureLayer } from './image.ts'

// Objects that cosign would not write, with good signatures: what is left to check is their content.

/** An in-toto statement. */
export interface Statement {
  readonly _type: string
  readonly subject: readonly unknown[]
  readonly predicateType: string
  readonly predicate?: unknown
}

export const IN_TOTO = 'application/vnd.in-toto+json'

/** The statement of a signature as cosign writes it. */
export function signatureStatement(digest: string, changes: Partial<Statement> = {}): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType: SIGNATURE_TYPE,
    predicate: {},
    ...changes,
  }
}

/** A bundle with a DSSE envelope around a text, signed by a key (in-toto's DSSE, "Pre-Authentication Encoding"). */
export function signedBundle(key: SigningKey, payload: unknown, payloadType: string = IN_TOTO): Bundle {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const encoded = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `),
    body,
  ])
  return {
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: '' } },
    dsseEnvelope: {
      payload: body.toString('base64'),
      payloadType,
      signatures: [{ sig: signatureBy(key, encoded) }],
    },
  }
}

/** The payload of a `.sig` signature as cosign writes it, with changes in its `critical` part. */
export function simpleSigning(digest: string, changes: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    critical: {
      identity: { 'docker-reference': 'registry.example.com/team/web' },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
      ...changes,
    },
    optional: null,
  }
}

/** A layer of a `.sig` tag, signed by a key. */
export function signedLayer(key: SigningKey, payload: unknown): SignatureLayer {
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return { payload: bytes, signature: signatureBy(key, bytes) }
}

/** A signature in base64, over the SHA-256 for the keys that need one. */
export function signatureBy({ privateKey }: SigningKey, bytes: Buffer): string {
  const algorithm = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return sign(algorithm, bytes, privateKey).toString('base64')
}

/** A base64 text whose last byte but one is another. */
export function damaged(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  const place = bytes.length - 2
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return bytes.toString('base64')
}
