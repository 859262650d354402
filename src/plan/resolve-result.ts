import { PinpullError } from '../diagnostics/errors.ts'
import { nodePlatforms } from '../kube/pod/node-platform.ts'
import { canonicalText, type Reference } from '../reference/reference.ts'
import type { Decision } from './decision.ts'
import type { Resolution, ResolveOptions, Resolver } from './resolver.ts'

/** A reference to resolve. */
export interface ResolveRequest {
  readonly reference: Reference
  /** Whether to read the platforms of an index, too; undefined leaves it to the options of the run. */
  readonly wantPlatforms?: boolean | undefined
}

/** The descriptor and origin of a reference, or the error for which it could not be resolved. */
export type ResolveResult =
  | { readonly kind: 'resolved'; readonly resolution: Resolution }
  | { readonly kind: 'failed'; readonly error: PinpullError }

/** Results by canonical reference (`canonicalText`), so that `nginx:1.27` and `docker.io/library/nginx:1.27` share one. */
export type ResolveResults = ReadonlyMap<string, ResolveResult>

/**
 * Returns the one reference to resolve for a decision; empty unless the decision is `pin`. The platforms of an image need a GET of
 * its index, which Docker Hub charges as a pull, so they are only requested for a workload that restricts its nodes
 * (`nodeSelector`, affinity).
 */
export function resolveRequestsFor(decision: Decision): ResolveRequest[] {
  if (decision.kind !== 'pin') return []
  const { podSpec } = decision.field
  const wantPlatforms = podSpec !== undefined && nodePlatforms(podSpec).length > 0
  return [{ reference: decision.image.lookupReference, wantPlatforms: wantPlatforms || undefined }]
}

/** Returns what the image of a decision resolved to; undefined if it was not resolved, or could not be. */
export function resolutionOf(decision: Decision, results: ResolveResults): Resolution | undefined {
  const result = decision.kind === 'pin' ? results.get(decision.image.lookupKey) : undefined
  return result?.kind === 'resolved' ? result.resolution : undefined
}

/**
 * Resolves each distinct reference once, all of them concurrently; the resolver limits the connections. A failure does not
 * stop the others, so that one run reports every image that does not resolve.
 * @param requests may have duplicates, also in different spellings; the last `wantPlatforms` of them that is set counts
 * @throws any error but a `PinpullError`, which is a defect
 */
export async function resolveDistinct(
  requests: readonly ResolveRequest[],
  resolver: Resolver,
  options: ResolveOptions,
): Promise<ResolveResults> {
  const distinct = new Map<string, ResolveRequest>()
  for (const { reference, wantPlatforms } of requests) {
    const key = canonicalText(reference)
    distinct.set(key, { reference, wantPlatforms: wantPlatforms ?? distinct.get(key)?.wantPlatforms })
  }
  const resolveOne = async ([key, request]: [string, ResolveRequest]): Promise<[string, ResolveResult]> => {
    const wantPlatforms = request.wantPlatforms ?? options.wantPlatforms
    return [key, await resolveToResult(request.reference, resolver, { ...options, wantPlatforms })]
  }
  return new Map(await Promise.all([...distinct].map(resolveOne)))
}

/** The images of one run that are asked for: each distinct one once, or once more if its platforms are wanted later. */
export class ImageRequests {
  readonly #resolver: Resolver
  readonly #options: ResolveOptions
  /** By canonical reference, as the results. */
  readonly #asked = new Map<string, ResolveRequest>()
  readonly #results = new Map<string, ResolveResult>()
  #answers: Promise<ResolveResults>[] = []

  constructor(resolver: Resolver, options: ResolveOptions) {
    this.#resolver = resolver
    this.#options = options
  }

  /** Starts to resolve the images of decisions that were not asked for before, or without the platforms that are now wanted. */
  start(decisions: readonly Decision[]): void {
    const news: ResolveRequest[] = []
    for (const decision of decisions) {
      if (decision.kind !== 'pin') continue
      const { lookupKey } = decision.image
      const before = this.#asked.get(lookupKey)
      for (const request of resolveRequestsFor(decision)) {
        if (before !== undefined && (request.wantPlatforms !== true || before.wantPlatforms === true))
          continue
        this.#asked.set(lookupKey, request)
        news.push(request)
      }
    }
    if (news.length === 0) return
    const answer = resolveDistinct(news, this.#resolver, this.#options)
    // A defect is thrown by `finish`, and must not end the process before that.
    answer.catch(() => {})
    this.#answers.push(answer)
  }

  /**
   * Waits for all answers.
   * @returns the results so far. Of several answers for one image the last one counts, which has its platforms
   * @throws any error but a `PinpullError`, which is a defect
   */
  async finish(): Promise<ResolveResults> {
    const answers = await Promise.all(this.#answers)
    this.#answers = []
    for (const results of answers) for (const [key, result] of results) this.#results.set(key, result)
    return this.#results
  }
}

/**
 * Resolves one reference, and returns a `PinpullError` as a result instead of throwing it.
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

/** Whether an error means that the registry does not have the image: the manifest or the repository is unknown. */
export function isNotFoundError({ code }: Pick<PinpullError, 'code'>): boolean {
  return code === 'MANIFEST_UNKNOWN' || code === 'REPOSITORY_UNKNOWN'
}
