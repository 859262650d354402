/** A source of decisions for generators: a list of numbers that can be shrunk, or a seeded sequence without end. */
export interface Choices {
  /** A whole number from 0 and below `count`; 0 is the simplest. */
  choose(count: number): number
}

/** Decisions from a list; when it is used up, every decision is the simplest, so that generators come to an end. */
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

/** Decisions without end that are the same for a seed (mulberry32, a public-domain generator). */
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

/** One of several values. */
export function pick<T>(choices: Choices, values: readonly T[]): T {
  return values[choices.choose(values.length)] as T
}
