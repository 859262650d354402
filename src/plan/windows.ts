import type { Profile } from '../config/profile.ts'
import { createCopySearch } from '../kube/find/copies.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import type { PlanOptions } from './decision.ts'
import { DistinctImages } from './distinct-images.ts'
import type { ImageRequests } from './resolve-result.ts'
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

/**
 * Decides about a stream as `decideImageFields` does, and starts to resolve its images as they are found: registries are connected to,
 * and answer, while images are searched for in the rest of the stream.
 * @param known what is known of no documents so far
 * @param windowBytes how many bytes of documents are decided about between requests at most; a sixteenth of it before the first ones
 */
export async function decideWhileResolving(
  { source, documents }: Pick<Stream, 'source' | 'documents'>,
  options: PlanOptions,
  known: KnownDocuments,
  requests: ImageRequests,
  windowBytes: number,
): Promise<StreamDecisions> {
  const decide = (window: readonly YamlDocument[]): StreamDecisions => {
    const decided = decideImageFields({ source, documents: window }, options, known)
    known.add(decided)
    requests.start(decided.fields.map(({ decision }) => decision))
    return decided
  }
  const windows = divideIntoWindows(documents, windowBytes, windowBytes / 16)
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
  return mergeDecisions(source, decisions)
}

/** Waits for the next turn of the event loop, in which connections go on. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
