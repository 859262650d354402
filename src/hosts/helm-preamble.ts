import { Buffer } from 'node:buffer'

/**
 * What `helm template oci://…` prints on standard output before the manifests, from Helm 4.2.1 on (helm#32215): as
 * YAML it would be a first document without a kind, which no cluster takes. Shells of Windows put a byte order mark before
 * it, wrappers blank lines.
 */
const PREAMBLE =
  /^(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*Pulled: (\S+)[ \t]*\r?\n(?:[ \t]*\r?\n)*Digest: (\S+)[ \t]*(?:\r?\n|$)(?:[ \t]*\r?\n)*(?:\xef\xbb\xbf)?(?=---|[ \t\r\n]*$)/

export interface HelmPreamble {
  /** In bytes: what stands before it and between its lines included, and what stands before the manifests. */
  readonly length: number
  /** The chart that was pulled, and its digest. */
  readonly chart: string
  readonly digest: string
}

/** In bytes: a longer preamble is none. */
const MAX_LENGTH = 4096

/** Recognises exactly those two lines, and nothing like them. */
export function findHelmPreamble(bytes: Uint8Array): HelmPreamble | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_LENGTH)).toString(
    'latin1',
  )
  // Of nearly every other stream, no more than this is asked.
  if (!head.includes('Pulled: ')) return undefined
  const [whole, chart, digest] = PREAMBLE.exec(head) ?? []
  if (whole === undefined || chart === undefined || digest === undefined) return undefined
  // The end of what was looked at is not the end of the stream.
  if (whole.length === MAX_LENGTH && bytes.length > MAX_LENGTH) return undefined
  return { length: whole.length, chart, digest }
}

const HASH = 0x23
const SPACE = 0x20

/**
 * Makes comments of the preamble, so that nothing that reads the stream takes it for a document, and every line keeps its
 * number.
 * @returns a copy
 */
export function commentOutPreamble(bytes: Uint8Array, { length }: HelmPreamble): Uint8Array {
  const hidden = Uint8Array.from(bytes)
  let isLineStart = true
  for (let at = 0; at < length; at += 1) {
    const byte = hidden[at] as number
    const isBreak = byte === 0x0a || byte === 0x0d
    if (!isBreak) hidden[at] = isLineStart ? HASH : SPACE
    isLineStart = isBreak
  }
  return hidden
}
