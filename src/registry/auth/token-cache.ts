import { RegistryFailure } from '../errors/registry-error.ts'
import type { Clock } from '../http/clock.ts'
import type { TokenAnswer } from './token.ts'

/** Before its end, a token is no longer used for so many milliseconds. */
const EARLY = 10_000

/** A token server's answer, and whether it was given just now. */
export interface KeptAnswer {
  readonly given: TokenAnswer
  readonly isNew: boolean
  /** Takes the answer out, so that the next one who asks gets another. */
  readonly forget: () => void
}

/** The tokens of one run, in memory alone: each is asked for once, however many requests wait for it. */
export class TokenStore {
  readonly #clock: Pick<Clock, 'now'>
  readonly #answers = new Map<string, Promise<TokenAnswer>>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /**
   * Gives the answer that is kept under a key, or asks for one.
   *
   * @param signal of whoever wants it: when another one who had asked gives up, it is asked for again
   */
  async get(key: string, signal: AbortSignal, ask: () => Promise<TokenAnswer>): Promise<KeptAnswer> {
    for (;;) {
      const kept = this.#answers.get(key)
      if (kept === undefined) break
      try {
        const given = await kept
        const isFresh = given.kind === 'refused' || given.expires - EARLY > this.#clock.now()
        if (isFresh) return { given, isNew: false, forget: () => this.#forget(key, kept) }
      } catch (error) {
        // A failure of the server is everybody's; that whoever asked has given up is not ours.
        if (error instanceof RegistryFailure || signal.aborted) throw error
      }
      this.#forget(key, kept)
    }
    const asked = ask()
    this.#answers.set(key, asked)
    return { given: await asked, isNew: true, forget: () => this.#forget(key, asked) }
  }

  #forget(key: string, answer: Promise<TokenAnswer>): void {
    if (this.#answers.get(key) === answer) this.#answers.delete(key)
  }
}
