/**
 * The tape: a document as an array of numbers. In the order of the text, there is a record for each node, preceded by one for
 * its anchor and one for its tag. A record is four numbers: the head (kind, style and flags, combined by `|`), the byte offset
 * of its start, that of its end, and one more, which depends on the kind (see `writeRecord`). A record is named by its index:
 * that of its head in the array. Nodes are made from records only where they are used (`lazy-node.ts`).
 *
 * Called tape as in simdjson (G. Langdale and D. Lemire, "Parsing Gigabytes of JSON per Second", 2019, section 3.2).
 */

/** The length of a record: how many numbers of the tape one node, anchor or tag takes. */
export const RECORD_SIZE = 4

/** Kind in the lowest three bits of a record's head: a scalar. */
export const SCALAR = 1
/** Kind in a record's head: a mapping. */
export const MAPPING = 2
/** Kind in a record's head: a sequence. */
export const SEQUENCE = 3
/** Kind in a record's head: an alias (`*name`). */
export const ALIAS = 4
/** Kind in a record's head: an anchor (`&name`). The record of its node follows, perhaps after that of a tag. */
export const ANCHOR = 5
/** Kind in a record's head: a YAML tag (`!!str`). The record of its node follows, perhaps after that of an anchor. */
export const TAG = 6
const KIND = 7

/** Style bits in a scalar's head: plain, without quotes. */
export const PLAIN = 0
/** Style bits in a scalar's head: in single quotes. */
export const SINGLE_QUOTED = 8
/** Style bits in a scalar's head: in double quotes. */
export const DOUBLE_QUOTED = 16
/** Style bits in a scalar's head: a literal block scalar (`|`). */
export const LITERAL = 24
/** Style bits in a scalar's head: a folded block scalar (`>`). */
export const FOLDED = 32
/** Style bits in a collection's head: written by indentation. */
export const BLOCK = 0
/** Style bits in a collection's head: written in brackets or braces. */
export const FLOW = 8
const STYLE = 56

/** Flag in a scalar's head: a plain or quoted scalar on several lines, which must be folded. Not set for block scalars. */
export const IS_MULTILINE = 64
/** Flag in a scalar's head: the quoted text has a backslash escape, or a doubled single quote, that must be decoded. */
export const HAS_ESCAPES = 128

/**
 * The whole head of a plain scalar on one line: its value is its source text. Most keys and values are such scalars; so are
 * missing values, whose text is empty.
 */
export const SIMPLE_PLAIN: number = SCALAR | PLAIN
/**
 * The whole head of a scalar in single quotes, on one line and without escapes: its value is the text between the
 * quotes.
 */
export const SIMPLE_SINGLE_QUOTED: number = SCALAR | SINGLE_QUOTED
/**
 * The whole head of a scalar in double quotes, on one line and without escapes: its value is the text between the
 * quotes.
 */
export const SIMPLE_DOUBLE_QUOTED: number = SCALAR | DOUBLE_QUOTED

/**
 * Reads the kind from a record's head.
 * @param head the first number of a record
 * @returns SCALAR, MAPPING, SEQUENCE, ALIAS, ANCHOR or TAG
 */
export function kindOf(head: number): number {
  return head & KIND
}

/**
 * Reads the style from a record's head.
 * @param head the first number of a record
 * @returns for a scalar PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, LITERAL or FOLDED; for a collection BLOCK or FLOW
 */
export function styleOf(head: number): number {
  return head & STYLE
}

/**
 * Skips the records of an anchor and a tag, which precede that of their node.
 * @param at the index of a node's first record: that of its anchor, of its tag or its own
 * @returns the index of the node's own record
 */
export function skipProperties(records: Int32Array, at: number): number {
  let node = at
  while (kindOf(records[node] as number) >= ANCHOR) node += RECORD_SIZE
  return node
}

/**
 * Skips a node with everything in it.
 * @param at the index of the node's own record, after those of its anchor and tag
 * @returns the index just after the node's last record
 */
export function skipNode(records: Int32Array, at: number): number {
  const kind = kindOf(records[at] as number)
  return kind === MAPPING || kind === SEQUENCE ? (records[at + 3] as number) : at + RECORD_SIZE
}

/** How many numbers to allocate at once, because allocating an array for each document takes longer than its scan. */
const CHUNK = 1 << 18

/**
 * The tape of the document that is being scanned. The documents of a source share one array, one after another, until it is
 * full: the current document then moves to a larger array, and the others keep theirs.
 */
export interface Tape {
  /** The array from the document's first record on. */
  records: Int32Array
  /** How many numbers of `records` are in use: the index at which the next record is written. */
  length: number
}

const NO_RECORDS = new Int32Array(0)

/**
 * Allocates an array for records: one number for two bytes of source, but at least 1024 and at most 262,144. A tape on it
 * moves to a larger array if it is too small.
 * @param size the size of the source in bytes
 */
export function allocateRecords(size: number): Int32Array {
  return new Int32Array(Math.min(CHUNK, Math.max(1024, size >> 1)))
}

/**
 * Creates an empty tape with a new array.
 * @param size the size of the source in bytes
 */
export function createTape(size: number): Tape {
  const tape: Tape = { records: NO_RECORDS, length: 0 }
  // Assigned twice, so that V8 does not treat it as a constant: optimized code would be discarded when `grow` replaces it.
  tape.records = allocateRecords(size)
  return tape
}

/**
 * Creates an empty tape on an existing array.
 * @param records an array whose present records are no longer needed; they will be overwritten
 */
export function reuseRecords(records: Int32Array): Tape {
  return { records, length: 0 }
}

/**
 * Starts the next document: the tape is empty and begins after the records of the last document, which stay in the array.
 */
export function startNextDocument(tape: Tape): void {
  tape.records = tape.records.subarray(tape.length)
  tape.length = 0
}

/**
 * Appends a record to a tape: of a node, an anchor or a tag. If the array is full, `tape.records` becomes a larger copy.
 * @param head its kind, style and flags
 * @param start the byte offset of its first byte in the source; of an anchor, of its name
 * @param end the byte offset just after its last byte
 * @param extra for a collection, the index after its last record, which `closeCollection` writes, as it does the end; for an
 *   alias, the index of the first record of the node that it stands for (of its anchor or tag); for a block scalar, its
 *   indentation in spaces from the start of the line; else 0
 * @returns the index of the record
 */
export function writeRecord(tape: Tape, head: number, start: number, end: number, extra: number): number {
  const at = tape.length
  if (at + RECORD_SIZE > tape.records.length) grow(tape)
  const { records } = tape
  records[at] = head
  records[at + 1] = start
  records[at + 2] = end
  records[at + 3] = extra
  tape.length = at + RECORD_SIZE
  return at
}

/**
 * Completes the record of a mapping or sequence after its last node was written: sets its end, and the index after its last
 * record, which is the tape's length.
 * @param at the index of the collection's record
 * @param end the byte offset just after its last byte
 */
export function closeCollection(tape: Tape, at: number, end: number): void {
  tape.records[at + 2] = end
  tape.records[at + 3] = tape.length
}

function grow(tape: Tape): void {
  const larger = new Int32Array(Math.max(CHUNK, tape.length * 2))
  larger.set(tape.records.subarray(0, tape.length))
  tape.records = larger
}
