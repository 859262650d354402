import { BRACE_START, BRACKET_START, SPACE } from '../bytes.ts'
import { findCollidingKeys } from '../colliding-keys.ts'
import type { PlannedEdit, YamlNode } from '../nodes.ts'
import type { DocumentRange, Reading } from '../reading.ts'
import { scanNode } from './block-collections.ts'
import { skipBlanks } from './byte-search.ts'
import { scanJson } from './json.ts'
import { makeNodeAt } from './lazy-node.ts'
import { LazyNode } from './lazy-scalar.ts'
import { hasOnlyPlannedChanges } from './record-comparison.ts'
import {
  bailOut,
  createScan,
  isRestOfLineBlank,
  type Scan,
  skipToNextContent,
  skipToRoot,
  UNSUPPORTED,
} from './scan.ts'
import { createSharedSource, type ScannedDocument, type SharedSource } from './scanned.ts'
import { createTape, reuseRecords, startNextDocument } from './tape.ts'

/**
 * Reads documents by scanning their bytes. It is much faster than npm `yaml`, but supports only well-formed documents in
 * the part of YAML that manifests usually use.
 */
export interface Scanner {
  /**
   * Scans one document.
   * @param range its byte range in the source
   * @returns a reading without errors, which makes its nodes from `records` when they are first used; undefined if the
   *   scanner does not support the document, or it is invalid, or keys collide in it: then npm `yaml` must read it
   */
  read(range: DocumentRange): Reading | undefined
}

/**
 * Creates a scanner for the documents of a source.
 * @param bytes the bytes of the whole source, in UTF-8
 * @param records an array from `allocateRecords` to store nodes in, a new one if undefined; it may be passed again once the
 *   documents read into it are no longer needed
 */
export function createScanner(bytes: Uint8Array, records?: Int32Array): Scanner {
  const tape = records === undefined ? createTape(bytes.length) : reuseRecords(records)
  const shared = createSharedSource(bytes)
  return {
    read(range) {
      if (range.start === 0 && startsWithNonAscii(bytes, range.contentStart)) return undefined
      tape.length = 0
      const scan = createScan(bytes, range.contentStart, range.contentEnd, tape)
      if (!tryScan(scan, range)) return undefined
      const reading = new ScannedReading(shared, tape.records, tape.length)
      startNextDocument(tape)
      const { contents } = scan.hasNonStringKey ? reading : EMPTY
      return contents !== undefined && findCollidingKeys(contents) !== undefined ? undefined : reading
    },
  }
}

/** Whether a stream starts, after a byte order mark and white space, with a non-ASCII character, which kubectl may skip as white space. */
function startsWithNonAscii(bytes: Uint8Array, body: number): boolean {
  let at = body
  while (at < bytes.length && (bytes[at] as number) <= SPACE) at += 1
  return at < bytes.length && (bytes[at] as number) > ASCII
}

const ASCII = 0x7f

const NO_ERRORS: Reading['errors'] = []
const EMPTY: Reading = { errors: NO_ERRORS }

/** A scanned document, which is well-formed. Its nodes are made when they are first used. */
class ScannedReading implements Reading, ScannedDocument {
  readonly shared: SharedSource
  readonly records: Int32Array
  readonly length: number
  anchored: ScannedDocument['anchored'] = undefined
  #contents: YamlNode | undefined

  constructor(shared: SharedSource, records: Int32Array, length: number) {
    this.shared = shared
    this.records = records
    this.length = length
  }

  get contents(): YamlNode | undefined {
    if (this.length > 0) this.#contents ??= makeNodeAt(this, 0)
    return this.#contents
  }

  get errors(): Reading['errors'] {
    return NO_ERRORS
  }

  equalsExcept(planned: PlannedEdit, after: YamlNode, shift: number): boolean {
    return (
      after instanceof LazyNode &&
      hasOnlyPlannedChanges({ ...planned, before: this, after: after.scanned, shift })
    )
  }
}

function tryScan(scan: Scan, range: DocumentRange): boolean {
  try {
    scanDocument(scan, range)
    return true
  } catch (error) {
    if (error === UNSUPPORTED) return false
    throw error
  }
}

function scanDocument(scan: Scan, { start, contentEnd, end }: DocumentRange): void {
  skipToRoot(scan, start)
  if (scan.column >= 0) scanRoot(scan)
  if (scan.column >= 0) bailOut()
  checkExpansion(scan)
  if (contentEnd < end) checkEndMarker(scan, end)
}

function scanRoot(scan: Scan): void {
  const byte = scan.bytes[scan.at]
  if ((byte === BRACE_START || byte === BRACKET_START) && scanJson(scan)) skipToNextContent(scan)
  else scanNode(scan, -1, 0)
}

/** Bails out well below the limit of npm `yaml`'s reader. */
function checkExpansion({ aliasedNodes, tape }: Scan): void {
  if (aliasedNodes > 100 && aliasedNodes > tape.length) bailOut()
}

/** Only comments may follow `...`. */
function checkEndMarker(scan: Scan, end: number): void {
  const rest: Scan = { ...scan, at: skipBlanks(scan.bytes, scan.end + 3, end), end }
  if (!isRestOfLineBlank(rest)) bailOut()
  skipToNextContent(rest)
  if (rest.column >= 0) bailOut()
}
