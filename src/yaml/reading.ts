import type { YamlNode } from './nodes.ts'

/** What reading one document gave: its root, or what is wrong with it. */
export interface Reading {
  /** Absent where the document holds nothing but comments. */
  readonly contents?: YamlNode | undefined
  /** With offsets into the whole source, in ascending order. */
  readonly problems: readonly YamlProblem[]
}

/** Why a document cannot be read; it becomes a `YAML_INVALID` diagnostic, and never leaves the room. */
export class YamlProblem extends Error {
  readonly offset: number

  /**
   * @param offset the byte of the source where it shows
   * @param reason a clause without a full stop, for the message
   */
  constructor(offset: number, reason: string) {
    super(reason)
    this.name = 'YamlProblem'
    this.offset = offset
  }
}

/**
 * How many mappings and sequences may lie in each other, aliases written out: the same for YAML, for JSON, and for texts
 * that hold either. No manifest comes near it, and whatever goes down the nodes may call itself for each level and needs
 * no limit of its own: the library takes less than two thirds of Node's stack for so many.
 */
export const MAX_DEPTH = 512

/** What is wrong where the process has a smaller stack than Node gives (`--stack-size`), and a document would need more. */
export const TOO_DEEP_FOR_STACK =
  'the nesting is too deep for the stack of this process, which is smaller than usual'

/** The same, of one document. */
export function tooDeepForStack(offset: number): YamlProblem {
  return new YamlProblem(offset, TOO_DEEP_FOR_STACK)
}

/** What is wrong with a document whose nodes lie too deep. */
export function tooDeep(offset: number): YamlProblem {
  return new YamlProblem(offset, `the nesting is deeper than ${MAX_DEPTH} levels`)
}
