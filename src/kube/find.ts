import { follow, lookup, stringAt } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument } from '../yaml/nodes.ts'
import type { FieldOptions } from './field-options.ts'
import { type FieldRuleRow, rulesOf, type SplitRule } from './field-rules.ts'
import type { ImageField } from './image-field.ts'
import { selectsKind } from './kind-selector.ts'
import { neverReason } from './never.ts'
import { matchesPath } from './path-pattern.ts'
import { policyAt, policyBeside, policyInPath } from './policy-field.ts'
import { type Resource, resourcesOf } from './resource.ts'
import { containerShape, isImageVolume } from './shape.ts'
import { skippedObject } from './skip.ts'
import { joinReference } from './split-fields.ts'
import { type Visit, walkObject, writtenNode } from './walk.ts'
import { referenceIn } from './written-value.ts'

/**
 * Finds the places of a document that hold an image reference, by the rules of `docs/image-fields.md`, in the order of
 * the text. Placeholders and values that are no reference are found too: what is to become of them is for the plan
 * to say. A value that is not a string is never found.
 *
 * Aliases and merge keys are followed, so that a container which stands once and is used twice is found twice, with
 * the same scalar.
 *
 * @param options what the user adds and takes away
 */
export function findImageFields(document: YamlDocument, options: FieldOptions = {}): ImageField[] {
  return resourcesOf(document).flatMap((resource) => findInResource(document, resource, options))
}

function findInResource(document: YamlDocument, resource: Resource, options: FieldOptions): ImageField[] {
  const { object, gvk } = resource
  const shapes = skippedObject(object, gvk) === undefined
  const rules = rulesOf(gvk, options, shapes)
  if (!shapes && rules.length === 0) return []
  const found: ImageField[] = []
  walkObject(object, rules, shapes, (visit) => {
    const field = fieldAt(visit)
    if (field === undefined) return true
    if (neverReason(gvk, visit.path) === undefined && !isExcluded(resource, visit.path, options)) {
      found.push({
        ...field,
        document,
        resource: resource.identifier,
        object,
        path: [...resource.path, ...visit.path, ...field.path],
      })
    }
    return false
  })
  return found
}

/** A field without what is the same for all of its resource; its path goes on from the value that was visited. */
type FoundField = Omit<ImageField, 'document' | 'resource' | 'object'>

function fieldAt(visit: Visit<FieldRuleRow>): FoundField | undefined {
  for (const rule of visit.rules) {
    const field = byRule(visit, rule)
    if (field !== undefined) return field
  }
  return visit.shapes && visit.key === 'image' && !visit.isItem ? byShape(visit) : undefined
}

/** Rules R1 to R4. */
function byShape(visit: Visit<FieldRuleRow>): FoundField | undefined {
  const { at, holder, entry, node, value } = visit
  if (value.kind === 'mapping') return isImageVolume(value) ? imageVolume(visit, value) : undefined
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const shape = containerShape(at)
  if (shape === undefined) return undefined
  return {
    ...shape,
    ...nameOf(at.mapping),
    ...(shape.rule === 'R1' && at.outer !== undefined ? { podSpec: at.outer.mapping } : {}),
    path: [],
    node: writtenNode(node, value),
    scalar: value,
    image: value.value,
    policy: policyBeside(at.mapping, 'imagePullPolicy', { holder, entry }),
  }
}

/** Rule R2. The visit is to the `ImageVolumeSource`; `at` is the volume. */
function imageVolume({ at }: Visit<FieldRuleRow>, source: Mapping): FoundField | undefined {
  const reference = lookup(source, 'reference')
  const scalar = reference === undefined ? undefined : follow(reference.entry.value)
  if (reference === undefined || scalar?.kind !== 'scalar' || !scalar.isString) return undefined
  return {
    rule: 'R2',
    containerType: 'imageVolume',
    ...nameOf(at.mapping),
    ...(at.key === 'volumes' && at.outer !== undefined ? { podSpec: at.outer.mapping } : {}),
    path: ['reference'],
    node: writtenNode(reference.entry.value, scalar),
    scalar,
    image: scalar.value,
    policy: policyBeside(source, 'pullPolicy', reference),
  }
}

/** Rules R5 and R6. */
function byRule(visit: Visit<FieldRuleRow>, rule: FieldRuleRow): FoundField | undefined {
  const { at, holder, entry, node, value } = visit
  if (rule.kind === 'split') return value.kind === 'mapping' ? splitField(visit, rule, value) : undefined
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const part = referenceIn(value.value, rule, at.mapping)
  if (part === undefined) return undefined
  const policy =
    rule.policy === undefined || visit.isItem
      ? undefined
      : rule.policy.path.length === 0
        ? policyBeside(at.mapping, rule.policy.key, { holder, entry }, rule.policy.allowed)
        : policyInPath(at, rule.policy)
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
function splitField({ at }: Visit<FieldRuleRow>, rule: SplitRule, mapping: Mapping): FoundField | undefined {
  const joined = joinReference(mapping, rule.keys)
  if (joined === undefined) return undefined
  const { image, tag, node, tagKey, split } = joined
  const policy =
    rule.policy === undefined
      ? undefined
      : policyAt(mapping, rule.policy.key, split.holder, tagKey, rule.policy.allowed)
  return {
    rule: 'R5',
    containerType: 'custom',
    ...nameOf(at.mapping),
    path: [rule.keys.tag],
    node,
    scalar: tag,
    image,
    split,
    ...(policy === undefined ? {} : { policy }),
  }
}

function nameOf(mapping: Mapping): { containerName?: string } {
  const containerName = stringAt(mapping, 'name')
  return containerName === undefined ? {} : { containerName }
}

function isExcluded({ gvk }: Resource, path: FieldPath, { exclude }: FieldOptions): boolean {
  return (
    exclude?.some(
      (one) => selectsKind(one.selector, gvk) && (one.path === undefined || matchesPath(one.path, path)),
    ) ?? false
  )
}
