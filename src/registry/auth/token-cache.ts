import { RegistryError } from '../errors/registry-error.ts'
import type { Clock } from '../http/clock.ts'
import type { TokenResponse } from './token.ts'

/** Before its end, a token is no longer used for so many milliseconds. */
const EXPIRY_MARGIN_MS = 10_000

/** A token server's answer, and whether it was given just now. */
export interface CachedToken {
  readonly response: TokenResponse
  readonly isNew: boolean
  /** Takes the answer out, so that the next one who asks gets another. */
  readonly invalidate: () => void
}

/** The tokens of one run, in memory alone: each is asked for once, however many requests wait for it. */
export class TokenCache {
  readonly #clock: Pick<Clock, 'now'>
  readonly #answers = new Map<string, Promise<TokenResponse>>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /**
   * Gives the answer that is kept under a key, or asks for one.
   *
   * @param signal of whoever wants it: when another one who had asked gives up, it is asked for again
   */
  async get(key: string, signal: AbortSignal, ask: () => Promise<TokenResponse>): Promise<CachedToken> {
    for (;;) {
      const kept = this.#answers.get(key)
      if (kept === undefined) break
      try {
        const response = await kept
        const isFresh = response.kind === 'refused' || response.expires - EXPIRY_MARGIN_MS > this.#clock.now()
        if (isFresh) return { response, isNew: false, invalidate: () => this.#forget(key, kept) }
      } catch (error) {
        // A failure of the server is everybody's; that whoever asked has given up is not ours.
        if (error instanceof RegistryError || signal.aborted) throw error
      }
      this.#forget(key, kept)
    }
    const asked = ask()
    this.#answers.set(key, asked)
    return { response: await asked, isNew: true, invalidate: () => this.#forget(key, asked) }
  }

  #forget(key: string, response: Promise<TokenResponse>): void {
    if (this.#answers.get(key) === response) this.#answers.delete(key)
  }
}
