import { Buffer } from 'node:buffer'

/**
 * The lines that `helm template oci://…` prints to standard output before the manifests, since Helm 4.2.1 (helm#32215). As
 * YAML they are a first document without a kind, which the API server rejects. Windows shells may add a byte order mark
 * before them, and wrapper scripts blank lines.
 */
const PREAMBLE =
  /^(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*Pulled: (\S+)[ \t]*\r?\n(?:[ \t]*\r?\n)*Digest: (\S+)[ \t]*(?:\r?\n|$)(?:[ \t]*\r?\n)*(?:\xef\xbb\xbf)?(?=---|[ \t\r\n]*$)/

export interface HelmPreamble {
  /** In bytes, from the start of the stream to the manifests. */
  readonly length: number
  /** The reference of the chart that was pulled. */
  readonly chart: string
  readonly digest: string
}

/** In bytes. A longer text is not a preamble. */
const MAX_LENGTH = 4096

/** Finds the two lines at the start of a stream. Nothing but these exact lines counts. */
export function findHelmPreamble(bytes: Uint8Array): HelmPreamble | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_LENGTH)).toString(
    'latin1',
  )
  // Cheap test that excludes nearly every other stream.
  if (!head.includes('Pulled: ')) return undefined
  const [whole, chart, digest] = PREAMBLE.exec(head) ?? []
  if (whole === undefined || chart === undefined || digest === undefined) return undefined
  // The expression matched the end of `head`, which is not the end of the stream.
  if (whole.length === MAX_LENGTH && bytes.length > MAX_LENGTH) return undefined
  return { length: whole.length, chart, digest }
}

const HASH = 0x23
const SPACE = 0x20

/**
 * Turns the preamble into comments, so that it is not read as a document and all lines keep their numbers.
 * @returns a copy
 */
export function commentOutPreamble(bytes: Uint8Array, { length }: HelmPreamble): Uint8Array {
  const commented = Uint8Array.from(bytes)
  let isLineStart = true
  for (let at = 0; at < length; at += 1) {
    const byte = commented[at] as number
    const isBreak = byte === 0x0a || byte === 0x0d
    if (!isBreak) commented[at] = isLineStart ? HASH : SPACE
    isLineStart = isBreak
  }
  return commented
}
