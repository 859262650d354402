import { isJsonObject } from '../../json.ts'
import { digestAlgorithm } from '../../reference/digest.ts'
import type { Digest } from '../../reference/reference.ts'
import type { VerifySubject } from '../demand.ts'
import { Refusal, shown } from '../refusal.ts'
import { parseStrictJson } from '../strict-json.ts'

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'
const STATEMENT_TYPES: readonly unknown[] = [
  'https://in-toto.io/Statement/v1',
  'https://in-toto.io/Statement/v0.1',
]

/** The predicate type of a signature that cosign 3 makes. */
export const SIGNATURE_TYPE = 'https://sigstore.dev/cosign/sign/v1'

/** An in-toto statement: what is said about which digests. */
export interface Statement {
  readonly predicateType: string
  readonly predicate: unknown
  readonly subjects: readonly Readonly<Record<string, unknown>>[]
}

/**
 * Reads an in-toto statement (in-toto/attestation, spec/v1/statement.md).
 * @throws {Refusal}
 */
export function readStatement(payload: Uint8Array, payloadType: string): Statement {
  if (payloadType !== PAYLOAD_TYPE) {
    throw new Refusal('its payload is not an in-toto statement', { wanted: PAYLOAD_TYPE, found: payloadType })
  }
  const statement = parseStrictJson(payload, 'its statement')
  if (!isJsonObject(statement)) throw new Refusal('its statement is not a JSON object')
  const { _type: type, predicateType, predicate, subject } = statement
  if (!STATEMENT_TYPES.includes(type)) {
    throw new Refusal('its payload is not an in-toto statement', {
      found: `_type ${shown(JSON.stringify(type) ?? 'missing')}`,
    })
  }
  if (typeof predicateType !== 'string' || predicateType === '')
    throw new Refusal('its statement has no predicateType')
  if (!Array.isArray(subject) || subject.length === 0) throw new Refusal('its statement has no subject')
  const subjects = subject.map((one: unknown) => {
    const digest = isJsonObject(one) ? one['digest'] : undefined
    if (!isJsonObject(digest)) throw new Refusal('a subject of its statement has no digest')
    return digest
  })
  return { predicateType, predicate, subjects }
}

/**
 * Returns the digest of the image that a statement is about.
 * @throws {Refusal} if it is about something else
 */
export function signedDigest({ subjects }: Statement, { digest, index }: VerifySubject): Digest {
  const signed = [digest, ...(index === undefined ? [] : [index])].find((one) => {
    const algorithm = digestAlgorithm(one)
    return subjects.some(
      (subject) => Object.hasOwn(subject, algorithm) && `${algorithm}:${subject[algorithm]}` === one,
    )
  })
  if (signed !== undefined) return signed
  const [first] = subjects
  const named = Object.entries(first ?? {}).map(([algorithm, value]) => `${algorithm}:${value}`)
  const more = subjects.length > 1 ? ` and ${subjects.length - 1} more` : ''
  throw new Refusal('it is signed, but for another image', {
    wanted: describeSubject({ digest, index }),
    found: `${named.join(' ') || 'no digest'}${more}`,
  })
}

/** Formats what must be signed, for a message. */
export function describeSubject({ digest, index }: VerifySubject): string {
  return index === undefined ? digest : `${digest}, or ${index} that names it`
}
