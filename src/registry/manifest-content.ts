import type { Descriptor } from '../oci/descriptor.ts'
import { type Manifest, parseConfigPlatform, parseManifest, platformsOf } from '../oci/manifest.ts'
import { ACCEPT_MANIFESTS, manifestKind, parseContentType } from '../oci/media-type.ts'
import { formatPlatform, type Platform, platformRank, selectPlatform } from '../oci/platform.ts'
import { canVerify, computeDigest, verifyDigest } from '../reference/content-digest.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import { type Asking, failureOf, statedDigest } from './asking.ts'
import { contentUrl } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import { type HttpAnswer, header } from './http.ts'
import { notARegistry } from './status-failure.ts'

const NESTED_INDEXES = 3
const CONFIG_BYTES = 1024 * 1024

/**
 * Finds the digest of a manifest by GET and hashing its bytes, and what else is wanted of it.
 *
 * @param name the tag or digest that is asked for
 * @throws {RegistryFailure}
 */
export async function readManifest(
  reference: Reference,
  name: string,
  wanted: { readonly platform?: Platform; readonly platforms: boolean },
  asking: Asking,
): Promise<Descriptor> {
  const { descriptor, manifest } = await getManifest(reference, name, asking)
  if (wanted.platform !== undefined)
    return await narrow(reference, descriptor, manifest, wanted.platform, asking)
  if (!wanted.platforms) return descriptor
  const platforms =
    manifest.kind === 'index'
      ? platformsOf(manifest.entries)
      : await configPlatforms(reference, manifest, asking)
  return { ...descriptor, platforms }
}

/** A manifest with the descriptor that its bytes, and nothing else, give it. */
async function getManifest(
  reference: Reference,
  name: string,
  asking: Asking,
): Promise<{ descriptor: Descriptor; manifest: Manifest & { kind: 'index' | 'image' } }> {
  const { limits } = asking
  const url = contentUrl(asking.endpoint, reference, 'manifests', name)
  const answer = await asking.fetch('GET', url, { accept: ACCEPT_MANIFESTS }, limits.manifestBytes)
  if (answer.status !== 200) throw failureOf(answer, reference, asking)
  if (answer.isCut) {
    throw new RegistryFailure('MANIFEST_TOO_LARGE', { limit: `${limits.manifestBytes / 1024 / 1024} MiB` })
  }
  const contentType = parseContentType(header(answer, 'content-type'))
  if (contentType === 'text/html' || isEncoded(answer)) throw notARegistry(answer)
  const manifest = parseManifest(answer.body, contentType)
  if (manifest.kind === 'schema1') throw new RegistryFailure('MANIFEST_SCHEMA1')
  if (manifest.kind === 'invalid') throw new RegistryFailure('MANIFEST_INVALID', { reason: manifest.reason })
  const digest = checkedDigest(answer, name)
  return { descriptor: { mediaType: manifest.mediaType, digest, size: answer.body.length }, manifest }
}

/** The digest of the bytes: what was asked for and what the header states have to be the same. */
function checkedDigest(answer: HttpAnswer, name: string): Digest {
  const asked = name.includes(':') ? (name as Digest) : undefined
  for (const stated of [asked, statedDigest(answer)]) {
    if (stated === undefined || !canVerify(stated) || verifyDigest(stated, answer.body)) continue
    const computed = computeDigest('sha256', answer.body)
    throw new RegistryFailure('DIGEST_MISMATCH', { stated, computed })
  }
  return asked ?? computeDigest('sha256', answer.body)
}

/** Goes from an index, nested ones included, to the manifest for one platform. */
async function narrow(
  reference: Reference,
  descriptor: Descriptor,
  manifest: Manifest & { kind: 'index' | 'image' },
  platform: Platform,
  asking: Asking,
  depth = 0,
): Promise<Descriptor> {
  if (manifest.kind === 'image') {
    const offered = await configPlatforms(reference, manifest, asking)
    const serves = offered.length === 0 || offered.some((one) => platformRank(one, platform) !== undefined)
    if (serves) return { ...descriptor, platforms: offered }
    throw platformFailure(platform, offered)
  }
  const chosen = selectPlatform(manifest.entries, platform)
  const nested = manifest.entries.filter(({ mediaType }) => manifestKind(mediaType) === 'index')
  if (chosen !== undefined) {
    const child = await getManifest(reference, chosen.digest, asking)
    if (child.manifest.kind === 'image')
      return { ...child.descriptor, platforms: [chosen.platform ?? platform] }
    return await deeper(child)
  }
  for (const entry of nested) {
    try {
      return await deeper(await getManifest(reference, entry.digest, asking))
    } catch (error) {
      if (!(error instanceof RegistryFailure) || error.code !== 'PLATFORM_UNKNOWN') throw error
    }
  }
  throw platformFailure(platform, platformsOf(manifest.entries))

  function deeper(child: Awaited<ReturnType<typeof getManifest>>): Promise<Descriptor> {
    if (depth === NESTED_INDEXES) {
      throw new RegistryFailure('MANIFEST_INVALID', { reason: 'its indexes are nested too deeply' })
    }
    return narrow(reference, child.descriptor, child.manifest, platform, asking, depth + 1)
  }
}

/** The platform of an image without an index, which stands in its config; none where that cannot be read. */
async function configPlatforms(
  reference: Reference,
  manifest: Manifest & { kind: 'index' | 'image' },
  asking: Asking,
): Promise<Platform[]> {
  if (manifest.kind !== 'image' || manifest.config === undefined || manifest.isArtifact) return []
  const { digest } = manifest.config
  const url = contentUrl(asking.endpoint, reference, 'blobs', digest)
  const answer = await asking.fetch('GET', url, { accept: '*/*' }, CONFIG_BYTES)
  if (answer.status !== 200 || answer.isCut || !verifyDigest(digest, answer.body)) return []
  const platform = parseConfigPlatform(answer.body)
  return platform === undefined ? [] : [platform]
}

function platformFailure(platform: Platform, offered: readonly Platform[]): RegistryFailure {
  const available = offered.map(formatPlatform).join(', ') || 'none'
  return new RegistryFailure('PLATFORM_UNKNOWN', { platform: formatPlatform(platform), available })
}

/** Identity was asked for: bytes that come encoded all the same are not the bytes that have the digest. */
function isEncoded(answer: HttpAnswer): boolean {
  const encoding = header(answer, 'content-encoding')
  return encoding !== undefined && encoding !== 'identity'
}
