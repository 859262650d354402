import { type Bundle, bundleFromJSON, ValidationError } from '@sigstore/bundle'
import { RFC3161Timestamp, X509Certificate } from '@sigstore/core'
import { isJsonObject } from '../../json.ts'
import { decodeBase64 } from '../base64.ts'
import type { VerifySubject } from '../demand.ts'
import { checkParts } from '../effort.ts'
import { Refusal, shown } from '../refusal.ts'
import { parseStrictJson } from '../strict-json.ts'
import { checkLogEntry } from './log-entry.ts'
import { preAuthEncoding, signatureContent } from './signature-content.ts'
import { MAX_LOG_ENTRIES, MAX_TIMESTAMPS, type SignedObject } from './signed-object.ts'

const MEDIA_TYPES: readonly unknown[] = [
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
]
const MAX_CERTIFICATES = 10
/** Certificates of Fulcio have 800 bytes, timestamps with their chain 5,000. */
const MAX_CERTIFICATE_BYTES = 16 * 1024
const MAX_TIMESTAMP_BYTES = 32 * 1024
const MAX_CERTIFICATE_PARTS = 1000
const MAX_TIMESTAMP_PARTS = 2000

/**
 * Reads a Sigstore bundle (sigstore/protobuf-specs, sigstore_bundle.proto).
 *
 * @param subject its content is what a message signature is over
 * @throws {Refusal}
 */
export function readBundle(json: Uint8Array, subject: VerifySubject): SignedObject {
  const value = parseStrictJson(json, 'the bundle')
  checkFields(value)
  const bundle = toBundle(value)
  const { content } = bundle
  const { certificate, chain } = certificatesOf(bundle)
  if (chain.some((one) => one.subject.equals(one.issuer))) {
    throw new Refusal(
      'its certificate chain has a root certificate; only the trusted root may say which roots there are',
    )
  }
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial
  const material = {
    certificate,
    mayHaveBeenSignedByKey: certificate === undefined,
    logEntries: tlogEntries,
    timestamps: (timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) =>
      readTimestamp(signedTimestamp),
    ),
  }
  if (content.$case === 'messageSignature') {
    const { signature, messageDigest } = content.messageSignature
    return {
      ...material,
      claim: { kind: 'message' },
      signatures: [messageContent(signature, messageDigest, subject)],
    }
  }
  const { payload, payloadType, signatures } = content.dsseEnvelope
  return {
    ...material,
    claim: { kind: 'statement', payload, payloadType },
    signatures: signatures.map(({ sig }) =>
      signatureContent({ bytes: preAuthEncoding(payloadType, payload), payload, signature: sig }),
    ),
  }
}

/** Reads a timestamp of RFC 3161. */
export function readTimestamp(der: Uint8Array): RFC3161Timestamp {
  if (der.length > MAX_TIMESTAMP_BYTES) throw new Refusal(`a timestamp in it has ${der.length} bytes`)
  return readOrRefuse('a timestamp', () => {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(der))
    checkParts(timestamp.root, MAX_TIMESTAMP_PARTS, 'a timestamp')
    // Each of these throws if the part is not there.
    void [timestamp.signingTime, timestamp.signerIssuer, timestamp.signerSerialNumber]
    return timestamp
  })
}

/** Reads a certificate in DER. */
export function readCertificate(der: Uint8Array): X509Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES) throw new Refusal(`a certificate in it has ${der.length} bytes`)
  return readOrRefuse('a certificate', () => {
    const certificate = X509Certificate.parse(Buffer.from(der))
    checkParts(certificate.root, MAX_CERTIFICATE_PARTS, 'a certificate')
    // Each of these throws if the part is not there.
    void [certificate.publicKey, certificate.issuer, certificate.notBefore, certificate.notAfter]
    return certificate
  })
}

function readOrRefuse<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(`${what} in it cannot be read`)
  }
}

function certificatesOf({ verificationMaterial: { content } }: Bundle): {
  certificate: X509Certificate | undefined
  chain: readonly X509Certificate[]
} {
  switch (content.$case) {
    case 'publicKey':
      return { certificate: undefined, chain: [] }
    case 'certificate': {
      const certificate = readCertificate(content.certificate.rawBytes)
      return { certificate, chain: [] }
    }
    case 'x509CertificateChain': {
      const [certificate, ...chain] = content.x509CertificateChain.certificates.map(({ rawBytes }) =>
        readCertificate(rawBytes),
      )
      return { certificate, chain }
    }
  }
}

function messageContent(
  signature: Buffer,
  messageDigest: { readonly digest: Buffer },
  { content }: VerifySubject,
): SignedObject['signatures'][number] {
  if (content === undefined) {
    throw new Refusal(
      'it signs bytes and not a statement about an image; cosign does not count that for an image either',
    )
  }
  const bytes = Buffer.from(content)
  const signed = signatureContent({ bytes, payload: bytes, signature })
  if (!signed.compareDigest(messageDigest.digest)) {
    throw new Refusal('it is for other bytes: its message digest is not that of the content')
  }
  return signed
}

function toBundle(value: unknown): Bundle {
  try {
    return bundleFromJSON(value)
  } catch (error) {
    if (error instanceof ValidationError) throw fieldRefusal(error.fields)
    throw new Refusal(
      `the bundle cannot be read: ${shown(error instanceof Error ? error.message : String(error))}`,
    )
  }
}

/** The library names what is wrong by its path: missing, empty, or not allowed in the bundle's version. */
function fieldRefusal(fields: readonly string[]): Refusal {
  if (fields.some((field) => /inclusionProof(?:\.checkpoint)?$/.test(field))) {
    return new Refusal(
      'its log entry has no proof with a checkpoint, which bundles of version 0.2 and later need',
    )
  }
  if (fields.some((field) => field.endsWith('inclusionPromise'))) {
    return new Refusal('its log entry has no promise (SET), which bundles of version 0.1 need')
  }
  if (fields.includes('verificationMaterial.content.$case')) {
    return new Refusal('it has a certificate chain, which bundles of version 0.3 may not have')
  }
  return new Refusal(`the bundle has no ${fields.map((field) => shown(field)).join(' and no ')}`)
}

/** Checks what the library's reader takes for something else: base64 that is none, numbers that are none, too many of a kind. */
function checkFields(value: unknown): void {
  if (!isJsonObject(value)) throw new Refusal('the bundle is not a JSON object')
  const { mediaType } = value
  if (!MEDIA_TYPES.includes(mediaType)) {
    throw new Refusal('its media type is not that of a bundle of version 0.1 to 0.3', {
      found: typeof mediaType === 'string' ? mediaType : 'none',
    })
  }
  const material = objectAt(value, 'verificationMaterial')
  const chain = listAt(objectAt(material, 'x509CertificateChain'), 'certificates', MAX_CERTIFICATES)
  for (const certificate of [...chain, objectAt(material, 'certificate')])
    checkBase64(certificate, 'rawBytes')
  for (const entry of listAt(material, 'tlogEntries', MAX_LOG_ENTRIES)) checkLogEntry(entry)
  const data = objectAt(material, 'timestampVerificationData')
  for (const one of listAt(data, 'rfc3161Timestamps', MAX_TIMESTAMPS)) checkBase64(one, 'signedTimestamp')
  const message = objectAt(value, 'messageSignature')
  checkBase64(message, 'signature')
  checkBase64(objectAt(message, 'messageDigest'), 'digest')
  const envelope = objectAt(value, 'dsseEnvelope')
  checkBase64(envelope, 'payload')
  for (const one of listAt(envelope, 'signatures', 1)) checkBase64(one, 'sig')
}

function objectAt(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = parent[key] ?? {}
  if (!isJsonObject(value)) throw new Refusal(`${key} in the bundle is not an object`)
  return value
}

function listAt(parent: Record<string, unknown>, key: string, max: number): Record<string, unknown>[] {
  const value = parent[key] ?? []
  if (!Array.isArray(value) || !value.every(isJsonObject))
    throw new Refusal(`${key} in the bundle is not a list of objects`)
  if (value.length > max)
    throw new Refusal(`the bundle has ${value.length} ${key}; at most ${max} are allowed`)
  return value
}

function checkBase64(parent: Record<string, unknown>, key: string): void {
  const value = parent[key]
  if (value === undefined) return
  if (typeof value !== 'string' || decodeBase64(value) === undefined) {
    throw new Refusal(`${key} in the bundle is not base64`)
  }
}
