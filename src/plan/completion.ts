import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { ImageField } from '../kube/image-field.ts'
import { placeOf } from '../kube/place.ts'
import { canonicalText } from '../reference/normalize.ts'
import { pinnedText } from '../reference/pinned.ts'
import type { ImageEntry } from '../report/report.ts'
import type { Scalar } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision } from './decision.ts'
import type { Outcomes } from './outcome.ts'
import { decidePullPolicy } from './policy.ts'
import type { Wish } from './wish.ts'

/** A decision once the registries have answered. */
export interface Completed {
  readonly wishes: readonly Wish[]
  readonly entry: ImageEntry
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Completes a decision with the answers: what is wished of the text, and what is reported.
 * @param outcomes must hold an outcome for every decision of kind `pin`
 */
export function complete(
  decision: Decision,
  profile: Profile,
  outcomes: Outcomes,
  source: Source,
): Completed {
  const { field } = decision
  if (decision.kind === 'keep') {
    const tagKind = decision.tagKind
    const wishes =
      tagKind === undefined
        ? [imageWish(field, field.image)]
        : [
            imageWish(field, field.image),
            ...policyWishes(field, decidePullPolicy({ ...asked(field), tagKind, pinned: false }, profile)),
          ]
    return {
      wishes,
      entry: entryOf(field, source, wishes, { outcome: 'kept', reason: decision.reason }),
      diagnostics: [],
    }
  }

  const outcome = outcomes.get(canonicalText(decision.reference))
  if (outcome?.kind === 'resolved') {
    const { descriptor, origin } = outcome.resolution
    const policy = decidePullPolicy({ ...asked(field), tagKind: 'digest', pinned: true }, profile)
    const wishes = [
      imageWish(field, pinnedText(decision.reference, descriptor.digest, profile.output)),
      ...policyWishes(field, policy),
    ]
    const pinned = { outcome: 'pinned', digest: descriptor.digest, origin: origin.from } as const
    return { wishes, entry: entryOf(field, source, wishes, pinned), diagnostics: [] }
  }

  const at = placeOf(field, source)
  const wishes = [imageWish(field, field.image), ...policyWishes(field, undefined)]
  const error = outcome?.error
  if (error === undefined) throw new Error(`no outcome for ${decision.reference.text}`)
  const failed = {
    outcome: profile.unresolved === 'deny' ? 'failed' : 'kept',
    reason: 'did not resolve',
  } as const
  const diagnostic: Diagnostic = {
    code: error.code,
    severity: profile.unresolved === 'deny' ? 'error' : 'warning',
    args: { ...error.args, image: field.image },
    at,
  }
  return { wishes, entry: entryOf(field, source, wishes, failed), diagnostics: [diagnostic] }
}

function asked(field: ImageField): { image: string; present?: string } {
  const present = presentPolicy(field)
  return present === undefined ? { image: field.image } : { image: field.image, present }
}

function presentPolicy(field: ImageField): string | undefined {
  const scalar = field.policy?.scalar
  return scalar === undefined || scalar.isNull || scalar.value === '' ? undefined : scalar.value
}

function imageWish(field: ImageField, value: string): Wish {
  return { kind: 'set', field, node: writtenNode(field.entry.value, field.scalar), value }
}

/** The alias where the entry holds one, so that it can be written out; else the scalar itself. */
function writtenNode(value: ImageField['entry']['value'], scalar: Scalar): (Wish & { kind: 'set' })['node'] {
  return value.kind === 'alias' ? value : scalar
}

function policyWishes(field: ImageField, wanted: string | undefined): Wish[] {
  const { policy } = field
  if (policy === undefined) return []
  const value = wanted !== undefined && policy.allowed.some((one) => one === wanted) ? wanted : undefined
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
  wishes: readonly Wish[],
  what: Pick<ImageEntry, 'outcome'> & Partial<ImageEntry>,
): ImageEntry {
  const before = presentPolicy(field)
  const after = wishes[1]?.value
  return {
    at: placeOf(field, source),
    rule: field.rule,
    image: field.image,
    result: wishes[0]?.value ?? field.image,
    ...what,
    ...(before === undefined ? {} : { policyBefore: before }),
    ...(after === undefined || after === '' ? {} : { policyAfter: after }),
  }
}
