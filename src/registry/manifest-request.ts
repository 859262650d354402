import type { Descriptor } from '../oci/descriptor.ts'
import { type Manifest, parseConfigPlatform, parseManifest, platformsOf } from '../oci/manifest.ts'
import { ACCEPT_MANIFESTS, manifestKind, parseContentType } from '../oci/media-type.ts'
import { formatPlatform, type Platform, platformRank, selectPlatform } from '../oci/platform.ts'
import { canVerify, computeDigest, verifyDigest } from '../reference/content-digest.ts'
import { digestFault } from '../reference/digest.ts'
import { effectiveTag } from '../reference/normalize.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import type { Clock } from './clock.ts'
import { contentUrl, type Endpoint, endpointRepository } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import { type HttpAnswer, header } from './http.ts'
import type { Limits } from './limits.ts'
import { askedWait } from './retry.ts'
import { notARegistry, statusFailure } from './status-failure.ts'

/** Sends a request with credentials, retries and redirects taken care of. */
export type Fetch = (
  method: 'GET' | 'HEAD',
  url: URL,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
) => Promise<HttpAnswer>

/** How one endpoint is asked about one image. */
export interface Asking {
  readonly endpoint: Endpoint
  readonly fetch: Fetch
  /** Where the credential in use was found. */
  readonly source: () => string | undefined
  readonly clock: Clock
  readonly limits: Limits
}

/** A HEAD with one of these statuses may be a server that does not know HEAD; the GET has the truth, and a reason. */
const HEAD_UNSURE = new Set([400, 403, 404, 405, 406, 501])
const NESTED_INDEXES = 3
const CONFIG_BYTES = 1024 * 1024

/**
 * Finds the digest that a reference stands for: by HEAD, which costs no pull at Docker Hub; and where its answer is
 * not all that it should be, by GET and hashing the bytes. An index is taken as it is, unless a platform is wanted.
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
  if (!needsBody) {
    const known = await headManifest(reference, name, asking)
    if (known !== undefined) return known
  }
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

/** The descriptor in the answer to a HEAD; undefined where it takes a GET to be sure. */
async function headManifest(
  reference: Reference,
  name: string,
  asking: Asking,
): Promise<Descriptor | undefined> {
  const url = contentUrl(asking.endpoint, reference, 'manifests', name)
  const answer = await asking.fetch('HEAD', url, { accept: ACCEPT_MANIFESTS }, 0)
  if (HEAD_UNSURE.has(answer.status)) return undefined
  if (answer.status !== 200) throw failureOf(answer, reference, asking)
  const mediaType = parseContentType(header(answer, 'content-type'))
  const digest = statedDigest(answer)
  if (digest === undefined || !['index', 'image'].includes(manifestKind(mediaType) ?? '')) return undefined
  if (reference.digest !== undefined && digest !== reference.digest) return undefined
  const size = Number(header(answer, 'content-length'))
  return { mediaType, digest, ...(Number.isSafeInteger(size) && size > 0 ? { size } : {}) }
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

/**
 * The digest in the answer's header. One that is no digest counts as none (Huawei Cloud's registry leaves
 * `sha256:` out); a digest in an algorithm that is not used for content is none either.
 */
function statedDigest(answer: HttpAnswer): Digest | undefined {
  const value = header(answer, 'docker-content-digest')
  return value !== undefined && /^sha(?:256|512):/.test(value) && digestFault(value) === undefined
    ? (value as Digest)
    : undefined
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

function failureOf(answer: HttpAnswer, reference: Reference, asking: Asking): RegistryFailure {
  const tag = effectiveTag(reference)
  return statusFailure(answer, {
    what: reference.digest === undefined ? `tag "${tag}"` : `digest ${reference.digest}`,
    repository: endpointRepository(asking.endpoint, reference),
    source: asking.source(),
    wait: askedWait(answer, asking.clock),
  })
}

/** Identity was asked for: bytes that come encoded all the same are not the bytes that have the digest. */
function isEncoded(answer: HttpAnswer): boolean {
  const encoding = header(answer, 'content-encoding')
  return encoding !== undefined && encoding !== 'identity'
}
