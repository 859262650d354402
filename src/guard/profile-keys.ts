import type { Profile } from '../config/profile.ts'
import type { PolicyCode } from '../diagnostics/codes/policy.ts'
import { matchesKind } from '../kube/gvk.ts'
import { COVERED_KINDS } from './kinds.ts'
import type { Refusal } from './refusal.ts'
import { exclusionOf, ruleRefusals } from './settings.ts'

/** What a key of a profile is to admission. */
export type KeyUse =
  | { readonly is: 'compiled' }
  /** The API server has nothing to judge by it. */
  | { readonly is: 'irrelevant'; readonly because: string }
  /** Refused with some values; with the others it has no effect. */
  | { readonly is: 'refused'; readonly because: string }

/** Every key of a profile: a new one does not compile until someone has decided what becomes of it. `docs/guard.md` has the table. */
export const PROFILE_KEY_USES: Readonly<Record<keyof Profile, KeyUse>> = {
  name: { is: 'irrelevant', because: 'it names the policies and is quoted in messages' },
  pin: { is: 'compiled' },
  output: { is: 'compiled' },
  platform: { is: 'irrelevant', because: 'it chooses the entries of the lock file' },
  policyMode: { is: 'compiled' },
  pullPolicy: { is: 'compiled' },
  unresolved: { is: 'compiled' },
  mutableTags: { is: 'compiled' },
  invalid: { is: 'compiled' },
  placeholders: { is: 'compiled' },
  annotations: {
    is: 'irrelevant',
    because: 'an object may not exempt itself from admission: annotations have no effect',
  },
  allowedRegistries: { is: 'compiled' },
  include: { is: 'compiled' },
  exclude: { is: 'compiled' },
  rules: { is: 'compiled' },
  rewrite: {
    is: 'refused',
    because: 'conditions are about the original names of images, and CEL cannot reverse the rewrites',
  },
  verify: {
    is: 'refused',
    because: 'the API server cannot fetch signatures, so that it would admit what nobody has verified',
  },
  trustedRoot: {
    is: 'irrelevant',
    because: 'it is about signatures, which are verified before a digest is written',
  },
  signatureRepository: {
    is: 'irrelevant',
    because: 'it is about signatures, which are verified before a digest is written',
  },
  lockedNames: { is: 'irrelevant', because: 'it is about rewrites' },
  fields: { is: 'refused', because: 'the API server looks at the images of Pods and templates only' },
  denyDigests: { is: 'compiled' },
  findings: { is: 'compiled' },
}

/** The codes whose severity a profile may set. `registry`, `rewrite` and `kubernetes` say why there is nothing to compile. */
const CODE_USES: Readonly<
  Record<PolicyCode, 'compiled' | 'registry' | 'rewrite' | 'kubernetes' | 'refused'>
> = {
  IMAGE_UNTAGGED: 'compiled',
  IMAGE_LATEST: 'compiled',
  IMAGE_FLOATING: 'compiled',
  IMAGE_UNPINNED: 'compiled',
  REGISTRY_NOT_ALLOWED: 'compiled',
  PULL_POLICY_UNWANTED: 'compiled',
  PULL_POLICY_OFFLINE: 'compiled',
  PULL_POLICY_NEVER_MUTABLE: 'compiled',
  // Reported only by commands that ask a registry.
  IMAGE_PLATFORM_MISSING: 'registry',
  IMAGE_PULL_SECRET_MISSING: 'registry',
  IMAGE_UNVERIFIED: 'registry',
  IMAGE_DIGEST_DRIFTED: 'registry',
  IMAGE_DIGEST_UNTAGGED: 'registry',
  LOCK_WAITING: 'registry',
  LOCK_CANDIDATE_GONE: 'registry',
  LOCK_NEVER_RESTS: 'registry',
  LOCK_RUNS_OTHER: 'registry',
  IMAGE_RUNS_MIXED: 'registry',
  IMAGE_ID_UNUSABLE: 'registry',
  PLATFORM_LOST: 'registry',
  INDEX_BECAME_MANIFEST: 'registry',
  IMMUTABLE_TEMPLATE: 'registry',
  MIRROR_STALE: 'registry',
  MIRROR_NOT_COMPARED: 'registry',
  // Reported only with rewrites, which are refused.
  IMAGE_REWRITE_ASSUMED: 'rewrite',
  IMAGE_NOT_REWRITTEN: 'rewrite',
  // The API server refuses such objects itself, or has set the default before any policy sees the object.
  IMAGE_UNREADABLE: 'kubernetes',
  PULL_POLICY_IMPLICIT: 'kubernetes',
  PULL_POLICY_UNSUPPORTED: 'kubernetes',
  PULL_POLICY_INVALID: 'kubernetes',
  // These are about fields that are not those of containers and image volumes.
  FIELD_UNKNOWN: 'refused',
  FIELD_OPTIONAL: 'refused',
}

/**
 * Everything in a profile that cannot be compiled.
 * @param onlyLocked whether the guard admits only digests of the lock file, which are verified before they are locked
 */
export function profileRefusals(profile: Profile, onlyLocked: boolean): Refusal[] {
  return [
    ...rewriteRefusals(profile),
    ...(onlyLocked ? [] : verifyRefusals(profile)),
    ...fieldRefusals(profile),
    ...findingRefusals(profile),
    ...exclusionOf(profile, true).refusals,
    ...ruleRefusals(profile),
  ]
}

function rewriteRefusals({ rewrite }: Profile): Refusal[] {
  if (rewrite.length === 0) return []
  const advice =
    'write a profile for the cluster that names the mirror in allowedRegistries and its patterns, and rewrites nothing'
  return [{ setting: 'rewrite', reason: reasonOf('rewrite'), advice }]
}

function verifyRefusals({ verify }: Profile): Refusal[] {
  if (verify.length === 0) return []
  const advice =
    'admit only digests of the lock file, which are verified before they are locked: --only-locked; or choose a profile without verify'
  return [{ setting: 'verify', reason: reasonOf('verify'), advice }]
}

function fieldRefusals({ fields: { rules = [], exclude = [] } }: Profile): Refusal[] {
  const concerns = ({ selector }: (typeof rules | typeof exclude)[number]): boolean =>
    COVERED_KINDS.some((gvk) => matchesKind(selector, gvk))
  const refuse = (setting: string, advice: string): Refusal => ({
    setting,
    reason: reasonOf('fields'),
    advice,
  })
  return [
    ...rules
      .filter(concerns)
      .map(({ path }) =>
        refuse(
          `fields.rules (${path.text})`,
          'restrict the entry to other kinds, or use a configuration of its own for the cluster',
        ),
      ),
    ...exclude
      .filter(concerns)
      .map(({ path }) =>
        refuse(
          `fields.exclude (${path?.text ?? 'every field'})`,
          'exclude images by the exclude of the profile',
        ),
      ),
  ]
}

function findingRefusals({ findings }: Profile): Refusal[] {
  const refused = (Object.keys(findings) as PolicyCode[]).filter(
    (code) => findings[code] === 'error' && CODE_USES[code] === 'refused',
  )
  return refused.map((code) => ({
    setting: `findings.${code}`,
    reason: reasonOf('fields'),
    advice: 'leave it to pinpull check in the pipeline: set another severity in a profile for the cluster',
  }))
}

function reasonOf(key: keyof Profile): string {
  const use = PROFILE_KEY_USES[key]
  return use.is === 'compiled' ? '' : use.because
}
