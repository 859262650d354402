import { type Descriptor, type Manifest, parseManifest } from '../oci/manifest.ts'
import { ACCEPT_MANIFESTS, manifestKind, parseContentType } from '../oci/media-type.ts'
import { canVerify, computeDigest, verifyDigest } from '../reference/content-digest.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import { type Digest, effectiveTag, type Reference } from '../reference/reference.ts'
import { sanitize } from './errors/redact.ts'
import { RegistryError } from './errors/registry-error.ts'
import { contentUrl, type Endpoint, endpointRepository } from './hosts/endpoint.ts'
import type { Clock } from './http/clock.ts'
import { contentCodings, type HttpResponse, header } from './http/http.ts'
import { formatMebibytes, type Limits } from './http/limits.ts'
import { errorFromResponse, notARegistryError } from './http/response-error.ts'
import { parseRetryAfter } from './http/retry.ts'

/**
 * Sends a request to an endpoint, with the credentials that it requires; retries it, and follows redirects.
 *
 * @param maxBytes the maximum size of a successful response's body in bytes
 * @param maxAttempts how often the request is sent at most; absent for `Limits.maxAttempts`
 * @returns the last response, with any status except 401
 * @throws {RegistryError} after a 401 that no credential satisfies, or without a response
 */
export type Fetch = (
  method: 'GET' | 'HEAD',
  url: URL,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  maxAttempts?: number,
) => Promise<HttpResponse>

/** One image at one endpoint, and what requests for it use. */
export interface ManifestContext {
  readonly reference: Reference
  readonly endpoint: Endpoint
  readonly fetch: Fetch
  /** Returns where the credential of the last request was found, for messages; undefined if it was anonymous. */
  readonly credentialSource: () => string | undefined
  readonly clock: Clock
  readonly limits: Limits
}

/** Statuses of HEAD from servers that may not support HEAD; GET has the correct response. */
const HEAD_UNSURE = new Set([400, 403, 404, 405, 406, 501])

/**
 * Requests a manifest with HEAD.
 *
 * @param name the tag or digest
 * @returns the descriptor in the headers of the response, its size only if they have one. Undefined if a GET is needed:
 *   they have no digest, several, or another than the reference, or the media type is not that of a manifest; or the
 *   status (400, 403, 404, 405, 406, 501) may mean that the server does not support HEAD
 * @throws {RegistryError} for any other status than 200 (`errorFromResponse`), or the error of the request
 */
export async function headManifest(name: string, context: ManifestContext): Promise<Descriptor | undefined> {
  const url = contentUrl(context.endpoint, context.reference, 'manifests', name)
  const response = await context.fetch('HEAD', url, { accept: ACCEPT_MANIFESTS }, 0)
  if (HEAD_UNSURE.has(response.status)) return undefined
  if (response.status !== 200) throw responseError(response, context)
  const mediaType = parseContentType(header(response, 'content-type'))
  const [digest, another] = headerDigests(response)
  // Contradicting digests are not trusted.
  if (
    another !== undefined ||
    digest === undefined ||
    !['index', 'image'].includes(manifestKind(mediaType) ?? '')
  )
    return undefined
  const { digest: requested } = context.reference
  if (requested !== undefined && digest !== requested) return undefined
  const size = Number(header(response, 'content-length'))
  return { mediaType, digest, ...(Number.isSafeInteger(size) && size > 0 ? { size } : {}) }
}

/**
 * Requests a manifest with GET, and verifies its digest: the one in `name`, and one of those in the headers. A digest
 * of an unsupported algorithm is not verified.
 *
 * @param name the tag or digest
 * @returns the manifest, and its descriptor: the media type and size of the body, and the digest in `name` or, for a
 *   tag, the computed SHA-256
 * @throws {RegistryError} MANIFEST_INVALID, MANIFEST_SCHEMA1, MANIFEST_TOO_LARGE, NOT_A_REGISTRY (HTML),
 *   DIGEST_MISMATCH, or the error for the response or the request
 */
export async function getManifest(
  name: string,
  context: ManifestContext,
): Promise<{ descriptor: Descriptor; manifest: Manifest & { kind: 'index' | 'image' } }> {
  const { response, contentType } = await requestManifest(name, context)
  const { server } = response
  const manifest = parseManifest(response.body, contentType)
  if (manifest.kind === 'schema1') throw new RegistryError('MANIFEST_SCHEMA1', {}, { server })
  if (manifest.kind === 'invalid') {
    throw new RegistryError('MANIFEST_INVALID', { reason: manifest.reason }, { server })
  }
  const digest = verifiedDigest(response, name)
  return { descriptor: { mediaType: manifest.mediaType, digest, size: response.body.length }, manifest }
}

/**
 * Requests a manifest with GET. Neither is its digest verified, nor is it parsed.
 *
 * @param name the tag or digest
 * @returns the response, whose body is not HTML, compressed or truncated
 * @throws {RegistryError} MANIFEST_TOO_LARGE, NOT_A_REGISTRY (HTML), MANIFEST_INVALID (compressed), or the error for the
 *   response or the request
 */
export async function requestManifest(
  name: string,
  context: ManifestContext,
): Promise<{ response: HttpResponse; contentType: string }> {
  const { limits } = context
  const url = contentUrl(context.endpoint, context.reference, 'manifests', name)
  const response = await context.fetch('GET', url, { accept: ACCEPT_MANIFESTS }, limits.maxManifestBytes)
  const { server } = response
  if (response.status !== 200) throw responseError(response, context)
  if (response.isTruncated) {
    const limit = formatMebibytes(limits.maxManifestBytes)
    throw new RegistryError('MANIFEST_TOO_LARGE', { limit }, { server })
  }
  const contentType = parseContentType(header(response, 'content-type'))
  if (contentType === 'text/html') throw notARegistryError(response)
  const coding = contentCodings(response).join(', ')
  if (coding !== '') {
    const reason = `a proxy compresses it (Content-Encoding: ${sanitize(coding, 40)}), and it cannot be decompressed`
    throw new RegistryError('MANIFEST_INVALID', { reason }, { server })
  }
  return { response, contentType }
}

/**
 * The digest of the body, which must be the requested one and the one in the headers. If the headers have several,
 * one of them must match; the others are a proxy's.
 *
 * @param name the tag or digest that was requested
 * @throws {RegistryError} DIGEST_MISMATCH
 */
export function verifiedDigest(response: HttpResponse, name: string): Digest {
  const asked = name.includes(':') ? (name as Digest) : undefined
  const computed = computeDigest('sha256', response.body)
  const isRight = (stated: Digest): boolean => !canVerify(stated) || verifyDigest(stated, response.body)
  const stated = headerDigests(response)
  const wrong = asked !== undefined && !isRight(asked) ? asked : stated.some(isRight) ? undefined : stated[0]
  if (wrong !== undefined) {
    throw new RegistryError('DIGEST_MISMATCH', { stated: wrong, computed }, { server: response.server })
  }
  return asked ?? computed
}

/**
 * The digests in the response's headers: a proxy may add its own to the registry's, on another line or after a
 * comma. Anything else is ignored (Huawei Cloud's registry omits `sha256:`), and so are algorithms that are not
 * used for content.
 */
function headerDigests(response: HttpResponse): readonly Digest[] {
  const values = (response.headers['docker-content-digest'] ?? []).flatMap((line) => line.split(','))
  const digests = values.map((value) => value.trim())
  return [...new Set(digests)].filter(
    (value): value is Digest => /^sha(?:256|512):/.test(value) && invalidDigestReason(value) === undefined,
  )
}

/** The error for a response that is not the manifest or blob, or another content of the context's reference. */
export function responseError(response: HttpResponse, context: ManifestContext): RegistryError {
  const { reference } = context
  const tag = effectiveTag(reference)
  return errorFromResponse(response, {
    what: reference.digest === undefined ? `tag "${tag}"` : `digest ${reference.digest}`,
    repository: endpointRepository(context.endpoint, reference),
    source: context.credentialSource(),
    wait: parseRetryAfter(response, context.clock),
  })
}
