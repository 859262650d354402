import { createPublicKey, type KeyObject } from 'node:crypto'
import type { X509Certificate } from '@sigstore/core'
import { type SignedEntity, Verifier } from '@sigstore/verify'
import { certificateNames } from './certificate-names.ts'
import { checkCodeSigning } from './certificate-use.ts'
import { issuerRefusal } from './chain-reason.ts'
import type { PublicKey, VerifyDemand } from './demand.ts'
import { type Effort, spendProofs } from './effort.ts'
import { matchIdentity } from './identity.ts'
import { explainError, signatureRefusal } from './library-error.ts'
import { libraryTrust, type NamedTrust } from './library-trust.ts'
import { checkLoggedSigner } from './logged-signer.ts'
import type { SignedObject } from './objects/signed-object.ts'
import { Refusal } from './refusal.ts'
import type { TrustedRoot } from './trusted-root.ts'
import type { VerifiedSigner } from './verdict.ts'

type SignatureContent = SignedEntity['signature']

/** A signer that satisfies a rule; `rank` is its place in the rule, identities before keys. */
export type RankedSigner = VerifiedSigner & { readonly rank: number }

/**
 * Verifies who signed an object, and when.
 *
 * @returns the first identity or key of the demand that did
 * @throws {Refusal} if none of them did, or a proof that comes with the signature does not hold
 */
export function verifySigner(object: SignedObject, demand: VerifyDemand, effort: Effort): RankedSigner {
  const { certificate } = object
  if (object.mayHaveBeenSignedByKey) {
    const signed = findKey(object, demand.keys)
    if (signed !== undefined) return verifyKeySignature(object, signed, demand, effort)
  }
  if (certificate !== undefined && demand.identities.length > 0)
    return verifyCertificate(object, demand, effort)
  const names = demand.keys.map(({ name }) => name).join(', ')
  if (certificate !== undefined) {
    const found = certificateNames(certificate).subjects.join(' and ')
    throw new Refusal('it is signed with a certificate', {
      wanted: `the key ${names}`,
      found: `a certificate for ${found || 'nobody'}`,
    })
  }
  if (demand.keys.length === 0) {
    throw new Refusal('it is signed with a key', {
      wanted: 'a certificate for an identity',
      found: 'a key, which the bundle does not contain',
    })
  }
  const which = demand.keys.length === 1 ? `the key ${names}` : `any of the keys ${names}`
  throw new Refusal(`its signature was not made with ${which}, or what it signs was changed`)
}

interface KeySignature {
  readonly key: PublicKey
  readonly content: SignatureContent
  readonly rank: number
}

/** The hint in a bundle is written by whoever signed, so every key is tried. */
function findKey({ signatures }: SignedObject, keys: readonly PublicKey[]): KeySignature | undefined {
  for (const [rank, key] of keys.entries()) {
    const content = signatures.find((one) => one.verifySignature(key.key))
    if (content !== undefined) return { key, content, rank }
  }
  return undefined
}

/**
 * With a key, a log entry is needed where the demand says so, and a time never. What is not needed could have been left out of the
 * object as well, so it does not fail the object: if it does not verify, it is left out here, and so is its time.
 */
function verifyKeySignature(
  object: SignedObject,
  { key, content, rank }: KeySignature,
  demand: VerifyDemand,
  effort: Effort,
): RankedSigner {
  const tlogThreshold = demand.transparencyLog === 'required' ? 1 : 0
  const bare: SignedObject = { ...object, logEntries: [], timestamps: [] }
  const attempts: readonly SignedObject[] =
    tlogThreshold === 1
      ? [object, { ...object, timestamps: [] }]
      : [object, { ...object, timestamps: [] }, { ...object, logEntries: [] }, bare]
  const signer = { by: 'key', signer: key.name, rank: demand.identities.length + rank } as const
  const entityKey: SignedEntity['key'] = { $case: 'public-key', hint: '' }
  let refusal: unknown
  for (const attempt of attempts) {
    try {
      const isBare = attempt.logEntries.length + attempt.timestamps.length === 0
      // The signature itself was verified when the key was found.
      if (isBare && tlogThreshold === 0) return { ...signer, at: undefined }
      spendProofs(effort, attempt.logEntries.length + attempt.timestamps.length)
      runLibrary(attempt, content, entityKey, libraryTrust(demand.trustedRoot, key), {
        tlogThreshold,
        ctlogThreshold: 0,
        timestampThreshold: 0,
      })
      const der = key.key.export({ type: 'spki', format: 'der' })
      for (const entry of attempt.logEntries) checkLoggedSigner(entry, der)
      return { ...signer, at: earliestTime(attempt) }
    } catch (error) {
      refusal ??= error
    }
  }
  throw refusal
}

function verifyCertificate(object: SignedObject, demand: VerifyDemand, effort: Effort): RankedSigner {
  const { certificate, signatures } = object
  if (certificate === undefined) throw new Refusal('it has no certificate')
  // This is cheap, and by far the most common reason: other signers sign the image, too.
  const { subject, issuer, rank } = matchIdentity(certificateNames(certificate), demand.identities)
  checkCodeSigning(certificate)
  const key = certificateKey(certificate)
  const content = signatures.find((one) => one.verifySignature(key))
  if (content === undefined) throw signatureRefusal()
  const { trustedRoot, transparencyLog } = demand
  const trust = libraryTrust(trustedRoot)
  // The library looks at the certificate once for each time that comes with it.
  if (!isIssuedByAny(certificate, trustedRoot)) throw issuerRefusal(certificate, trust)
  spendProofs(effort, object.logEntries.length + object.timestamps.length)
  const isLogRequired = transparencyLog === 'required'
  runLibrary(object, content, { $case: 'certificate', certificate }, trust, {
    tlogThreshold: isLogRequired ? 1 : 0,
    // A private deployment may have neither kind of log; its trusted root then lists none.
    ctlogThreshold: isLogRequired || trustedRoot.ctlogs.length > 0 ? 1 : 0,
    // Certificates live for minutes: without a time, nothing says that it was valid.
    timestampThreshold: 1,
  })
  for (const entry of object.logEntries) checkLoggedSigner(entry, certificate.root.toDER())
  return { by: 'identity', signer: subject, issuer, at: earliestTime(object), rank }
}

/** Whether a certificate authority of the trusted root has signed a certificate, whenever it was valid. */
function isIssuedByAny(certificate: X509Certificate, { certificateAuthorities }: TrustedRoot): boolean {
  return certificateAuthorities.some(({ certChain }) =>
    certChain.some(
      (authority) => authority.subject.equals(certificate.issuer) && certificate.verify(authority),
    ),
  )
}

function certificateKey({ publicKey }: X509Certificate): KeyObject {
  try {
    return createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  } catch {
    throw new Refusal('the key in its certificate cannot be read')
  }
}

function runLibrary(
  { logEntries, timestamps }: SignedObject,
  signature: SignatureContent,
  key: SignedEntity['key'],
  trust: NamedTrust,
  thresholds: { tlogThreshold: number; ctlogThreshold: number; timestampThreshold: number },
): void {
  const entity: SignedEntity = {
    signature,
    key,
    tlogEntries: logEntries,
    timestamps: [
      ...logEntries
        .filter(({ integratedTime }) => integratedTime !== '0' && integratedTime !== '')
        .map((tlogEntry) => ({ $case: 'transparency-log' as const, tlogEntry })),
      ...timestamps.map((timestamp) => ({ $case: 'timestamp-authority' as const, timestamp })),
    ],
  }
  try {
    new Verifier(trust, thresholds).verify(entity)
  } catch (error) {
    throw explainError(error, entity, trust)
  }
}

/** Only a log that promised to include the entry signed its time. */
function earliestTime({ logEntries, timestamps }: SignedObject): number | undefined {
  const times = [
    ...logEntries
      .filter(
        ({ inclusionPromise, integratedTime }) =>
          inclusionPromise !== undefined && Number(integratedTime) > 0,
      )
      .map(({ integratedTime }) => Number(integratedTime) * 1000),
    ...timestamps.map(({ signingTime }) => signingTime.getTime()),
  ]
  return times.length === 0 ? undefined : Math.min(...times)
}
