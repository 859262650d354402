import type { DocumentRange } from '../../src/yaml/reading.ts'
import { scanFlow } from '../../src/yaml/scanner/flow-collections.ts'
import { scanJson } from '../../src/yaml/scanner/json.ts'
import { createScan, type Scan } from '../../src/yaml/scanner/scan.ts'
import { createTape } from '../../src/yaml/scanner/tape.ts'
import { splitJsonStream, splitStream } from '../../src/yaml/stream.ts'

/** Reports documents that the JSON scanner accepts although they are not JSON, or that the flow scanner reads differently. */
export function jsonDisagreements(bytes: Uint8Array): string[] {
  const streamed = splitJsonStream(bytes) ?? []
  const parts = streamed.map((from, index) => Buffer.from(bytes).toString('utf8', from, streamed[index + 1]))
  const wrong = parts
    .filter((part) => !isJson(part))
    .map((part) => `no JSON in the stream: ${JSON.stringify(part)}`)
  return [...wrong, ...splitStream(bytes).flatMap((range) => disagreementOf(bytes, range) ?? [])]
}

function disagreementOf(bytes: Uint8Array, { contentStart, contentEnd }: DocumentRange): string | undefined {
  const text = Buffer.from(bytes.subarray(contentStart, contentEnd)).toString('utf8')
  const from = contentStart + text.search(/[^ \t\r\n]/)
  if (bytes[from] !== 0x7b && bytes[from] !== 0x5b) return undefined
  const one = createScan(bytes, from, contentEnd, createTape(64))
  if (!scanJson(one)) return one.at === from && one.tape.length === 0 ? undefined : `traces of ${text}`
  const written = bytes.subarray(from, one.at)
  if (!isJson(Buffer.from(written).toString('utf8'))) return `no JSON: ${JSON.stringify(text)}`
  const other = createScan(bytes, from, contentEnd, createTape(64))
  scanFlow(other, -1, 1)
  return stateOf(one) === stateOf(other)
    ? undefined
    : `${JSON.stringify(text)}\njson ${stateOf(one)}\nflow ${stateOf(other)}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function stateOf({ at, nodeEnd, tape }: Scan): string {
  return JSON.stringify([at, nodeEnd, [...tape.records.subarray(0, tape.length)]])
}
