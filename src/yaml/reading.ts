import type { YamlNode } from './nodes.ts'
import type { YamlProblem } from './yaml-problem.ts'

/** What reading one document gave: its root, or what is wrong with it. */
export interface Reading {
  /** Absent where the document holds nothing but comments. */
  readonly contents?: YamlNode | undefined
  /** With offsets into the whole source, in ascending order. */
  readonly problems: readonly YamlProblem[]
}
