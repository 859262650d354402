import { InternalError } from '../../diagnostics/errors.ts'
import { formatPath } from '../lookup.ts'
import type {
  Alias,
  Entry,
  FieldPath,
  Insertion,
  Mapping,
  NodeChange,
  Scalar,
  Sequence,
  YamlDocument,
  YamlNode,
} from '../nodes.ts'
import { hasPlannedValue, isStringNode } from '../planned-value.ts'
import { tagType } from '../scalar-type.ts'

interface Comparison {
  /** The new values, by the nodes before the edit. */
  readonly sets: ReadonlyMap<YamlNode, string>
  readonly insertions: ReadonlyMap<Mapping, readonly Insertion[]>
  /** The anchored nodes after the edit, by those before it. */
  readonly anchored: Map<YamlNode, YamlNode>
  readonly document: YamlDocument
}

/**
 * Compares a document with the edited document: apart from the changes, every node must be the same (its value, style,
 * anchor, tag and the order of its entries). Comments and white space are not compared. A changed scalar may have another
 * style, and loses a tag under which it is not a string.
 * @param document the document before the edit
 * @param after the root node of the edited document; undefined if it contains only comments
 * @param changes the changes that must have been made
 * @throws {InternalError} with the path of the first difference
 */
export function assertOnlyPlannedChanges(
  document: YamlDocument,
  after: YamlNode | undefined,
  changes: readonly NodeChange[],
): void {
  const sets = new Map<YamlNode, string>()
  const insertions = new Map<Mapping, Insertion[]>()
  for (const change of changes) {
    if (change.kind === 'set') sets.set(change.node, change.value)
    else insertions.set(change.mapping, [...(insertions.get(change.mapping) ?? []), change])
  }
  const comparison = { sets, insertions, anchored: new Map(), document }
  if (document.contents === undefined || after === undefined) {
    if (document.contents !== after) fail(comparison, [], 'it lost or won its contents')
    return
  }
  compare(comparison, document.contents, after, [])
}

function compare(comparison: Comparison, before: YamlNode, after: YamlNode, path: FieldPath): void {
  const value = comparison.sets.get(before)
  if (value !== undefined) compareSet(comparison, before as Scalar | Alias, value, after, path)
  else if (before.kind !== after.kind || before.anchor !== after.anchor || before.tag !== after.tag) {
    fail(comparison, path, 'its kind, anchor or tag changed')
  }
  if (before.anchor !== undefined) comparison.anchored.set(before, after)
  if (value === undefined) compareContents(comparison, before, after, path)
}

function compareContents(comparison: Comparison, before: YamlNode, after: YamlNode, path: FieldPath): void {
  if (before.kind === 'scalar') compareScalar(comparison, before, after as Scalar, path)
  else if (before.kind === 'alias') compareAlias(comparison, before, after as Alias, path)
  else if (before.kind === 'mapping') compareMapping(comparison, before, after as Mapping, path)
  else compareSequence(comparison, before, after as Sequence, path)
}

function compareSequence(comparison: Comparison, before: Sequence, after: Sequence, path: FieldPath): void {
  if (before.style !== after.style || after.items.length !== before.items.length) {
    fail(comparison, path, 'its length or style changed')
  }
  for (const [i, item] of before.items.entries()) {
    compare(comparison, item, after.items[i] as YamlNode, [...path, i])
  }
}

function compareScalar(comparison: Comparison, before: Scalar, after: Scalar, path: FieldPath): void {
  if (before.value !== after.value || before.style !== after.style || before.isString !== after.isString) {
    fail(comparison, path, 'its value or style changed')
  }
}

function compareAlias(comparison: Comparison, before: Alias, after: Alias, path: FieldPath): void {
  if (before.name !== after.name || comparison.anchored.get(before.target) !== after.target) {
    fail(comparison, path, 'its alias stands for something else')
  }
}

function compareMapping(comparison: Comparison, before: Mapping, after: Mapping, path: FieldPath): void {
  const insertions = comparison.insertions.get(before) ?? []
  if (before.style !== after.style || after.entries.length !== before.entries.length + insertions.length) {
    fail(comparison, path, 'its length or style changed')
  }
  let at = 0
  for (const entry of before.entries) {
    const now = after.entries[at] as Entry
    at += 1
    const step = entry.key.kind === 'scalar' ? entry.key.value : '?'
    compare(comparison, entry.key, now.key, [...path, step])
    compare(comparison, entry.value, now.value, [...path, step])
    for (const insertion of insertions) {
      if (insertion.afterKey !== entry.key.start) continue
      compareInsertion(comparison, insertion, after.entries[at], path)
      at += 1
    }
  }
}

function compareInsertion(
  comparison: Comparison,
  { key, value }: Insertion,
  entry: Entry | undefined,
  path: FieldPath,
): void {
  const keyNow = entry?.key
  const isKey = keyNow?.kind === 'scalar' && keyNow.value === key
  if (!isKey || !isStringNode(entry?.value, value))
    fail(comparison, [...path, key], 'it was not inserted as planned')
}

function compareSet(
  comparison: Comparison,
  before: Scalar | Alias,
  value: string,
  after: YamlNode,
  path: FieldPath,
): void {
  if (!hasPlannedValue(before, value, after)) fail(comparison, path, 'it did not get its value')
  const type = tagType(before.tag)
  const tag = type === 'string' ? before.tag : undefined
  if (after.anchor !== before.anchor || after.tag !== tag) fail(comparison, path, 'its anchor or tag changed')
}

function fail({ document }: Comparison, path: FieldPath, what: string): never {
  throw new InternalError(
    `document ${document.index + 1} did not come out as planned at ${formatPath(path) || 'its root'}: ${what}`,
  )
}
