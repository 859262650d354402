import { abortable } from '../http/clock.ts'

/**
 * Limits how many requests are sent to one host before its auth challenge is known. More requests wait until the first
 * one has settled, so that they can be sent with the right credentials at once.
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
   * Calls `send`, at once or when the first request has settled.
   *
   * @param signal aborts the waiting
   * @param send sends the request. If other requests may wait for this one, its parameter `settle` releases them; it is
   *   also called when `send` ends
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
