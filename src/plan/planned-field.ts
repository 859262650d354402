import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/place.ts'
import { defaultPullPolicy } from '../kube/pull-policy.ts'
import { writtenNode } from '../kube/walk.ts'
import { writeAsIs, writeReference } from '../kube/written-value.ts'
import { canonicalText } from '../reference/normalize.ts'
import type { Reference } from '../reference/reference.ts'
import type { ImageEntry } from '../report/report.ts'
import type { Source } from '../yaml/source.ts'
import type { Instruction } from './annotation-overrides.ts'
import type { Decision } from './decision.ts'
import { writtenReference } from './output-reference.ts'
import { decideFieldPolicy, policyFindings, presentPolicy } from './pull-policy.ts'
import type { Wish } from './requested-change.ts'
import type { Outcomes } from './resolve-result.ts'
import { unresolvedSeverity } from './severity.ts'

/** A decision once the registries have answered. */
export interface Completed {
  readonly wishes: readonly Wish[]
  readonly entry: ImageEntry
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Completes a decision with the answers: what is wished of the text, and what is reported.
 * @param instruction what annotations say of the field
 * @param outcomes must hold an outcome for every decision of kind `pin`
 */
export function complete(
  decision: Decision,
  profile: Profile,
  instruction: Instruction | undefined,
  outcomes: Outcomes,
  source: Source,
): Completed {
  const { field } = decision
  if (decision.kind === 'leave') {
    const { reason, by } = decision
    return untouched(field, source, { outcome: 'kept', reason, pinBy: by }, [])
  }
  if (decision.kind === 'keep') {
    const { reason, by } = decision
    const written = writtenReference(decision.reference, undefined, profile, field.keepTag)
    return touched(field, written, profile, instruction, source, { outcome: 'kept', reason, pinBy: by })
  }
  const outcome = outcomes.get(canonicalText(decision.asked))
  if (outcome === undefined) throw new Error(`no outcome for ${decision.reference.text}`)
  if (outcome.kind === 'resolved') {
    const { descriptor, origin } = outcome.resolution
    const { reference } = decision
    const isPinned = reference.digest !== undefined
    const written = writtenReference(
      reference,
      isPinned ? undefined : descriptor.digest,
      profile,
      field.keepTag,
    )
    const kept = isPinned ? 'already pinned' : 'known, and kept as written'
    const isKept = isPinned || profile.output === 'as-written'
    return touched(field, written, profile, instruction, source, {
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
  return untouched(field, source, failed, [
    {
      code,
      severity,
      args: { ...args, image: field.image },
      at: placeOf(field, source),
    },
  ])
}

type What = Pick<ImageEntry, 'outcome' | 'pinBy'> & Partial<ImageEntry>

/** A field that keeps reference and policy, and says so, lest an anchor's other uses change them. */
function untouched(
  field: ImageField,
  source: Source,
  what: What,
  diagnostics: readonly Diagnostic[],
): Completed {
  const wishes = [{ ...writeAsIs(field), field }, ...policyWishes(field, undefined)]
  return { wishes, entry: entryOf(field, source, field.image, presentPolicy(field), what), diagnostics }
}

function touched(
  field: ImageField,
  written: Reference,
  profile: Profile,
  instruction: Instruction | undefined,
  source: Source,
  what: What,
): Completed {
  const decided = decideFieldPolicy(field, written, profile, instruction)
  const value = decided?.answer.value
  const after = value ?? presentPolicy(field)
  return {
    wishes: [{ ...writeReference(field, written), field }, ...policyWishes(field, value)],
    entry: entryOf(field, source, written.text, after, {
      ...what,
      ...(decided === undefined ? {} : { policyBy: decided.by }),
    }),
    diagnostics: decided === undefined ? [] : policyFindings(field, decided, source),
  }
}

function policyWishes(field: ImageField, value: string | undefined): Wish[] {
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
  what: What,
): ImageEntry {
  const before = presentPolicy(field)
  return {
    // Worked out when a report asks: of a long stream, lines are counted only then.
    get at() {
      return placeOf(field, source)
    },
    rule: field.rule,
    image: field.image,
    result,
    ...what,
    get policyDefault() {
      return defaultPullPolicy(field.image)
    },
    ...(before === undefined ? {} : { policyBefore: before }),
    ...(policyAfter === undefined ? {} : { policyAfter }),
  }
}
