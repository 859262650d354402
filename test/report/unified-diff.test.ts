import { applyPatch, createTwoFilesPatch } from 'diff'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changedSections, formatUnifiedDiff } from '../../src/report/unified-diff.ts'

const diffOf = (before: string, after: string): string =>
  formatUnifiedDiff('a.yaml', Buffer.from(before), Buffer.from(after), false)

/** What the library makes of the whole texts. */
const wholeDiffOf = (before: string, after: string): string =>
  createTwoFilesPatch('a/a.yaml', 'b/a.yaml', before, after, undefined, undefined, { context: 3 }).replace(
    /^=+\n/,
    '',
  )

/** Numbered lines, of which some are changed, and some have one behind them. */
const manifest = (length: number, isChanged: (line: number) => boolean, end = '\n') => ({
  before: Array.from({ length }, (_, line) => `line ${line}`).join('\n') + end,
  after:
    Array.from({ length }, (_, line) =>
      isChanged(line) ? `line ${line}@digest\n  policy: x` : `line ${line}`,
    ).join('\n') + end,
})

describe('what is compared stretch by stretch is what the whole would give', () => {
  test.each<[name: string, before: string, after: string]>([
    ['nothing', '', ''],
    ['all', '', 'a\nb\n'],
    ['all of it gone', 'a\nb\n', ''],
    ['one line of many', ...valuesOf(manifest(40, (line) => line === 20))],
    ['the first and the last', ...valuesOf(manifest(40, (line) => line % 39 === 0))],
    ['the last, without a line break', ...valuesOf(manifest(40, (line) => line === 39, ''))],
    ['a line break at the end', 'a\nb\nc\nd\ne', 'a\nb\nc\nd\ne\n'],
    ['six lines apart', ...valuesOf(manifest(60, (line) => line === 20 || line === 27))],
    ['seven lines apart', ...valuesOf(manifest(60, (line) => line === 20 || line === 28))],
    ['every third', ...valuesOf(manifest(300, (line) => line % 3 === 0))],
    ['every ninth', ...valuesOf(manifest(300, (line) => line % 9 === 0))],
    ['carriage returns', ...valuesOf(manifest(30, (line) => line === 9, '\r\n'))],
  ])('%s', (_, before, after) => {
    expect(diffOf(before, after)).toBe(wholeDiffOf(before, after))
  })

  test('whatever the texts are, the one becomes the other, and outside the stretches they are equal', () => {
    const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'x\r\n'), { maxLength: 40 })
    fc.assert(
      fc.property(lines, lines, lines, lines, lines, (one, two, three, four, five) => {
        const before = [...one, ...two, ...three, ...five]
        const after = [...one, ...three, ...four, ...five]
        expect(applyPatch(before.join(''), diffOf(before.join(''), after.join('')))).toBe(after.join(''))
        const sections = changedSections(before, after, 3)
        const rest = (all: readonly string[], side: 'before' | 'after') =>
          all.filter((_, line) => !sections.some(({ [side]: [from, to] }) => from <= line && line < to))
        expect(rest(before, 'before')).toEqual(rest(after, 'after'))
      }),
    )
  })
})

test.each<[name: string, file: string, header: string]>([
  ['a space', 'a b.yaml', '--- a/a b.yaml\t\n+++ b/a b.yaml\t\n'],
  [
    'a line break, which may not become another name',
    'a\nb.yaml',
    '--- "a/a\\nb.yaml"\n+++ "b/a\\nb.yaml"\n',
  ],
  ['a tab', 'a\tb c.yaml', '--- "a/a\\tb c.yaml"\n+++ "b/a\\tb c.yaml"\n'],
  ['an escape', 'a\u001bb.yaml', '--- "a/a\\033b.yaml"\n+++ "b/a\\033b.yaml"\n'],
])('names are quoted as git does: %s', (_, file, header) => {
  const diff = formatUnifiedDiff(file, Buffer.from('a\n'), Buffer.from('b\n'), false)
  expect(diff.slice(0, header.length)).toBe(header)
})

function valuesOf({ before, after }: { before: string; after: string }): [string, string] {
  return [before, after]
}
