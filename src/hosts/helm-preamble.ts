import { Buffer } from 'node:buffer'
import { BOM } from '../yaml/source.ts'

/**
 * The lines that `helm template oci://…` prints to standard output before the manifests, since Helm 4.2.1 (helm#32215), in any order:
 * what Helm's client of registries says of a pull (Helm 4.2.4, pkg/registry/client.go) and of a login. A chart whose version has a plus sign
 * gets six lines more. As YAML they are a first document without a kind, which the API server rejects.
 */
const HELM_LINES = [
  /^Pulled: \S+$/,
  /^Digest: sha\d+:[0-9a-f]+$/,
  /^\S+ contains an underscore\.$/,
  /^OCI artifact references \(e\.g\. tags\) do not support the plus sign \(\+\)\. To support$/,
  /^storing semantic versions, Helm adopts the convention of changing plus \(\+\) to$/,
  /^an underscore \(_\) in chart version tags when pushing to a registry and back to$/,
  /^a plus \(\+\) when pulling from a registry\.$/,
  /^Warning: chart media type \S+ is deprecated$/,
  /^Login Succeeded$/,
]

/** A line with which a manifest begins: nothing behind it is a preamble. */
const MANIFEST_LINE = /^(?:apiVersion|kind|metadata|spec|data|items)["']?[ \t]*:|^[[{]|^-(?:[ \t]|$)/

/** The part of the output that Helm wrote itself. */
export interface HelmPreamble {
  /** In bytes, from the start of the stream to the end of the last line of Helm's, and of the blank lines behind it. */
  readonly length: number
  /** What else is before that end: comments, document markers and lines of other programs. */
  readonly kept: string
  /** The byte ranges of the lines of Helm's. */
  readonly ranges: readonly (readonly [start: number, end: number])[]
  /** The reference of the chart that was pulled. */
  readonly chart: string
  readonly digest: string
}

/** In bytes. What comes later is not looked at. */
const MAX_LENGTH = 16_384

/**
 * Finds the lines of a pull in the first document of a stream. Windows shells may add a byte order mark before them, and wrapper scripts
 * blank lines, comments, a document marker or messages.
 *
 * @returns undefined unless Helm says what it pulled and the digest of that
 */
export function findHelmPreamble(bytes: Uint8Array): HelmPreamble | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_LENGTH)).toString(
    'latin1',
  )
  // Cheap test that excludes nearly every other stream.
  if (!head.includes('Pulled: ')) return undefined
  const lines = linesBeforeManifest(head, bytes.length)
  const ours = lines.filter(({ text }) => isHelmLine(text))
  const chart = /^Pulled: (.*)/.exec(ours.find(({ text }) => text.startsWith('Pulled: '))?.text ?? '')?.[1]
  const digest = /^Digest: (.*)/.exec(ours.find(({ text }) => text.startsWith('Digest: '))?.text ?? '')?.[1]
  const last = ours.at(-1)
  if (chart === undefined || digest === undefined || last === undefined) return undefined
  const behind = lines.slice(lines.indexOf(last) + 1)
  const next = behind.findIndex(({ text }) => text !== '')
  const blank = next < 0 ? behind : behind.slice(0, next)
  let length = (blank.at(-1) ?? last).end
  if (head.startsWith(BOM, length)) length += BOM.length
  const others = lines.filter(({ end, text }) => end <= length && !isHelmLine(text))
  const kept = others.some(({ text }) => text !== '')
    ? others.map(({ start, end }) => head.slice(start, end)).join('')
    : ''
  return { length, kept, ranges: ours.map(({ start, end }) => [start, end]), chart, digest }
}

interface Line {
  readonly start: number
  /** Just after its line break. */
  readonly end: number
  /** Without its line break, white space behind it, and a byte order mark. */
  readonly text: string
}

/** The whole lines of a stream's first document, as far as none of them belongs to a manifest. */
function linesBeforeManifest(head: string, streamLength: number): readonly Line[] {
  const found: Line[] = []
  let isDocumentOpen = false
  for (let start = 0; start < head.length; ) {
    const lineBreak = head.indexOf('\n', start)
    // The head may end within a line.
    if (lineBreak < 0 && head.length < streamLength) break
    const end = lineBreak < 0 ? head.length : lineBreak + 1
    const line = head.slice(start, end)
    const text = (line.startsWith(BOM) ? line.slice(BOM.length) : line).trimEnd()
    if (MANIFEST_LINE.test(text) || (text.startsWith('---') && isDocumentOpen)) break
    if (text !== '' && !text.startsWith('#') && !text.startsWith('---')) isDocumentOpen = true
    found.push({ start, end, text })
    start = end
  }
  return found
}

function isHelmLine(text: string): boolean {
  return HELM_LINES.some((pattern) => pattern.test(text))
}

const HASH = 0x23
const SPACE = 0x20

/**
 * Turns the preamble into comments, so that it is not read as a document and all lines keep their numbers.
 * @returns a copy
 */
export function commentOutPreamble(bytes: Uint8Array, { ranges }: HelmPreamble): Uint8Array {
  const commented = Uint8Array.from(bytes)
  for (const [start, end] of ranges) {
    for (let at = start; at < end; at += 1) {
      const byte = commented[at] as number
      if (byte !== 0x0a && byte !== 0x0d) commented[at] = at === start ? HASH : SPACE
    }
  }
  return commented
}
