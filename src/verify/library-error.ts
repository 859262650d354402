import { type SignedEntity, VerificationError } from '@sigstore/verify'
import { certificateReason, timestampReason } from './chain-reason.ts'
import type { NamedTrust } from './library-trust.ts'
import { promiseReason, proofReason } from './log-reason.ts'
import { Refusal, shown } from './refusal.ts'

/**
 * Says in plain words why the library refused an object. It throws at the first thing that does not hold, and its messages are
 * short, so what is wrong is looked up in the object.
 *
 * @param error what the library threw. If that is not one of its own errors, the object is not built as the library expects
 */
export function explainError(error: unknown, entity: SignedEntity, trust: NamedTrust): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof VerificationError)) {
    return new Refusal(`it cannot be read: ${shown(error instanceof Error ? error.message : String(error))}`)
  }
  const { code, message } = error
  switch (code) {
    case 'TIMESTAMP_ERROR':
      return timeRefusal(message, entity, trust)
    case 'CERTIFICATE_ERROR':
      return certificateRefusal(message, entity, trust)
    case 'TLOG_ERROR':
      return new Refusal(
        message.startsWith('duplicate')
          ? 'it has the same log entry twice'
          : 'it has no entry of a transparency log, which is required (transparencyLog)',
      )
    case 'TLOG_MISSING_INCLUSION_ERROR':
      return new Refusal('its log entry has no proof that it is in the log')
    case 'TLOG_INCLUSION_PROMISE_ERROR':
      return promiseReason(entity.tlogEntries, trust)
    case 'TLOG_INCLUSION_PROOF_ERROR':
      return proofReason(message, entity.tlogEntries, trust)
    case 'TLOG_BODY_ERROR':
      return bodyRefusal(message, entity)
    case 'SIGNATURE_ERROR':
      return signatureRefusal()
    default:
      return new Refusal(`${shown(message)} (${code})`)
  }
}

/** The refusal of a signature that does not verify. */
export function signatureRefusal(): Refusal {
  return new Refusal('its signature does not verify: the signature, or what it signs, was changed')
}

function timeRefusal(message: string, entity: SignedEntity, trust: NamedTrust): Refusal {
  if (message.startsWith('duplicate')) return new Refusal('it has the same timestamp twice')
  if (message.startsWith('expected')) {
    return new Refusal('nothing proves when it was signed', {
      wanted: 'a timestamp, or a log entry with a signed time',
      found: entity.tlogEntries.length === 0 ? 'neither' : 'a log entry without one',
    })
  }
  return timestampReason(entity, trust)
}

function certificateRefusal(message: string, entity: SignedEntity, trust: NamedTrust): Refusal {
  if (message === 'duplicate SCT')
    return new Refusal('its certificate has the same proof of a certificate log twice')
  if (message.startsWith('expected')) {
    return new Refusal('its certificate has no proof (SCT) that it is in a certificate transparency log')
  }
  if (message.startsWith('SCT')) {
    return new Refusal(
      `the proof (SCT) in its certificate is not from a certificate transparency log of ${trust.name}`,
    )
  }
  return certificateReason(entity, trust)
}

function bodyRefusal(message: string, { tlogEntries }: SignedEntity): Refusal {
  if (/signature mismatch/.test(message)) return new Refusal('its log entry is for another signature')
  if (/(?:hash|digest) mismatch/.test(message)) return new Refusal('its log entry is for other content')
  if (/^unsupported/.test(message)) {
    const kinds = tlogEntries.map(({ kindVersion: { kind, version } }) => `${kind} ${version}`)
    return new Refusal('its log entry is of a kind that cannot be verified', {
      wanted: 'hashedrekord or dsse, 0.0.1 or 0.0.2, or intoto 0.0.2',
      found: [...new Set(kinds)].join(', '),
    })
  }
  return new Refusal(`its log entry cannot be read: ${shown(message)}`)
}
