import { addAbortListener } from './http/clock.ts'

const MIB = 1024 * 1024

/** How many bytes of what is attached to images are held at the same time, in bytes. */
export interface BudgetLimits {
  /** Over all images of a run. */
  readonly inAll: number
  /** For one image, at all its endpoints. As much is judged (`verifyAttachments`). */
  readonly perImage: number
}

/** The limits of a run; only tests use others. */
export const ATTACHMENT_BUDGET: BudgetLimits = { inAll: 128 * MIB, perImage: 128 * MIB }

/**
 * In bytes. As much of an answer is read before there is room for it, which is four answers for each image that is verified. Some 40
 * signatures with certificates fit into it.
 */
export const SMALL_ANSWER: number = 256 * 1024

/** The least that the manifest of a referrer may have, in bytes, whatever its list states: some registries state 0. */
export const SMALLEST_MANIFEST: number = 16 * 1024

/**
 * What a run may hold of what is attached to images. Without it, every image that is verified at the same time could fill as much
 * memory as one may.
 */
export interface AttachmentBudget {
  /** Opens the share of one image. */
  share(): AttachmentShare
}

/** What is held for one image. */
export interface AttachmentShare {
  /** How many bytes more objects may have; what has no size of its own, as a list, may go beyond it. */
  readonly left: number
  /**
   * Waits until so many bytes more may be held.
   *
   * @returns whether it had to wait
   * @throws the signal's reason if it is aborted first; an Error after `release`
   */
  take(bytes: number, signal: AbortSignal): Promise<boolean>
  /** Gives everything back when nothing of it is used any more. Nothing more can be taken then. */
  release(): void
}

/** A request for room that has to wait. */
interface Waiting {
  readonly share: AttachmentShare
  readonly bytes: number
  readonly enter: () => void
  readonly giveUp: (reason: unknown) => void
}

/**
 * Creates the budget of a run. Whoever finds no room waits, and whatever fits goes first, so that an image with a large share
 * does not keep others waiting.
 *
 * The image that has held something for the longest time never waits, even if it exceeds the limit: several that hold a part of what
 * they need would otherwise wait for each other for ever. So at most `inAll` and the share of one image are held.
 */
export function attachmentBudget({ inAll, perImage }: BudgetLimits = ATTACHMENT_BUDGET): AttachmentBudget {
  let total = 0
  /** What each image holds, in the order in which they first did. */
  const held = new Map<AttachmentShare, number>()
  const waiting = new Set<Waiting>()

  const hasRoom = (share: AttachmentShare, bytes: number): boolean =>
    total + bytes <= inAll || held.size === 0 || held.keys().next().value === share
  const hold = (share: AttachmentShare, bytes: number): void => {
    total += bytes
    held.set(share, (held.get(share) ?? 0) + bytes)
  }
  const wait = (share: AttachmentShare, bytes: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(one)
        forget()
      }
      const giveUp = (reason: unknown): void => {
        leave()
        reject(reason)
      }
      const enter = (): void => {
        leave()
        hold(share, bytes)
        resolve()
      }
      const one: Waiting = { share, bytes, enter, giveUp }
      const forget = addAbortListener(signal, () => giveUp(signal.reason))
      waiting.add(one)
    })

  return {
    share: () => {
      let asked = 0
      let isOver = false
      const share: AttachmentShare = {
        get left() {
          return Math.max(0, perImage - asked)
        },
        async take(bytes, signal) {
          signal.throwIfAborted()
          if (isOver) throw over()
          if (bytes === 0) return false
          asked += bytes
          if (!hasRoom(share, bytes)) {
            await wait(share, bytes, signal)
            return true
          }
          hold(share, bytes)
          return false
        },
        release() {
          isOver = true
          total -= held.get(share) ?? 0
          held.delete(share)
          for (const one of waiting) {
            if (one.share === share) one.giveUp(over())
            else if (hasRoom(one.share, one.bytes)) one.enter()
          }
        },
      }
      return share
    },
  }
}

/** For the parts of a search that go on when another part of it has failed. */
function over(): Error {
  return new Error('the search is over')
}
