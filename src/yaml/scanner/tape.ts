/**
 * A document as an array of numbers, in the order of its text: a record of four for each node, preceded by one for each of its
 * anchor and tag. Called tape as in simdjson (G. Langdale and D. Lemire, "Parsing Gigabytes of JSON per Second", 2019, section
 * 3.2). Nodes are made from it only where they are used (`lazy-node.ts`).
 */
export const WIDTH = 4

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
export const SINGLE = 8
export const DOUBLE = 16
export const LITERAL = 24
export const FOLDED = 32
export const BLOCK = 0
export const FLOW = 8
const STYLE = 56

/** A scalar on several lines. */
export const LINES = 64
/** A scalar with escapes. */
export const ESCAPES = 128

/** What the record of a scalar on one line and without escapes, as nearly all keys and values are, starts with. */
export const PLAIN_TEXT: number = SCALAR | PLAIN
export const SINGLE_TEXT: number = SCALAR | SINGLE
export const DOUBLE_TEXT: number = SCALAR | DOUBLE

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
  while (kindOf(records[node] as number) >= ANCHOR) node += WIDTH
  return node
}

/** @returns just after the last record of a node @param at the node's own record */
export function nextNode(records: Int32Array, at: number): number {
  const kind = kindOf(records[at] as number)
  return kind === MAPPING || kind === SEQUENCE ? (records[at + 3] as number) : at + WIDTH
}

/** How many numbers to allocate at once, because allocating an array for each document takes longer than its scan. */
const CHUNK = 1 << 18

/** Writes the records of one document, into memory that all documents of a source share. */
export interface TapeWriter {
  /** The memory from the document's first record on. */
  records: Int32Array
  /** Just after the last record. */
  top: number
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
export function createTapeWriter(size: number): TapeWriter {
  const tape: TapeWriter = { records: NO_RECORDS, top: 0 }
  // Assigned twice, so that V8 does not treat it as a constant: optimized code would be discarded when `grow` replaces it.
  tape.records = allocateRecords(size)
  return tape
}

/** Makes a tape in memory whose former records are no longer needed. */
export function reuseRecords(records: Int32Array): TapeWriter {
  return { records, top: 0 }
}

/** Starts the next document after the records of the last one, which keeps them. */
export function startNextDocument(tape: TapeWriter): void {
  tape.records = tape.records.subarray(tape.top)
  tape.top = 0
}

/**
 * Writes a record.
 * @param extra for a collection, the end of its last record; for an alias, the record that it stands for; for a block scalar,
 *   its indentation in spaces
 * @returns the index of the record
 */
export function writeRecord(
  tape: TapeWriter,
  head: number,
  start: number,
  end: number,
  extra: number,
): number {
  const at = tape.top
  if (at + WIDTH > tape.records.length) grow(tape)
  const { records } = tape
  records[at] = head
  records[at + 1] = start
  records[at + 2] = end
  records[at + 3] = extra
  tape.top = at + WIDTH
  return at
}

/** Sets the end of a collection. */
export function closeRecord(tape: TapeWriter, at: number, end: number): void {
  tape.records[at + 2] = end
  tape.records[at + 3] = tape.top
}

function grow(tape: TapeWriter): void {
  const larger = new Int32Array(Math.max(CHUNK, tape.top * 2))
  larger.set(tape.records.subarray(0, tape.top))
  tape.records = larger
}
