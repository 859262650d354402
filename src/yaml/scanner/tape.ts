/**
 * A document as an array of numbers, in the order of its text: a record of four for each node, preceded by one for each of its
 * anchor and tag. Called tape as in simdjson (G. Langdale and D. Lemire, "Parsing Gigabytes of JSON per Second", 2019, section
 * 3.2). Nodes are made from it only where they are used (`lazy-node.ts`).
 */
export const RECORD_SIZE = 4

/** The kind of a record, in the lowest three bits of its first number. */
export const SCALAR = 1
export const MAPPING = 2
export const SEQUENCE = 3
export const ALIAS = 4
export const ANCHOR = 5
export const TAG = 6
const KIND = 7

/** The style of a node, in the three bits above. */
export const PLAIN = 0
export const SINGLE_QUOTED = 8
export const DOUBLE_QUOTED = 16
export const LITERAL = 24
export const FOLDED = 32
export const BLOCK = 0
export const FLOW = 8
const STYLE = 56

/** A scalar on several lines. */
export const IS_MULTILINE = 64
/** A scalar with escapes. */
export const HAS_ESCAPES = 128

/** What the record of a scalar on one line and without escapes, as nearly all keys and values are, starts with. */
export const SIMPLE_PLAIN: number = SCALAR | PLAIN
export const SIMPLE_SINGLE_QUOTED: number = SCALAR | SINGLE_QUOTED
export const SIMPLE_DOUBLE_QUOTED: number = SCALAR | DOUBLE_QUOTED

/** @returns SCALAR, MAPPING, SEQUENCE, ALIAS, ANCHOR or TAG @param head the first number of a record */
export function kindOf(head: number): number {
  return head & KIND
}

/** @returns PLAIN to FOLDED for a scalar, BLOCK or FLOW for a collection @param head the first number of a record */
export function styleOf(head: number): number {
  return head & STYLE
}

/** Skips the records of an anchor and a tag. @returns the node's own record */
export function skipProperties(records: Int32Array, at: number): number {
  let node = at
  while (kindOf(records[node] as number) >= ANCHOR) node += RECORD_SIZE
  return node
}

/** @returns just after the last record of a node @param at the node's own record */
export function skipNode(records: Int32Array, at: number): number {
  const kind = kindOf(records[at] as number)
  return kind === MAPPING || kind === SEQUENCE ? (records[at + 3] as number) : at + RECORD_SIZE
}

/** How many numbers to allocate at once, because allocating an array for each document takes longer than its scan. */
const CHUNK = 1 << 18

/** Writes the records of one document, into memory that all documents of a source share. */
export interface Tape {
  /** The memory from the document's first record on. */
  records: Int32Array
  /** Just after the last record. */
  length: number
}

const NO_RECORDS = new Int32Array(0)

/**
 * Allocates memory for records.
 * @param size of the source in bytes; two bytes need about one number
 */
export function allocateRecords(size: number): Int32Array {
  return new Int32Array(Math.min(CHUNK, Math.max(1024, size >> 1)))
}

/** @param size of the source, in bytes */
export function createTape(size: number): Tape {
  const tape: Tape = { records: NO_RECORDS, length: 0 }
  // Assigned twice, so that V8 does not treat it as a constant: optimized code would be discarded when `grow` replaces it.
  tape.records = allocateRecords(size)
  return tape
}

/** Makes a tape in memory whose former records are no longer needed. */
export function reuseRecords(records: Int32Array): Tape {
  return { records, length: 0 }
}

/** Starts the next document after the records of the last one, which keeps them. */
export function startNextDocument(tape: Tape): void {
  tape.records = tape.records.subarray(tape.length)
  tape.length = 0
}

/**
 * Writes a record.
 * @param extra for a collection, the end of its last record; for an alias, the record that it stands for; for a block scalar,
 *   its indentation in spaces
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

/** Sets the end of a collection. */
export function closeCollection(tape: Tape, at: number, end: number): void {
  tape.records[at + 2] = end
  tape.records[at + 3] = tape.length
}

function grow(tape: Tape): void {
  const larger = new Int32Array(Math.max(CHUNK, tape.length * 2))
  larger.set(tape.records.subarray(0, tape.length))
  tape.records = larger
}
