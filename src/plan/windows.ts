import type { Profile } from '../config/profile.ts'
import { createCopySearch } from '../kube/find/copies.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import type { PlanOptions } from './decision.ts'
import { DistinctImages } from './distinct-images.ts'
import {
  type ResolveRequest,
  type ResolveResult,
  resolveDistinct,
  resolveRequestsFor,
} from './resolve-result.ts'
import type { ResolveOptions, Resolver } from './resolver.ts'
import {
  decideImageFields,
  mergeDecisions,
  type OtherDocuments,
  type Stream,
  type StreamDecisions,
} from './stream-decisions.ts'

/** Larger streams are planned in windows; for smaller ones, that would take more time than the memory is worth. */
export const LARGE_STREAM_BYTES: number = 1 << 22

/** How many bytes of documents are planned at once. */
export const WINDOW_BYTES: number = 1 << 18

/**
 * Divides the documents of a stream into windows, which are planned one after the other: what was made of one is let go before the
 * next.
 * @param size the least number of bytes in each window but the last
 * @param first the same of the first one, for which nothing is to wait long; each further one may have twice as many, up to `size`
 */
export function divideIntoWindows(
  documents: readonly YamlDocument[],
  size: number,
  first: number = size,
): readonly (readonly YamlDocument[])[] {
  const windows: YamlDocument[][] = []
  let room = 0
  let next = first
  for (const document of documents) {
    if (room <= 0) {
      windows.push([])
      room = next
      next = Math.min(2 * next, size)
    }
    windows.at(-1)?.push(document)
    room -= document.end - document.start
  }
  return windows
}

/** Collects what windows need to know of each other. */
export class KnownDocuments implements OtherDocuments {
  readonly images: Set<string> = new Set()
  readonly pinned: Set<string> = new Set()
  hasPinnedCopies = false
  readonly distinct: DistinctImages

  constructor(profile: Profile) {
    this.distinct = new DistinctImages(profile)
  }

  /** Adds the decisions about a window. */
  add({ allFields, found, pinned }: StreamDecisions): void {
    for (const { decision } of allFields) this.images.add(decision.field.image)
    for (const image of pinned) this.pinned.add(image)
    if (found.hasPinnedCopies) this.hasPinnedCopies = true
  }
}

/** What was known when a window was planned, and what follows from that for later. */
export interface WindowState {
  /** The documents that may hold copies. */
  readonly searched: readonly YamlDocument[]
  /** The sizes of `KnownDocuments` with the window itself. */
  readonly knownImages: number
  readonly knownPinned: number
  readonly dependsOnOthers: boolean
  /** Whether its fields are in the order of the text. */
  readonly isInOrder: boolean
}

/** Describes a window whose decisions were just added to what is known. */
export function windowState(
  { found, allFields, dependsOnOthers }: StreamDecisions,
  { images, pinned }: KnownDocuments,
): WindowState {
  let last = 0
  let isInOrder = true
  for (const { decision } of allFields) {
    const { embedded, node } = decision.field
    const { start } = embedded?.container ?? node
    if (start < last) isInOrder = false
    last = start
  }
  return {
    searched: found.searched,
    knownImages: images.size,
    knownPinned: pinned.size,
    dependsOnOthers,
    isInOrder,
  }
}

/**
 * Whether a window must be planned again because of what later windows have: an image of which it has a copy (rule R7) or a value that
 * may be an image, or copies that are pinned, so that fields are reported in the order of the text.
 * @param known what all windows have
 */
export function mustPlanAgain(
  { searched, knownImages, knownPinned, dependsOnOthers, isInOrder }: WindowState,
  { images, pinned, hasPinnedCopies }: KnownDocuments,
): boolean {
  if (hasPinnedCopies && !isInOrder) return true
  if (dependsOnOthers && (images.size > knownImages || pinned.size > knownPinned)) return true
  if (images.size === knownImages) return false
  // A set has its values in the order in which they were added.
  const search = createCopySearch([], new Set([...images].slice(knownImages)))
  return searched.some(({ contents }) => contents !== undefined && search.mayBeIn(contents))
}

/** How the images of `decideAndResolve` are resolved. */
export interface EarlyRequestOptions extends PlanOptions {
  readonly resolver: Resolver
  readonly resolveOptions: ResolveOptions
  /** How many bytes of documents are decided about between requests at most; a sixteenth of it before the first ones. */
  readonly windowBytes: number
}

/**
 * Decides about a stream as `decideImageFields` does, and asks for images as they are found: registries are connected to, and answer,
 * while images are searched for in the rest of the stream.
 * @param known what is known of no documents so far
 * @returns the decisions, and a result for the image of each `pin` decision
 */
export async function decideAndResolve(
  { source, documents }: Pick<Stream, 'source' | 'documents'>,
  known: KnownDocuments,
  options: EarlyRequestOptions,
): Promise<{ readonly decided: StreamDecisions; readonly results: Map<string, ResolveResult> }> {
  const requests = new EarlyRequests(options)
  const decide = (window: readonly YamlDocument[]): StreamDecisions => {
    const decided = decideImageFields({ source, documents: window }, options, known)
    known.add(decided)
    requests.start(decided)
    return decided
  }
  const windows = divideIntoWindows(documents, options.windowBytes, options.windowBytes / 16)
  const decisions: StreamDecisions[] = []
  const states = []
  for (const window of windows) {
    if (decisions.length > 0) await nextTurn()
    const decided = decide(window)
    decisions.push(decided)
    states.push(windowState(decided, known))
  }
  // What later windows have may concern earlier ones.
  for (const [index, state] of states.entries()) {
    const window = windows[index]
    if (window !== undefined && mustPlanAgain(state, known)) decisions[index] = decide(window)
  }
  const results = await requests.finish()
  return { decided: mergeDecisions(source, decisions), results }
}

/** The requests for the images of one stream. */
class EarlyRequests {
  readonly #options: EarlyRequestOptions
  /** By canonical reference. */
  readonly #asked = new Map<string, ResolveRequest>()
  readonly #answers: ReturnType<typeof resolveDistinct>[] = []

  constructor(options: EarlyRequestOptions) {
    this.#options = options
  }

  /** Starts to resolve the images of decisions that were not asked for before, or without the platforms that are now wanted. */
  start({ fields }: StreamDecisions): void {
    const news: ResolveRequest[] = []
    for (const { decision } of fields) {
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
    const answer = resolveDistinct(news, this.#options.resolver, this.#options.resolveOptions)
    // A defect is thrown by `finish`, and must not end the process before that.
    answer.catch(() => {})
    this.#answers.push(answer)
  }

  /** Waits for all answers. Of several for one image the last one counts, which has its platforms. */
  async finish(): Promise<Map<string, ResolveResult>> {
    const answers = await Promise.all(this.#answers)
    return new Map(answers.flatMap((results) => [...results]))
  }
}

/** Waits for the next turn of the event loop, in which connections go on. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
