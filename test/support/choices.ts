/** A source of choices for generators: a list of numbers that can be shrunk, or an endless seeded sequence. */
export interface Choices {
  /** An integer from 0 to `count - 1`; 0 is the simplest choice. */
  choose(count: number): number
}

/** Choices from a list. After its end every choice is the simplest one, so that generators terminate. */
export function choicesFrom(list: readonly number[]): Choices {
  let at = 0
  return {
    choose(count) {
      const number = list[at] ?? 0
      at += 1
      return number % count
    },
  }
}

/** An endless sequence of choices that only depends on the seed (mulberry32, a public-domain generator). */
export function seededChoices(seed: number): Choices {
  let state = seed | 0
  return {
    choose(count) {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count)
    },
  }
}

/** Picks one of the values. */
export function pick<T>(choices: Choices, values: readonly T[]): T {
  return values[choices.choose(values.length)] as T
}
