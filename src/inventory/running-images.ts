import type { RunningContainer } from '../kube/pod/running-containers.ts'
import { invalidDigestReason } from '../reference/digest.ts'
import { tryParseReference } from '../reference/parse.ts'
import { canonicalText, type Digest, type Reference, repositoryName } from '../reference/reference.ts'

/**
 * What the `imageID` of a container names: the digest of an index or manifest in a repository, or the digest of an image's config,
 * by which no registry knows the image.
 */
export type ImageId =
  | { readonly kind: 'manifest'; readonly reference: Reference; readonly digest: Digest }
  | { readonly kind: 'config' }
  | { readonly kind: 'unknown' }

/**
 * Parses an `imageID` in the spellings of containerd, CRI-O, cri-dockerd and dockershim: `docker.io/library/nginx@sha256:…`,
 * `docker-pullable://nginx@sha256:…`, `docker://sha256:…` and `sha256:…` (kubernetes/kubernetes#95968, #115199).
 */
export function parseImageId(text: string): ImageId {
  const bare = text.replace(/^(?:docker-pullable|docker):\/\//, '')
  if (invalidDigestReason(bare) === undefined || /^[0-9a-f]{64}$/.test(bare)) return { kind: 'config' }
  const reference = tryParseReference(bare)
  return reference?.digest === undefined
    ? { kind: 'unknown' }
    : { kind: 'manifest', reference, digest: reference.digest }
}

/** Why the digest of a container cannot be locked for its image. */
export type UnusableReason = 'config' | 'unknown' | 'other repository'

/** An image of running Pods that a manifest names by tag. */
export interface RunningImage {
  /** With its tag, under the name from before a rewrite. */
  readonly reference: Reference
  /** The containers by the digest that they run. */
  readonly digests: ReadonlyMap<Digest, readonly RunningContainer[]>
  /** Those whose digest cannot be used. */
  readonly unusable: readonly { readonly container: RunningContainer; readonly reason: UnusableReason }[]
}

interface MutableImage {
  readonly reference: Reference
  readonly digests: Map<Digest, RunningContainer[]>
  readonly unusable: { readonly container: RunningContainer; readonly reason: UnusableReason }[]
}

/**
 * Groups running containers by image. Images with a digest in the spec are left out: what they run is written there already.
 *
 * @param original returns a reference with the name from before a rewrite
 */
export function runningImages(
  containers: readonly RunningContainer[],
  original: (reference: Reference) => Reference,
): RunningImage[] {
  const images = new Map<string, MutableImage>()
  for (const container of containers) {
    const written = tryParseReference(container.image)
    if (written === undefined || written.digest !== undefined) continue
    const reference = original(written)
    const key = canonicalText(reference)
    const image: MutableImage = images.get(key) ?? { reference, digests: new Map(), unusable: [] }
    images.set(key, image)
    const id = parseImageId(container.imageId)
    if (id.kind !== 'manifest') {
      image.unusable.push({ container, reason: id.kind })
      continue
    }
    // The same content may have been pulled by another name; only the image's own repository is known to have it.
    const name = repositoryName(original(id.reference))
    if (name !== repositoryName(reference)) {
      image.unusable.push({ container, reason: 'other repository' })
      continue
    }
    const same = image.digests.get(id.digest)
    if (same === undefined) image.digests.set(id.digest, [container])
    else same.push(container)
  }
  return [...images.values()]
}

/** How one of several digests that run is chosen: by the last start of a container, or by the number of containers. */
export type Preference = 'newest' | 'most'

/** Chooses one of several digests. Of equals, the one that is first in the alphabet. */
export function preferredDigest(
  digests: ReadonlyMap<Digest, readonly RunningContainer[]>,
  preference: Preference,
): Digest | undefined {
  const ranked = [...digests].map(([digest, containers]) => {
    const started =
      containers
        .map(({ startedAt }) => startedAt)
        .toSorted()
        .at(-1) ?? ''
    return { digest, started, count: containers.length }
  })
  const byCount = (a: (typeof ranked)[number], b: (typeof ranked)[number]): number => b.count - a.count
  const byStart = (a: (typeof ranked)[number], b: (typeof ranked)[number]): number =>
    a.started === b.started ? 0 : a.started > b.started ? -1 : 1
  const [first, second] = preference === 'newest' ? [byStart, byCount] : [byCount, byStart]
  return ranked.toSorted((a, b) => first(a, b) || second(a, b) || (a.digest < b.digest ? -1 : 1))[0]?.digest
}
