import type { SignerIdentity } from '../config/verify-settings.ts'
import { compileGlob } from '../reference/pattern.ts'
import type { CertificateNames } from './certificate-names.ts'
import { Refusal } from './refusal.ts'

/** The identity of a rule that a certificate has. */
export interface MatchedIdentity {
  readonly subject: string
  readonly issuer: string
  /** Its place in the rule. */
  readonly rank: number
}

/**
 * Finds the identity that a certificate says it was issued for; that it was is verified elsewhere. Issuer and subject are compared as they are written, as a whole: the
 * library takes a subject for a regular expression that may match anywhere.
 *
 * @throws {Refusal} if it is none of them
 */
export function matchIdentity(
  names: CertificateNames,
  identities: readonly SignerIdentity[],
): MatchedIdentity {
  for (const [rank, identity] of identities.entries()) {
    if (names.issuer === undefined || names.issuer !== identity.issuer) continue
    const subject = names.subjects.find((name) => isSubject(identity, name))
    if (subject !== undefined) return { subject, issuer: names.issuer, rank }
  }
  throw new Refusal('its certificate is for somebody else', {
    wanted: identities.map(describeIdentity).join(', or '),
    found: `${names.subjects.join(' and ') || 'nobody'} by issuer ${names.issuer ?? 'unknown'}`,
  })
}

function isSubject({ subject, subjectPattern }: SignerIdentity, name: string): boolean {
  if (subject !== undefined) return name === subject
  return subjectPattern !== undefined && compileGlob(subjectPattern, '/').matches(name)
}

/** Formats an identity of a rule for a message. */
export function describeIdentity({ issuer, subject, subjectPattern }: SignerIdentity): string {
  return `${subject ?? subjectPattern ?? ''} by issuer ${issuer}`
}
