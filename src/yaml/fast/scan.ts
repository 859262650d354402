import type { TapeWriter } from './tape.ts'

/** How deep nodes may lie in each other here; the reference reader takes more. */
export const MAX_DEPTH = 400

/** The longest key, from its first byte to its colon, that is surely short enough (1.2.2, section 7.4.2: 1024 characters). */
export const MAX_KEY = 1000

/** The state of a scan over one document. */
export interface Scan {
  readonly bytes: Uint8Array
  readonly tape: TapeWriter
  /** Just after the document's last byte that may hold contents. */
  end: number
  /** The next byte to look at. */
  at: number
  /** Where the line of `at` begins. */
  lineStart: number
  /** The column of the contents at `at`, once `advance` has found some; -1 at the document's end. */
  column: number
  /** Whether `advance` went over a comment on a line of its own, or behind what was there. */
  comment: boolean
  /** How many flow collections are open. */
  flowLevel: number
  /** Where the last node ended. */
  nodeEnd: number
  /** Anchors with their latest records; made when the first is met. */
  anchors: Map<string, number> | undefined
  /** How many nodes stand behind aliases. */
  aliased: number
  /** How deep nodes lay so far. */
  deepest: number
  /** Whether a key is no string, so that JSON may have another one that is written so. */
  hasOtherKeys: boolean
  /** How many collections that are open have an anchor: an alias inside one is left to the reference reader. */
  openAnchors: number
}

/** The state at the start of a stretch of lines. */
export function createScan(bytes: Uint8Array, from: number, end: number, tape: TapeWriter): Scan {
  return {
    bytes,
    tape,
    end,
    at: from,
    lineStart: from,
    column: -1,
    comment: false,
    flowLevel: 0,
    nodeEnd: from,
    anchors: undefined,
    aliased: 0,
    deepest: 0,
    hasOtherKeys: false,
    openAnchors: 0,
  }
}

/** The same for another stretch: a stream may have a hundred thousand documents. */
export function restart(scan: Scan, from: number, end: number): void {
  scan.end = end
  scan.at = from
  scan.lineStart = from
  scan.column = -1
  scan.comment = false
  scan.flowLevel = 0
  scan.nodeEnd = from
  scan.anchors = undefined
  scan.aliased = 0
  scan.deepest = 0
  scan.hasOtherKeys = false
  scan.openAnchors = 0
}

/** Thrown, and never seen outside, where a document is not proved: the reference reader gets it then. */
export const NOT_PROVED: Error = new Error('left to the reference reader')

/** Gives the document up. */
export function giveUp(): never {
  throw NOT_PROVED
}
