import { createPublicKey, X509Certificate } from 'node:crypto'
import type { SignedEntity } from '@sigstore/verify'
import { isJsonObject, jsonValueAt, parseJson } from '../json.ts'
import { decodeBase64 } from './base64.ts'
import { Refusal } from './refusal.ts'

type LogEntry = SignedEntity['tlogEntries'][number]

/**
 * Checks that a log entry is about the certificate or key that signed. The library compares the signature and the hash only,
 * and for an ECDSA signature anybody can make another key that it verifies with: whoever watches the log for an identity
 * would not see such an entry. cosign compares them, too.
 *
 * @param entry verified to be in the log
 * @param der the certificate, or the key as a SubjectPublicKeyInfo
 * @throws {Refusal}
 */
export function checkLoggedSigner(entry: LogEntry, der: Buffer): void {
  const logged = loggedSigner(parseJson(entry.canonicalizedBody))
  if (logged === undefined) throw new Refusal('its log entry does not say who signed')
  if (!logged.equals(der))
    throw new Refusal('its log entry is about another certificate or key than the one that signed')
}

/** Returns what stands in an entry as its verifier, in DER: of Rekor's types hashedrekord, dsse and intoto, v1 and v2. */
function loggedSigner(body: unknown): Buffer | undefined {
  const spec = jsonValueAt(body, 'spec')
  const candidates = [
    jsonValueAt(spec, 'signature', 'publicKey', 'content'),
    jsonValueAt(spec, 'signatures', '0', 'verifier'),
    jsonValueAt(spec, 'content', 'envelope', 'signatures', '0', 'publicKey'),
  ]
  const pem = candidates.find((value) => typeof value === 'string')
  if (typeof pem === 'string') return derOf(decodeBase64(pem)?.toString('latin1'))
  const v2 = [
    jsonValueAt(spec, 'hashedRekordV002', 'signature', 'verifier'),
    jsonValueAt(spec, 'dsseV002', 'signatures', '0', 'verifier'),
  ].find(isJsonObject)
  const raw = jsonValueAt(v2, 'x509Certificate', 'rawBytes') ?? jsonValueAt(v2, 'publicKey', 'rawBytes')
  return typeof raw === 'string' ? decodeBase64(raw) : undefined
}

function derOf(pem: string | undefined): Buffer | undefined {
  if (pem === undefined) return undefined
  try {
    return pem.includes('-----BEGIN CERTIFICATE-----')
      ? new X509Certificate(pem).raw
      : createPublicKey(pem).export({ type: 'spki', format: 'der' })
  } catch {
    return undefined
  }
}
