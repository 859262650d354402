import { abortable } from '../http/clock.ts'

/**
 * Limits how many requests go to a host before its auth challenge is known. The others wait for the first of them, and
 * then need no challenge of their own.
 */
export class ChallengeProbe {
  readonly #settled: Promise<void>
  #settle: () => void = () => {}
  #isSettled = false
  #free: number

  /** @param limit how many requests need not wait */
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
   * Sends a request, at once or when the first one has settled.
   *
   * @param send gets a function that releases the waiting requests, which may be called several times
   * @throws the signal's reason if it is aborted while waiting; whatever `send` throws
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
