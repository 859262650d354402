import type { FieldPath, YamlNode } from '../yaml/nodes.ts'

export type ConfigProblemCode =
  | 'CONFIG_INVALID'
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_RULE_DEAD'
  | 'CONFIG_UNTRUSTED'
  | 'CONFIG_CONFLICT'

/** Something wrong with a configuration, at a node of it. */
export interface ConfigProblem {
  readonly code: ConfigProblemCode
  /** The node that is wrong; for something missing, the mapping that lacks it. */
  readonly node: YamlNode
  readonly path: FieldPath
  /** What is wrong with it, in a few words that follow its path. */
  readonly reason: string
  /** What to do about it, where more can be said than "correct it". */
  readonly advice?: string
}

/** A problem that has yet to be given its node. */
export type PlacedReason = Omit<ConfigProblem, 'node'>
