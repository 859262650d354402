import { Buffer } from 'node:buffer'
import { BRACE_END, CR, DASH, LF, PERCENT, SPACE, TAB } from './bytes.ts'
import { asBuffer, BOM, hasBom, startsWithBrace } from './source.ts'
import { isJsonObject, splitJsonStream } from './stream.ts'

/** The streams as one, or the reason why one of them cannot stand behind others. */
export type Joined =
  | { readonly kind: 'joined'; readonly chunks: readonly Uint8Array[] }
  | { readonly kind: 'separate'; readonly index: number; readonly reason: string }

const BREAK = Buffer.from('\n')
const MARKER = Buffer.from('---\n')

/**
 * Joins streams into one that Kubernetes reads as what it reads in each, one after the other (apimachinery v0.36,
 * `pkg/util/yaml/decoder.go`, `YAMLOrJSONDecoder` and `YAMLReader`). Only two things are ever added: a line break after a stream
 * that lacks one, and a `---` line before one that does not begin with `---`. Streams that are all JSON stay a stream of JSON
 * without `---` lines, as `jq` reads it. Otherwise their objects are divided by `---`, because the decoder does not go from several JSON
 * objects to YAML. An empty stream adds nothing.
 * @param streams each of them can be read by itself
 */
export function joinStreams(streams: readonly Uint8Array[]): Joined {
  const present = streams.map((bytes, index) => ({ bytes, index })).filter(({ bytes }) => bytes.length > 0)
  const isDivided = present.length > 1 && !present.every(({ bytes }) => isJson(bytes))
  const chunks: Uint8Array[] = []
  let before: Uint8Array | undefined
  for (const { bytes, index } of present) {
    for (const part of isDivided ? objectsOf(bytes) : [bytes]) {
      const reason = isDivided ? reasonAgainst(part, before, chunks[0]) : undefined
      if (reason !== undefined) return { kind: 'separate', index, reason }
      if (before !== undefined) {
        if (before.at(-1) !== LF) chunks.push(BREAK)
        if (isDivided && !startsWithMarker(part)) chunks.push(MARKER)
      }
      chunks.push(part)
      before = part
    }
  }
  return { kind: 'joined', chunks }
}

const TAB_BEHIND_JSON = /\}\s*\t\s*$/

/** The last line with content and what follows it, in a stream that begins with JSON. */
function endOf(bytes: Uint8Array): string {
  return startsWithBrace(bytes)
    ? asBuffer(bytes).toString('latin1', Math.max(0, bytes.lastIndexOf(BRACE_END)))
    : ''
}

function isJson(bytes: Uint8Array): boolean {
  return startsWithBrace(bytes) && (isJsonObject(bytes) || splitJsonStream(bytes) !== undefined)
}

/** The objects of a stream of JSON; any other stream as it is. */
function objectsOf(bytes: Uint8Array): Uint8Array[] {
  const starts = startsWithBrace(bytes) ? splitJsonStream(bytes) : undefined
  if (starts === undefined) return [bytes]
  return starts.map((start, index) =>
    bytes.subarray(index === 0 ? 0 : start, starts[index + 1] ?? bytes.length),
  )
}

/**
 * Why a stream that can be read by itself cannot be read where it would stand.
 * @param before the stream before it; undefined for the first
 * @param first the stream at the very beginning
 */
function reasonAgainst(
  bytes: Uint8Array,
  before: Uint8Array | undefined,
  first: Uint8Array | undefined,
): string | undefined {
  if (before === undefined) {
    return TAB_BEHIND_JSON.test(endOf(bytes))
      ? 'its JSON has a tab behind it, which is not valid in YAML'
      : undefined
  }
  const hasMark = hasBom(bytes, 0)
  // The decoder keeps a marker where nothing was read since the last, and a byte order mark behind it is not understood.
  if (hasMark && ((before === first && startsWithBrace(before)) || endsWithMarker(before))) {
    return 'it begins with a byte order mark, which is not understood there'
  }
  if (bytes[hasMark ? BOM.length : 0] === PERCENT) {
    return 'it begins with a YAML directive (%), which kubectl cannot read'
  }
  const text = startsWithBrace(bytes) ? asBuffer(bytes).toString('latin1') : ''
  const [, what] = JSON_ONLY.find(([pattern]) => pattern.test(text)) ?? []
  return what === undefined
    ? undefined
    : `its JSON has ${what}, which is not valid in YAML, as which it would be read`
}

/** Whether the last line begins with `---`. */
function endsWithMarker(bytes: Uint8Array): boolean {
  const end = bytes.at(-1) === LF ? bytes.length - 1 : bytes.length
  const start = end === 0 ? 0 : bytes.lastIndexOf(LF, end - 1) + 1
  return bytes[start] === DASH && bytes[start + 1] === DASH && bytes[start + 2] === DASH
}

/** What JSON may have and YAML may not, as go-yaml v2 reads it, by which Kubernetes reads all but the first objects. */
const JSON_ONLY: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\\u[dD][89a-fA-F]/, 'an escape of surrogates (\\ud83d)'],
  [/\\\//, 'the escape \\/'],
  [/\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbf[\xbe\xbf]/, 'a control character or a line separator'],
  [/^\s*\t\s*\{|\}\s*\t\s*$/, 'a tab around it'],
  [/"\s*[\r\n]\s*:/, 'a key that ends on another line than its colon stands'],
  [/"(?:[^"\\]|\\.){1000,}"\s*:/, 'a key of more than 1000 characters'],
]

/** Whether the first line is a `---` marker, perhaps with a comment or content behind it. */
function startsWithMarker(bytes: Uint8Array): boolean {
  const isDashes = bytes[0] === DASH && bytes[1] === DASH && bytes[2] === DASH
  const next = bytes[3]
  return isDashes && (next === undefined || next === LF || next === CR || next === SPACE || next === TAB)
}
