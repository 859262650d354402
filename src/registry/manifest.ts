import {
  type Descriptor,
  type IndexEntry,
  type Manifest,
  parseConfigPlatform,
  platformsOf,
} from '../oci/manifest.ts'
import { manifestKind } from '../oci/media-type.ts'
import { formatPlatform, type Platform, platformRank, selectPlatform } from '../oci/platform.ts'
import { verifyDigest } from '../reference/content-digest.ts'
import { effectiveTag, type Reference } from '../reference/reference.ts'
import { RegistryFailure } from './errors/registry-error.ts'
import { contentUrl } from './hosts/endpoint.ts'
import { type Asking, getManifest, headManifest } from './manifest-request.ts'

/** Failures that say nothing about the image, and of which another request may tell more. */
const SPEECHLESS = new Set([
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_SPEAKS_TLS',
  'REGISTRY_TIMEOUT',
  'REGISTRY_PROXY_FAILED',
  'REGISTRY_CHALLENGE_INVALID',
])

/** Errors with which no connection was ever made: GET would fare no better than HEAD. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
])

/**
 * Finds the digest that a reference stands for: by HEAD, which costs no pull at Docker Hub; and where its answer is
 * not all that it should be, by GET and hashing the bytes. An index is taken as it is, unless a platform is wanted.
 *
 * Firewalls and proxies that do not know HEAD cut it off, or answer it with 500 or a 401 without a challenge. So where HEAD has
 * failed in such a way after all its tries, GET is tried once, as crane does.
 *
 * @throws {RegistryFailure}
 */
export async function resolveManifest(
  reference: Reference,
  wanted: { readonly platform?: Platform; readonly platforms: boolean },
  asking: Asking,
): Promise<Descriptor> {
  const name = reference.digest ?? effectiveTag(reference) ?? ''
  const needsBody = wanted.platform !== undefined || wanted.platforms
  let failed: RegistryFailure | undefined
  if (!needsBody) {
    try {
      const known = await headManifest(reference, name, asking)
      if (known !== undefined) return known
    } catch (error) {
      if (!(error instanceof RegistryFailure) || !mayBeOfHead(error)) throw error
      failed = error
    }
  }
  if (failed === undefined) return await readManifest(reference, name, wanted, asking)
  const once: Asking = {
    ...asking,
    fetch: (method, url, headers, maxBytes) => asking.fetch(method, url, headers, maxBytes, 1),
  }
  try {
    return await readManifest(reference, name, wanted, once)
  } catch (error) {
    if (!(error instanceof RegistryFailure)) throw error
    if (SPEECHLESS.has(error.code)) throw failed
    // The registry's own words, which an answer to HEAD has no room for; the tries are those before.
    throw error.with({ tries: failed.args['tries'] ?? 1 })
  }
}

/** Whether a failure of HEAD may be one of HEAD alone. */
function mayBeOfHead({ code, args, cause, server, isBare }: RegistryFailure): boolean {
  if (server?.role === 'token server' || server?.role === 'proxy') return false
  if (code === 'REGISTRY_CHALLENGE_INVALID' || isBare) return true
  // One that asks to be left alone for longer than a run can wait is left alone.
  if (code === 'REGISTRY_ERROR') return args['wait'] === undefined
  const isCut = code === 'REGISTRY_UNAVAILABLE' || code === 'REGISTRY_SPEAKS_TLS'
  return isCut && !NO_CONNECTION.has((cause as NodeJS.ErrnoException | undefined)?.code ?? '')
}

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
async function readManifest(
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
