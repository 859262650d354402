import { latin1Of, type Source } from '../yaml/source.ts'

/**
 * What `helm template oci://…` prints on standard output before the manifests, from Helm 4.2.1 on (helm#32215): as
 * YAML it would be a first document without a kind, which no cluster takes.
 */
const PREAMBLE = /^Pulled: (\S+)\r?\nDigest: (\S+)\r?\n(?=---|\s*$)/

export interface HelmPreamble {
  /** In bytes. */
  readonly length: number
  /** The chart that was pulled, and its digest. */
  readonly chart: string
  readonly digest: string
}

/** What every preamble begins with, so that no other stream is decoded for it. */
const START = 'Pulled: '

/**
 * Recognises exactly those two lines, and nothing like them.
 *
 * @param source the stream
 */
export function findHelmPreamble(source: Source): HelmPreamble | undefined {
  if (latin1Of(source.bytes, 0, START.length) !== START) return undefined
  const [whole, chart, digest] = PREAMBLE.exec(source.text) ?? []
  if (whole === undefined || chart === undefined || digest === undefined) return undefined
  return { length: whole.length, chart, digest }
}
