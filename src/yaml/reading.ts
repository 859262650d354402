import type { YamlNode } from './nodes.ts'

/** The byte range of one document in a source. The ranges of a source have no gaps between them. */
export interface DocumentRange {
  /** First byte of the document, including directives, comments and the `---` line before its contents. */
  readonly start: number
  /** Where readers start: after a byte order mark, and after `...` lines that end no document. */
  readonly contentStart: number
  /** Start of the `...` line that ends it; `end` if there is none. */
  readonly contentEnd: number
  /** Just after its last byte, including a `...` line that ends it. */
  readonly end: number
  /** Set if Kubernetes divides the stream at another place, so that the document cannot be read as Kubernetes does. */
  readonly divisionError?: YamlError | undefined
}

/** The result of reading one document: its root node, or errors. */
export interface Reading {
  /** The root node; undefined if the document contains only comments, or has errors. */
  readonly contents?: YamlNode | undefined
  /** In the order of the text. */
  readonly errors: readonly YamlError[]
}

/** Why a document cannot be read. `readDocuments` turns it into a `YAML_INVALID` diagnostic; it never leaves src/yaml. */
export class YamlError extends Error {
  /** The byte of the source where the error is. */
  readonly offset: number

  /**
   * @param offset the byte of the source where the error is
   * @param reason a clause without a full stop, for the diagnostic's message
   */
  constructor(offset: number, reason: string) {
    super(reason)
    this.name = 'YamlError'
    this.offset = offset
  }
}

/**
 * How deep mappings and sequences may be nested, with aliases expanded, in YAML, in JSON and in text within scalars. No
 * manifest comes near it. Recursive functions over nodes rely on it and have no limit of their own: npm `yaml` needs less than
 * two thirds of Node's stack for this depth.
 */
export const MAX_DEPTH = 512

/**
 * The error message for a stack overflow, which happens only if the stack is smaller than Node's default
 * (`--stack-size`).
 */
export const STACK_TOO_SMALL =
  'the nesting is too deep for the stack of this process, which is smaller than usual'

/**
 * Creates the error for a document that overflows the stack.
 * @param offset the byte of the source where the document begins
 */
export function createStackError(offset: number): YamlError {
  return new YamlError(offset, STACK_TOO_SMALL)
}

/**
 * Creates the error for a document that is nested deeper than MAX_DEPTH.
 * @param offset the byte of the source where the limit is exceeded
 */
export function createNestingError(offset: number): YamlError {
  return new YamlError(offset, `the nesting is deeper than ${MAX_DEPTH} levels`)
}
