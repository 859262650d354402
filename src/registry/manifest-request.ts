import type { Descriptor } from '../oci/descriptor.ts'
import { ACCEPT_MANIFESTS, manifestKind, parseContentType } from '../oci/media-type.ts'
import type { Platform } from '../oci/platform.ts'
import { effectiveTag, type Reference } from '../reference/reference.ts'
import { type Asking, failureOf, statedDigests } from './asking.ts'
import { contentUrl } from './endpoint.ts'
import { RegistryFailure } from './failure.ts'
import { header } from './http.ts'

/** A HEAD with one of these statuses may be a server that does not know HEAD; the GET has the truth, and a reason. */
const HEAD_UNSURE = new Set([400, 403, 404, 405, 406, 501])

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
  const { readManifest } = await import('./manifest-content.ts')
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
