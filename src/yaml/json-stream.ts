import { BRACE, CR, LF, SPACE, TAB } from './fast/bytes.ts'
import { scanJson } from './fast/json-scanner.ts'
import { createScan } from './fast/scan.ts'
import { createTapeWriter } from './fast/tape.ts'
import { bufferOf } from './source.ts'

/**
 * Divides a stream of JSON objects with nothing but white space between them, as `jq` and `kubectl get -o json`, called
 * again and again, print them. Kubernetes' decoder takes a stream that begins with a brace for one (apimachinery v0.36,
 * `pkg/util/yaml/decoder.go`, `YAMLOrJSONDecoder`), and does not go over to YAML after a second object.
 * @returns where each object begins; absent for every other stream, one of a single object among them
 */
export function splitJsonStream(bytes: Uint8Array): number[] | undefined {
  const first = skipWhite(bytes, 0)
  if (bytes[first] !== BRACE || !mayHoldSecond(bytes, first)) return undefined
  const starts: number[] = []
  const scan = createScan(bytes, first, bytes.length, createTapeWriter(0))
  while (scan.at < bytes.length) {
    starts.push(scan.at)
    // What the objects hold is of no interest here.
    scan.tape.top = 0
    if (bytes[scan.at] !== BRACE || !scanJson(scan)) return undefined
    scan.at = skipWhite(bytes, scan.at)
  }
  return starts.length > 1 ? starts : undefined
}

/** Whether there is one JSON object, and white space around it. */
export function isJsonObject(bytes: Uint8Array): boolean {
  const scan = createScan(bytes, skipWhite(bytes, 0), bytes.length, createTapeWriter(0))
  return bytes[scan.at] === BRACE && scanJson(scan) && skipWhite(bytes, scan.at) === bytes.length
}

/** Within an object, no line begins with a brace unless it is written oddly: most streams need no second look. */
function mayHoldSecond(bytes: Uint8Array, first: number): boolean {
  const buffer = bufferOf(bytes)
  return buffer.indexOf('\n{', first) !== -1 || buffer.indexOf('}{', first) !== -1
}

function skipWhite(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && isWhite(bytes[at] as number)) at += 1
  return at
}

function isWhite(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB
}
