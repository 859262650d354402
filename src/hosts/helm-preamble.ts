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

/**
 * Recognises exactly those two lines, and nothing like them.
 *
 * @param text of the stream
 */
export function findHelmPreamble(text: string): HelmPreamble | undefined {
  const [whole, chart, digest] = PREAMBLE.exec(text) ?? []
  if (whole === undefined || chart === undefined || digest === undefined) return undefined
  return { length: whole.length, chart, digest }
}
