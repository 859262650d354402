import { formatPatch, type StructuredPatchHunk, structuredPatch } from 'diff'
import { printable, printableDiff } from '../diagnostics/printable.ts'

const CONTEXT = 3

/**
 * The difference of two texts as a unified diff, with three lines around each change, as `patch` and `git apply` read
 * it. Bytes count: a line that ends with CRLF differs from one that does not. But what would drive a terminal or a CI system
 * is escaped, so that a hunk that holds it can be read and not applied.
 * @param name the file's name, which both sides carry with git's prefixes
 */
export function formatUnifiedDiff(
  name: string,
  before: Uint8Array,
  after: Uint8Array,
  color: boolean,
): string {
  // An absolute name keeps its shape below git's prefixes, as `git diff --no-index` has it.
  const path = printable(name.replace(/^\/+/, ''))
  const hunks = hunksOf(linesOf(before), linesOf(after))
  const patch = formatPatch({
    oldFileName: `a/${path}`,
    newFileName: `b/${path}`,
    oldHeader: undefined,
    newHeader: undefined,
    hunks,
  })
  // The library puts git's heavy line on top, which only files that are moved have.
  const plain = patch.replace(/^=+\n/, '')
  // As git and GNU diff do it: with a tab behind it, `patch` reads a name to its end, spaces and all.
  const text = path.includes(' ') ? plain.replace(/^(.*)\n(.*)\n/, '$1\t\n$2\t\n') : plain
  const shown = printableDiff(text)
  return color ? shown.split('\n').map(paintLine).join('\n') : shown
}

/** Myers' algorithm over a whole text takes seconds where a large one has thousands of changes. */
function hunksOf(before: readonly string[], after: readonly string[]): StructuredPatchHunk[] {
  return changedSections(before, after, CONTEXT).flatMap((section) => {
    const [old, now] = [before.slice(...section.before).join(''), after.slice(...section.after).join('')]
    const { hunks } = structuredPatch('', '', old, now, undefined, undefined, { context: CONTEXT })
    return hunks.map((hunk) => ({
      ...hunk,
      oldStart: hunk.oldStart + section.before[0],
      newStart: hunk.newStart + section.after[0],
    }))
  })
}

/** With their line breaks. */
function linesOf(bytes: Uint8Array): string[] {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split(/(?<=\n)/)
}

function paintLine(line: string, index: number): string {
  if (index < 2) return `\u001b[1m${line}\u001b[0m`
  if (line.startsWith('@@')) return `\u001b[36m${line}\u001b[0m`
  if (line.startsWith('+')) return `\u001b[32m${line}\u001b[0m`
  if (line.startsWith('-')) return `\u001b[31m${line}\u001b[0m`
  return line
}

/** A stretch of lines on both sides: `[from, to)`, lines counted from 0. */
export interface Section {
  readonly before: readonly [from: number, to: number]
  readonly after: readonly [from: number, to: number]
}

/** So many equal lines are taken for the same place on both sides, where the search goes on from. */
const ANCHOR = 3

/** How far off that place may be, in lines of both sides together. */
const REACH = 2000

/**
 * Finds the stretches of two texts in which they differ, each with the lines around it. It takes time in proportion to the
 * texts, where a comparison of the whole takes as much again for every change; what is found may be more than the
 * least, but every line outside is the same on both sides.
 *
 * @param before the lines of one text, with their line breaks
 * @param after those of the other
 * @param context how many equal lines belong to a stretch before and after; two stretches share none
 */
export function changedSections(
  before: readonly string[],
  after: readonly string[],
  context: number,
): readonly Section[] {
  const sections: Section[] = []
  let open: readonly [number, number] | undefined
  let equal = 0
  let i = 0
  let j = 0
  const close = (): void => {
    if (open === undefined) return
    const trailing = Math.min(equal, context)
    const [from, to] = open
    sections.push({ before: [from, i - equal + trailing], after: [to, j - equal + trailing] })
    open = undefined
  }
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      i += 1
      j += 1
      equal += 1
      if (equal > 2 * context) close()
      continue
    }
    const leading = Math.min(equal, context)
    open ??= [i - leading, j - leading]
    const [down, over] = nextAnchor(before, after, i, j)
    i += down
    j += over
    equal = 0
  }
  close()
  return sections
}

/** How far on each side it is to the next lines that are equal; to the ends of both where none are near. */
function nextAnchor(
  before: readonly string[],
  after: readonly string[],
  i: number,
  j: number,
): readonly [number, number] {
  const left = before.length - i
  const right = after.length - j
  for (let distance = 1; distance <= Math.min(REACH, left + right); distance += 1) {
    for (let down = Math.max(0, distance - right); down <= Math.min(distance, left); down += 1) {
      if (isAnchor(before, after, i + down, j + distance - down)) return [down, distance - down]
    }
  }
  return [left, right]
}

/** Whether the same lines follow on both sides; where the texts end, fewer are enough, but they have to end together. */
function isAnchor(before: readonly string[], after: readonly string[], i: number, j: number): boolean {
  for (let k = 0; k < ANCHOR; k += 1) if (before[i + k] !== after[j + k]) return false
  return true
}
