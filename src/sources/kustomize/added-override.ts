import { quoteYaml } from '../../diagnostics/printable.ts'
import { LF } from '../../yaml/bytes.ts'
import { columnOf, insertLineAfter } from '../../yaml/edit/insertion.ts'
import { applyEdits } from '../../yaml/edit/splice.ts'
import { valueAt } from '../../yaml/lookup.ts'
import type { Mapping } from '../../yaml/nodes.ts'
import { type Source, startsWithBrace } from '../../yaml/source.ts'

/** An image as an entry of `images` sets it. */
export interface NewOverride {
  /** The name as resources have it. */
  readonly name: string
  readonly tag: string | undefined
  readonly digest: string
}

/** The lines of a new entry, without indentation. The tag is quoted, since it may look like a number. */
export function overrideLines({ name, tag, digest }: NewOverride): readonly string[] {
  return [
    `- name: ${name}`,
    ...(tag === undefined ? [] : [`  newTag: ${quoteYaml(tag)}`]),
    `  digest: ${digest}`,
  ]
}

/**
 * Adds entries at the end of `images`, and that list at the end of the kustomization if it has none.
 * @param root the kustomization, the only document of its source
 * @returns the new text; undefined if the list is written in brackets, so that people have to say where the entries go
 */
export function addOverrides(
  source: Source,
  root: Mapping,
  added: readonly NewOverride[],
): Uint8Array | undefined {
  const { bytes } = source
  const eol = source.text.includes('\r\n') ? '\r\n' : '\n'
  if (root.style !== 'block' || startsWithBrace(bytes)) return undefined
  if (root.find('images') === undefined) {
    if (columnOf(bytes, root.start) !== 0 || /^(?:\.\.\.|---)[ \t\r]*$/m.test(afterRoot(source, root)))
      return undefined
    const lead = bytes.at(-1) === LF ? '' : eol
    const lines = ['images:', ...added.flatMap(overrideLines)]
    const text = `${lead}${lines.join(eol)}${lead === '' ? eol : ''}`
    return applyEdits(bytes, [{ start: bytes.length, end: bytes.length, text }])
  }
  const list = valueAt(root, 'images')
  const last = list?.kind === 'sequence' ? list.items.at(-1) : undefined
  if (list?.kind !== 'sequence' || list.style !== 'block' || last === undefined) return undefined
  // The dash of the last entry is on its first line.
  const lineStart = last.start === 0 ? 0 : bytes.lastIndexOf(LF, last.start - 1) + 1
  const indent = /^( *)- /.exec(source.text.slice(lineStart, last.start))?.[1]
  if (indent === undefined) return undefined
  const text = added
    .flatMap(overrideLines)
    .map((line) => indent + line)
    .join(eol)
  return applyEdits(bytes, [insertLineAfter(bytes, last.end, text)])
}

function afterRoot({ text }: Source, { end }: Mapping): string {
  return text.slice(end)
}
