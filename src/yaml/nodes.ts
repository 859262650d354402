/**
 * Pinpull's read-only view of a YAML document, which every reader produces alike. All offsets are byte offsets
 * into the whole source: the text is decoded as latin1, so that a character is a byte.
 */

/** How a scalar is written: YAML 1.2.2, chapters 7.3 and 8.1. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

interface NodeBase {
  /** First byte of the node's own text: quotes and block headers are in it, anchors and tags are not. */
  readonly start: number
  /** Just after its last byte: trailing comments and line breaks after a flow or plain node are not in it. */
  readonly end: number
  /** The name of its anchor, without `&`. */
  readonly anchor?: string | undefined
  /** Its tag as written, such as `!!str`. */
  readonly tag?: string | undefined
}

export interface Scalar extends NodeBase {
  readonly kind: 'scalar'
  readonly style: ScalarStyle
  /** The value as Unicode text, quotes and escapes resolved. */
  readonly value: string
  /**
   * Whether Kubernetes reads it as a string: false for null, booleans and numbers of the core schema, and for
   * YAML 1.1's plain `yes`, `no`, `on`, `off`, which the API machinery's reader still knows.
   */
  readonly isString: boolean
  /** Whether it is null or has no text at all, as after a bare `imagePullPolicy:`; its range is then empty. */
  readonly isNull: boolean
}

/**
 * A key with its value. A key without a value has an empty null scalar, placed just after the colon, and after the
 * anchor and tag where it has some; where there is no colon either, just after the key.
 */
export interface Entry {
  /** First byte of the entry: of its `?`, or of its key's anchor or tag, where it has one, else of its key. */
  readonly start: number
  readonly key: YamlNode
  readonly value: YamlNode
}

/**
 * A block mapping or sequence begins with its first entry or `-` and ends with its last value; a pair in brackets
 * (`[a: b]`) is a flow mapping without braces.
 */
export interface Mapping extends NodeBase {
  readonly kind: 'mapping'
  readonly style: 'block' | 'flow'
  /** In the order of the text, duplicates and `<<` included. */
  readonly entries: readonly Entry[]
}

export interface Sequence extends NodeBase {
  readonly kind: 'sequence'
  readonly style: 'block' | 'flow'
  readonly items: readonly YamlNode[]
}

export interface Alias extends NodeBase {
  readonly kind: 'alias'
  /** The anchor's name, without `*`. */
  readonly name: string
  /** The node that the alias stands for. Never an alias itself. */
  readonly target: Scalar | Mapping | Sequence
}

export type YamlNode = Scalar | Mapping | Sequence | Alias

/** What a document says of itself in its first two lines. */
export interface DocumentType {
  readonly apiVersion: string
  readonly kind: string
}

/** One document of a stream. */
export interface YamlDocument {
  /** Its position in the stream, from 0. */
  readonly index: number
  /** First byte that belongs to it (its `---` line, or what comes before its first node). */
  readonly start: number
  /** Just after its last byte. */
  readonly end: number
  /**
   * Its type, where that was reason enough not to read it: its contents are read when they are asked for all the same,
   * which one who needs no contents of such a type should not do.
   */
  readonly unparsed?: DocumentType | undefined
  /** The root node; absent where a document holds nothing but comments. */
  readonly contents?: YamlNode | undefined
}

/** The keys and indexes that lead from a document's root to a node. */
export type FieldPath = readonly (string | number)[]
