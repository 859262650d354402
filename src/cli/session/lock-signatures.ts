import { hasSigners } from '../../config/verify-settings.ts'
import type { Verifier } from '../../plan/verifier.ts'
import { verifyRuleFor } from '../../plan/verify-rule.ts'
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
    ruleFor: (image) => {
      const rule = verifyRuleFor(image, profile)
      // One that names nobody who may sign only reports images as unverified.
      return rule !== undefined && hasSigners(rule) ? rule : undefined
    },
    profile: profile.name,
  })
}
