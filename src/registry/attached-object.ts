import type { ArtifactLayer } from '../oci/artifact.ts'
import type { AttachedLayer } from '../oci/attached-layers.ts'
import type { Attachment } from '../oci/attachment.ts'
import { shortDigest } from '../oci/short-name.ts'
import { verifyDigest } from '../reference/content-digest.ts'
import type { Digest } from '../reference/reference.ts'
import { SMALL_ANSWER } from './attachment-budget.ts'
import { RegistryError } from './errors/registry-error.ts'
import { contentUrl } from './hosts/endpoint.ts'
import { formatMebibytes } from './http/limits.ts'
import {
  type Fetch,
  type ManifestContext,
  requestManifest,
  responseError,
  verifiedDigest,
} from './manifest-request.ts'

/** What a search for attachments uses. */
export interface SearchContext extends ManifestContext {
  /** Waits until so many bytes more may be held for the image (`AttachmentShare`). */
  readonly take: (bytes: number) => Promise<void>
  /** How many bytes more the objects of the image may have. */
  readonly left: () => number
}

/** An object, or why it cannot be used; without a problem, it does not exist. */
export type Read<T> = { readonly value: T } | { readonly value?: never; readonly problem: string | undefined }

/** How many requests of one search are sent at the same time. */
const WIDTH = 16

/** Errors of a single object: the search goes on without it. Any other one means that nobody could look. */
const OF_ONE_OBJECT: ReadonlySet<RegistryError['code']> = new Set<RegistryError['code']>([
  'MANIFEST_UNKNOWN',
  'REPOSITORY_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_TOO_LARGE',
  'DIGEST_MISMATCH',
])

/** A context for answers whose size nobody has stated: a large one is requested again, when there is room for it. */
export function ofUnknownSize<T extends SearchContext>(context: T): T {
  const fetch: Fetch = async (method, url, headers, maxBytes, maxAttempts) => {
    const first = await context.fetch(method, url, headers, Math.min(maxBytes, SMALL_ANSWER), maxAttempts)
    if (first.status !== 200 || !first.isTruncated || maxBytes <= SMALL_ANSWER) return first
    await context.take(maxBytes)
    return context.fetch(method, url, headers, maxBytes, maxAttempts)
  }
  return { ...context, fetch }
}

/**
 * Chooses the first objects that have room together, and waits for it.
 *
 * @param what is said of them in a message
 * @param problems gets an entry for those that are left out
 */
export async function makeRoom<T>(
  objects: readonly T[],
  sizeOf: (object: T) => number,
  what: string,
  { limits: { maxAttachedBytes }, left, take }: SearchContext,
  problems: string[],
): Promise<readonly T[]> {
  const ofImage = left()
  const limit = Math.min(maxAttachedBytes, ofImage)
  let bytes = 0
  const end = objects.findIndex((one) => {
    bytes += sizeOf(one)
    return bytes > limit
  })
  const chosen = end < 0 ? objects : objects.slice(0, end)
  if (chosen.length < objects.length) {
    const why =
      maxAttachedBytes <= ofImage
        ? `together they exceed ${formatMebibytes(maxAttachedBytes)}`
        : 'too much is attached to the image'
    const unread = objects.length - chosen.length
    problems.push(`${unread} of ${objects.length} ${what} were not read, since ${why}`)
  }
  await take(chosen.reduce((sum, one) => sum + sizeOf(one), 0))
  return chosen
}

/**
 * Reads a manifest, and verifies its digest.
 *
 * @param name the tag or digest
 * @param stated how many bytes it may have by the list that names it
 * @throws {RegistryError} if the registry does not say whether there is one
 */
export async function readManifest(
  name: string,
  { limits, ...more }: ManifestContext,
  stated?: number,
): Promise<Read<Uint8Array>> {
  const context = { ...more, limits: { ...limits, maxManifestBytes: stated ?? limits.maxManifestBytes } }
  try {
    const { response } = await requestManifest(name, at(name, context))
    verifiedDigest(response, name)
    return { value: response.body }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    if (isMissing(error)) return { problem: undefined }
    if (!OF_ONE_OBJECT.has(error.code)) throw error
    if (error.code === 'MANIFEST_TOO_LARGE' && stated !== undefined)
      return { problem: `it has more than the ${stated} bytes that its list states` }
    return { problem: reasonOf(error) }
  }
}

/** Whether an error is the registry's word that there is no such manifest, in whatever form it says so. */
export function isMissing({ args }: RegistryError): boolean {
  return args['status'] === 404
}

function reasonOf({ code, args }: RegistryError): string {
  switch (code) {
    case 'MANIFEST_TOO_LARGE':
      return `it is larger than ${args['limit']}`
    case 'DIGEST_MISMATCH':
      return `its digest is ${args['computed']}, not ${args['stated']}`
    default:
      return String(args['reason'] ?? code)
  }
}

/**
 * Reads the contents of layers, within the limits of one search.
 *
 * @param problems gets one entry for each layer that cannot be used
 * @throws {RegistryError} if the registry does not say whether there is one
 */
export async function readContents(
  candidates: readonly AttachedLayer[],
  context: SearchContext,
  problems: string[],
): Promise<readonly Attachment[]> {
  const { maxAttachmentBytes } = context.limits
  const small = candidates.filter(({ layer, place }) => {
    if (layer.size <= maxAttachmentBytes) return true
    problems.push(
      `${place} has ${layer.size} bytes, and at most ${formatMebibytes(maxAttachmentBytes)} are read`,
    )
    return false
  })
  const fitting = await makeRoom(small, ({ layer }) => layer.size, 'objects', context, problems)
  const read = await mapLimited(fitting, ({ layer }) => readContent(layer, context))
  return fitting.flatMap(({ kind, layer: { digest, annotations }, place }, index) => {
    const { value, problem } = read[index] as { value?: Uint8Array; problem?: string }
    if (value !== undefined) return [{ kind, content: value, annotations, place, digest }]
    problems.push(`${place} ${problem}`)
    return []
  })
}

async function readContent(
  { digest, size }: ArtifactLayer,
  context: ManifestContext,
): Promise<Read<Uint8Array>> {
  const url = contentUrl(context.endpoint, context.reference, 'blobs', digest)
  const response = await context.fetch('GET', url, { accept: '*/*' }, size)
  const { status, body, isTruncated } = response
  if (status === 404) return { problem: `names ${shortDigest(digest)}, which does not exist` }
  if (status !== 200) throw responseError(response, at(digest, context))
  if (isTruncated) return { problem: `has more than the ${size} bytes that its manifest states` }
  if (!verifyDigest(digest, body)) return { problem: `does not have its digest ${shortDigest(digest)}` }
  if (body.length === size) return { value: body }
  return { problem: `has ${body.length} bytes, and its manifest states ${size}` }
}

/** The context of a request for one tag or digest, which messages name. */
function at(name: string, context: ManifestContext): ManifestContext {
  const { domain, path, text } = context.reference
  const what = name.includes(':') ? { digest: name as Digest } : { tag: name }
  return { ...context, reference: { domain, path, text, ...what } }
}

/** Calls `act` for each item, for some at the same time; returns the results in the order of the items. */
export async function mapLimited<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const left = items.entries()
  const work = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await act(item)
  }
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, work))
  return results
}
