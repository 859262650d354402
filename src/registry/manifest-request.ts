import type { Descriptor } from '../oci/descriptor.ts'
import { ACCEPT_MANIFESTS, manifestKind, parseContentType } from '../oci/media-type.ts'
import type { Platform } from '../oci/platform.ts'
import { effectiveTag } from '../reference/normalize.ts'
import type { Reference } from '../reference/reference.ts'
import { type Asking, failureOf, statedDigest } from './asking.ts'
import { contentUrl } from './endpoint.ts'
import { header } from './http.ts'

/** A HEAD with one of these statuses may be a server that does not know HEAD; the GET has the truth, and a reason. */
const HEAD_UNSURE = new Set([400, 403, 404, 405, 406, 501])

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
  const { readManifest } = await import('./manifest-content.ts')
  return await readManifest(reference, name, wanted, asking)
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
