import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import type { ImageEntry } from '../report/report.ts'
import type { EditSession } from './source-edit.ts'

/** What this run makes of an image that stands in a source. */
export interface PinnedImage extends Pick<ImageEntry, 'image' | 'result' | 'outcome' | 'reason'> {
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Finds out what this run makes of an image: as of the only container of a Pod, so that the profile and its rules hold, as far as
 * they do not ask for the object.
 * @param at where the image is, for diagnostics
 */
export async function pinImage(image: string, at: Location, session: EditSession): Promise<PinnedImage> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'image' },
    spec: { containers: [{ name: 'image', image }] },
  }
  // Without a name: what writes to the file of the image does not write to that Pod.
  const { report } = await session.transform(Buffer.from(JSON.stringify(pod)))
  const [entry] = report.images
  // The image does not stand in that Pod, and its pull policy is nobody's.
  const diagnostics = report.diagnostics
    .filter(({ code }) => !code.startsWith('PULL_POLICY_'))
    .map((diagnostic) => ({ ...diagnostic, at }))
  return {
    image,
    result: entry?.result ?? image,
    outcome: entry?.outcome ?? 'kept',
    ...(entry?.reason !== undefined && { reason: entry.reason }),
    diagnostics,
  }
}
