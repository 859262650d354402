/**
 * Pinpull's read-only view of a YAML document. Both readers return it: the scanner (`scanner/`) and the reader built on npm
 * `yaml` (`library/`). All offsets are byte offsets into the whole source.
 */

/** The style of a scalar (YAML 1.2.2, sections 7.3 and 8.1). */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

interface NodeBase {
  /** First byte of the node's own text, which includes quotes and block headers, but not its anchor and tag. */
  readonly start: number
  /** Just after its last byte. Trailing comments, and line breaks after a flow or plain node, are not included. */
  readonly end: number
  /** The name of its anchor, without `&`. */
  readonly anchor?: string | undefined
  /** Its tag as it is spelled in the source, such as `!!str`. */
  readonly tag?: string | undefined
  /**
   * Whether the node, or what its aliases stand for, may contain an entry with this key or text that matches this pattern.
   * The scanner searches bytes for that, which is much faster than making nodes.
   * @param key in ASCII
   * @returns false only if it is certain that it does not
   */
  mayContain(key: string | TextPattern): boolean
  /**
   * Finds scalars in the node, keys included, without making nodes.
   * @returns the first byte of each scalar found, and of each alias of such a scalar, in ascending order; undefined if only
   *   the nodes can answer, because the reader keeps no records or an alias stands for a collection
   */
  findScalars(search: ScalarSearch): readonly number[] | undefined
  /**
   * Compares the root node of a document with that of the edited document, without making nodes.
   * @param after the root node of the edited document
   * @param shift how many bytes further on the edited document begins
   * @returns true only if it is certain that all changes were made, and no others; if false, compare the nodes
   */
  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean
}

/** Text to search for that is not one fixed key, such as any key that ends with `Image`. */
export interface TextPattern {
  /** ASCII texts, with one of which every match begins. */
  readonly texts: readonly string[]
  /**
   * Decides whether an occurrence of a text is a match; it may lie in a key, a value or a comment.
   * @param bytes of the whole source
   * @param at the offset at which the text begins
   */
  readonly counts: (bytes: Uint8Array, at: number, text: string) => boolean
}

/** What scalars to find, by the end of their text. Made by `createScalarSearch`. */
export interface ScalarSearch {
  /** A bit for what `twoBytesBefore` returns for the last two bytes of each wanted text: see `hasEnding`. */
  readonly endings: Uint8Array
  /** The longest source text of a scalar, in bytes. */
  readonly maxBytes: number
  /** Decides about the value of a scalar whose last two bytes match. */
  readonly accepts: (text: string) => boolean
}

/** A YAML node with a text value: a string, number, boolean or null. */
export interface Scalar extends NodeBase {
  readonly kind: 'scalar'
  readonly style: ScalarStyle
  /** The value as Unicode text, quotes and escapes resolved. */
  readonly value: string
  /**
   * Whether Kubernetes reads it as a string. False for null, booleans and numbers, which include YAML 1.1's plain `yes`,
   * `no`, `on` and `off`, because the API machinery's reader still knows those.
   */
  readonly isString: boolean
  /** Whether it is null. A missing value, as after a bare `imagePullPolicy:`, is null and has an empty range. */
  readonly isNull: boolean
}

/**
 * A key with its value. A missing value is an empty null scalar just after the colon and the value's anchor and tag, or
 * just after the key if there is no colon.
 */
export interface Entry {
  /** First byte of its `?`, else of its key's anchor or tag, else of its key. */
  readonly start: number
  readonly key: YamlNode
  readonly value: YamlNode
  /** The key's text, if the reader knows without making a node that it is plain, on one line and without anchor or tag. */
  readonly plainKey?: string | undefined
}

/** An entry with the mapping that contains it: not the one that was searched if the entry was merged (`<<`). */
export interface FoundEntry {
  readonly owner: Mapping
  readonly entry: Entry
}

/**
 * A block mapping starts with its first entry and ends with its last value. A pair in brackets (`[a: b]`) is a flow
 * mapping without braces.
 */
export interface Mapping extends NodeBase {
  readonly kind: 'mapping'
  readonly style: 'block' | 'flow'
  /** In the order of the text, including duplicates and `<<`. */
  readonly entries: readonly Entry[]
  /**
   * Finds an entry as the API machinery reads the mapping: the last of equal keys wins, and a merge (`<<`) overrides entries
   * before it, but not entries after it (goyaml.v2, decode.go `mapping` and `merge`). Of several mappings in one merge the
   * first wins.
   */
  find(key: string): FoundEntry | undefined
  /**
   * Reads the string at the end of a path of keys, looked up with `find`; follows aliases.
   * @returns undefined if a key is missing or Kubernetes does not read the value as a string
   */
  stringAt(...path: readonly string[]): string | undefined
  /**
   * Whether the mapping may contain text that matches the pattern, apart from one key of its own; see `mayContain`.
   * @param ownKey in ASCII; it matches the pattern
   */
  mayContainBeside(pattern: TextPattern, ownKey: string): boolean
  /**
   * Selects the entries whose key or value may contain this key, or text that matches the pattern (see `mayContain`). Makes no
   * nodes of the others.
   * @param key in ASCII
   */
  entriesContaining(key: string | TextPattern): readonly Entry[]
}

/** A YAML list. */
export interface Sequence extends NodeBase {
  readonly kind: 'sequence'
  readonly style: 'block' | 'flow'
  readonly items: readonly YamlNode[]
  /**
   * Selects the items that may contain this key or text that matches the pattern, at any depth (see `mayContain`), with
   * their indexes. Makes no nodes of the others.
   */
  itemsContaining(key: string | TextPattern): Iterable<readonly [number, YamlNode]>
}

/** A YAML node (`*name`) that stands for an earlier node with that anchor (`&name`). */
export interface Alias extends NodeBase {
  readonly kind: 'alias'
  /** The anchor's name, without `*`. */
  readonly name: string
  /** The node that the alias stands for. Never an alias itself. */
  readonly target: Scalar | Mapping | Sequence
}

/** Any node of a YAML document (YAML 1.2.2, section 3.2.1). */
export type YamlNode = Scalar | Mapping | Sequence | Alias

/** The type of a Kubernetes object, from its fields `apiVersion` and `kind`. */
export interface DocumentType {
  readonly apiVersion: string
  readonly kind: string
}

/** One document of a stream. */
export interface YamlDocument {
  /** Its position in the stream, from 0. */
  readonly index: number
  /** First byte of the document: of its `---` line, or of what comes before its root node. */
  readonly start: number
  /** Just after its last byte. */
  readonly end: number
  /**
   * The type of a document that was not parsed because of it (`ReadOptions.isUnparsed`). Reading `contents` parses it after
   * all, so check this first if such documents are of no interest.
   */
  readonly unparsed?: DocumentType | undefined
  /** The root node; undefined if the document contains only comments, or was not parsed before and has errors. */
  readonly contents?: YamlNode | undefined
  /**
   * Lets go what was read of the document, which takes several times the memory of its text. `contents` reads it again, and its nodes are
   * not identical with those before. Absent if nothing can be gained.
   */
  readonly forget?: (() => void) | undefined
}

/** The keys and indexes that lead from a document's root to a node: `['spec', 'containers', 0, 'image']`. */
export type FieldPath = readonly (string | number)[]

/** A change to make in a document: a new value of a node, or a new entry of a mapping. */
export type NodeChange = ValueChange | Insertion

/** A new value for a scalar, which keeps its style if possible. */
export interface ValueChange {
  readonly kind: 'set'
  /**
   * The scalar, which may be an empty null scalar. An alias is replaced by the value itself, and the node that it stands for
   * stays unchanged.
   */
  readonly node: Scalar | Alias
  /** The new value, as Unicode text. */
  readonly value: string
}

/** A new entry to insert into a mapping. */
export interface Insertion {
  readonly kind: 'insert'
  readonly mapping: Mapping
  /** The byte offset of the key of an entry: the new entry is inserted directly after that entry. */
  readonly afterKey: number
  readonly key: string
  readonly value: string
}

/**
 * A replacement of text in a source: the bytes from offset `start` up to `end` become `text`, in UTF-8.
 *
 * `spliceEdits` enforces the contract: offsets are byte offsets into the original source, 0 ≤ start ≤ end ≤ its length;
 * a list of edits is in ascending order; edits never overlap; two insertions never share an offset.
 */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The changes to make in one document, and the edits of its source that make them. */
export interface PlannedEdit {
  /** A change of nested text is listed as setting the scalar to the whole new text. */
  readonly changes: readonly NodeChange[]
  /** In ascending order. */
  readonly edits: readonly Edit[]
}
