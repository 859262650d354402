import type { SignedEntity } from '@sigstore/verify'
import { isJsonObject } from '../../json.ts'
import type { Attachment } from '../../oci/attachment.ts'
import { decodeBase64 } from '../base64.ts'
import { Refusal } from '../refusal.ts'
import { parseStrictJson } from '../strict-json.ts'
import { readCertificate, readTimestamp } from './bundle.ts'
import { checkLogEntry } from './log-entry.ts'
import { preAuthEncoding, signatureContent } from './signature-content.ts'
import type { SignedObject } from './signed-object.ts'

type LogEntry = SignedEntity['tlogEntries'][number]

/** Annotations of the layers that cosign 1 and 2 write (sigstore/cosign, specs/SIGNATURE_SPEC.md and pkg/oci/internal/signature). */
const SIGNATURE = 'dev.cosignproject.cosign/signature'
const CERTIFICATE = 'dev.sigstore.cosign/certificate'
const LOG_ENTRY = 'dev.sigstore.cosign/bundle'
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp'

const MAX_SIGNATURES = 10

/**
 * Reads a layer of a tag `.sig`: a simple signing payload, with the signature in an annotation.
 * @throws {Refusal}
 */
export function readSimpleSigning({ content, annotations }: Attachment): SignedObject {
  const text = annotations[SIGNATURE]
  if (text === undefined || text === '') throw new Refusal(`its layer has no annotation ${SIGNATURE}`)
  const signature = decodeBase64(text)
  if (signature === undefined) throw new Refusal(`the annotation ${SIGNATURE} of its layer is not base64`)
  const payload = Buffer.from(content)
  return {
    claim: { kind: 'simple-signing', payload },
    signatures: [signatureContent({ bytes: payload, payload, signature })],
    ...materialOf(annotations),
  }
}

/**
 * Reads a layer of a tag `.att`: a DSSE envelope.
 * @throws {Refusal}
 */
export function readEnvelope({ content, annotations }: Attachment): SignedObject {
  const envelope = parseStrictJson(content, 'the envelope')
  if (!isJsonObject(envelope)) throw new Refusal('the envelope is not a JSON object')
  const { payloadType, payload: encoded, signatures } = envelope
  const payload = typeof encoded === 'string' ? decodeBase64(encoded) : undefined
  if (payload === undefined) throw new Refusal('the payload of the envelope is missing or not base64')
  if (typeof payloadType !== 'string') throw new Refusal('the envelope has no payloadType')
  if (!Array.isArray(signatures) || signatures.length === 0)
    throw new Refusal('the envelope has no signature')
  if (signatures.length > MAX_SIGNATURES)
    throw new Refusal(
      `the envelope has ${signatures.length} signatures; at most ${MAX_SIGNATURES} are allowed`,
    )
  const bytes = preAuthEncoding(payloadType, payload)
  // cosign has an attestation's timestamp made of the whole envelope.
  const timestamped = Buffer.from(content)
  return {
    claim: { kind: 'statement', payload, payloadType },
    signatures: signatures.map((one: unknown) => {
      const sig = isJsonObject(one) ? one['sig'] : undefined
      const signature = typeof sig === 'string' ? decodeBase64(sig) : undefined
      if (signature === undefined) throw new Refusal('a signature of the envelope is not base64')
      return signatureContent({ bytes, payload, signature, timestamped })
    }),
    ...materialOf(annotations),
  }
}

function materialOf(
  annotations: Attachment['annotations'],
): Pick<SignedObject, 'certificate' | 'mayHaveBeenSignedByKey' | 'logEntries' | 'timestamps'> {
  const pem = annotations[CERTIFICATE]
  const logEntry = annotations[LOG_ENTRY]
  const timestamp = annotations[TIMESTAMP]
  return {
    certificate: pem ? readCertificate(derOf(pem)) : undefined,
    // cosign may sign with a key and add a certificate of it.
    mayHaveBeenSignedByKey: true,
    logEntries: logEntry ? [readLogEntry(logEntry)] : [],
    timestamps: timestamp ? [readTimestampAnnotation(timestamp)] : [],
  }
}

function derOf(pem: string): Buffer {
  const body = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/.exec(pem)?.[1]
  const der = body === undefined ? undefined : decodeBase64(body.replaceAll(/\s/g, ''))
  if (der === undefined)
    throw new Refusal(`the annotation ${CERTIFICATE} of its layer is not a certificate in PEM`)
  return der
}

/** The entry of a Rekor v1 log, as cosign writes it: with a promise to include it, and without a proof. */
function readLogEntry(text: string): LogEntry {
  const where = `the annotation ${LOG_ENTRY} of its layer`
  const entry = parseStrictJson(Buffer.from(text), where)
  const payload = isJsonObject(entry) ? entry['Payload'] : undefined
  if (!isJsonObject(entry) || !isJsonObject(payload)) throw new Refusal(`${where} is not a log entry`)
  checkLogEntry(payload)
  const body = base64At(payload, 'body', where)
  const logId = payload['logID']
  if (typeof logId !== 'string' || !/^[0-9a-f]{64}$/.test(logId)) throw new Refusal(`${where} has no logID`)
  const content = parseStrictJson(body, 'its log entry')
  const { kind, apiVersion } = isJsonObject(content) ? content : {}
  return {
    logIndex: String(payload['logIndex'] ?? 0),
    logId: { keyId: Buffer.from(logId, 'hex') },
    kindVersion: { kind: String(kind), version: String(apiVersion) },
    integratedTime: String(payload['integratedTime'] ?? 0),
    inclusionPromise: { signedEntryTimestamp: base64At(entry, 'SignedEntryTimestamp', where) },
    inclusionProof: undefined,
    canonicalizedBody: body,
  }
}

function readTimestampAnnotation(text: string): SignedObject['timestamps'][number] {
  const where = `the annotation ${TIMESTAMP} of its layer`
  const value = parseStrictJson(Buffer.from(text), where)
  if (!isJsonObject(value)) throw new Refusal(`${where} is not a JSON object`)
  return readTimestamp(base64At(value, 'SignedRFC3161Timestamp', where))
}

function base64At(parent: Record<string, unknown>, key: string, where: string): Buffer {
  const value = parent[key]
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined
  if (bytes === undefined) throw new Refusal(`${key} in ${where} is missing or not base64`)
  return bytes
}
