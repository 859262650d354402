import { resolveAlias } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument } from '../../yaml/nodes.ts'
import type { ImageField, PolicyField } from '../image-field.ts'
import { containerShape, isImageVolume } from '../pod/container-shape.ts'
import { policyAt, policyBeside, policyInPath } from '../pod/pull-policy.ts'
import { identifierOf, type Resource } from '../resource.ts'
import { type Scope, sourceNode, type Visit } from '../visit.ts'
import type { PathRule, ScalarRule, SplitRule } from './field-rules.ts'
import { joinReference, readReference } from './field-value.ts'

/** A field without its document and resource; its path begins at the value that was visited. */
export type FieldMatch = Omit<ImageField, 'document' | 'resource' | 'object'>

/**
 * Returns the image field at a value if the shape of the mapping around it is that of a container or image volume (rules R1 to
 * R4).
 */
export function fieldByShape(visit: Visit<PathRule>): FieldMatch | undefined {
  const { cursor, owner, entry, node, value } = visit
  if (visit.key !== 'image' || visit.isItem) return undefined
  if (value.kind === 'mapping') return isImageVolume(value) ? imageVolume(visit, value) : undefined
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const shape = containerShape(cursor)
  if (shape === undefined) return undefined
  const policy = policyBeside(cursor.mapping, 'imagePullPolicy', { owner, entry })
  return {
    ...shape,
    ...nameOf(cursor.mapping),
    ...(shape.rule === 'R1' && cursor.outer !== undefined ? { podSpec: cursor.outer.mapping } : {}),
    path: [],
    node: sourceNode(node, value),
    scalar: value,
    image: value.value,
    ...(policy === undefined ? {} : { policy }),
  }
}

/** Rule R2. The visited value is the `ImageVolumeSource`, the cursor is at the volume. */
function imageVolume({ cursor }: Visit<PathRule>, source: Mapping): FieldMatch | undefined {
  const reference = source.find('reference')
  const scalar = reference === undefined ? undefined : resolveAlias(reference.entry.value)
  if (reference === undefined || scalar?.kind !== 'scalar' || !scalar.isString) return undefined
  const policy = policyBeside(source, 'pullPolicy', reference)
  return {
    rule: 'R2',
    containerType: 'imageVolume',
    ...nameOf(cursor.mapping),
    ...(cursor.key === 'volumes' && cursor.outer !== undefined ? { podSpec: cursor.outer.mapping } : {}),
    path: ['reference'],
    node: sourceNode(reference.entry.value, scalar),
    scalar,
    image: scalar.value,
    ...(policy === undefined ? {} : { policy }),
  }
}

/**
 * Applies a rule whose path leads to a value: rules R5 and R6.
 *
 * @param scope the object at whose root the rule's path begins
 */
export function fieldByRule(
  visit: Visit<PathRule>,
  rule: ScalarRule | SplitRule,
  scope: Scope,
): FieldMatch | undefined {
  const { cursor, owner, entry, node, value } = visit
  if (rule.kind === 'split')
    return value.kind === 'mapping' ? splitField(visit, rule, value, scope) : undefined
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const part = readReference(value.value, rule, cursor.mapping)
  if (part === undefined) return undefined
  const policy =
    rule.policy === undefined || visit.isItem
      ? undefined
      : rule.policy.path.length === 0
        ? policyBeside(cursor.mapping, rule.policy.key, { owner, entry }, rule.policy.allowed)
        : policyInPath(cursor, rule.policy, scope.depth)
  const shape = visit.key === 'image' ? containerShape(cursor) : undefined
  return {
    rule: rule.rule,
    containerType: shape?.containerType ?? 'custom',
    ...nameOf(cursor.mapping),
    path: [],
    node: sourceNode(node, value),
    scalar: value,
    ...part,
    ...(rule.conditions.has('keep-tag') ? { keepTag: true } : {}),
    ...(policy === undefined ? {} : { policy }),
  }
}

/** A reference in several keys. The visited value is the mapping that has them. */
function splitField(
  visit: Visit<PathRule>,
  rule: SplitRule,
  mapping: Mapping,
  scope: Scope,
): FieldMatch | undefined {
  const joined = joinReference(mapping, rule.keys)
  if (joined === undefined) return undefined
  const { image, tag, node, tagKey, split } = joined
  const policy = policyOfParts(visit, rule, mapping, scope, tagKey, split.mapping)
  return {
    rule: rule.rule,
    containerType: 'custom',
    ...nameOf(visit.cursor.mapping),
    path: [rule.keys.tag],
    node,
    scalar: tag,
    image,
    split,
    ...(policy === undefined ? {} : { policy }),
  }
}

/** The pull policy beside the parts, or at the path of a user's rule. */
function policyOfParts(
  { cursor, key, isItem, path, entry }: Visit<PathRule>,
  { policy }: SplitRule,
  mapping: Mapping,
  scope: Scope,
  tagKey: number,
  holder: Mapping,
): PolicyField | undefined {
  if (policy === undefined) return undefined
  if (policy.path.length === 0) return policyAt(mapping, policy.key, holder, tagKey, policy.allowed)
  const inner = { mapping, key, isItem, depth: path.length, outer: cursor, keyStart: entry.key.start }
  return policyInPath(inner, policy, scope.depth)
}

function nameOf(mapping: Mapping): { containerName?: string } {
  const containerName = mapping.stringAt('name')
  return containerName === undefined ? {} : { containerName }
}

/** A field, with its object if that is in a text, and not the object around the visited value. */
export type OwnedMatch = FieldMatch & Partial<Pick<ImageField, 'resource' | 'object'>>

/**
 * Completes a field with its document and object.
 *
 * @param at the path from the root of the walk to the visited value
 */
export function completeField(
  field: OwnedMatch,
  at: FieldPath,
  document: YamlDocument,
  { path, identifier }: Resource,
  { object, gvk, outer }: Scope,
): ImageField {
  return {
    resource: outer === undefined ? identifier : identifierOf(object, gvk),
    object,
    ...field,
    document,
    path: [...path, ...at, ...field.path],
  }
}
