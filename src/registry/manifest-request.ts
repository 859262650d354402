import { type Descriptor, type Manifest, parseManifest } from '../oci/manifest.ts'
import { ACCEPT_MANIFESTS, manifestKind, parseContentType } from '../oci/media-type.ts'
import { canVerify, computeDigest, verifyDigest } from '../reference/content-digest.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import { type Digest, effectiveTag, type Reference } from '../reference/reference.ts'
import { cleanText } from './errors/redact.ts'
import { RegistryFailure } from './errors/registry-error.ts'
import { contentUrl, type Endpoint, endpointRepository } from './hosts/endpoint.ts'
import type { Clock } from './http/clock.ts'
import { codingsOf, type HttpAnswer, header } from './http/http.ts'
import type { Limits } from './http/limits.ts'
import { askedWait } from './http/retry.ts'
import { notARegistry, statusFailure } from './http/status.ts'

/**
 * Sends a request with credentials, retries and redirects taken care of. `attempts`: how often at most, where that is less
 * than the limit.
 */
export type Fetch = (
  method: 'GET' | 'HEAD',
  url: URL,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  attempts?: number,
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

/** The descriptor in the answer to a HEAD; undefined where it takes a GET to be sure. */
export async function headManifest(
  reference: Reference,
  name: string,
  asking: Asking,
): Promise<Descriptor | undefined> {
  const url = contentUrl(asking.endpoint, reference, 'manifests', name)
  const answer = await asking.fetch('HEAD', url, { accept: ACCEPT_MANIFESTS }, 0)
  if (HEAD_UNSURE.has(answer.status)) return undefined
  if (answer.status !== 200) throw failureOf(answer, reference, asking)
  const mediaType = parseContentType(header(answer, 'content-type'))
  const [digest, another] = statedDigests(answer)
  // Two that contradict each other are doubted.
  if (
    another !== undefined ||
    digest === undefined ||
    !['index', 'image'].includes(manifestKind(mediaType) ?? '')
  )
    return undefined
  if (reference.digest !== undefined && digest !== reference.digest) return undefined
  const size = Number(header(answer, 'content-length'))
  return { mediaType, digest, ...(Number.isSafeInteger(size) && size > 0 ? { size } : {}) }
}

/** A manifest with the descriptor that its bytes, and nothing else, give it. */
export async function getManifest(
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

/**
 * The digests in the answer's headers, each once: a proxy may add its own to the registry's, on a line of its own or with a
 * comma. What is no digest counts as none (Huawei Cloud's registry leaves `sha256:` out), and so does a digest in an
 * algorithm that is not used for content.
 */
function statedDigests(answer: HttpAnswer): readonly Digest[] {
  const values = (answer.headers['docker-content-digest'] ?? []).flatMap((line) => line.split(','))
  const digests = values.map((value) => value.trim())
  return [...new Set(digests)].filter(
    (value): value is Digest => /^sha(?:256|512):/.test(value) && invalidDigestReason(value) === undefined,
  )
}

/** What an answer means that is not the manifest. */
function failureOf(answer: HttpAnswer, reference: Reference, asking: Asking): RegistryFailure {
  const tag = effectiveTag(reference)
  return statusFailure(answer, {
    what: reference.digest === undefined ? `tag "${tag}"` : `digest ${reference.digest}`,
    repository: endpointRepository(asking.endpoint, reference),
    source: asking.source(),
    wait: askedWait(answer, asking.clock),
  })
}
