import type { Profile } from '../config/profile.ts'
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationOf } from '../kube/location.ts'
import { defaultPullPolicy } from '../kube/pod/pull-policy.ts'
import { parseDigest } from '../reference/digest.ts'
import { tryParseReference } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import { isMutable, tagKindOf } from '../reference/tag-kind.ts'
import type { ImageEntry, Report } from '../report/report.ts'
import type { Source } from '../yaml/source.ts'
import type { DecidedField, Decision, PlanOptions, SkipReason } from './decision.ts'
import { deniedDigestDiagnostics } from './denied-digest.ts'
import { outputReference } from './distinct-images.ts'
import { currentPolicy, type DecidedPullPolicy, decidePullPolicy, policyDiagnostics } from './pull-policy.ts'
import { isStrict } from './severity.ts'
import {
  copyDiagnostics,
  decideImageFields,
  finishDiagnostics,
  manifestDiagnostics,
  type Stream,
} from './stream-decisions.ts'

/** Used in place of the digest that an image would get: the pull policy only depends on whether there is one. */
const PLACEHOLDER_DIGEST = parseDigest(`sha256:${'0'.repeat(64)}`)

/**
 * Checks a stream against a profile without contacting a registry (`pinpull check`). Reports:
 *
 * - `IMAGE_UNPINNED`: images with the decision `pin` (with `pin: locked`, these may have a digest) unless the profile has
 *   `output: as-written`. With `requirePinned` always these, and images without a digest that the profile does not pin, that an
 *   annotation skips, or that are placeholders or no references
 * - pull policies that a run would change or cannot set, that pinning changes implicitly, `Always` with `pin: locked`, and
 *   `Never` with a mutable tag
 * - `DIGEST_DENIED`: images whose digest `denyDigests` has
 * - the diagnostics of `manifestDiagnostics` and `decideImageField`, and those of `copyDiagnostics` if a run reports them or
 *   with `requirePinned`
 *
 * Not reported, although a run does: what needs a registry or the lock file (`planField`, `resolutionDiagnostics`), and
 * `YAML_ALIAS_CONFLICT`. With `requirePinned` the profile cannot change the severities of codes that it relies on.
 * @returns the report; for every image `outcome` is `kept` and `result` is the image itself, because nothing is written
 */
export function check(stream: Stream, options: PlanOptions): Report {
  const { profile, requirePinned = false } = options
  const { source } = stream
  const decisions = decideImageFields(stream, options)
  const diagnostics = [
    ...manifestDiagnostics(stream, decisions, options),
    // As in a run, with `output: as-written` no image changes, so no copy of one is left behind.
    ...(profile.output === 'as-written' && !requirePinned ? [] : copyDiagnostics(decisions)),
    ...decisions.fields.flatMap((field) => checkField(field, options, source)),
    ...(profile.denyDigests === undefined
      ? []
      : deniedDigestDiagnostics(decisions, profile.denyDigests, false)),
  ]
  return {
    profile: profile.name,
    images: decisions.fields.map(({ decision }) => entryOf(decision, source)),
    diagnostics: finishDiagnostics(stream, diagnostics, requirePinned ? withoutOverrides(profile) : profile),
  }
}

/** Diagnostics that `--require-pinned` needs, so that no profile may change their severity. */
const REQUIRED = ['IMAGE_UNPINNED', 'FIELD_UNKNOWN', 'FIELD_OPTIONAL', 'IMAGE_UNREADABLE']

function withoutOverrides(profile: Profile): Profile {
  const findings = Object.entries(profile.findings).filter(([code]) => !REQUIRED.includes(code))
  return { ...profile, findings: Object.fromEntries(findings) }
}

function checkField(
  { decision, overrides, diagnostics }: DecidedField,
  options: PlanOptions,
  source: Source,
): Diagnostic[] {
  const { profile } = options
  const at = locationOf(decision.field, source)
  const known = [...diagnostics, ...unpinnedDiagnostics(decision, options, at)]
  if (decision.kind === 'skip') return known
  const { field, reference } = decision
  // As in a run, an image that has its digest keeps it, and its tag.
  const digest = decision.kind === 'pin' && reference.digest === undefined ? PLACEHOLDER_DIGEST : undefined
  const output = outputReference(reference, digest, profile)
  const policy = decidePullPolicy(field, output, profile, overrides)
  if (policy === undefined) return known
  return [
    ...known,
    ...policyDiagnostics(field, policy, source),
    ...desiredPolicyDiagnostics(field, output, policy, profile, at),
    ...neverMutableDiagnostics(field, reference, at),
  ]
}

function unpinnedDiagnostics(decision: Decision, options: PlanOptions, at: Location): Diagnostic[] {
  if (!lacksRequiredDigest(decision, options)) return []
  const { profile, requirePinned = false } = options
  const { field } = decision
  const severity = requirePinned || isStrict(profile) ? 'error' : 'warning'
  const args = { image: field.image, by: requirePinned ? '--require-pinned' : `profile ${profile.name}` }
  return [{ code: 'IMAGE_UNPINNED', severity, args, at }]
}

/**
 * Whether an image has no digest although it must. A rule of the profile may exempt an image from `--require-pinned`; an
 * annotation may not.
 */
function lacksRequiredDigest(decision: Decision, { profile, requirePinned = false }: PlanOptions): boolean {
  switch (decision.kind) {
    case 'pin':
      // With `pin: locked` an image that has a digest is looked up as well.
      return decision.reference.digest === undefined && (requirePinned || profile.output !== 'as-written')
    case 'keep':
      return requirePinned && decision.reason === 'profile does not pin'
    case 'skip':
      return requirePinned && lacksDigest(decision.field.image, decision.reason)
  }
}

function lacksDigest(image: string, reason: SkipReason): boolean {
  switch (reason) {
    case 'placeholder':
    case 'not a reference':
      return true
    case 'skipped by annotation':
    case 'written by Flux':
    case 'written by kustomize':
      return tryParseReference(image)?.digest === undefined
    case 'excluded by profile':
      return false
  }
}

/** Reports a pull policy that differs from the profile's, or that pinning changes. */
function desiredPolicyDiagnostics(
  field: ImageField,
  output: Reference,
  { input, decision, by }: DecidedPullPolicy,
  profile: Profile,
  at: Location,
): Diagnostic[] {
  const { current } = input
  const { image } = field
  const before = input.apiServerDefault()
  const effective = current ?? before
  if (profile.pin === 'locked' && effective === 'Always') {
    const args = { image, profile: profile.name }
    return [{ code: 'PULL_POLICY_OFFLINE', severity: 'error', args, at }]
  }
  const after = defaultPullPolicy(output.text)
  if (current === undefined && before !== after) {
    return [{ code: 'PULL_POLICY_IMPLICIT', severity: 'warning', args: { image, before, after }, at }]
  }
  if (decision.value === undefined || decision.value === effective) return []
  const args = {
    policy: current ?? `${before} (by default)`,
    profile: profile.name,
    wanted: decision.value,
    by: by === profile.name ? 'the profile itself' : by,
  }
  return [{ code: 'PULL_POLICY_UNWANTED', severity: isStrict(profile) ? 'error' : 'warning', args, at }]
}

/** Reports `Never` with a mutable tag: nodes may run different images. */
function neverMutableDiagnostics(field: ImageField, reference: Reference, at: Location): Diagnostic[] {
  if (currentPolicy(field) !== 'Never' || !isMutable(tagKindOf(reference))) return []
  const args = { image: field.image }
  return [{ code: 'PULL_POLICY_NEVER_MUTABLE', severity: 'warning', args, at }]
}

function entryOf(decision: Decision, source: Source): ImageEntry {
  const { field, by } = decision
  const policy = currentPolicy(field)
  return {
    at: locationOf(field, source),
    rule: field.rule,
    image: field.image,
    result: field.image,
    outcome: 'kept',
    reason: decision.kind === 'pin' ? 'not pinned' : decision.reason,
    pinBy: by,
    policyDefault: defaultPullPolicy(field.image),
    ...(policy === undefined ? {} : { policyBefore: policy, policyAfter: policy }),
  }
}
