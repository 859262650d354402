import { BRACE, BRACKET, SPACE } from '../bytes.ts'
import { findCollidingKeys } from '../colliding-keys.ts'
import type { YamlNode } from '../nodes.ts'
import type { Reading } from '../reading.ts'
import type { DocumentRange } from '../stream.ts'
import { scanNode } from './block-collections.ts'
import { skipBlanks } from './byte-search.ts'
import { scanJson } from './json.ts'
import { nodeAt } from './lazy-node.ts'
import { advance, createScan, findRoot, giveUp, isRestBlank, NOT_PROVED, restart, type Scan } from './scan.ts'
import { createView, type Scanned, type View } from './scanned.ts'
import { beginNext, createTapeWriter, type TapeWriter } from './tape.ts'

/** Reads documents by scanning their bytes, one after another. */
export interface FastReader {
  /** @returns absent where the document isn't proved: then the reference reader has to look */
  read(range: DocumentRange): Reading | undefined
}

/**
 * @param bytes of the whole source, in UTF-8
 * @param tape what is read is written to
 */
export function createFastReader(
  bytes: Uint8Array,
  tape: TapeWriter = createTapeWriter(bytes.length),
): FastReader {
  const view = createView(bytes)
  const scan = createScan(bytes, 0, 0, tape)
  return {
    read(range) {
      if (range.start === 0 && beginsOddly(bytes, range.body)) return undefined
      tape.top = 0
      restart(scan, range.body, range.tail)
      if (!prove(scan, range)) return undefined
      const reading = new ScannedReading(view, tape.records, tape.top)
      beginNext(tape)
      const { contents } = scan.hasOtherKeys ? reading : NOTHING
      return contents !== undefined && findCollidingKeys(contents) !== undefined ? undefined : reading
    },
  }
}

/** Whether a stream begins, after a byte order mark and white space, with a character that is not ASCII: it may be white space to kubectl. */
function beginsOddly(bytes: Uint8Array, body: number): boolean {
  let at = body
  while (at < bytes.length && (bytes[at] as number) <= SPACE) at += 1
  return at < bytes.length && (bytes[at] as number) > ASCII
}

const ASCII = 0x7f

const NO_PROBLEMS: Reading['problems'] = []
const NOTHING: Reading = { problems: NO_PROBLEMS }

/** A document that was proved to be well-formed. Its nodes are made when they are asked for. */
class ScannedReading implements Reading, Scanned {
  readonly view: View
  readonly records: Int32Array
  readonly length: number
  anchored: Scanned['anchored'] = undefined
  #contents: YamlNode | undefined

  constructor(view: View, records: Int32Array, length: number) {
    this.view = view
    this.records = records
    this.length = length
  }

  get contents(): YamlNode | undefined {
    if (this.length > 0) this.#contents ??= nodeAt(this, 0)
    return this.#contents
  }

  get problems(): Reading['problems'] {
    return NO_PROBLEMS
  }
}

function prove(scan: Scan, range: DocumentRange): boolean {
  try {
    scanDocument(scan, range)
    return true
  } catch (error) {
    if (error === NOT_PROVED) return false
    throw error
  }
}

function scanDocument(scan: Scan, { start, tail, end }: DocumentRange): void {
  findRoot(scan, start)
  if (scan.column >= 0) scanRoot(scan)
  if (scan.column >= 0) giveUp()
  checkExpansion(scan)
  if (tail < end) checkEndMarker(scan, end)
}

function scanRoot(scan: Scan): void {
  const byte = scan.bytes[scan.at]
  if ((byte === BRACE || byte === BRACKET) && scanJson(scan)) advance(scan)
  else scanNode(scan, -1, 0)
}

/** Well below what the reference reader allows. */
function checkExpansion({ aliased, tape }: Scan): void {
  if (aliased > 100 && aliased > tape.top) giveUp()
}

/** Behind `...`, nothing but comments. */
function checkEndMarker(scan: Scan, end: number): void {
  const rest: Scan = { ...scan, at: skipBlanks(scan.bytes, scan.end + 3, end), end }
  if (!isRestBlank(rest)) giveUp()
  advance(rest)
  if (rest.column >= 0) giveUp()
}
