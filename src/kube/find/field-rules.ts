import type { FieldPath } from '../../yaml/nodes.ts'
import { type GroupVersionKind, matchesKind, matchesName, type ObjectName } from '../gvk.ts'
import { PULL_POLICIES } from '../image-field.ts'
import { matchesPath, type PathPattern } from '../path-pattern.ts'
import type { PolicyRule } from '../pod/pull-policy.ts'
import { identifierOf, isLocalConfig } from '../resource.ts'
import { deniedReason, namedRowsFor, rowsFor, skippedReason } from '../tables/lookup.ts'
import type { Condition, SplitKeys, TableRow } from '../tables/table-row.ts'
import type { DescribeObject, Scope, TypeFacts } from '../visit.ts'
import {
  type EmbeddedRule,
  type FieldOptions,
  matchesAnyKind,
  type UserFieldRule,
  type ValueExpression,
} from './field-options.ts'

/** A rule that finds fields by their path: from a table (R5) or from the user (R6). */
export type PathRule = ScalarRule | SplitRule

interface PathRuleBase {
  readonly rule: 'R5' | 'R6'
  /** Absent for every object of the type. */
  readonly object?: ObjectName | undefined
  readonly path: PathPattern
  /** Whether the path may lead into embedded objects: only that of a user's rule may. */
  readonly entersObjects?: true
  readonly policy?: PolicyRule | undefined
}

/** The path leads to a string that is, or contains, a reference. */
export interface ScalarRule extends PathRuleBase {
  readonly kind: 'scalar'
  readonly conditions: ReadonlySet<Condition>
  readonly value?: ValueExpression | undefined
  readonly embedded?: EmbeddedRule | undefined
}

/** The path leads to a mapping that spells a reference in several keys. */
export interface SplitRule extends PathRuleBase {
  readonly kind: 'split'
  readonly keys: SplitKeys
}

/** The path rules for a type of objects. */
export interface TypeRules {
  /** Those of the user, and those of the built-in tables for objects of any name. */
  readonly rules: readonly PathRule[]
  /**
   * Selects those for an object by its name and namespace.
   * @param nameOf is only called if a rule is about a named object
   */
  readonly rulesFor: (nameOf: () => ObjectName) => readonly PathRule[]
}

/**
 * Returns the path rules for a type, the user's first. If several lead to the same field, the first one that matches is applied.
 * All of them come before the shapes (R1 to R4), because they know the schema.
 *
 * @param usesTables whether to include the rules of the built-in tables; false for a skipped type, which only has the user's
 */
export function rulesForType(gvk: GroupVersionKind, options: FieldOptions, usesTables: boolean): TypeRules {
  const users = (options.rules ?? []).filter(({ selector }) => matchesKind(selector, gvk)).map(userRule)
  const usersFor = (nameOf: () => ObjectName): readonly PathRule[] => rulesForObject(users, nameOf)
  if (!usesTables) return { rules: users, rulesFor: usersFor }
  const includesOptional = matchesAnyKind(options.optional, gvk)
  const tables = tableRules(gvk, includesOptional)
  const rules = [...users, ...tables]
  const rulesFor = (nameOf: () => ObjectName): readonly PathRule[] => {
    const named = pathRulesOf(namedRowsFor(gvk, nameOf), includesOptional)
    return named.length === 0
      ? rulesForObject(rules, nameOf)
      : [...usersFor(nameOf), ...sortByRank([...named, ...tables])]
  }
  return { rules, rulesFor }
}

/** Memo of a pure function: a run may read thousands of files, and they have few types. */
const tableRulesOf = new Map<string, readonly PathRule[]>()

/** The rules of the tables for objects of any name. */
function tableRules(gvk: GroupVersionKind, includesOptional: boolean): readonly PathRule[] {
  const name = `${gvk.group}/${gvk.kind} ${includesOptional}`
  const known = tableRulesOf.get(name)
  if (known !== undefined) return known
  const rules = sortByRank(pathRulesOf(rowsFor(gvk), includesOptional))
  tableRulesOf.set(name, rules)
  return rules
}

function pathRulesOf(rows: readonly TableRow[], includesOptional: boolean): readonly PathRule[] {
  return rows.flatMap((row) => tableRule(row, includesOptional) ?? [])
}

/** Warnings come last: a text counts as uneditable only if no rule finds an image in it. */
function sortByRank(rules: readonly PathRule[]): readonly PathRule[] {
  return rules.toSorted((a, b) => rank(a) - rank(b))
}

function rank(rule: PathRule): number {
  if (rule.kind === 'split') return 1
  return rule.embedded?.uneditableReason === undefined ? 0 : 2
}

function rulesForObject(rules: readonly PathRule[], nameOf: () => ObjectName): readonly PathRule[] {
  if (rules.every(({ object }) => object === undefined)) return rules
  const name = nameOf()
  return rules.filter(({ object }) => object === undefined || matchesName(object, name))
}

function userRule({ object, path, policyPath, value, parts, embedded }: UserFieldRule): PathRule {
  const keys = policyPath?.split('.') ?? []
  const key = keys.at(-1)
  const policy = key === undefined ? undefined : { path: keys.slice(0, -1), key, allowed: PULL_POLICIES }
  const shared = { rule: 'R6', object, path, entersObjects: true, policy } as const
  return parts === undefined
    ? { kind: 'scalar', ...shared, conditions: new Set(), value, embedded }
    : { kind: 'split', ...shared, keys: parts }
}

function tableRule(row: TableRow, includesOptional: boolean): PathRule | undefined {
  if (row.action === 'warn') {
    const embedded = { format: 'yaml', uneditableReason: row.reason } as const
    const { object, path } = row
    return { kind: 'scalar', rule: 'R5', object, path, conditions: new Set(), embedded }
  }
  if (row.action !== 'pin' && row.action !== 'pin-split') return undefined
  const { object, path, conditions } = row
  if (conditions.has('copy') || (conditions.has('optional') && !includesOptional)) return undefined
  const policy = row.policy === undefined ? undefined : { path: [], ...row.policy }
  const shared = { rule: 'R5', object, path, policy } as const
  if (row.action === 'pin-split') return { kind: 'split', ...shared, keys: row.keys }
  return row.text === undefined
    ? { kind: 'scalar', ...shared, conditions }
    : {
        kind: 'scalar',
        ...shared,
        policy: undefined,
        conditions,
        embedded: { ...row.text, policy: row.policy },
      }
}

/** Returns the rules for a type of objects, and whether fields are also found by their shape. */
export type TypeFactsLookup = (gvk: GroupVersionKind) => TypeFacts<PathRule> & TypeRules

/** Whether a document of a type may hold fields. */
export function mayHaveFields({ rules, shapesApply }: TypeFacts<PathRule>): boolean {
  return shapesApply || rules.length > 0
}

/** Creates a lookup that caches the rules for each type: a stream has thousands of objects, but few types. */
export function createTypeFactsLookup(options: FieldOptions): TypeFactsLookup {
  const types = new Map<string, TypeFacts<PathRule> & TypeRules>()
  return (gvk) => {
    const name = `${gvk.group}/${gvk.version}/${gvk.kind}`
    const known = types.get(name)
    if (known !== undefined) return known
    const shapesApply = skippedReason(gvk) === undefined
    const facts = { shapesApply, ...rulesForType(gvk, options, shapesApply) }
    types.set(name, facts)
    return facts
  }
}

/**
 * Describes an object by its type and name. An item of a ResourceList that kustomize and kpt leave out is skipped.
 *
 * @param isFunctionItem whether the walk begins with an item of a KRM function's ResourceList
 */
export function createDescribe(
  factsOf: TypeFactsLookup,
  options: FieldOptions,
  isFunctionItem: boolean,
): DescribeObject<PathRule> {
  return ({ object, gvk, outer }) => {
    const facts = factsOf(gvk)
    const mayBeLocal = isFunctionItem && outer === undefined && options.includesLocalConfig !== true
    const isSkipped = mayBeLocal && facts.shapesApply && isLocalConfig(object)
    const nameOf = (): ObjectName => identifierOf(object, gvk)
    return isSkipped
      ? { shapesApply: false, rules: rulesForType(gvk, options, false).rulesFor(nameOf) }
      : { shapesApply: facts.shapesApply, rules: facts.rulesFor(nameOf) }
  }
}

/**
 * Whether no field is to be found at a path, because a table denies it or the user excludes it.
 *
 * @param path from the root of the walk
 */
export function isIgnored(scope: Scope, path: FieldPath, options: FieldOptions): boolean {
  return deniedReason(scope.gvk, path.slice(scope.depth)) !== undefined || isExcluded(scope, path, options)
}

/**
 * Whether the user excludes a field: as one of the innermost object around it, or of an object that embeds that.
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
