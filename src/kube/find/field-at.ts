import { lookup, resolveAlias, stringAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument } from '../../yaml/nodes.ts'
import type { ImageField, PolicyField } from '../image-field.ts'
import { containerShape, isImageVolume } from '../pod/container-shape.ts'
import { policyAt, policyBeside, policyInPath } from '../pod/pull-policy.ts'
import { identify, type Resource } from '../resource.ts'
import { type Scope, type Visit, writtenNode } from '../walk.ts'
import type { FieldRuleRow, ScalarRule, SplitRule } from './field-rules.ts'
import { joinReference, referenceIn } from './field-value.ts'

/** A field without what is the same for all of its resource; its path goes on from the value that was visited. */
export type FoundField = Omit<ImageField, 'document' | 'resource' | 'object'>

/** The field that a value is by its shape: rules R1 to R4. */
export function fieldByShape(visit: Visit<FieldRuleRow>): FoundField | undefined {
  const { at, holder, entry, node, value } = visit
  if (visit.key !== 'image' || visit.isItem) return undefined
  if (value.kind === 'mapping') return isImageVolume(value) ? imageVolume(visit, value) : undefined
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const shape = containerShape(at)
  if (shape === undefined) return undefined
  const policy = policyBeside(at.mapping, 'imagePullPolicy', { owner: holder, entry })
  return {
    ...shape,
    ...nameOf(at.mapping),
    ...(shape.rule === 'R1' && at.outer !== undefined ? { podSpec: at.outer.mapping } : {}),
    path: [],
    node: writtenNode(node, value),
    scalar: value,
    image: value.value,
    ...(policy === undefined ? {} : { policy }),
  }
}

/** Rule R2. The visit is to the `ImageVolumeSource`; `at` is the volume. */
function imageVolume({ at }: Visit<FieldRuleRow>, source: Mapping): FoundField | undefined {
  const reference = lookup(source, 'reference')
  const scalar = reference === undefined ? undefined : resolveAlias(reference.entry.value)
  if (reference === undefined || scalar?.kind !== 'scalar' || !scalar.isString) return undefined
  const policy = policyBeside(source, 'pullPolicy', reference)
  return {
    rule: 'R2',
    containerType: 'imageVolume',
    ...nameOf(at.mapping),
    ...(at.key === 'volumes' && at.outer !== undefined ? { podSpec: at.outer.mapping } : {}),
    path: ['reference'],
    node: writtenNode(reference.entry.value, scalar),
    scalar,
    image: scalar.value,
    ...(policy === undefined ? {} : { policy }),
  }
}

/**
 * The field that a value is by a rule that leads to it: rules R5 and R6.
 *
 * @param scope the object at whose root the rule's path begins
 */
export function fieldByRule(
  visit: Visit<FieldRuleRow>,
  rule: ScalarRule | SplitRule,
  scope: Scope,
): FoundField | undefined {
  const { at, holder, entry, node, value } = visit
  if (rule.kind === 'split')
    return value.kind === 'mapping' ? splitField(visit, rule, value, scope) : undefined
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const part = referenceIn(value.value, rule, at.mapping)
  if (part === undefined) return undefined
  const policy =
    rule.policy === undefined || visit.isItem
      ? undefined
      : rule.policy.path.length === 0
        ? policyBeside(at.mapping, rule.policy.key, { owner: holder, entry }, rule.policy.allowed)
        : policyInPath(at, rule.policy, scope.depth)
  const shape = visit.key === 'image' ? containerShape(at) : undefined
  return {
    rule: rule.rule,
    containerType: shape?.containerType ?? 'custom',
    ...nameOf(at.mapping),
    path: [],
    node: writtenNode(node, value),
    scalar: value,
    ...part,
    ...(rule.marks.has('keep-tag') ? { keepTag: true } : {}),
    ...(policy === undefined ? {} : { policy }),
  }
}

/** A reference in parts: the visit is to the mapping that holds them. */
function splitField(
  visit: Visit<FieldRuleRow>,
  rule: SplitRule,
  mapping: Mapping,
  scope: Scope,
): FoundField | undefined {
  const joined = joinReference(mapping, rule.keys)
  if (joined === undefined) return undefined
  const { image, tag, node, tagKey, split } = joined
  const policy = policyOfParts(visit, rule, mapping, scope, tagKey, split.holder)
  return {
    rule: rule.rule,
    containerType: 'custom',
    ...nameOf(visit.at.mapping),
    path: [rule.keys.tag],
    node,
    scalar: tag,
    image,
    split,
    ...(policy === undefined ? {} : { policy }),
  }
}

/** The pull policy beside the parts, or where the path of a user's rule leads to. */
function policyOfParts(
  { at, key, isItem, path, entry }: Visit<FieldRuleRow>,
  { policy }: SplitRule,
  mapping: Mapping,
  scope: Scope,
  tagKey: number,
  holder: Mapping,
): PolicyField | undefined {
  if (policy === undefined) return undefined
  if (policy.path.length === 0) return policyAt(mapping, policy.key, holder, tagKey, policy.allowed)
  const inner = { mapping, key, isItem, depth: path.length, outer: at, via: entry.key.start }
  return policyInPath(inner, policy, scope.depth)
}

function nameOf(mapping: Mapping): { containerName?: string } {
  const containerName = stringAt(mapping, 'name')
  return containerName === undefined ? {} : { containerName }
}

/** A field, with the object that it is of where that stands in a text, and is not the one around the visit. */
export type OwnedField = FoundField & Partial<Pick<ImageField, 'resource' | 'object'>>

/**
 * Completes a field with the document and the object that it is of.
 *
 * @param at from the root of the walk to the value that was visited
 */
export function placed(
  field: OwnedField,
  at: FieldPath,
  document: YamlDocument,
  { path, identifier }: Resource,
  { object, gvk, outer }: Scope,
): ImageField {
  return {
    resource: outer === undefined ? identifier : identify(object, gvk),
    object,
    ...field,
    document,
    path: [...path, ...at, ...field.path],
  }
}
