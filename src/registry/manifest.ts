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
import { effectiveTag } from '../reference/reference.ts'
import { RegistryError } from './errors/registry-error.ts'
import { contentUrl } from './hosts/endpoint.ts'
import { getManifest, headManifest, type ManifestContext } from './manifest-request.ts'

/** Errors that say nothing about the image, so the error of an earlier request may be more useful. */
const UNINFORMATIVE = new Set([
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_SPEAKS_TLS',
  'REGISTRY_TIMEOUT',
  'REGISTRY_PROXY_FAILED',
  'REGISTRY_CHALLENGE_INVALID',
])

/** Errors of connecting, after which GET would fail like HEAD. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
])

/**
 * Resolves a reference at one endpoint: by HEAD, which does not count as a pull at Docker Hub, or by GET and hashing
 * the body if the headers are not sufficient or platforms are wanted.
 *
 * Firewalls and proxies without support for HEAD close the connection or answer with 500 or a 401 without a challenge.
 * So if HEAD has failed like that after all attempts, GET is tried once, as in crane; if that fails without telling
 * more, the error of HEAD is thrown.
 *
 * @param wanted with `platform`, an index is resolved to its manifest for that platform, and a manifest has to be for
 *   it (unless it does not say); with either field, the descriptor also lists platforms: that of the manifest, or all
 *   of the index
 * @param context the reference and the endpoint
 * @returns the descriptor of the index or manifest
 * @throws {RegistryError} PLATFORM_UNKNOWN if there is no manifest for the platform, or an error of `headManifest` or
 *   `getManifest`
 */
export async function resolveManifest(
  wanted: { readonly platform?: Platform | undefined; readonly platforms: boolean },
  context: ManifestContext,
): Promise<Descriptor> {
  const { reference } = context
  const name = reference.digest ?? effectiveTag(reference) ?? ''
  const needsBody = wanted.platform !== undefined || wanted.platforms
  let failed: RegistryError | undefined
  if (!needsBody) {
    try {
      const known = await headManifest(name, context)
      if (known !== undefined) return known
    } catch (error) {
      if (!(error instanceof RegistryError) || !mayBeHeadOnly(error)) throw error
      failed = error
    }
  }
  if (failed === undefined) return await getDescriptor(name, wanted, context)
  const once: ManifestContext = {
    ...context,
    fetch: (method, url, headers, maxBytes) => context.fetch(method, url, headers, maxBytes, 1),
  }
  try {
    return await getDescriptor(name, wanted, once)
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    if (UNINFORMATIVE.has(error.code)) throw failed
    // The registry's message, which a response to HEAD cannot have, with the number of attempts before.
    throw error.withArgs({ tries: failed.args['tries'] ?? 1 })
  }
}

/** Whether an error may affect HEAD only. */
function mayBeHeadOnly({ code, args, cause, server, isUnchallenged }: RegistryError): boolean {
  if (server?.role === 'token server' || server?.role === 'proxy') return false
  if (code === 'REGISTRY_CHALLENGE_INVALID' || isUnchallenged) return true
  // A registry with a `Retry-After` beyond the limit gets no further request.
  if (code === 'REGISTRY_ERROR') return args['wait'] === undefined
  const isDisconnected = code === 'REGISTRY_UNAVAILABLE' || code === 'REGISTRY_SPEAKS_TLS'
  return isDisconnected && !NO_CONNECTION.has((cause as NodeJS.ErrnoException | undefined)?.code ?? '')
}

const MAX_NESTED_INDEXES = 3
const MAX_CONFIG_BYTES = 1024 * 1024
/**
 * How many entries without a platform have their image's config read; an index with more lacks more than a field.
 */
const MAX_CONFIGS_READ = 16

/**
 * Gets a manifest and its digest, and selects or lists platforms if requested.
 *
 * @param name the tag or digest
 * @throws {RegistryError}
 */
async function getDescriptor(
  name: string,
  wanted: { readonly platform?: Platform | undefined; readonly platforms: boolean },
  context: ManifestContext,
): Promise<Descriptor> {
  const { descriptor, manifest } = await getManifest(name, context)
  if (wanted.platform !== undefined)
    return await selectForPlatform(descriptor, manifest, wanted.platform, context)
  if (!wanted.platforms) return descriptor
  if (manifest.kind === 'image') {
    return { ...descriptor, platforms: await configPlatforms(manifest, context) }
  }
  const platforms = platformsOf(manifest.entries)
  for (const child of await imagesWithoutPlatform(manifest.entries, context))
    platforms.push(...child.platforms.map((platform) => ({ ...platform, digest: child.digest })))
  return { ...descriptor, platforms }
}

/** Selects the manifest for a platform from an index, which may be nested. */
async function selectForPlatform(
  descriptor: Descriptor,
  manifest: Manifest & { kind: 'index' | 'image' },
  platform: Platform,
  context: ManifestContext,
  depth = 0,
): Promise<Descriptor> {
  if (manifest.kind === 'image') {
    const offered = await configPlatforms(manifest, context)
    const serves = offered.length === 0 || offered.some((one) => platformRank(one, platform) !== undefined)
    if (serves) return { ...descriptor, platforms: offered }
    throw platformError(platform, offered)
  }
  const chosen = selectPlatform(manifest.entries, platform)
  const nested = manifest.entries.filter(({ mediaType }) => manifestKind(mediaType) === 'index')
  if (chosen !== undefined) {
    const child = await getManifest(chosen.digest, context)
    if (child.manifest.kind === 'image')
      return { ...child.descriptor, platforms: [chosen.platform ?? platform] }
    return await deeper(child)
  }
  const unnamed = await imagesWithoutPlatform(manifest.entries, context)
  for (const child of unnamed) {
    if (child.platforms.some((one) => platformRank(one, platform) !== undefined)) return child
  }
  // An index with a single image and no platform at all stands for that image.
  const [only] = manifest.entries.length === 1 ? unnamed : []
  if (only !== undefined && only.platforms.length === 0) return only
  for (const entry of nested) {
    try {
      return await deeper(await getManifest(entry.digest, context))
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code !== 'PLATFORM_UNKNOWN') throw error
    }
  }
  const offered = unnamed.flatMap(({ platforms }) => platforms)
  throw platformError(platform, [...platformsOf(manifest.entries), ...offered])

  function deeper(child: Awaited<ReturnType<typeof getManifest>>): Promise<Descriptor> {
    if (depth === MAX_NESTED_INDEXES) {
      throw new RegistryError('MANIFEST_INVALID', { reason: 'its indexes are nested too deeply' })
    }
    return selectForPlatform(child.descriptor, child.manifest, platform, context, depth + 1)
  }
}

/**
 * The images of an index without a platform, with the platform in their config: the field is optional (OCI
 * image-spec, image-index.md), and containerd reads the config, too.
 */
async function imagesWithoutPlatform(
  entries: readonly IndexEntry[],
  context: ManifestContext,
): Promise<readonly (Descriptor & { readonly platforms: readonly Platform[] })[]> {
  const unnamed = entries.filter(
    ({ platform, mediaType }) => platform === undefined && manifestKind(mediaType) !== 'index',
  )
  const found: (Descriptor & { readonly platforms: readonly Platform[] })[] = []
  for (const { digest } of unnamed.slice(0, MAX_CONFIGS_READ)) {
    try {
      const { descriptor, manifest } = await getManifest(digest, context)
      found.push({ ...descriptor, platforms: await configPlatforms(manifest, context) })
    } catch (error) {
      // An index may refer to manifests that were never pushed.
      if (!(error instanceof RegistryError) || error.code !== 'MANIFEST_UNKNOWN') throw error
    }
  }
  return found
}

/** The platform in an image's config; empty if it cannot be read. */
async function configPlatforms(
  manifest: Manifest & { kind: 'index' | 'image' },
  context: ManifestContext,
): Promise<Platform[]> {
  if (manifest.kind !== 'image' || manifest.config === undefined || manifest.isArtifact) return []
  const { digest } = manifest.config
  const url = contentUrl(context.endpoint, context.reference, 'blobs', digest)
  const response = await context.fetch('GET', url, { accept: '*/*' }, MAX_CONFIG_BYTES)
  if (response.status !== 200 || response.isTruncated || !verifyDigest(digest, response.body)) return []
  const platform = parseConfigPlatform(response.body)
  return platform === undefined ? [] : [platform]
}

function platformError(platform: Platform, offered: readonly Platform[]): RegistryError {
  const available = offered.map(formatPlatform).join(', ') || 'none'
  return new RegistryError('PLATFORM_UNKNOWN', { platform: formatPlatform(platform), available })
}
