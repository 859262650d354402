import { PinpullError } from '../diagnostics/errors.ts'
import { nodePlatforms } from '../kube/pod/node-platform.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import type { Decision } from './decision.ts'
import type { Resolution, ResolveOptions, Resolver } from './resolver.ts'

/** A reference to resolve. */
export interface ResolveRequest {
  readonly reference: Reference
  /** Whether the platforms of an index are needed, too. */
  readonly wantPlatforms?: boolean | undefined
}

export type ResolveResult =
  | { readonly kind: 'resolved'; readonly resolution: Resolution }
  | { readonly kind: 'failed'; readonly error: PinpullError }

/** Results by the canonical text of their references, so that all spellings of an image share one. */
export type ResolveResults = ReadonlyMap<string, ResolveResult>

/** Called after each result, with the number of results so far and of all requests. */
export type OnProgress = (done: number, total: number) => void

/**
 * What must be resolved for a decision. Platforms cost a GET, which Docker Hub counts as a pull, so they are only requested
 * for workloads that restrict the nodes they run on.
 */
export function resolveRequestsFor(decision: Decision): ResolveRequest[] {
  if (decision.kind !== 'pin') return []
  const { podSpec } = decision.field
  const wantPlatforms = podSpec !== undefined && nodePlatforms(podSpec).length > 0
  return [{ reference: decision.lookupReference, wantPlatforms: wantPlatforms || undefined }]
}

/**
 * Resolves each distinct reference once, all of them concurrently (limits are the resolver's business). A failure does not
 * stop the others, so that one run reports every image that does not resolve.
 * @param requests in any spelling, with duplicates
 * @throws any error but a `PinpullError`, which is a defect
 */
export async function resolveDistinct(
  requests: readonly ResolveRequest[],
  resolver: Resolver,
  options: ResolveOptions,
  onProgress: OnProgress = () => {},
): Promise<ResolveResults> {
  const distinct = new Map<string, ResolveRequest>()
  for (const { reference, wantPlatforms } of requests) {
    const key = canonicalText(reference)
    distinct.set(key, { reference, wantPlatforms: wantPlatforms ?? distinct.get(key)?.wantPlatforms })
  }
  let done = 0
  const resolveOne = async ([key, request]: [string, ResolveRequest]): Promise<[string, ResolveResult]> => {
    const wantPlatforms = request.wantPlatforms ?? options.wantPlatforms
    const result = await resolveToResult(request.reference, resolver, { ...options, wantPlatforms })
    done += 1
    onProgress(done, distinct.size)
    return [key, result]
  }
  return new Map(await Promise.all([...distinct].map(resolveOne)))
}

/**
 * Resolves one reference.
 * @throws any error but a `PinpullError`, which is a defect
 */
export async function resolveToResult(
  reference: Reference,
  resolver: Resolver,
  options: ResolveOptions,
): Promise<ResolveResult> {
  try {
    return { kind: 'resolved', resolution: await resolver.resolve(reference, options) }
  } catch (error) {
    if (error instanceof PinpullError) return { kind: 'failed', error }
    throw error
  }
}

/** Whether a registry answered that the image does not exist. */
export function isNotFoundError({ code }: Pick<PinpullError, 'code'>): boolean {
  return code === 'MANIFEST_UNKNOWN' || code === 'REPOSITORY_UNKNOWN'
}
