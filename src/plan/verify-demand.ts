import type { Profile } from '../config/profile.ts'
import { hasSigners, type VerifyRule } from '../config/verify-settings.ts'
import { tryParseReference } from '../reference/parse.ts'
import { formatProof } from '../report/signer.ts'
import { verifyRuleFor } from './verify-rule.ts'

/**
 * Says what a profile demands of an image, for people: `a signature by key keys/base.pub (base)`.
 * @param image as it is written in a manifest
 */
export function describeDemand(image: string, profile: Profile): string {
  const reference = tryParseReference(image)
  if (reference === undefined) return 'impossible: the image is not a reference'
  const rule = verifyRuleFor(reference, profile)
  if (rule === undefined) return `nothing: no entry of verify in profile ${profile.name} is for it`
  if (!hasSigners(rule)) return `nothing: the entry says nobody who may sign (${rule.label})`
  const mode = rule.mode === 'warn' ? ', mode: warn' : ''
  return `${proofOf(rule)} by ${signersOf(rule)} (${rule.label}${mode})`
}

function proofOf({ attestations }: VerifyRule): string {
  const article = attestations.length === 0 ? 'a ' : attestations.length === 1 ? 'an ' : ''
  return `${article}${formatProof({ attestations })}`
}

function signersOf({ keys, identities }: VerifyRule): string {
  const signers = [
    ...keys.map((key) => `key ${key}`),
    ...identities.map(({ subject, subjectPattern, issuer }) => `${subject ?? subjectPattern} of ${issuer}`),
  ]
  return signers.length === 1 ? String(signers[0]) : `${signers.slice(0, -1).join(', ')} or ${signers.at(-1)}`
}
