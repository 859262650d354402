import type { Profile } from '../config/profile.ts'
import {
  findVerifyRule,
  hasSigners,
  type ProfileVerifyRule,
  withCanonicalHost,
} from '../config/verify-settings.ts'
import { type Reference, repositoryName } from '../reference/reference.ts'
import { isExcluded } from './decision.ts'
import { matchInputOf, originalReference } from './match-input.ts'

/**
 * Finds the rule of the profile that decides about an image, by its original name.
 *
 * A lock file says that a name which looks rewritten is the name of an image of its own. But whoever changes the lock file must not
 * choose whose signatures are demanded: for such a name, the rule counts that would decide without the lock file, and if that enforces
 * nothing, the rule for the name as it is. Nor must whoever writes a manifest, by another spelling of the host of a name that looks
 * rewritten.
 *
 * @param reference as it is in the manifest, or with its original name (`originalReference`)
 */
export function verifyRuleFor(reference: Reference, profile: Profile): ProfileVerifyRule | undefined {
  const spellings = [...new Set([reference, withCanonicalHost(reference)])]
  const names = [withoutLock(profile), profile].flatMap((one) =>
    spellings.map((spelling) => originalReference(spelling, one)),
  )
  const rules = names.flatMap((name) => findVerifyRule(profile.verify, name) ?? [])
  return rules.find(({ mode }) => mode === 'enforce') ?? rules[0]
}

/** Finds the rule by which an image is verified: one that names nobody who may sign only has images reported as unverified. */
export function signedRuleFor(reference: Reference, profile: Profile): ProfileVerifyRule | undefined {
  const rule = verifyRuleFor(reference, profile)
  return rule !== undefined && hasSigners(rule) ? rule : undefined
}

/** Whether the profile excludes an image from being verified, which the names in a lock file do not decide either. */
export function isExcludedFromVerify(
  field: Parameters<typeof matchInputOf>[0],
  reference: Reference | undefined,
  profile: Profile,
): boolean {
  if (!isExcluded(matchInputOf(field, reference, profile), profile)) return false
  if (reference === undefined || profile.lockedNames?.has(repositoryName(reference)) !== true) return true
  return isExcluded(matchInputOf(field, reference, withoutLock(profile)), profile)
}

function withoutLock({ lockedNames: _, ...profile }: Profile): Profile {
  return profile
}
