import { customFieldsOf } from './custom-fields.ts'
import {
  type EmbeddedRule,
  type FieldOptions,
  selectsAny,
  type UserFieldRule,
  type ValueExpression,
} from './field-options.ts'
import { tableRowsOf } from './field-table.ts'
import type { GroupVersionKind } from './gvk.ts'
import { type ObjectName, selectsKind, selectsName } from './kind-selector.ts'
import type { PathPattern } from './path-pattern.ts'
import { PULL_POLICIES } from './pull-policy.ts'
import { splitFieldsOf } from './split-fields.ts'
import type {
  CustomField,
  CustomFieldMark,
  PolicyKey,
  SplitField,
  SplitKeys,
  UneditableText,
} from './table-row.ts'

/** Where a rule says that the pull policy of its image stands. */
export interface PolicyRule extends PolicyKey {
  /** The keys from the object's root to the mapping that holds it; empty for the mapping that holds the image. */
  readonly path: readonly string[]
}

/** A rule that leads by a path, from the table (R5) or from the user (R6). */
export type FieldRuleRow = ScalarRule | SplitRule

export interface ScalarRule {
  readonly kind: 'scalar'
  readonly rule: 'R5' | 'R6'
  readonly object?: ObjectName
  readonly path: PathPattern
  /** A user's rule may lead through the objects that its own embeds; the tables' rows end there. */
  readonly entersObjects?: true
  readonly policy?: PolicyRule
  readonly marks: ReadonlySet<CustomFieldMark>
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
export function rulesOf(
  gvk: GroupVersionKind,
  options: FieldOptions,
  tables: boolean,
): readonly FieldRuleRow[] {
  const users = (options.rules ?? []).filter(({ selector }) => selectsKind(selector, gvk)).map(userRule)
  if (!tables) return users
  const optional = selectsAny(options.optional, gvk)
  const counts = ({ marks }: CustomField | SplitField): boolean =>
    !marks.has('twin') && (optional || !marks.has('optional'))
  const customs = customFieldsOf(gvk).filter(counts).map(tableRule)
  const texts = tableRowsOf(gvk).filter((row) => row.row === 'uneditable')
  return [
    ...users,
    ...customs,
    ...splitFieldsOf(gvk).filter(counts).map(splitRule),
    ...texts.map(uneditableRule),
  ]
}

/** Those of a type's rules that are about one of its objects. */
export function rulesOfObject(
  rules: readonly FieldRuleRow[],
  resource: { readonly identifier: ObjectName },
): readonly FieldRuleRow[] {
  if (rules.every(({ object }) => object === undefined)) return rules
  return rules.filter(({ object }) => object === undefined || selectsName(object, resource.identifier))
}

function userRule({ object, path, policyPath, value, parts, embedded }: UserFieldRule): FieldRuleRow {
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
    marks: new Set(),
    ...(value === undefined ? {} : { value }),
    ...(embedded === undefined ? {} : { embedded }),
  }
}

function tableRule({ object, path, text, policy, marks }: CustomField): ScalarRule {
  const row = {
    kind: 'scalar',
    rule: 'R5',
    path,
    marks,
    ...(object === undefined ? {} : { object }),
  } as const
  if (text !== undefined) return { ...row, embedded: policy === undefined ? text : { ...text, policy } }
  return policy === undefined ? row : { ...row, policy: { path: [], ...policy } }
}

/** A rule that leads into a text of which nothing is made but a warning. */
function uneditableRule({ object, path, reason }: UneditableText): ScalarRule {
  return {
    kind: 'scalar',
    rule: 'R5',
    path,
    marks: new Set(),
    embedded: { format: 'yaml', left: reason },
    ...(object === undefined ? {} : { object }),
  }
}

function splitRule({ object, path, keys, policy }: SplitField): SplitRule {
  return {
    kind: 'split',
    rule: 'R5',
    path,
    keys,
    ...(object === undefined ? {} : { object }),
    ...(policy === undefined ? {} : { policy: { path: [], ...policy } }),
  }
}
