import type { Profile } from '../config/profile.ts'
import { createCopySearch } from '../kube/find/copies.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import { DistinctImages } from './distinct-images.ts'
import type { OtherDocuments, StreamDecisions } from './stream-decisions.ts'

/** How many bytes of documents are planned at once: more than nearly every chart has. */
export const WINDOW_BYTES: number = 1 << 18

/**
 * Divides the documents of a stream into windows, which are planned one after the other: what was made of one is let go before the
 * next.
 * @param size the least number of bytes in each window but the last
 */
export function divideIntoWindows(
  documents: readonly YamlDocument[],
  size: number,
): readonly (readonly YamlDocument[])[] {
  const windows: YamlDocument[][] = []
  let room = 0
  for (const document of documents) {
    if (room <= 0) {
      windows.push([])
      room = size
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
