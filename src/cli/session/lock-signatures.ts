import type { Verifier } from '../../plan/verifier.ts'
import { signedRuleFor } from '../../plan/verify-rule.ts'
import { type SignatureCollector, signatureCollector } from '../../resolve/signature-collector.ts'
import type { Session } from './session.ts'

/**
 * Opens what verifies digests before they are locked, by the rules of the session's profile.
 *
 * @param verifier of what is locked, and of what is new
 * @returns undefined if the profile verifies nothing
 */
export function openSignatures(
  { profile }: Pick<Session, 'profile'>,
  verifier: Verifier | undefined,
): SignatureCollector | undefined {
  if (verifier === undefined || profile.verify.length === 0) return undefined
  return signatureCollector({
    verifier,
    ruleFor: (image) => signedRuleFor(image, profile),
    profile: profile.name,
  })
}
