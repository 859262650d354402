import { formatPatch, type StructuredPatchHunk, structuredPatch } from 'diff'
import { printableDiff } from '../diagnostics/printable.ts'

const CONTEXT = 3

/**
 * Formats the difference of two texts as a unified diff for `patch` and `git apply`, with three lines of context. Line
 * breaks count: CRLF differs from LF. Control characters are escaped, so a hunk that has any can be read, but not applied.
 * @param name the file name, used for both sides with git's prefixes
 */
export function formatUnifiedDiff(
  name: string,
  before: Uint8Array,
  after: Uint8Array,
  color: boolean,
): string {
  // Like `git diff --no-index`, an absolute name follows the prefix without a second slash. The library quotes names as git does: with
  // a space in place of a line break, the diff would be for another file.
  const path = name.replace(/^\/+/, '')
  const hunks = hunksOf(linesOf(before), linesOf(after))
  const patch = formatPatch({
    oldFileName: `a/${path}`,
    newFileName: `b/${path}`,
    oldHeader: undefined,
    newHeader: undefined,
    hunks,
  })
  // The library adds the `===` line of Subversion.
  const plain = patch.replace(/^=+\n/, '')
  // Like git and GNU diff, end a name with spaces with a tab, so that `patch` reads all of it.
  const hasSpace = path.includes(' ') && !plain.startsWith('--- "')
  const text = hasSpace ? plain.replace(/^(.*)\n(.*)\n/, '$1\t\n$2\t\n') : plain
  const shown = printableDiff(text)
  return color ? shown.split('\n').map(paintLine).join('\n') : shown
}

/** A line of a diff. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  /** From 1; of a removed line in the first text, of any other in the second. */
  readonly number: number
}

/** Compares two texts as `formatUnifiedDiff` does, and returns the lines of each hunk. */
export function diffHunks(before: Uint8Array, after: Uint8Array): readonly (readonly DiffLine[])[] {
  return hunksOf(linesOf(before), linesOf(after)).map(({ oldStart, newStart, lines }) => {
    let [old, now] = [oldStart, newStart]
    return lines.flatMap((line): DiffLine[] => {
      switch (line[0]) {
        case '-':
          return [{ kind: 'removed', number: old++ }]
        case '+':
          return [{ kind: 'added', number: now++ }]
        case ' ':
          old += 1
          return [{ kind: 'same', number: now++ }]
        default:
          // "No newline at end of file" is no line.
          return []
      }
    })
  })
}

/** Compares section by section: Myers' algorithm takes seconds for a large text with thousands of changes. */
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

/** Splits a text into lines, with their line breaks. */
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

/** A range of lines on both sides: `[from, to)`, counted from 0. */
export interface Section {
  readonly before: readonly [from: number, to: number]
  readonly after: readonly [from: number, to: number]
}

/** The number of equal lines after which both sides are considered aligned again. */
const ANCHOR_LINES = 3

/** How far to search for an anchor, in lines of both sides together. */
const MAX_DISTANCE = 2000

/**
 * Finds the sections in which two texts differ, in linear time. Sections may be larger than necessary, but all lines outside
 * of them are equal.
 *
 * @param before the lines of the first text, with their line breaks
 * @param after the lines of the second text
 * @param context the number of equal lines to include before and after each difference; sections do not overlap
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

/** The distance on each side to the next anchor, or to the end if there is none within reach. */
function nextAnchor(
  before: readonly string[],
  after: readonly string[],
  i: number,
  j: number,
): readonly [number, number] {
  const left = before.length - i
  const right = after.length - j
  for (let distance = 1; distance <= Math.min(MAX_DISTANCE, left + right); distance += 1) {
    for (let down = Math.max(0, distance - right); down <= Math.min(distance, left); down += 1) {
      if (isAnchor(before, after, i + down, j + distance - down)) return [down, distance - down]
    }
  }
  return [left, right]
}

/** Whether equal lines follow on both sides. Fewer are enough if both texts end there. */
function isAnchor(before: readonly string[], after: readonly string[], i: number, j: number): boolean {
  for (let k = 0; k < ANCHOR_LINES; k += 1) if (before[i + k] !== after[j + k]) return false
  return true
}
