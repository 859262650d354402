import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const page = readBench('RESULTS.md')
const notes = readBench('NOTES.md')

function readBench(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../bench/${name}`, import.meta.url)), 'utf8')
}

/** The rows of all tables of a text, as cells. */
function rowsIn(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '))
}

describe('the page of the benchmark', () => {
  test('has the notes as they are', () => {
    expect(page).toContain(notes.trim())
  })

  test('says of every row that is missed what stands between', () => {
    const missed = rowsIn(page).filter((cells) => cells.at(-1) === '**missed**')
    const reasons = rowsIn(notes).map(([work = '']) => work)
    const unexplained = missed.filter(([work = '']) => !reasons.some((reason) => work.startsWith(reason)))
    expect(missed.length).toBeGreaterThan(0)
    expect(unexplained).toEqual([])
  })

  test('quotes no time without a ratio', () => {
    const times = rowsIn(page).filter((cells) => cells.some((cell) => /\d ms\b/.test(cell)))
    expect(times.length).toBeGreaterThan(30)
    expect(times.filter((cells) => !cells.some((cell) => /\d ×/.test(cell)))).toEqual([])
    expect(notes).not.toMatch(/\d (?:ms|s|seconds)\b/)
  })
})
