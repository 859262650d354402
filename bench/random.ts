/** A random source that gives the same values on every machine and in every run. */
export interface Random {
  /** An integer from 0 to `limit - 1`. */
  readonly below: (limit: number) => number
  readonly pick: <T>(choices: readonly T[]) => T
  /** True with a probability of 1 in `times`. */
  readonly oneIn: (times: number) => boolean
  /** A string of that many hex digits. */
  readonly hex: (digits: number) => string
}

/** @param seed any integer; the same seed gives the same values (mulberry32, public domain) */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    pick: (choices) => {
      const choice = choices[below(choices.length)]
      if (choice === undefined) throw new Error('nothing to pick from')
      return choice
    },
    oneIn: (times) => below(times) === 0,
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(''),
  }
}
