import { formatHunk } from './lines.ts'
import { counted, html, type Markup, shown } from './markup.ts'
import type { ShownInput } from './shown-input.ts'

/** Formats what the run changed in each input, as a diff with three lines of context. */
export function formatDiff(inputs: readonly ShownInput[]): Markup | undefined {
  const changed = inputs.flatMap(({ file, hunks }) => (hunks.length === 0 ? [] : [{ file, hunks }]))
  if (changed.length === 0) return undefined
  return html`${changed.map(({ file = '<stdin>', hunks }) => {
    const removed = hunks.flat().filter(({ kind }) => kind === 'removed').length
    const added = hunks.flat().filter(({ kind }) => kind === 'added').length
    return html`<h3 class="file"><code>${shown(file)}</code> <span class="count">${counted(removed, 'line')} removed, ${added} added</span></h3>
<pre class="code">${hunks.map(formatHunk)}</pre>
`
  })}`
}
