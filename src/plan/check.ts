import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { triggerFindings } from '../kube/diagnostics/image-trigger.ts'
import { documentFindings } from '../kube/diagnostics/non-kubernetes.ts'
import { refusedTextFindings } from '../kube/diagnostics/unreadable-text.ts'
import { unrenderedFindings } from '../kube/diagnostics/unrendered-template.ts'
import { findImages } from '../kube/find/find-images.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/location.ts'
import { defaultPullPolicy } from '../kube/pod/pull-policy.ts'
import { parseDigest } from '../reference/digest.ts'
import { referenceOrNone } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import { isMutable, tagKindOf } from '../reference/tag-kind.ts'
import type { ImageEntry, Report } from '../report/report.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { type AnnotationOverrides, readAnnotationOverrides } from './annotation-overrides.ts'
import { type DecidedField, type Decision, decide } from './decision.ts'
import { fieldDiagnostics } from './field-diagnostics.ts'
import { outputReference } from './output-reference.ts'
import { currentPolicy, decideFieldPolicy, type FieldPolicy, policyDiagnostics } from './pull-policy.ts'
import { applySeverities, sortByPosition } from './severity.ts'
import { copyDiagnostics, dropCopiesOfUnpinned } from './stream-decisions.ts'

export interface CheckOptions {
  readonly profile: Profile
  /** An image without a digest is an error, whatever the profile pins. */
  readonly requirePinned: boolean
}

/** A stream as it was read. */
export interface CheckInput {
  readonly source: Source
  readonly documents: readonly YamlDocument[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Stands in for the digest that an image would get: what a policy depends on is only that there is one. */
const PLACEHOLDER_DIGEST = parseDigest(`sha256:${'0'.repeat(64)}`)

/**
 * Holds a stream to a profile without asking anybody, and changes nothing: what the filter would refuse, and what it
 * would have to change.
 */
export function check(input: CheckInput, options: CheckOptions): Report {
  const { profile } = options
  const { source, documents } = input
  // An annotation exempts nothing from a proof: `kubectl apply` does not read `local-config`.
  const fieldOptions = { ...profile.fields, countsLocalConfig: options.requirePinned }
  const found = findImages(documents, source, fieldOptions)
  const { fields, copies, refused } = found
  const { byField, diagnostics: annotated } = readAnnotationOverrides(fields, source, profile)
  const decided = dropCopiesOfUnpinned(
    fields.map((field) => decide(field, profile, byField.get(field), source)),
  )
  const diagnostics = [
    ...input.diagnostics,
    ...documentFindings(input, { isStrict: isStrict(profile), requirePinned: options.requirePinned }),
    ...refusedTextFindings(refused, options.requirePinned, source),
    ...fieldDiagnostics(found, options, source),
    ...triggerFindings(fields, source),
    ...annotated,
    ...copyDiagnostics(
      copies,
      decided.map(({ decision }) => decision),
      source,
    ),
    ...decided.flatMap((one) => fieldCheckDiagnostics(one, byField.get(one.decision.field), options, source)),
  ]
  return {
    profile: profile.name,
    images: decided.map(({ decision }) => entryOf(decision, source)),
    diagnostics: applySeverities(
      sortByPosition([...diagnostics, ...unrenderedFindings(input, diagnostics)]),
      options.requirePinned ? withoutOverrides(profile) : profile,
    ),
  }
}

/** A profile that does not grade what is demanded whatever it says. */
function withoutOverrides(profile: Profile): Profile {
  const demanded: readonly string[] = [
    'IMAGE_UNPINNED',
    'FIELD_UNKNOWN',
    'FIELD_OPTIONAL',
    'IMAGE_UNREADABLE',
  ]
  const findings = Object.entries(profile.findings).filter(([code]) => !demanded.includes(code))
  return { ...profile, findings: Object.fromEntries(findings) }
}

function fieldCheckDiagnostics(
  { decision, diagnostics }: DecidedField,
  instruction: AnnotationOverrides | undefined,
  options: CheckOptions,
  source: Source,
): Diagnostic[] {
  const { profile } = options
  const unpinned = unpinnedDiagnostics(decision, options, source)
  if (decision.kind === 'leave') return [...diagnostics, ...unpinned]
  const { field, reference } = decision
  const digest = decision.kind === 'pin' ? PLACEHOLDER_DIGEST : undefined
  const written = outputReference(reference, digest, profile)
  const policy = decideFieldPolicy(field, written, profile, instruction)
  if (policy === undefined) return [...diagnostics, ...unpinned]
  return [
    ...diagnostics,
    ...unpinned,
    ...policyDiagnostics(field, policy, source),
    ...desiredPolicyDiagnostics(field, written, policy, profile, source),
    ...neverMutableDiagnostics(field, reference, source),
  ]
}

function unpinnedDiagnostics(decision: Decision, options: CheckOptions, source: Source): Diagnostic[] {
  const { profile, requirePinned } = options
  if (!lacksDigest(decision, options)) return []
  const { field } = decision
  const severity = requirePinned || isStrict(profile) ? 'error' : 'warning'
  const args = { image: field.image, by: requirePinned ? '--require-pinned' : `profile ${profile.name}` }
  return [{ code: 'IMAGE_UNPINNED', severity, args, at: placeOf(field, source) }]
}

/** Whether an image that should have a digest has none. What a rule exempts should not; a proof asks no annotation. */
function lacksDigest(decision: Decision, { profile, requirePinned }: CheckOptions): boolean {
  switch (decision.kind) {
    case 'pin':
      return requirePinned || profile.output !== 'as-written'
    case 'keep':
      return requirePinned && decision.reason === 'profile does not pin'
    case 'leave':
      return requirePinned && lacksDigestAsWritten(decision)
  }
}

/** Of an image that is left alone: a manifest may skip one, but not say of itself that it is pinned. */
function lacksDigestAsWritten({ reason, field }: Extract<Decision, { kind: 'leave' }>): boolean {
  switch (reason) {
    case 'placeholder':
    case 'not a reference':
      return true
    case 'skipped by annotation':
      return referenceOrNone(field.image)?.digest === undefined
    case 'excluded by profile':
      return false
  }
}

function desiredPolicyDiagnostics(
  field: ImageField,
  written: Reference,
  { input, decision, by }: FieldPolicy,
  profile: Profile,
  source: Source,
): Diagnostic[] {
  const { current, apiServerDefault } = input
  const at = placeOf(field, source)
  const effective = current ?? apiServerDefault
  if (profile.pin === 'locked' && effective === 'Always') {
    const args = { image: field.image, profile: profile.name }
    return [{ code: 'PULL_POLICY_OFFLINE', severity: 'error', args, at }]
  }
  const after = defaultPullPolicy(written.text)
  if (current === undefined && apiServerDefault !== after) {
    const args = { image: field.image, before: apiServerDefault, after }
    return [{ code: 'PULL_POLICY_IMPLICIT', severity: 'warning', args, at }]
  }
  if (decision.value === undefined || decision.value === effective) return []
  const args = {
    policy: current ?? `${apiServerDefault} (by default)`,
    profile: profile.name,
    wanted: decision.value,
    by: by === profile.name ? 'the profile itself' : by,
  }
  return [{ code: 'PULL_POLICY_UNWANTED', severity: isStrict(profile) ? 'error' : 'warning', args, at }]
}

function neverMutableDiagnostics(field: ImageField, reference: Reference, source: Source): Diagnostic[] {
  if (currentPolicy(field) !== 'Never' || !isMutable(tagKindOf(reference))) return []
  const args = { image: field.image }
  return [{ code: 'PULL_POLICY_NEVER_MUTABLE', severity: 'warning', args, at: placeOf(field, source) }]
}

/** Profiles that fail where an image does not resolve are the ones whose demands are errors. */
function isStrict({ unresolved }: Profile): boolean {
  return unresolved === 'deny'
}

function entryOf(decision: Decision, source: Source): ImageEntry {
  const { field, by } = decision
  const present = currentPolicy(field)
  return {
    at: placeOf(field, source),
    rule: field.rule,
    image: field.image,
    result: field.image,
    outcome: 'kept',
    reason: decision.kind === 'pin' ? 'not pinned' : decision.reason,
    pinBy: by,
    policyDefault: defaultPullPolicy(field.image),
    ...(present === undefined ? {} : { policyBefore: present, policyAfter: present }),
  }
}
