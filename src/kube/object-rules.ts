import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import type { FieldPath } from '../yaml/nodes.ts'
import type { FieldOptions } from './field-options.ts'
import { type FieldRuleRow, rulesOf, rulesOfObject } from './field-rules.ts'
import type { GroupVersionKind } from './gvk.ts'
import { selectsKind } from './kind-selector.ts'
import { neverReason } from './never.ts'
import { matchesPath } from './path-pattern.ts'
import { identify } from './resource.ts'
import { isLocalConfig, skippedKind } from './skip.ts'
import type { Describe, Scope, TypeFacts } from './walk.ts'

/** What is known of each type of object. */
export type Types = (gvk: GroupVersionKind) => TypeFacts<FieldRuleRow>

/** Whether a document is to be looked into though nothing but its type is known yet. */
export function isWanted({ rules, shapes }: TypeFacts<FieldRuleRow>): boolean {
  return shapes || rules.length > 0
}

/** A stream has thousands of objects, and few types. */
export function createTypes(options: FieldOptions): Types {
  const types = new Map<string, TypeFacts<FieldRuleRow>>()
  return (gvk) => {
    const name = `${gvk.group}/${gvk.version}/${gvk.kind}`
    const known = types.get(name)
    if (known !== undefined) return known
    const shapes = skippedKind(gvk) === undefined
    const facts = { shapes, rules: rulesOf(gvk, options, shapes) }
    types.set(name, facts)
    return facts
  }
}

/**
 * What is known of an object: what its type says, unless the program around us leaves the object out.
 * @param isFunctionItem whether the walk begins with an item of a KRM function's ResourceList
 */
export function describer(
  typed: Types,
  options: FieldOptions,
  isFunctionItem: boolean,
): Describe<FieldRuleRow> {
  return ({ object, gvk, outer }) => {
    const type = typed(gvk)
    const mayBeLeftOut = isFunctionItem && outer === undefined && options.countsLocalConfig !== true
    const isLeftOut = mayBeLeftOut && isLocalConfig(object)
    const shapes = type.shapes && !isLeftOut
    const rules = shapes === type.shapes ? type.rules : rulesOf(gvk, options, false)
    let identifier: ResourceIdentifier | undefined
    const named = {
      get identifier() {
        // Most objects are never asked for their name, and a ConfigMap is by every row that is about some of them.
        identifier ??= identify(object, gvk)
        return identifier
      },
    }
    return { shapes, rules: rulesOfObject(rules, named) }
  }
}

/** Whether a field is left alone, by the table or by the user. */
export function isLeft(scope: Scope, path: FieldPath, options: FieldOptions): boolean {
  return neverReason(scope.gvk, path.slice(scope.depth)) !== undefined || isExcluded(scope, path, options)
}

/**
 * Whether the user leaves a field alone, as a field of the innermost object around it or of one that embeds that.
 *
 * @param path from the root of the walk
 */
export function isExcluded(scope: Scope, path: FieldPath, options: FieldOptions): boolean {
  const { exclude } = options
  if (exclude === undefined || exclude.length === 0) return false
  const own = path.slice(scope.depth)
  return (
    exclude.some(
      (one) =>
        selectsKind(one.selector, scope.gvk) &&
        (one.path === undefined || matchesPath(one.path, own, scope.object)),
    ) ||
    (scope.outer !== undefined && isExcluded(scope.outer, path, options))
  )
}
