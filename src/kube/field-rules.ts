import { type CustomField, type CustomFieldMark, customFieldsOf } from './custom-fields.ts'
import { type EmbeddedRule, type FieldOptions, selectsAny, type UserFieldRule } from './field-options.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { ImagePullPolicy } from './image-field.ts'
import { selectsKind } from './kind-selector.ts'
import type { PathPattern } from './path-pattern.ts'
import { PULL_POLICIES } from './pull-policy.ts'
import { type SplitField, type SplitKeys, splitFieldsOf } from './split-fields.ts'

/** Where a rule says that the pull policy of its image stands. */
export interface PolicyRule {
  /** The keys from the object's root to the mapping that holds it; empty for the mapping that holds the image. */
  readonly path: readonly string[]
  readonly key: string
  readonly allowed: readonly ImagePullPolicy[]
}

/** A rule that leads by a path, from the table (R5) or from the user (R6). */
export type FieldRuleRow = ScalarRule | SplitRule

export interface ScalarRule {
  readonly kind: 'scalar'
  readonly rule: 'R5' | 'R6'
  readonly path: PathPattern
  readonly policy?: PolicyRule
  readonly marks: ReadonlySet<CustomFieldMark>
  readonly value?: RegExp
  readonly embedded?: EmbeddedRule
}

export interface SplitRule {
  readonly kind: 'split'
  readonly rule: 'R5'
  readonly path: PathPattern
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
  const customs = customFieldsOf(gvk)
    .filter(({ marks }) => optional || !marks.has('optional'))
    .map(tableRule)
  const splits = optional ? splitFieldsOf(gvk).map(splitRule) : []
  return users.length + splits.length === 0 ? customs : [...users, ...customs, ...splits]
}

function userRule({ path, policyPath, value, embedded }: UserFieldRule): ScalarRule {
  const keys = policyPath?.split('.') ?? []
  const key = keys.at(-1)
  return {
    kind: 'scalar',
    rule: 'R6',
    path,
    marks: new Set(),
    ...(key === undefined ? {} : { policy: { path: keys.slice(0, -1), key, allowed: PULL_POLICIES } }),
    ...(value === undefined ? {} : { value }),
    ...(embedded === undefined ? {} : { embedded }),
  }
}

function tableRule({ path, policy, marks }: CustomField): ScalarRule {
  return {
    kind: 'scalar',
    rule: 'R5',
    path,
    marks,
    ...(policy === undefined ? {} : { policy: { path: [], ...policy } }),
  }
}

function splitRule({ path, keys, policy }: SplitField): SplitRule {
  return {
    kind: 'split',
    rule: 'R5',
    path,
    keys,
    ...(policy === undefined ? {} : { policy: { path: [], key: policy, allowed: PULL_POLICIES } }),
  }
}
