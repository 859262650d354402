import type { Edit } from '../yaml/edit.ts'
import { follow, lookup } from '../yaml/lookup.ts'
import type { Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import { plainValue } from '../yaml/plain-value.ts'
import { formatFlowValue } from '../yaml/quoting.ts'
import type { Source } from '../yaml/source.ts'
import { applyEdits } from '../yaml/splice.ts'
import type { ResourceList } from './resource-list.ts'
import type { Result } from './result.ts'

/**
 * Adds results to a list, before those that are there already; a result that is there already is not added again, so
 * that a second pass changes nothing.
 *
 * They stand first in the list, not last: its first byte is where every list can be added to, whatever it ends with.
 *
 * @param source the text of the list
 * @param list as `findResourceList` found it in this very source
 * @returns the very same bytes where there is nothing to add
 */
export function addResults(source: Source, list: ResourceList, results: readonly Result[]): Uint8Array {
  const present = lookup(list.root, 'results')?.entry
  const there = new Set(itemsOf(present).map((item) => JSON.stringify(plainValue(item))))
  const added = results
    .map((result) => formatFlowValue(result))
    .filter((text) => !there.has(JSON.stringify(JSON.parse(text))))
  if (added.length === 0) return source.bytes
  return applyEdits(source.bytes, [
    present === undefined ? newEntry(source, list.root, added) : moreItems(source, present, added),
  ])
}

function newEntry({ text }: Source, root: Mapping, added: readonly string[]): Edit {
  if (root.style === 'flow') return insertion(root.start + 1, `"results": [${added.join(', ')}], `)
  const indent = indentAt(text, root.start)
  const lines = ['results:', ...added.map((one) => `- ${one}`)]
  return insertion(root.start, lines.map((line) => `${line}${lineBreak(text)}${indent}`).join(''))
}

function moreItems({ text }: Source, { value }: Entry, added: readonly string[]): Edit {
  const node = follow(value)
  if (node.kind === 'sequence' && node.items.length > 0 && node.style === 'block') {
    const indent = indentAt(text, node.start)
    return insertion(node.start, added.map((one) => `- ${one}${lineBreak(text)}${indent}`).join(''))
  }
  if (node.kind === 'sequence' && node.items.length > 0) {
    return insertion(node.start + 1, `${added.join(', ')}, `)
  }
  // `results: []`, `results: null`, a bare `results:`, or what is no list at all.
  return {
    start: value.start,
    end: value.end,
    text: `${value.start === value.end ? ' ' : ''}[${added.join(', ')}]`,
  }
}

function insertion(offset: number, text: string): Edit {
  return { start: offset, end: offset, text }
}

/** What stands before a node on its line, where that is only white space: what its siblings must begin with too. */
function indentAt(text: string, offset: number): string {
  return /[ ]*$/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? ''
}

function lineBreak(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

function itemsOf(entry: Entry | undefined): readonly YamlNode[] {
  const node = entry === undefined ? undefined : follow(entry.value)
  return node?.kind === 'sequence' ? node.items : []
}
