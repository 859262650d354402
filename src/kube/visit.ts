import type { Alias, Entry, Mapping, Scalar, Sequence, TextPattern, YamlNode } from '../yaml/nodes.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { PathPattern } from './path-pattern.ts'

/** A mapping on the way from the root of a walk, with the mappings around it. */
export interface Cursor {
  readonly mapping: Mapping
  /** Its own key, or that of the sequence that it is an item of; absent at the root. */
  readonly key?: string
  /** Whether it is an item of a sequence. */
  readonly isItem: boolean
  /** The number of keys and indexes that lead to it from the root of the walk. */
  readonly depth: number
  /** The mapping that has `key`; absent at the root. */
  readonly outer?: Cursor
  /** The first byte of `key` in `outer`. */
  readonly keyStart?: number
}

/** An object that the walk is in: the resource that it began with, or an object that is embedded in it. */
export interface Scope {
  readonly object: Mapping
  readonly gvk: GroupVersionKind
  /** The number of keys and indexes that lead to it from the root of the walk. */
  readonly depth: number
  /** The object that embeds it; absent at the root. */
  readonly outer?: Scope
}

/** A rule that finds values by their path below an object's root. */
export interface WithPath {
  readonly path: PathPattern
  /** Whether the path may lead into embedded objects. */
  readonly entersObjects?: boolean
}

/** How image fields are found in an object: the rules for its type and name, and whether shapes apply. */
export interface TypeFacts<Rule extends WithPath> {
  readonly rules: readonly Rule[]
  /** Whether fields are also found by their shape, such as an item of `containers`; false if the type of the object is skipped. */
  readonly shapesApply: boolean
}

/**
 * Returns the rules for an object that a walk enters.
 *
 * @param scope the object
 * @param path from the root of the walk to the object; it changes as the walk goes on
 */
export type DescribeObject<Rule extends WithPath> = (
  scope: Scope,
  path: readonly (string | number)[],
) => TypeFacts<Rule>

/** A rule whose path ends at a value. */
export interface RuleMatch<Rule extends WithPath> {
  readonly rule: Rule
  /** The object at whose root the path of the rule begins. */
  readonly scope: Scope
}

/** A value that the walk has come to: that of an entry, or an item of a sequence. */
export interface Visit<Rule extends WithPath> {
  /** The innermost object around the value. */
  readonly scope: Scope
  /** The mapping that has `key`. */
  readonly cursor: Cursor
  /** The mapping in which the entry is written: that of the cursor, or one that is merged into it. */
  readonly owner: Mapping
  /** The key of the value, or of the sequence that it is an item of. */
  readonly key: string
  readonly entry: Entry
  /** Whether the value is an item of a sequence below the entry. */
  readonly isItem: boolean
  /** The value as written: perhaps an alias. */
  readonly node: YamlNode
  /** The value, with an alias resolved. */
  readonly value: Scalar | Mapping | Sequence
  /** From the root of the walk to the value. It changes as the walk goes on: copy it to keep it. */
  readonly path: readonly (string | number)[]
  /** The rules whose path ends here, those of the innermost object first. */
  readonly rules: readonly RuleMatch<Rule>[]
  /** Whether the value may be a field by its shape: not in `metadata`, `status` or a skipped object. */
  readonly shapesApply: boolean
}

/** What a walk reports besides the values to which rules lead. */
export interface WalkFilter {
  /** Without a match of this pattern, a node holds nothing to report and no embedded object. Absent: visit everything. */
  readonly keywords?: TextPattern
  /**
   * Whether a value is reported without a rule.
   *
   * @param key of the value, or of the sequence that it is an item of
   * @param cursor the mapping that has the key
   */
  readonly isReported: (key: string, cursor: Cursor, isItem: boolean) => boolean
}

/** Returns the node to edit to change a scalar: its alias if `node` is one, otherwise the scalar itself. */
export function sourceNode(node: YamlNode, scalar: Scalar): Scalar | Alias {
  return node.kind === 'alias' ? node : scalar
}
