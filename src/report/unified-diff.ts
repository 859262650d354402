import { formatPatch, type StructuredPatchHunk, structuredPatch } from 'diff'
import { printable, printableDiff } from '../diagnostics/printable.ts'
import { changedSections } from './changed-sections.ts'

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
