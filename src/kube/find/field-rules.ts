import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import { type GroupVersionKind, matchesKind, matchesName, type ObjectName } from '../gvk.ts'
import { PULL_POLICIES } from '../image-field.ts'
import { matchesPath, type PathPattern } from '../path-pattern.ts'
import type { PolicyRule } from '../pod/pull-policy.ts'
import { identifierOf } from '../resource.ts'
import { customFieldsOf, deniedReason, isLocalConfig, rowsFor, skippedReason } from '../tables/lookup.ts'
import type { Condition, ImageRow, SplitKeys, SplitRow, UneditableRow } from '../tables/table-row.ts'
import type { DescribeObject, Scope, TypeFacts } from '../walk.ts'
import {
  type EmbeddedRule,
  type FieldOptions,
  matchesAnyKind,
  type UserFieldRule,
  type ValueExpression,
} from './field-options.ts'

/** A rule that leads by a path, from the table (R5) or from the user (R6). */
export type PathRule = ScalarRule | SplitRule

export interface ScalarRule {
  readonly kind: 'scalar'
  readonly rule: 'R5' | 'R6'
  readonly object?: ObjectName
  readonly path: PathPattern
  /** A user's rule may lead through the objects that its own embeds; the tables' rows end there. */
  readonly entersObjects?: true
  readonly policy?: PolicyRule
  readonly conditions: ReadonlySet<Condition>
  readonly value?: ValueExpression
  readonly embedded?: EmbeddedRule
}

export interface SplitRule {
  readonly kind: 'split'
  readonly rule: 'R5' | 'R6'
  readonly object?: ObjectName
  readonly path: PathPattern
  readonly entersObjects?: true
  readonly keys: SplitKeys
  readonly policy?: PolicyRule
}

/**
 * The rules by path that are about a type, the user's first: where two lead to the same field, the first that makes
 * something of it counts, and all of them before the shapes, since they know the schema.
 *
 * @param tables whether the built-in tables count: not for a skipped type, where only the user's rules do
 */
export function rulesForType(
  gvk: GroupVersionKind,
  options: FieldOptions,
  tables: boolean,
): readonly PathRule[] {
  const users = (options.rules ?? []).filter(({ selector }) => matchesKind(selector, gvk)).map(userRule)
  if (!tables) return users
  const optional = matchesAnyKind(options.optional, gvk)
  const counts = ({ conditions }: ImageRow | SplitRow): boolean =>
    !conditions.has('twin') && (optional || !conditions.has('optional'))
  const customs = customFieldsOf(gvk).filter(counts).map(tableRule)
  const texts = rowsFor(gvk).filter((row) => row.row === 'uneditable')
  return [
    ...users,
    ...customs,
    ...splitFieldsOf(gvk).filter(counts).map(splitRule),
    ...texts.map(uneditableRule),
  ]
}

/** Those of a type's rules that are about one of its objects. */
export function rulesForObject(
  rules: readonly PathRule[],
  resource: { readonly identifier: ObjectName },
): readonly PathRule[] {
  if (rules.every(({ object }) => object === undefined)) return rules
  return rules.filter(({ object }) => object === undefined || matchesName(object, resource.identifier))
}

/** The rows about references in parts that are about a type. */
function splitFieldsOf(gvk: GroupVersionKind): readonly SplitRow[] {
  return rowsFor(gvk).filter((row) => row.row === 'parts')
}

function userRule({ object, path, policyPath, value, parts, embedded }: UserFieldRule): PathRule {
  const keys = policyPath?.split('.') ?? []
  const key = keys.at(-1)
  const shared = {
    rule: 'R6',
    ...(object === undefined ? {} : { object }),
    path,
    entersObjects: true,
    ...(key === undefined ? {} : { policy: { path: keys.slice(0, -1), key, allowed: PULL_POLICIES } }),
  } as const
  if (parts !== undefined) return { kind: 'split', ...shared, keys: parts }
  return {
    kind: 'scalar',
    ...shared,
    conditions: new Set(),
    ...(value === undefined ? {} : { value }),
    ...(embedded === undefined ? {} : { embedded }),
  }
}

function tableRule({ object, path, text, policy, conditions }: ImageRow): ScalarRule {
  const row = {
    kind: 'scalar',
    rule: 'R5',
    path,
    conditions,
    ...(object === undefined ? {} : { object }),
  } as const
  if (text !== undefined) return { ...row, embedded: policy === undefined ? text : { ...text, policy } }
  return policy === undefined ? row : { ...row, policy: { path: [], ...policy } }
}

/** A rule that leads into a text of which nothing is made but a warning. */
function uneditableRule({ object, path, reason }: UneditableRow): ScalarRule {
  return {
    kind: 'scalar',
    rule: 'R5',
    path,
    conditions: new Set(),
    embedded: { format: 'yaml', uneditableReason: reason },
    ...(object === undefined ? {} : { object }),
  }
}

function splitRule({ object, path, keys, policy }: SplitRow): SplitRule {
  return {
    kind: 'split',
    rule: 'R5',
    path,
    keys,
    ...(object === undefined ? {} : { object }),
    ...(policy === undefined ? {} : { policy: { path: [], ...policy } }),
  }
}

/** What is known of each type of object. */
export type TypeFactsLookup = (gvk: GroupVersionKind) => TypeFacts<PathRule>

/** Whether a document is to be looked into though nothing but its type is known yet. */
export function mayHaveFields({ rules, shapesApply }: TypeFacts<PathRule>): boolean {
  return shapesApply || rules.length > 0
}

/** A stream has thousands of objects, and few types. */
export function createTypeFactsLookup(options: FieldOptions): TypeFactsLookup {
  const types = new Map<string, TypeFacts<PathRule>>()
  return (gvk) => {
    const name = `${gvk.group}/${gvk.version}/${gvk.kind}`
    const known = types.get(name)
    if (known !== undefined) return known
    const shapes = skippedReason(gvk) === undefined
    const facts = { shapesApply: shapes, rules: rulesForType(gvk, options, shapes) }
    types.set(name, facts)
    return facts
  }
}

/**
 * What is known of an object: what its type says, unless the program around us leaves the object out.
 * @param isFunctionItem whether the walk begins with an item of a KRM function's ResourceList
 */
export function createDescribe(
  typed: TypeFactsLookup,
  options: FieldOptions,
  isFunctionItem: boolean,
): DescribeObject<PathRule> {
  return ({ object, gvk, outer }) => {
    const type = typed(gvk)
    const mayBeLeftOut = isFunctionItem && outer === undefined && options.includesLocalConfig !== true
    const isLeftOut = mayBeLeftOut && isLocalConfig(object)
    const shapes = type.shapesApply && !isLeftOut
    const rules = shapes === type.shapesApply ? type.rules : rulesForType(gvk, options, false)
    let identifier: ResourceIdentifier | undefined
    const named = {
      get identifier() {
        // Most objects are never asked for their name, and a ConfigMap is by every row that is about some of them.
        identifier ??= identifierOf(object, gvk)
        return identifier
      },
    }
    return { shapesApply: shapes, rules: rulesForObject(rules, named) }
  }
}

/** Whether a field is left alone, by the table or by the user. */
export function isIgnored(scope: Scope, path: FieldPath, options: FieldOptions): boolean {
  return deniedReason(scope.gvk, path.slice(scope.depth)) !== undefined || isExcluded(scope, path, options)
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
        matchesKind(one.selector, scope.gvk) &&
        (one.path === undefined || matchesPath(one.path, own, scope.object)),
    ) ||
    (scope.outer !== undefined && isExcluded(scope.outer, path, options))
  )
}
