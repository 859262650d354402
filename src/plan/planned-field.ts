import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { referenceChange, unchangedValue } from '../kube/find/field-value.ts'
import { type FieldPlace, type ImageField, placeOf } from '../kube/image-field.ts'
import { locationOf, locationOfPlace } from '../kube/location.ts'
import { defaultPullPolicy } from '../kube/pod/pull-policy.ts'
import { sourceNode } from '../kube/visit.ts'
import type { Reference } from '../reference/reference.ts'
import type { ImageEntry } from '../report/report.ts'
import type { Source } from '../yaml/source.ts'
import type { AnnotationOverrides } from './annotation-overrides.ts'
import type { DecidedField, Decision } from './decision.ts'
import type { DistinctReference } from './distinct-images.ts'
import { currentPolicy, decidePullPolicy, policyDiagnostics } from './pull-policy.ts'
import type { RequestedChange } from './requested-change.ts'
import { type ResolveResults, resolutionOf } from './resolve-result.ts'
import { unresolvedSeverity } from './severity.ts'
import type { VerifiedImages } from './verified-images.ts'

/** The plan for one image field after resolving: the changes to make, its entry in the report, and diagnostics. */
export interface PlannedField {
  /**
   * For the image, and for its pull policy if there is one to set or to keep. A value that must stay the same is requested, too,
   * but not a pull policy that is unset, null or a collection.
   */
  readonly changes: readonly RequestedChange[]
  readonly entry: ImageEntry
  /** A reference that did not resolve, or a pull policy that cannot be set. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Plans the changes of one image field: the reference to write, and its pull policy. A skipped field, and one whose reference did
 * not resolve, keeps both.
 * @param results must have a result for the image of a `pin` decision; otherwise an Error is thrown
 * @param source the text that contains the field, for locations
 * @param verified what was verified about the fields; absent if the profile demands no signatures
 */
export function planField(
  { decision, overrides }: Pick<DecidedField, 'decision' | 'overrides'>,
  profile: Profile,
  results: ResolveResults,
  source: Source,
  verified?: VerifiedImages,
): PlannedField {
  const { field, by: pinBy } = decision
  if (verified?.refused.has(decision) === true) {
    return withoutChange(field, source, {
      outcome: 'failed',
      reason: 'did not verify',
      pinBy,
      ...refusedDigest(decision, results),
    })
  }
  const signer = verified?.signers.get(decision)
  const proof = signer && { verified: signer }
  if (decision.kind === 'skip') {
    return withoutChange(field, source, { outcome: 'kept', reason: decision.reason, pinBy, ...proof })
  }
  const { reference, image } = decision
  if (decision.kind === 'keep') {
    const output = image.output(undefined, field.keepTag === true)
    const details = { outcome: 'kept', reason: decision.reason, pinBy, ...proof } as const
    return withChange(field, image, output, profile, overrides, source, details)
  }

  const result = results.get(decision.image.lookupKey)
  if (result === undefined) throw new Error(`no result for ${reference.text}`)
  if (result.kind === 'failed') {
    const { code, args } = result.error
    const severity = unresolvedSeverity(result.error, decision.unresolved)
    const outcome = severity === 'error' ? 'failed' : 'kept'
    const at = locationOf(field, source)
    return {
      ...withoutChange(field, source, { outcome, reason: 'did not resolve', pinBy }),
      diagnostics: [{ code, severity, args: { ...args, image: field.image }, at }],
    }
  }
  const { descriptor, origin } = result.resolution
  const isPinned = reference.digest !== undefined
  const output = image.output(isPinned ? undefined : descriptor.digest, field.keepTag === true)
  return withChange(field, image, output, profile, overrides, source, {
    ...(isPinned || profile.output === 'as-written'
      ? { outcome: 'kept', reason: isPinned ? 'already pinned' : 'resolved, tag kept' }
      : { outcome: 'pinned' }),
    digest: descriptor.digest,
    origin: origin.from,
    originKind: origin.kind,
    ...(descriptor.platforms && { platforms: image.platforms(descriptor.platforms) }),
    pinBy,
    ...proof,
  })
}

/** The digest that was refused, so that a report says which one nobody may use. */
function refusedDigest(
  decision: Decision,
  results: ResolveResults,
): Pick<ImageEntry, 'digest' | 'origin' | 'originKind'> {
  const resolution = resolutionOf(decision, results)
  if (resolution === undefined) return {}
  const { descriptor, origin } = resolution
  return { digest: descriptor.digest, origin: origin.from, originKind: origin.kind }
}

/** What an entry of the report says beside the values of the field. */
type EntryDetails = Pick<
  ImageEntry,
  'outcome' | 'reason' | 'digest' | 'origin' | 'originKind' | 'platforms' | 'pinBy' | 'policyBy' | 'verified'
>

/** Requests the current values, so that a change to another use of an anchored value conflicts with this field. */
function withoutChange(field: ImageField, source: Source, details: EntryDetails): PlannedField {
  return {
    changes: [{ ...unchangedValue(field), field }, ...policyChanges(field, undefined)],
    entry: entryOf(field, field.image, source, field.image, currentPolicy(field), details),
    diagnostics: [],
  }
}

/** Requests the output reference and the pull policy that goes with it. */
function withChange(
  field: ImageField,
  image: DistinctReference,
  output: Reference,
  profile: Profile,
  overrides: AnnotationOverrides | undefined,
  source: Source,
  details: EntryDetails,
): PlannedField {
  const policy = decidePullPolicy(field, output, profile, overrides)
  const value = policy?.decision.value
  return {
    changes: [{ ...referenceChange(field, output), field }, ...policyChanges(field, value)],
    entry: entryOf(field, image.reference.text, source, output.text, value ?? currentPolicy(field), {
      ...details,
      ...(policy === undefined ? {} : { policyBy: policy.by }),
    }),
    diagnostics: policy === undefined ? [] : policyDiagnostics(field, policy, source),
  }
}

/** @param value the pull policy to set; undefined requests the current one */
function policyChanges(field: ImageField, value: string | undefined): RequestedChange[] {
  const { policy } = field
  if (policy === undefined) return []
  const { entry, scalar, mapping, afterKey, key } = policy
  if (entry === undefined) {
    return value === undefined ? [] : [{ kind: 'insert', field, mapping, afterKey, key, value }]
  }
  if (scalar === undefined || (value === undefined && scalar.isNull)) return []
  return [{ kind: 'set', field, node: sourceNode(entry.value, scalar), value: value ?? scalar.value }]
}

function entryOf(
  field: ImageField,
  image: string,
  source: Source,
  result: string,
  policyAfter: string | undefined,
  details: EntryDetails,
): ImageEntry {
  const policyBefore = currentPolicy(field)
  return reportEntry(placeOf(field), source, { rule: field.rule, image }, result, details, {
    ...(policyBefore === undefined ? {} : { policyBefore }),
    ...(policyAfter === undefined ? {} : { policyAfter }),
  })
}

/**
 * Makes an entry of the report, with getters for what only some reports need: lines have to be counted for `at`. It holds on to no node, since
 * the entries of a large stream are kept and its fields are not. All entries share two getters: a closure for each would take five times the memory.
 */
function reportEntry(
  place: FieldPlace,
  source: Source,
  { rule, image }: Pick<ImageField, 'rule' | 'image'>,
  result: string,
  details: EntryDetails,
  policies: Pick<ImageEntry, 'policyBefore' | 'policyAfter'>,
): ImageEntry {
  const entry = {}
  places.set(entry, { place, source })
  Object.defineProperty(entry, 'at', AT)
  Object.assign(entry, { rule, image, result }, details)
  Object.defineProperty(entry, 'policyDefault', POLICY_DEFAULT)
  return Object.assign(entry, policies) as ImageEntry
}

/** Where the fields of entries are. */
const places = new WeakMap<object, { readonly place: FieldPlace; readonly source: Source }>()

const AT: PropertyDescriptor & ThisType<ImageEntry> = {
  get() {
    const { place, source } = places.get(this) as { place: FieldPlace; source: Source }
    return locationOfPlace(place, source)
  },
  enumerable: true,
}

const POLICY_DEFAULT: PropertyDescriptor & ThisType<ImageEntry> = {
  get() {
    return defaultPullPolicy(this.image)
  },
  enumerable: true,
}
