import type { Descriptor } from '../oci/descriptor.ts'
import {
  type IndexEntry,
  type Manifest,
  parseConfigPlatform,
  parseManifest,
  platformsOf,
} from '../oci/manifest.ts'
import { ACCEPT_MANIFESTS, manifestKind, parseContentType } from '../oci/media-type.ts'
import { formatPlatform, type Platform, platformRank, selectPlatform } from '../oci/platform.ts'
import { canVerify, computeDigest, verifyDigest } from '../reference/content-digest.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import { type Asking, failureOf, statedDigests } from './asking.ts'
import { codingsOf } from './content-coding.ts'
import { contentUrl } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import { type HttpAnswer, header } from './http.ts'
import { cleanText } from './redact.ts'
import { notARegistry } from './status-failure.ts'

const NESTED_INDEXES = 3
const CONFIG_BYTES = 1024 * 1024
/** Entries without a platform whose image's config is read; an index with more has left out more than a field. */
const CONFIGS_READ = 16

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
  if (manifest.kind === 'image') {
    return { ...descriptor, platforms: await configPlatforms(reference, manifest, asking) }
  }
  const platforms = platformsOf(manifest.entries)
  for (const child of await unnamedImages(reference, manifest.entries, asking))
    platforms.push(...child.platforms)
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
  const { server } = answer
  if (answer.status !== 200) throw failureOf(answer, reference, asking)
  if (answer.isCut) {
    const limit = `${limits.manifestBytes / 1024 / 1024} MiB`
    throw new RegistryFailure('MANIFEST_TOO_LARGE', { limit }, { server })
  }
  const contentType = parseContentType(header(answer, 'content-type'))
  if (contentType === 'text/html') throw notARegistry(answer)
  const coding = codingsOf(answer).join(', ')
  if (coding !== '') {
    const reason = `a proxy compresses it (Content-Encoding: ${cleanText(coding, 40)}), and it cannot be decompressed`
    throw new RegistryFailure('MANIFEST_INVALID', { reason }, { server })
  }
  const manifest = parseManifest(answer.body, contentType)
  if (manifest.kind === 'schema1') throw new RegistryFailure('MANIFEST_SCHEMA1', {}, { server })
  if (manifest.kind === 'invalid') {
    throw new RegistryFailure('MANIFEST_INVALID', { reason: manifest.reason }, { server })
  }
  const digest = checkedDigest(answer, name)
  return { descriptor: { mediaType: manifest.mediaType, digest, size: answer.body.length }, manifest }
}

/**
 * The digest of the bytes: what was asked for and what the header states have to be the same. Where headers state several,
 * one of them has to be: the other is a proxy's.
 */
function checkedDigest(answer: HttpAnswer, name: string): Digest {
  const asked = name.includes(':') ? (name as Digest) : undefined
  const computed = computeDigest('sha256', answer.body)
  const isRight = (stated: Digest): boolean => !canVerify(stated) || verifyDigest(stated, answer.body)
  const stated = statedDigests(answer)
  const wrong = asked !== undefined && !isRight(asked) ? asked : stated.some(isRight) ? undefined : stated[0]
  if (wrong !== undefined) {
    throw new RegistryFailure('DIGEST_MISMATCH', { stated: wrong, computed }, { server: answer.server })
  }
  return asked ?? computed
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
  const unnamed = await unnamedImages(reference, manifest.entries, asking)
  for (const child of unnamed) {
    if (child.platforms.some((one) => platformRank(one, platform) !== undefined)) return child
  }
  // An index of one image that says of no platform that it is for it is as good as that image.
  const [only] = manifest.entries.length === 1 ? unnamed : []
  if (only !== undefined && only.platforms.length === 0) return only
  for (const entry of nested) {
    try {
      return await deeper(await getManifest(reference, entry.digest, asking))
    } catch (error) {
      if (!(error instanceof RegistryFailure) || error.code !== 'PLATFORM_UNKNOWN') throw error
    }
  }
  const offered = unnamed.flatMap(({ platforms }) => platforms)
  throw platformFailure(platform, [...platformsOf(manifest.entries), ...offered])

  function deeper(child: Awaited<ReturnType<typeof getManifest>>): Promise<Descriptor> {
    if (depth === NESTED_INDEXES) {
      throw new RegistryFailure('MANIFEST_INVALID', { reason: 'its indexes are nested too deeply' })
    }
    return narrow(reference, child.descriptor, child.manifest, platform, asking, depth + 1)
  }
}

/**
 * The images of an index that are filed under no platform, with those that their configs name: the field is optional (OCI
 * image-spec, image-index.md), and containerd reads the config, too.
 */
async function unnamedImages(
  reference: Reference,
  entries: readonly IndexEntry[],
  asking: Asking,
): Promise<readonly (Descriptor & { readonly platforms: readonly Platform[] })[]> {
  const unnamed = entries.filter(
    ({ platform, mediaType }) => platform === undefined && manifestKind(mediaType) !== 'index',
  )
  const found: (Descriptor & { readonly platforms: readonly Platform[] })[] = []
  for (const { digest } of unnamed.slice(0, CONFIGS_READ)) {
    try {
      const { descriptor, manifest } = await getManifest(reference, digest, asking)
      found.push({ ...descriptor, platforms: await configPlatforms(reference, manifest, asking) })
    } catch (error) {
      // An index may name what was never pushed.
      if (!(error instanceof RegistryFailure) || error.code !== 'MANIFEST_UNKNOWN') throw error
    }
  }
  return found
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
