import { collectYoung } from './heap.ts'
import { packText, unpackText } from './packed-text.ts'

const NOTHING = Object.freeze([]) as never

/** A longer result is rarely equal to another one. */
const SHORT_RESULT = 256

/** How many characters of results are packed together. */
const BLOCK = 1 << 18

/** What was made of the visited inputs, until all have been visited. */
export interface KeptResults {
  /** @returns the number of the result: equal ones have the same */
  readonly keep: (result: object) => number
  /** Reads the results of these numbers, in their order. Equal ones are the same object. */
  readonly all: <T extends object>(numbers: readonly number[]) => T[]
}

/**
 * Keeps the results of visits: as packed lines of JSON, and short ones that are equal once, since most files of a repository
 * have nothing to report. JavaScriptCore, which moves no object, lets three times as much garbage lie as is alive, and among garbage objects
 * take a multiple of their size; and V8 keeps a whole text as long as a part that was cut out of it.
 * @param names texts that are kept anyway
 */
export function keepResults(names: readonly (string | undefined)[]): KeptResults {
  const known = new Map<string, number>()
  const blocks: Uint8Array[] = []
  let lines: string[] = []
  let length = 0
  let count = 0
  return {
    keep(result) {
      const text = JSON.stringify(result)
      const equal = known.get(text)
      if (equal !== undefined) return equal
      if (text.length < SHORT_RESULT) known.set(text, count)
      lines.push(text)
      length += text.length
      if (length > BLOCK) {
        blocks.push(packText(lines.join('\n')))
        lines = []
        length = 0
      }
      count += 1
      return count - 1
    },
    all<T extends object>(numbers: readonly number[]) {
      const share = createSharer(names)
      const parse = (line: string): T => share(JSON.parse(line))
      const packed = blocks.flatMap((block) => {
        const parsed = unpackText(block).split('\n').map(parse)
        collectYoung()
        return parsed
      })
      const results = [...packed, ...lines.map(parse)]
      return numbers.map((number) => results[number] as T)
    },
  }
}

type Json = string | number | boolean | null | { [key: string]: Json }

/** Makes what replaces equal texts in values of JSON by the same text, and empty arrays by the same array. */
function createSharer(names: readonly (string | undefined)[]): <T extends Json | object>(value: T) => T {
  const texts = new Map(names.map((name) => [name ?? '', name ?? '']))
  const once = (value: Json): Json => {
    if (typeof value === 'string') {
      const known = texts.get(value)
      if (known === undefined) texts.set(value, value)
      return known ?? value
    }
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value) && value.length === 0) return NOTHING
    for (const key in value) value[key] = once(value[key] as Json)
    return value
  }
  return once as <T>(value: T) => T
}
