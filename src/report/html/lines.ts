import { html, type Markup, shownCode } from './markup.ts'
import type { ShownDiffLine, ShownHunk, ShownLine, ShownPart } from './shown-input.ts'

/** What is shown in place of a value that may be secret. */
export const HIDDEN = '•••'

/** How many characters of a line are shown before and after what is marked in it: a JSON document may be one line. */
const AROUND = 120

/** Formats the lines around a finding, with their numbers. The line of the finding itself is emphasized. */
export function formatExcerpt(lines: readonly ShownLine[]): Markup | undefined {
  if (lines.length === 0) return undefined
  const rows = withoutRepetition(lines).map((line) =>
    formatLine(line, line.parts?.some(({ isMarked }) => isMarked) ? 'here' : undefined, ''),
  )
  return html`<pre class="code">${rows}</pre>`
}

/** Formats a hunk of a diff: the numbers are those of the file after the run, and of removed lines those before it. */
export function formatHunk(hunk: ShownHunk): Markup {
  return html`<div class="hunk">${withoutRepetition(hunk).map(formatDiffLine)}</div>`
}

function formatDiffLine(line: ShownDiffLine): Markup {
  switch (line.kind) {
    case 'removed':
      return html`<del>${formatLine(line, 'removed', '−')}</del>`
    case 'added':
      return html`<ins>${formatLine(line, 'added', '+')}</ins>`
    case 'same':
      return formatLine(line, undefined, ' ')
  }
}

/** Of consecutive lines that may not be shown only the first is kept. */
function withoutRepetition<T extends ShownLine>(lines: readonly T[]): readonly T[] {
  return lines.filter(
    (line, index) => line.parts !== undefined || lines[index - 1]?.parts !== undefined || index === 0,
  )
}

function formatLine({ number, parts }: ShownLine, kind: string | undefined, sign: string): Markup {
  const content =
    parts === undefined
      ? html`<span class="left-out">lines of a Secret are not shown</span>`
      : html`${shorten(parts).map(formatPart)}`
  const mark = sign === '' ? html`` : html`<span class="sign">${sign}</span>`
  const className = kind === undefined ? 'line' : `line ${kind}`
  return html`<span class="${className}"><span class="number">${number}</span>${mark}<code>${content}
</code></span>`
}

function formatPart({ text, isHidden, isMarked }: ShownPart): Markup {
  const content = isHidden ? html`<span class="value">${HIDDEN}</span>` : shownCode(text)
  return isMarked ? html`<mark>${content}</mark>` : content
}

const CUT: ShownPart = { text: ' … ', isHidden: false, isMarked: false }

/** Cuts what is far from the marked parts of a long line. What is marked is never cut. */
function shorten(parts: readonly ShownPart[]): readonly ShownPart[] {
  const length = lengthOf(parts)
  if (length <= 3 * AROUND) return parts
  const first = parts.findIndex(({ isMarked }) => isMarked)
  const last = parts.findLastIndex(({ isMarked }) => isMarked)
  const from = lengthOf(parts.slice(0, Math.max(0, first))) - AROUND
  const to = lengthOf(parts.slice(0, last + 1)) + AROUND
  let at = 0
  const kept = parts.flatMap((part) => {
    const start = at
    at += part.text.length
    const text = part.text.slice(Math.max(0, from - start), Math.max(0, to - start))
    const isKept = text !== '' || (part.isHidden && start >= from && start <= to)
    return isKept ? [{ ...part, text }] : []
  })
  return [...(from > 0 ? [CUT] : []), ...kept, ...(to < length ? [CUT] : [])]
}

function lengthOf(parts: readonly ShownPart[]): number {
  return parts.reduce((sum, { text }) => sum + text.length, 0)
}
