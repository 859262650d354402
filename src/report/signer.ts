import type { VerifiedSigner } from './report.ts'

/** Who signed an image: `key keys/base.pub`, or the subject of a certificate. */
export function formatSigner({ by, signer }: Pick<VerifiedSigner, 'by' | 'signer'>): string {
  return by === 'key' ? `key ${signer}` : signer
}

/** What was verified: `signature`, or the predicate types of attestations with what is demanded of them. */
export function formatProof({ attestations = [] }: Pick<VerifiedSigner, 'attestations'>): string {
  if (attestations.length === 0) return 'signature'
  const listed = attestations.map(({ type, builder, source, signedBy }) => {
    const details = [
      signedBy && `by ${formatSigner(signedBy)}`,
      builder && `builder ${builder}`,
      source && `source ${source}`,
    ].filter(Boolean)
    return `${type}${details.length === 0 ? '' : ` (${details.join(', ')})`}`
  })
  return `${attestations.length === 1 ? 'attestation' : 'attestations'} ${listed.join(' and ')}`
}

/** The verified time, the issuer and the place of a signature, as far as there are any: `signed 2026-11-20T08:00:00Z, issuer …`. */
export function formatProofDetails({ at, issuer, from }: VerifiedSigner): string {
  return [at && `signed ${at}`, issuer && `issuer ${issuer}`, `from ${from}`].filter(Boolean).join(', ')
}

/** `verified by key keys/base.pub (ours): signature, from ghcr.io`, on one line. */
export function formatVerified(verified: VerifiedSigner): string {
  return `verified by ${formatSigner(verified)} (${verified.rule}): ${formatProof(verified)}, ${formatProofDetails(verified)}`
}
