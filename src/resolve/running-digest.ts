import type { PinpullError } from '../diagnostics/errors.ts'
import { entryKey, type Lock, type LockEntry } from '../lock/lock.ts'
import type { Descriptor } from '../oci/manifest.ts'
import { manifestKind } from '../oci/media-type.ts'
import { resolveToResult } from '../plan/resolve-result.ts'
import type { ResolveOptions, Resolver } from '../plan/resolver.ts'
import { tryParseReference } from '../reference/parse.ts'
import { canonicalText, type Digest, type Reference, repositoryName } from '../reference/reference.ts'

/** What is to be locked for a digest that runs. */
export type RunningDigest =
  /** The index, or the only manifest of the image. */
  | { readonly kind: 'found'; readonly descriptor: Descriptor }
  /** The manifest of one platform, whose index nobody knows any more. */
  | { readonly kind: 'no index' }
  | { readonly kind: 'failed'; readonly error: PinpullError }
  /** Nothing knows the digest, and no registry may be contacted. */
  | { readonly kind: 'not asked' }

/**
 * Finds what a digest is that a container runs: kubelets report that of an index, or of the manifest of their platform. A manifest
 * belongs to the index that the lock or the tag of the image lists it in; if the tag has moved on, its index cannot be found.
 *
 * @param image the image with its tag
 * @param source contacts registries; undefined if none may be contacted
 * @param options with `platform`, the manifest of that platform is found
 */
export async function findRunningDigest(
  image: Reference,
  digest: Digest,
  lock: Lock,
  source: Resolver | undefined,
  options: ResolveOptions,
): Promise<RunningDigest> {
  const { platform } = options
  const known = platform === undefined ? lockedDescriptor(image, digest, lock) : undefined
  if (known !== undefined) return { kind: 'found', descriptor: known }
  if (source === undefined) return { kind: 'not asked' }
  const { tag: _, ...name } = image
  const exact = await resolveToResult({ ...name, digest }, source, { ...options, wantPlatforms: true })
  if (platform !== undefined || exact.kind === 'failed') {
    return exact.kind === 'failed' ? exact : { kind: 'found', descriptor: exact.resolution.descriptor }
  }
  const { descriptor } = exact.resolution
  if (manifestKind(descriptor.mediaType) === 'index') return { kind: 'found', descriptor }
  const tagged = await resolveToResult(image, source, { ...options, wantPlatforms: true })
  if (tagged.kind === 'failed') return { kind: 'no index' }
  const now = tagged.resolution.descriptor
  if (now.digest === digest || manifestKind(now.mediaType) === 'image') return { kind: 'found', descriptor }
  const isListed = now.platforms?.some((one) => one.digest === digest) === true
  return isListed ? { kind: 'found', descriptor: now } : { kind: 'no index' }
}

function lockedDescriptor(image: Reference, digest: Digest, { entries }: Lock): Descriptor | undefined {
  const isKnown = (entry: LockEntry): boolean =>
    entry.digest === digest || entry.platforms?.some((one) => one.digest === digest) === true
  const found = entries.filter((entry) => {
    const reference = entry.platform === undefined ? tryParseReference(entry.reference) : undefined
    return reference !== undefined && repositoryName(reference) === repositoryName(image) && isKnown(entry)
  })
  // Of several, the entry of the same tag knows best.
  const own = found.find((entry) => entryKey(entry) === canonicalText(image)) ?? found[0]
  if (own === undefined) return undefined
  const { mediaType, platforms } = own
  return { mediaType, digest: own.digest, ...(platforms === undefined ? {} : { platforms }) }
}
