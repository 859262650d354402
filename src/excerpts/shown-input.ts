import type { Location } from '../diagnostics/diagnostic.ts'
import type { FieldOptions } from '../kube/find/field-options.ts'
import { isOpaqueType } from '../kube/tables/lookup.ts'
import type { Stream } from '../plan/stream-decisions.ts'
import type { ShownDiffLine, ShownHunk, ShownInput, ShownLine } from '../report/html/shown-input.ts'
import { type DiffLine, diffHunks } from '../report/unified-diff.ts'
import { readInput } from '../transform.ts'
import { type Chunks, concatChunks } from '../yaml/edit/splice.ts'
import { lineRange, offsetAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'
import { type Mark, openVisibleLines, type VisibleLines } from './visible-lines.ts'

/** An input of a run, and what it became. */
export interface ReportedInput {
  /** Absent for standard input. */
  readonly file?: string | undefined
  /** Reads it, if the run has not kept it; undefined if it has changed since the run read it, or cannot be read any more. */
  readonly read: () => Stream | undefined
  /** Absent if the run failed or writes no manifests. */
  readonly output?: Chunks | undefined
  /** The image fields of the profile. */
  readonly fields: FieldOptions
}

/** The number of lines shown before and after that of a finding. */
const CONTEXT = 3

/**
 * Prepares the inputs of a run for a report that shows lines of them. Nothing is read or computed until lines are asked for, and
 * one input at a time is held.
 *
 * Reports are published where the manifests themselves are not, so values that may be secret are left out: see
 * `createVisibleText`.
 */
export function openShownInputs(inputs: readonly ReportedInput[]): ShownInput[] {
  let last: { readonly reported: ReportedInput; readonly side: Side | undefined } | undefined
  const sideOf = (reported: ReportedInput): Side | undefined => {
    if (last?.reported !== reported) last = { reported, side: openSide(reported.read(), reported.fields) }
    return last.side
  }
  return inputs.map((reported) => ({
    file: reported.file,
    excerpt: (at, told) => excerptOf(sideOf(reported), at, told),
    get hunks() {
      const { output, fields } = reported
      const before = output === undefined ? undefined : sideOf(reported)
      if (output === undefined || before === undefined) return []
      const { bytes, file } = before.source
      const after = concatChunks(output)
      if (after === bytes) return []
      const read = readInput(after, file, { isUnparsed: isOpaqueType, krm: true })
      return hunksOf(before, { source: read.source, lines: openVisibleLines(read, fields) })
    },
  }))
}

function openSide(input: Stream | undefined, fields: FieldOptions): Side | undefined {
  return input && { source: input.source, lines: openVisibleLines(input, fields) }
}

function excerptOf(
  side: Side | undefined,
  { line, column }: Location,
  told: readonly string[],
): readonly ShownLine[] {
  if (side === undefined) return []
  const { lines, source } = side
  // The end of a source whose last line is complete is a line of its own, where nothing can be shown.
  if (line === undefined || line > lines.count) return []
  const mark = column === undefined ? undefined : { start: offsetAt(source, { line, column }), told }
  const first = Math.max(1, line - CONTEXT)
  const last = Math.min(lines.count, line + CONTEXT)
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const number = first + index
    return lines.line(number, number === line ? mark : undefined)
  })
}

interface Side {
  readonly source: Source
  readonly lines: VisibleLines
}

function hunksOf(before: Side, after: Side): readonly ShownHunk[] {
  return diffHunks(before.source.bytes, after.source.bytes).map((hunk) => {
    const pairs = pairsOf(hunk, before, after)
    return hunk.map((line): ShownDiffLine => {
      const side = line.kind === 'removed' ? before : after
      const mark = markOf(line, pairs.get(line), side, line.kind === 'removed' ? after : before)
      return { kind: line.kind, ...side.lines.line(line.number, mark) }
    })
  })
}

/** Pairs each removed line with the added line that replaces it: the next one with the same key. */
function pairsOf(hunk: readonly DiffLine[], before: Side, after: Side): ReadonlyMap<DiffLine, DiffLine> {
  const pairs = new Map<DiffLine, DiffLine>()
  for (let from = 0; from < hunk.length; ) {
    const removed = runOf(hunk, from, 'removed')
    const added = runOf(hunk, from + removed.length, 'added')
    let next = 0
    for (const line of removed) {
      const key = keyOf(before, line)
      const index = added.findIndex((other, at) => at >= next && keyOf(after, other) === key)
      const other = added[index]
      if (other === undefined) continue
      next = index + 1
      pairs.set(line, other)
      pairs.set(other, line)
    }
    from += Math.max(1, removed.length + added.length)
  }
  return pairs
}

/** What a line begins with, up to its first colon. */
function keyOf({ source }: Side, { number }: DiffLine): string {
  const { start, end } = lineRange(source, number)
  return source.text.slice(start, end).split(':', 1)[0] as string
}

function runOf(hunk: readonly DiffLine[], from: number, kind: DiffLine['kind']): readonly DiffLine[] {
  const end = hunk.findIndex((line, index) => index >= from && line.kind !== kind)
  return hunk.slice(from, end < 0 ? hunk.length : end)
}

/** The part of a changed line that differs from the other one: what is neither at its beginning nor at its end the same. */
function markOf(line: DiffLine, other: DiffLine | undefined, side: Side, otherSide: Side): Mark | undefined {
  if (other === undefined) return undefined
  const { start, end } = lineRange(side.source, line.number)
  const range = lineRange(otherSide.source, other.number)
  const own = side.source.text.slice(start, end)
  const others = otherSide.source.text.slice(range.start, range.end)
  const shorter = Math.min(own.length, others.length)
  let head = 0
  while (head < shorter && own[head] === others[head]) head += 1
  let tail = 0
  while (tail < shorter - head && own[own.length - 1 - tail] === others[others.length - 1 - tail]) tail += 1
  let [from, to] = [head, own.length - tail]
  if (to <= from) return undefined
  while (from > 0 && isWithinCharacter(own, from)) from -= 1
  while (to < own.length && isWithinCharacter(own, to)) to += 1
  return { start: start + from, end: start + to }
}

/** Whether a byte of UTF-8 that was decoded as Latin-1 continues a character. */
function isWithinCharacter(latin1: string, offset: number): boolean {
  return (latin1.charCodeAt(offset) & 0xc0) === 0x80
}
