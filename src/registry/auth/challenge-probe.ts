import { abortable } from '../http/clock.ts'

/**
 * Limits how many requests are sent to one host before its auth challenge is known. More requests wait until one of
 * those has settled, so that they can be sent with the right credentials at once.
 */
export class ChallengeProbe {
  readonly #settled: Promise<void>
  #settle: () => void = () => {}
  #isSettled = false
  #free: number

  /** @param limit the number of requests that are sent without waiting */
  constructor(limit: number) {
    this.#free = limit
    this.#settled = new Promise((resolve) => {
      this.#settle = () => {
        this.#isSettled = true
        resolve()
      }
    })
  }

  /**
   * Calls `send`: at once if the limit is not reached or one request has settled, otherwise when one has.
   *
   * @param signal aborts the waiting
   * @param send sends the request. Its parameter `settle` releases the waiting requests, and is also called when `send`
   *   ends; undefined if nothing waits for this request, since one has settled
   * @returns the result of `send`
   * @throws the signal's reason if it is aborted while waiting, or the error of `send`
   */
  async run<T>(signal: AbortSignal, send: (settle?: () => void) => Promise<T>): Promise<T> {
    if (this.#isSettled) return await send()
    if (this.#free === 0) {
      await abortable(this.#settled, signal)
      return await send()
    }
    this.#free--
    return await send(this.#settle).finally(this.#settle)
  }
}
