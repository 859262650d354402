import { columnOf, insertEntry, insertLineAfter } from '../../yaml/edit/insertion.ts'
import { type NestedText, openNestedText } from '../../yaml/edit/nested-text.ts'
import { findScalarContext, replaceScalar } from '../../yaml/edit/scalar.ts'
import { formatFlowScalar } from '../../yaml/edit/scalar-format.ts'
import { isMerge, keyText, resolveAlias } from '../../yaml/lookup.ts'
import type { Alias, Edit, Entry, FieldPath, Mapping, Scalar, YamlNode } from '../../yaml/nodes.ts'
import { decodeUtf8 } from '../../yaml/source.ts'
import type { OpenValues } from './values-place.ts'

/** A value to write into the values of a chart. */
export interface ValueChange {
  readonly path: FieldPath
  readonly value: string
}

/** Where a value is, or where it would be inserted. */
export type ValueSpot =
  | { readonly kind: 'set'; readonly node: Scalar | Alias }
  /** `path` leads from the mapping to the new value. */
  | { readonly kind: 'insert'; readonly mapping: Mapping; readonly path: readonly string[] }
  /** An empty mapping (`{}`) or null, which the new value replaces, or the end of a file without values. */
  | { readonly kind: 'fill'; readonly node?: Scalar | Mapping; readonly path: readonly string[] }

/**
 * Finds where a value of a chart is in a file, or where it would be inserted: in the innermost mapping on its path that the file has.
 * @returns undefined if it cannot be written: something on the path is a list that the file lacks, or has another type
 */
export function findSpot({ root, source }: OpenValues, path: FieldPath): ValueSpot | undefined {
  let node: Scalar | Mapping | YamlNode | undefined = root
  if (node === undefined) return allKeys(path) ? { kind: 'fill', path } : undefined
  for (const [i, step] of path.entries()) {
    const rest = path.slice(i)
    const here = resolveAlias(node)
    if (here.kind === 'mapping' && typeof step === 'string') {
      const found = here.find(step)
      // A merged value belongs to another mapping too; one of the mapping's own hides it.
      const isOwn = found?.owner === here
      if (found === undefined || (!isOwn && rest.length === 1)) return insertInto(here, rest)
      node = found.entry.value
    } else if (here.kind === 'sequence' && typeof step === 'number' && here.items[step] !== undefined) {
      node = here.items[step]
    } else if (here.kind === 'scalar' && here.isNull && node.kind !== 'alias' && allKeys(rest)) {
      return here.anchor === undefined ? { kind: 'fill', node: here, path: rest } : undefined
    } else return undefined
  }
  const value = resolveAlias(node)
  // A folded text cannot be edited without folding it anew.
  const isFixed =
    value.kind === 'scalar' && value.value.includes('\n') && openNestedText(source, value) === undefined
  return value.kind === 'scalar' && !isFixed ? { kind: 'set', node: node as Scalar | Alias } : undefined
}

function insertInto(mapping: Mapping, rest: FieldPath): ValueSpot | undefined {
  if (!allKeys(rest)) return undefined
  if (mapping.entries.length > 0) return { kind: 'insert', mapping, path: rest }
  return mapping.anchor === undefined ? { kind: 'fill', node: mapping, path: rest } : undefined
}

function allKeys(path: FieldPath): path is readonly string[] {
  return path.length > 0 && path.every((step) => typeof step === 'string')
}

/** New entries of a mapping: texts, or mappings of their own. */
type Tree = Map<string, string | Tree>

/**
 * Makes the edits that write values. Existing scalars keep their style, comments stay, and new keys are indented like their
 * neighbours.
 * @param changes each has another path, and a spot that `findSpot` found
 * @returns in ascending order, for the file that contains the values
 */
export function editValues(values: OpenValues, changes: readonly ValueChange[]): Edit[] {
  const edits: Edit[] = []
  // Two paths lead to one node if an anchored mapping is used twice.
  const written = new Set<YamlNode>()
  const inserts = new Map<Mapping, Tree>()
  const fills = new Map<Scalar | Mapping | undefined, Tree>()
  for (const { path, value } of changes) {
    const spot = findSpot(values, path)
    if (spot === undefined || (values.document === undefined) !== (values.root === undefined)) continue
    if (spot.kind === 'set') {
      const { source, document } = values
      if (document === undefined || written.has(spot.node)) continue
      written.add(spot.node)
      const text = spot.node.kind === 'scalar' && spot.node.value.includes('\n') ? spot.node : undefined
      const nested = text === undefined ? undefined : openNestedText(source, text)
      if (nested !== undefined) edits.push(...textEdits(nested, value))
      else edits.push(...replaceScalar(source, spot.node, value, findScalarContext(document, spot.node)))
    } else if (spot.kind === 'insert') addTo(inserts, spot.mapping, spot.path, value)
    else addTo(fills, spot.node, spot.path, value)
  }
  for (const [mapping, tree] of inserts) edits.push(...insertTree(values, mapping, tree))
  for (const [node, tree] of fills) edits.push(fill(values, node, tree))
  return joined(edits).map(values.mapEdit)
}

/** The edits of a text of several lines, each within a line, so that indentation and blank lines stay. */
function textEdits({ source, mapEdit }: NestedText, value: string): Edit[] {
  const encoder = new TextEncoder()
  const after = value.split('\n')
  let lineStart = 0
  return decodeUtf8(source.text)
    .split('\n')
    .flatMap((line, i) => {
      const changed = after[i] ?? line
      const from = lineStart
      lineStart += encoder.encode(line).length + 1
      if (changed === line) return []
      let start = 0
      while (start < line.length && line[start] === changed[start]) start += 1
      let tail = 0
      while (tail < line.length - start && line.at(-1 - tail) === changed.at(-1 - tail)) tail += 1
      const offset = from + encoder.encode(line.slice(0, start)).length
      const length = encoder.encode(line.slice(start, line.length - tail)).length
      const text = changed.slice(start, changed.length - tail)
      return [mapEdit({ start: offset, end: offset + length, text })]
    })
}

function addTo<Target>(
  trees: Map<Target, Tree>,
  target: Target,
  path: readonly string[],
  value: string,
): void {
  let tree = trees.get(target)
  if (tree === undefined) {
    tree = new Map()
    trees.set(target, tree)
  }
  for (const key of path.slice(0, -1)) {
    const next = tree.get(key)
    const inner: Tree = next instanceof Map ? next : new Map()
    tree.set(key, inner)
    tree = inner
  }
  tree.set(path.at(-1) as string, value)
}

const DIGEST_KEY = /digest|sha/i

/** Keys after which a digest is expected, the best first. */
const NEIGHBOURS = [/tag|version/i, /repo|name|image/i, /registry|hub/i]

function insertTree(values: OpenValues, mapping: Mapping, tree: Tree): Edit[] {
  const { source } = values
  // As people write them: the tag before its digest.
  const sorted = [...tree].toSorted(([a], [b]) => Number(DIGEST_KEY.test(a)) - Number(DIGEST_KEY.test(b)))
  return sorted.flatMap(([key, value]) => {
    const entry = typeof value === 'string' ? neighbourOf(mapping) : (mapping.entries.at(-1) as Entry)
    if (mapping.style === 'flow') {
      const text = typeof value === 'string' ? value : undefined
      if (text === undefined) return []
      return insertEntry(source, { kind: 'insert', mapping, afterKey: entry.key.start, key, value: text })
    }
    const lines = blockLines(new Map([[key, value]]), columnOf(source.bytes, entry.start), eolOf(values))
    return [insertLineAfter(source.bytes, entry.value.end, lines)]
  })
}

function neighbourOf(mapping: Mapping): Entry {
  // After a merge, which would otherwise win over the new key (yaml.v2 applies merges in their order).
  if (mapping.entries.some(isMerge)) return mapping.entries.at(-1) as Entry
  const scalars = mapping.entries.filter(({ value }) => resolveAlias(value).kind === 'scalar')
  for (const wanted of NEIGHBOURS) {
    const found = scalars.findLast(
      (entry) => wanted.test(keyText(entry) ?? '') && !/policy|secret/i.test(keyText(entry) ?? ''),
    )
    if (found !== undefined) return found
  }
  return mapping.entries.at(-1) as Entry
}

function blockLines(tree: Tree, indent: number, eol: string): string {
  const space = ' '.repeat(indent)
  return [...tree]
    .map(([key, value]) => {
      const name = `${space}${formatFlowScalar(key, 'plain', { inFlow: false })}:`
      if (typeof value !== 'string') return `${name}${eol}${blockLines(value, indent + 2, eol)}`
      return `${name} ${formatFlowScalar(value, 'plain', { inFlow: false })}`
    })
    .join(eol)
}

function flowText(tree: Tree): string {
  const entries = [...tree].map(([key, value]) => {
    const text =
      typeof value === 'string' ? formatFlowScalar(value, 'double', { inFlow: true }) : flowText(value)
    return `${formatFlowScalar(key, 'plain', { inFlow: true })}: ${text}`
  })
  return `{${entries.join(', ')}}`
}

function fill(values: OpenValues, node: Scalar | Mapping | undefined, tree: Tree): Edit {
  const { bytes } = values.source
  if (node === undefined) {
    const eol = eolOf(values)
    const lead = bytes.length === 0 || bytes[bytes.length - 1] === 0x0a ? '' : eol
    return { start: bytes.length, end: bytes.length, text: `${lead}${blockLines(tree, 0, eol)}${eol}` }
  }
  const before = bytes[node.start - 1]
  const lead = node.start < node.end || before === 0x20 ? '' : ' '
  return { start: node.start, end: node.end, text: lead + flowText(tree) }
}

function eolOf({ source }: OpenValues): string {
  return source.text.includes('\r\n') ? '\r\n' : '\n'
}

/** Sorts edits, and joins insertions at the same offset: the contract of `Edit` allows only one. The innermost entry comes first. */
function joined(edits: readonly Edit[]): Edit[] {
  const indent = ({ text }: Edit): number => /^[\r\n]* */.exec(text)?.[0].length ?? 0
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end || indent(b) - indent(a))
  const result: Edit[] = []
  for (const edit of sorted) {
    const last = result.at(-1)
    if (
      last !== undefined &&
      last.start === last.end &&
      edit.start === edit.end &&
      last.start === edit.start
    ) {
      result[result.length - 1] = { ...last, text: last.text + edit.text }
    } else result.push(edit)
  }
  return result
}
