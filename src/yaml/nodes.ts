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
  /**
   * Whether the node may contain an entry with this key, or text of this pattern, in itself or behind its aliases. A search
   * of bytes, which takes much less time than making nodes.
   * @param key in ASCII
   * @returns false only where it is certain that it does not
   */
  mayContain(key: string | TextPattern): boolean
  /**
   * Searches the scalars in the node, keys included.
   * @returns where those that were found, and aliases of such scalars, begin, in ascending order; undefined where only the
   *   nodes can tell: the reader keeps no records, or an alias stands for a collection, whose scalars are in two places
   */
  findScalars(search: ScalarSearch): readonly number[] | undefined
  /**
   * Compares the root node of a document with that of the edited document, without making nodes.
   * @param after the root node of the edited document
   * @param shift how many bytes further on the edited document begins
   * @returns true only where it is certain that all changes were made, and no others; false also where only the nodes can tell
   */
  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean
}

/** A text to search for that is more than one key, such as any key that ends with `Image`. */
export interface TextPattern {
  /** Bytes, rare ones at best, one of which is in every such text, at most 16 bytes behind its start. */
  readonly triggerBytes: readonly number[]
  /**
   * Finds where a matching text starts, be it in a key, a value or a comment.
   * @param bytes of the whole source
   * @param at the offset of a trigger byte
   * @returns -1 if none matches
   */
  readonly startAt: (bytes: Uint8Array, at: number) => number
}

/** A search for scalars by the end of their text; see `createScalarSearch`. */
export interface ScalarSearch {
  /** For each pair of bytes, 1 where a wanted text ends with the two. */
  readonly endings: Uint8Array
  /** How many bytes of source text a scalar may have. */
  readonly maxBytes: number
  /** Decides about a text that ends as wanted. */
  readonly accepts: (text: string) => boolean
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
  /** The key's text, where the reader knows without making its node that it is plain, on one line and without anchor or tag. */
  readonly plainKey?: string | undefined
}

/** An entry with the mapping that it is written in: another one than was searched where it was merged (`<<`). */
export interface FoundEntry {
  readonly owner: Mapping
  readonly entry: Entry
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
  /**
   * Finds an entry as the API machinery reads the mapping: entries count in the order of the text, so that the last of
   * equal keys wins, and a merge (`<<`) overrides what stands before it and not what stands after (goyaml.v2,
   * decode.go `mapping` and `merge`). Of several mappings in one merge the earlier wins.
   */
  find(key: string): FoundEntry | undefined
  /**
   * Reads the string at the end of a path of keys.
   * @returns undefined where a key is missing, or the value is no string to Kubernetes
   */
  stringAt(...path: readonly string[]): string | undefined
  /**
   * Whether the mapping may contain text of this pattern in anything but its own key with a name: see `mayContain`.
   * @param ownKey in ASCII, and of the pattern
   */
  mayContainBeside(pattern: TextPattern, ownKey: string): boolean
  /**
   * The entries that have this key or text, or may contain it in their value: see `mayContain`. Of the others no node is made.
   * @param key in ASCII
   */
  entriesContaining(key: string | TextPattern): readonly Entry[]
}

export interface Sequence extends NodeBase {
  readonly kind: 'sequence'
  readonly style: 'block' | 'flow'
  readonly items: readonly YamlNode[]
  /** The items that may contain such an entry or text, with their indexes: see `mayContain`. Of the others no node is made. */
  itemsContaining(key: string | TextPattern): Iterable<readonly [number, YamlNode]>
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

/** A change of one node. */
export type NodeChange =
  | {
      readonly kind: 'set'
      /**
       * The scalar whose value is replaced, in its own style; it may be a null scalar of no text. An alias is
       * replaced by the value written out, and what it stood for stays.
       */
      readonly node: Scalar | Alias
      readonly value: string
    }
  | {
      readonly kind: 'insert'
      /** The mapping that gets a new entry, */
      readonly mapping: Mapping
      /** directly after the entry whose key begins here. */
      readonly afterKey: number
      readonly key: string
      readonly value: string
    }

/**
 * A replacement in a source: the bytes from `start` up to `end` become `text`.
 *
 * Contract, enforced by `applyEdits` alone: offsets are byte offsets into the original source, 0 ≤ start ≤ end ≤
 * its length; edits are given in ascending order and never overlap; two insertions never share an offset. `text`
 * is encoded as UTF-8.
 */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Changes of a document, and the edits of its text that make them. */
export interface PlannedEdit {
  /** Where the text in a scalar was changed, the scalar is set to the whole new text. */
  readonly changes: readonly NodeChange[]
  /** In ascending order. */
  readonly edits: readonly Edit[]
}
