import { isJsonObject } from '../../json.ts'
import type { Digest } from '../../reference/reference.ts'
import type { VerifySubject } from '../demand.ts'
import { Refusal } from '../refusal.ts'
import { parseStrictJson } from '../strict-json.ts'
import { describeSubject } from './statement.ts'

const TYPE = 'cosign container image signature'
const MALFORMED = 'its payload is not a simple signing payload'

/** What a simple signing payload says. */
export interface SimpleSigning {
  readonly digest: Digest
  /** The name that the signer had for the image. Nobody compares it: a copy in another registry has another name. */
  readonly dockerReference: string | undefined
}

/**
 * Reads a simple signing payload (containers/image, docs/containers-signature.5.md; sigstore/cosign, specs/SIGNATURE_SPEC.md).
 * @throws {Refusal} if it is not about the image
 */
export function readSimpleSigningPayload(payload: Uint8Array, subject: VerifySubject): SimpleSigning {
  const value = parseStrictJson(payload, 'its payload')
  const { critical, optional } = isJsonObject(value) ? value : {}
  if (!isJsonObject(critical)) throw new Refusal(`${MALFORMED}: it has no critical`)
  const { type, image, identity } = critical
  const name = isJsonObject(identity) ? identity['docker-reference'] : undefined
  // What cosign cannot read, it does not count.
  if (!isMappingOrNone(optional)) throw new Refusal(`${MALFORMED}: its optional is no mapping`)
  if (!isMappingOrNone(identity)) throw new Refusal(`${MALFORMED}: its identity is no mapping`)
  if (name !== undefined && name !== null && typeof name !== 'string') {
    throw new Refusal(`${MALFORMED}: its docker-reference is no text`)
  }
  if (type !== TYPE) {
    throw new Refusal('its payload is not a signature of an image', { wanted: TYPE, found: String(type) })
  }
  const digest = isJsonObject(image) ? image['docker-manifest-digest'] : undefined
  const signed = [subject.digest, subject.index].find((one) => one !== undefined && one === digest)
  if (signed === undefined) {
    throw new Refusal('it is signed, but for another image', {
      wanted: describeSubject(subject),
      found: typeof digest === 'string' ? digest : 'no digest',
    })
  }
  return { digest: signed, dockerReference: typeof name === 'string' && name !== '' ? name : undefined }
}

function isMappingOrNone(value: unknown): boolean {
  return value === undefined || value === null || isJsonObject(value)
}
