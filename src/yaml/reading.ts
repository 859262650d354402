import type { YamlNode } from './nodes.ts'

/** Where one document of a stream lies. The ranges of a stream follow each other without a gap. */
export interface DocumentRange {
  /** First byte: that of the directives, comments or `---` line before its contents. */
  readonly start: number
  /** Where a reader begins: after a byte order mark, and after `...` lines that end nothing. */
  readonly contentStart: number
  /** Where the `...` line that ends it begins; its end where there is none. */
  readonly contentEnd: number
  /** Just after its last byte; a `...` line that ends it is in it. */
  readonly end: number
  /** Where Kubernetes divides the stream otherwise, so that the document cannot be read as it does. */
  readonly divisionError?: YamlError | undefined
}

/** What reading one document gave: its root, or what is wrong with it. */
export interface Reading {
  /** Absent where the document holds nothing but comments. */
  readonly contents?: YamlNode | undefined
  /** With offsets into the whole source, in ascending order. */
  readonly errors: readonly YamlError[]
}

/** Why a document cannot be read; it becomes a `YAML_INVALID` diagnostic, and never leaves the room. */
export class YamlError extends Error {
  readonly offset: number

  /**
   * @param offset the byte of the source where it shows
   * @param reason a clause without a full stop, for the message
   */
  constructor(offset: number, reason: string) {
    super(reason)
    this.name = 'YamlError'
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
export const STACK_TOO_SMALL =
  'the nesting is too deep for the stack of this process, which is smaller than usual'

/** The same, of one document. */
export function stackError(offset: number): YamlError {
  return new YamlError(offset, STACK_TOO_SMALL)
}

/** What is wrong with a document whose nodes lie too deep. */
export function nestingError(offset: number): YamlError {
  return new YamlError(offset, `the nesting is deeper than ${MAX_DEPTH} levels`)
}
