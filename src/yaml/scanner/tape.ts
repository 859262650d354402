/**
 * A document as a row of numbers, in the order of its text: four for each node, and four for each anchor and tag
 * before theirs. Nodes are made of it only where somebody looks (`lazy-node.ts`).
 */
export const WIDTH = 4

/** What a record is, in the lowest three bits of its first number. */
export const SCALAR = 1
export const MAPPING = 2
export const SEQUENCE = 3
export const ALIAS = 4
export const ANCHOR = 5
export const TAG = 6
const KIND = 7

/** How a node is written, in the three bits above. */
export const PLAIN = 0
export const SINGLE = 8
export const DOUBLE = 16
export const LITERAL = 24
export const FOLDED = 32
export const BLOCK = 0
export const FLOW = 8
const STYLE = 56

/** A scalar that goes over several lines, */
export const LINES = 64
/** or has escapes: its value isn't its text. */
export const ESCAPES = 128

/** What the record of a scalar on one line and without escapes, as nearly all keys and values are, starts with. */
export const PLAIN_TEXT: number = SCALAR | PLAIN
export const SINGLE_TEXT: number = SCALAR | SINGLE
export const DOUBLE_TEXT: number = SCALAR | DOUBLE

export function kindOf(head: number): number {
  return head & KIND
}

export function styleOf(head: number): number {
  return head & STYLE
}

/** The record of the node whose anchor and tag begin there, or that is there itself. */
export function skipProperties(records: Int32Array, at: number): number {
  let node = at
  while (kindOf(records[node] as number) >= ANCHOR) node += WIDTH
  return node
}

/** Just after the last record of a node; its own is there. */
export function nextNode(records: Int32Array, at: number): number {
  const kind = kindOf(records[at] as number)
  return kind === MAPPING || kind === SEQUENCE ? (records[at + 3] as number) : at + WIDTH
}

/** How many numbers are asked of the system at once: an array a document would cost more than its scan. */
const CHUNK = 1 << 18

/** The records of one document while they are written, in a stretch of memory that the documents of a source share. */
export interface TapeWriter {
  /** From the document's first record on. */
  records: Int32Array
  /** Just after what has been written. */
  top: number
}

const NO_RECORDS = new Int32Array(0)

/**
 * Allocates memory for records.
 * @param size of the source, in bytes: there is about one number to each two of them
 */
export function allocateRecords(size: number): Int32Array {
  return new Int32Array(Math.min(CHUNK, Math.max(1024, size >> 1)))
}

/** @param size of the source, in bytes */
export function createTapeWriter(size: number): TapeWriter {
  const tape: TapeWriter = { records: NO_RECORDS, top: 0 }
  // Set twice, so that V8 doesn't take it for a constant: all code that did would be thrown away when a long document
  // needs more, which is in the middle of it.
  tape.records = allocateRecords(size)
  return tape
}

/** A tape in memory that something else was written to before, and which nobody needs any more. */
export function reuse(records: Int32Array): TapeWriter {
  return { records, top: 0 }
}

/** Leaves what has been written to its document, and goes on behind it. */
export function detach(tape: TapeWriter): void {
  tape.records = tape.records.subarray(tape.top)
  tape.top = 0
}

/**
 * @param extra of a collection: where its last record ends; of an alias: the record it stands for; of a block
 *   scalar: how many spaces its lines are indented by
 * @returns where the record is
 */
export function write(tape: TapeWriter, head: number, start: number, end: number, extra: number): number {
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

/** Ends a collection, or corrects the end of a scalar. */
export function close(tape: TapeWriter, at: number, end: number): void {
  tape.records[at + 2] = end
  tape.records[at + 3] = tape.top
}

function grow(tape: TapeWriter): void {
  const larger = new Int32Array(Math.max(CHUNK, tape.top * 2))
  larger.set(tape.records.subarray(0, tape.top))
  tape.records = larger
}
