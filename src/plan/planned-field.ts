import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { writeAsIs, writeReference } from '../kube/find/field-value.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/location.ts'
import { defaultPullPolicy } from '../kube/pod/pull-policy.ts'
import { writtenNode } from '../kube/walk.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import type { ImageEntry } from '../report/report.ts'
import type { Source } from '../yaml/source.ts'
import type { AnnotationOverrides } from './annotation-overrides.ts'
import type { Decision } from './decision.ts'
import { outputReference } from './output-reference.ts'
import { currentPolicy, decideFieldPolicy, policyDiagnostics } from './pull-policy.ts'
import type { RequestedChange } from './requested-change.ts'
import type { ResolveResults } from './resolve-result.ts'
import { unresolvedSeverity } from './severity.ts'

/** A decision once the registries have answered. */
export interface PlannedField {
  readonly changes: readonly RequestedChange[]
  readonly entry: ImageEntry
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Completes a decision with the answers: what is wished of the text, and what is reported.
 * @param instruction what annotations say of the field
 * @param outcomes must hold an outcome for every decision of kind `pin`
 */
export function planField(
  decision: Decision,
  profile: Profile,
  instruction: AnnotationOverrides | undefined,
  outcomes: ResolveResults,
  source: Source,
): PlannedField {
  const { field } = decision
  if (decision.kind === 'leave') {
    const { reason, by } = decision
    return withoutChange(field, source, { outcome: 'kept', reason, pinBy: by }, [])
  }
  if (decision.kind === 'keep') {
    const { reason, by } = decision
    const written = outputReference(decision.reference, undefined, profile, field.keepTag)
    return withChange(field, written, profile, instruction, source, { outcome: 'kept', reason, pinBy: by })
  }
  const outcome = outcomes.get(canonicalText(decision.lookupReference))
  if (outcome === undefined) throw new Error(`no outcome for ${decision.reference.text}`)
  if (outcome.kind === 'resolved') {
    const { descriptor, origin } = outcome.resolution
    const { reference } = decision
    const isPinned = reference.digest !== undefined
    const written = outputReference(
      reference,
      isPinned ? undefined : descriptor.digest,
      profile,
      field.keepTag,
    )
    const kept = isPinned ? 'already pinned' : 'known, and kept as written'
    const isKept = isPinned || profile.output === 'as-written'
    return withChange(field, written, profile, instruction, source, {
      outcome: isKept ? 'kept' : 'pinned',
      ...(isKept ? { reason: kept } : {}),
      digest: descriptor.digest,
      origin: origin.from,
      pinBy: decision.by,
    })
  }

  const { code, args } = outcome.error
  const severity = unresolvedSeverity(outcome.error, decision.unresolved)
  const failed = {
    outcome: severity === 'error' ? 'failed' : 'kept',
    reason: 'did not resolve',
    pinBy: decision.by,
  } as const
  return withoutChange(field, source, failed, [
    {
      code,
      severity,
      args: { ...args, image: field.image },
      at: placeOf(field, source),
    },
  ])
}

type EntryDetails = Pick<ImageEntry, 'outcome' | 'pinBy'> & Partial<ImageEntry>

/** A field that keeps reference and policy, and says so, lest an anchor's other uses change them. */
function withoutChange(
  field: ImageField,
  source: Source,
  details: EntryDetails,
  diagnostics: readonly Diagnostic[],
): PlannedField {
  const changes = [{ ...writeAsIs(field), field }, ...policyChanges(field, undefined)]
  return { changes, entry: entryOf(field, source, field.image, currentPolicy(field), details), diagnostics }
}

function withChange(
  field: ImageField,
  written: Reference,
  profile: Profile,
  instruction: AnnotationOverrides | undefined,
  source: Source,
  details: EntryDetails,
): PlannedField {
  const decided = decideFieldPolicy(field, written, profile, instruction)
  const value = decided?.decision.value
  const after = value ?? currentPolicy(field)
  return {
    changes: [{ ...writeReference(field, written), field }, ...policyChanges(field, value)],
    entry: entryOf(field, source, written.text, after, {
      ...details,
      ...(decided === undefined ? {} : { policyBy: decided.by }),
    }),
    diagnostics: decided === undefined ? [] : policyDiagnostics(field, decided, source),
  }
}

function policyChanges(field: ImageField, value: string | undefined): RequestedChange[] {
  const { policy } = field
  if (policy === undefined) return []
  if (policy.entry === undefined) {
    if (value === undefined) return []
    return [
      { kind: 'insert', field, mapping: policy.holder, afterKey: policy.afterKey, key: policy.key, value },
    ]
  }
  if (policy.scalar === undefined || (value === undefined && policy.scalar.isNull)) return []
  return [
    {
      kind: 'set',
      field,
      node: writtenNode(policy.entry.value, policy.scalar),
      value: value ?? policy.scalar.value,
    },
  ]
}

function entryOf(
  field: ImageField,
  source: Source,
  result: string,
  policyAfter: string | undefined,
  details: EntryDetails,
): ImageEntry {
  const before = currentPolicy(field)
  return {
    // Worked out when a report asks: of a long stream, lines are counted only then.
    get at() {
      return placeOf(field, source)
    },
    rule: field.rule,
    image: field.image,
    result,
    ...details,
    get policyDefault() {
      return defaultPullPolicy(field.image)
    },
    ...(before === undefined ? {} : { policyBefore: before }),
    ...(policyAfter === undefined ? {} : { policyAfter }),
  }
}
