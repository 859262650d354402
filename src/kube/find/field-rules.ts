import type { FieldPath } from '../../yaml/nodes.ts'
import { type GroupVersionKind, matchesKind, matchesName, type ObjectName } from '../gvk.ts'
import { PULL_POLICIES } from '../image-field.ts'
import { matchesPath, type PathPattern } from '../path-pattern.ts'
import type { PolicyRule } from '../pod/pull-policy.ts'
import { identifierOf, isLocalConfig } from '../resource.ts'
import { deniedReason, rowsFor, skippedReason } from '../tables/lookup.ts'
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

/**
 * Returns the path rules for a type, the user's first. If several lead to the same field, the first one that matches is applied.
 * All of them come before the shapes (R1 to R4), because they know the schema.
 *
 * @param usesTables whether to include the rules of the built-in tables; false for a skipped type, which only has the user's
 */
export function rulesForType(
  gvk: GroupVersionKind,
  options: FieldOptions,
  usesTables: boolean,
): readonly PathRule[] {
  const users = (options.rules ?? []).filter(({ selector }) => matchesKind(selector, gvk)).map(userRule)
  if (!usesTables) return users
  return [...users, ...tableRules(gvk, matchesAnyKind(options.optional, gvk))]
}

/** Memo of a pure function: a run may read thousands of files, and they have few types. */
const tableRulesOf = new Map<string, readonly PathRule[]>()

function tableRules(gvk: GroupVersionKind, includesOptional: boolean): readonly PathRule[] {
  const name = `${gvk.group}/${gvk.kind} ${includesOptional}`
  const known = tableRulesOf.get(name)
  if (known !== undefined) return known
  const rules = rowsFor(gvk)
    .flatMap((row) => tableRule(row, includesOptional) ?? [])
    .sort((a, b) => rank(a) - rank(b))
  tableRulesOf.set(name, rules)
  return rules
}

/** Warnings come last: a text counts as uneditable only if no rule finds an image in it. */
function rank(rule: PathRule): number {
  if (rule.kind === 'split') return 1
  return rule.embedded?.uneditableReason === undefined ? 0 : 2
}

/**
 * Selects the rules of a type that apply to an object by its name and namespace.
 *
 * @param nameOf is only called if a rule is about a named object
 */
export function rulesForObject(rules: readonly PathRule[], nameOf: () => ObjectName): readonly PathRule[] {
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

/** What is known of a type of objects. Its `rules` are those for objects of any name. */
export interface NamedTypeFacts extends TypeFacts<PathRule> {
  /** Selects the rules for an object, as `rulesForObject` does. */
  readonly rulesFor: (nameOf: () => ObjectName) => readonly PathRule[]
}

/** Returns the rules for a type of objects, and whether fields are also found by their shape. */
export type TypeFactsLookup = (gvk: GroupVersionKind) => NamedTypeFacts

/** There are dozens of rules for ConfigMaps of a certain name, and few streams have one of those. */
function createRuleSelection(rules: readonly PathRule[]): NamedTypeFacts['rulesFor'] {
  const isExact = ({ object }: PathRule): boolean => object?.name?.includes('*') === false
  const names = new Set(rules.filter(isExact).map(({ object }) => object?.name))
  if (names.size === 0) return (nameOf) => rulesForObject(rules, nameOf)
  const others = rules.filter((rule) => !isExact(rule))
  return (nameOf) => {
    const name = nameOf()
    return rulesForObject(names.has(name.name) ? rules : others, () => name)
  }
}

/** Whether a document of a type may hold fields. */
export function mayHaveFields({ rules, shapesApply }: TypeFacts<PathRule>): boolean {
  return shapesApply || rules.length > 0
}

/** Creates a lookup that caches the rules for each type: a stream has thousands of objects, but few types. */
export function createTypeFactsLookup(options: FieldOptions): TypeFactsLookup {
  const types = new Map<string, NamedTypeFacts>()
  return (gvk) => {
    const name = `${gvk.group}/${gvk.version}/${gvk.kind}`
    const known = types.get(name)
    if (known !== undefined) return known
    const shapesApply = skippedReason(gvk) === undefined
    const rules = rulesForType(gvk, options, shapesApply)
    const facts = { shapesApply, rules, rulesFor: createRuleSelection(rules) }
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
      ? { shapesApply: false, rules: rulesForObject(rulesForType(gvk, options, false), nameOf) }
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
