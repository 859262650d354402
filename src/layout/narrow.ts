import { PinpullError } from '../diagnostics/errors.ts'
import { parseManifest } from '../oci/manifest.ts'
import { formatPlatform, type Platform, selectPlatform } from '../oci/platform.ts'
import type { Digest } from '../reference/reference.ts'
import type { LayoutContent } from './content.ts'

/** A manifest by its digest. */
export interface ManifestName {
  readonly digest: Digest
  readonly mediaType: string
}

/**
 * Goes from an index to its manifest for one platform. What is no index, or cannot be read, is given back as it is:
 * checking it is another's work.
 *
 * @param image what it is called, for the message
 * @throws {PinpullError} PLATFORM_UNKNOWN
 */
export async function narrow(
  content: LayoutContent,
  image: string,
  name: ManifestName,
  platform: Platform,
): Promise<ManifestName> {
  const { json } = (await content.blob(name.digest)) ?? {}
  const manifest = json === undefined ? undefined : parseManifest(json, name.mediaType)
  if (manifest?.kind !== 'index') return name
  const chosen = selectPlatform(manifest.entries, platform)
  if (chosen !== undefined) return chosen
  const available = manifest.entries.flatMap((entry) => entry.platform ?? []).map(formatPlatform)
  throw new PinpullError('PLATFORM_UNKNOWN', {
    image,
    registry: content.transport,
    platform: formatPlatform(platform),
    available: available.join(', '),
  })
}
