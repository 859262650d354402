import { AMPERSAND, ASTERISK, EXCLAMATION } from '../bytes.ts'
import { isBlankAt, isFlowIndicator, skipAnchorName, skipBlanks } from './byte-search.ts'
import { bailOut, MAX_SCAN_DEPTH, type Scan } from './scan.ts'
import {
  ALIAS,
  ANCHOR,
  kindOf,
  RECORD_SIZE,
  SCALAR,
  skipNode,
  skipProperties,
  TAG,
  writeRecord,
} from './tape.ts'

/** The supported tags: those of `isPortableTag` that any node or any scalar may have. */
const TAGS = /^!(?:[A-Za-z][A-Za-z0-9._-]*|!(?:str|int|float|bool|null))$/

/** The anchor and YAML tag before a node, one of which may be missing, after their records were written. */
export interface ScannedProperties {
  /** The index of the first of their records. */
  readonly record: number
  /** The anchor's name, without `&`; undefined if there is only a tag. */
  readonly anchor: string | undefined
  /** Whether there is a tag that only a scalar may have: `!!str`, `!!int`, `!!float`, `!!bool` or `!!null`. */
  readonly scalarOnly: boolean
}

/**
 * Scans the anchor and YAML tag before a node, in either order, at least one and at most one of each, and the spaces and tabs
 * after them. The scan must be at `&` or `!`. Writes their records, and moves the scan to the next byte: of the node, or of
 * the rest of the line. Bails out at an unsupported name, and at a tag that is neither local (`!vault`) nor in the list at
 * `scalarOnly`.
 */
export function scanProperties(scan: Scan): ScannedProperties {
  const { bytes, end } = scan
  const record = scan.tape.length
  let anchor: string | undefined
  let tag: string | undefined
  while (true) {
    const byte = bytes[scan.at]
    const start = scan.at
    if (byte === AMPERSAND && anchor === undefined) {
      anchor = scanName(scan)
      writeRecord(scan.tape, ANCHOR, start + 1, scan.at, 0)
    } else if (byte === EXCLAMATION && tag === undefined) {
      tag = scanTag(scan)
      writeRecord(scan.tape, TAG, start, scan.at, 0)
    } else {
      return { record, anchor, scalarOnly: tag?.startsWith('!!') === true }
    }
    scan.nodeEnd = scan.at
    if (!isBlankAt(bytes, scan.at, end)) bailOut()
    scan.at = skipBlanks(bytes, scan.at, end)
    if (scan.at >= end) return { record, anchor, scalarOnly: tag?.startsWith('!!') === true }
  }
}

function scanTag(scan: Scan): string {
  const { bytes, end } = scan
  const start = scan.at
  let at = start
  while (!isBlankAt(bytes, at, end)) at += 1
  scan.at = at
  const tag = asciiOf(bytes, start, at)
  return TAGS.test(tag) ? tag : bailOut()
}

/** Scans the name after `&` or `*`. */
function scanName(scan: Scan): string {
  const start = scan.at + 1
  scan.at = skipAnchorName(scan.bytes, start, scan.end)
  if (scan.at === start) bailOut()
  return asciiOf(scan.bytes, start, scan.at)
}

/** The longest supported name: `String.fromCharCode` cannot take any number of arguments. */
const MAX_NAME = 256

function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > MAX_NAME) bailOut()
  return String.fromCharCode(...bytes.subarray(start, end))
}

/**
 * Scans an alias (`*name`), writes its record, adds the number of records of the node that it stands for to
 * `scan.aliasedNodes`, and moves the scan to just after the name. Bails out if there is no such anchor before it, a collection around the alias has an anchor, or nodes might be nested
 * deeper than `MAX_SCAN_DEPTH`, as if all were as deep as the deepest one so far.
 * @param depth how deep the alias is nested
 */
export function scanAlias(scan: Scan, depth: number): void {
  const { bytes, end, tape } = scan
  const start = scan.at
  if (bytes[start] !== ASTERISK) bailOut()
  const name = scanName(scan)
  if (!isBlankAt(bytes, scan.at, end) && !isFlowIndicator(bytes[scan.at])) bailOut()
  const target = scan.anchors?.get(name)
  if (target === undefined || scan.openAnchors > 0 || depth + scan.deepest > MAX_SCAN_DEPTH) bailOut()
  const node = skipProperties(tape.records, target)
  scan.aliasedNodes += (skipNode(tape.records, node) - node) / RECORD_SIZE
  writeRecord(tape, ALIAS, start, scan.at, target)
  scan.nodeEnd = scan.at
}

/**
 * Registers the anchor of a node, so that later aliases refer to it, and counts the node as open: until its `endNode`,
 * `scanAlias` bails out. Called between writing the records of its anchor and tag and that of the node.
 * @param properties if undefined or without an anchor, nothing happens
 */
export function beginNode(scan: Scan, properties: ScannedProperties | undefined): void {
  if (properties?.anchor === undefined) return
  scan.anchors ??= new Map()
  scan.anchors.set(properties.anchor, properties.record)
  scan.openAnchors += 1
}

/**
 * Ends a node that was passed to `beginNode`, after its last record was written: if it has an anchor, it is no longer counted
 * as open. Bails out if its tag is one that only a scalar may have and it is no scalar.
 * @param properties the same as for `beginNode`; if undefined, nothing happens
 */
export function endNode(scan: Scan, properties: ScannedProperties | undefined): void {
  if (properties === undefined) return
  if (properties.anchor !== undefined) scan.openAnchors -= 1
  const { records } = scan.tape
  const head = records[skipProperties(records, properties.record)] as number
  if (properties.scalarOnly && kindOf(head) !== SCALAR) bailOut()
}
