import type { Diagnostic, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/errors.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatHint, formatMessage } from '../report/message.ts'
import { readDocuments } from '../yaml/documents.ts'
import { formatJson } from '../yaml/edit/scalar-format.ts'
import { applyEdits } from '../yaml/edit/splice.ts'
import { toJsonValue } from '../yaml/json-value.ts'
import { resolveAlias } from '../yaml/lookup.ts'
import type { Edit, Entry, Mapping, YamlNode } from '../yaml/nodes.ts'
import { readSource, type Source } from '../yaml/source.ts'
import { checkNoObjectsLost } from './lost-objects.ts'
import { findResourceList, type ResourceList } from './resource-list.ts'

/**
 * Composes the output of a KRM function: the list, with the diagnostics as its results. A failed run returns the original
 * items, because orchestrators delete what is missing.
 *
 * @param list the list in `source`
 * @param output the transformed list; undefined if the run failed
 * @throws {PinpullError} OBJECTS_LOST
 * @throws {InternalError} if the output does not parse as a ResourceList with the same number of items
 */
export function composeResourceList(
  list: ResourceList,
  source: Source,
  output: Uint8Array | undefined,
  diagnostics: readonly Diagnostic[],
): Uint8Array {
  const isChanged = output !== undefined && output !== source.bytes
  const outputSource = isChanged ? readSource(output) : source
  const outputList = isChanged ? readList(output) : list
  const results = diagnostics.map((diagnostic) => toResult(diagnostic, list.items))
  const composed = addResults(outputSource, outputList, results)
  checkNoObjectsLost(source.bytes, [composed])
  if (composed !== outputSource.bytes && readList(composed).items.length !== list.items.length)
    throw new InternalError('a ResourceList with results does not read back as the list that came in')
  return composed
}

function readList(bytes: Uint8Array): ResourceList {
  const list = findResourceList(readDocuments(readSource(bytes)).documents)
  if (list === undefined) throw new InternalError('a ResourceList does not read back as one')
  return list
}

/** A diagnostic in the form of the KRM functions specification v1, `Result`. */
export interface Result {
  readonly message: string
  readonly severity: Diagnostic['severity']
  readonly resourceRef?: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace?: string
    readonly name: string
  }
  readonly field?: { readonly path: string; readonly currentValue?: string }
  readonly file?: { readonly path: string; readonly index?: number }
  /** `code` is the code of the diagnostic. */
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Converts a diagnostic about an item of a ResourceList.
 * @param items the items of the list
 */
function toResult(diagnostic: Diagnostic, items: readonly (Mapping | undefined)[]): Result {
  const { at, args, severity, code } = diagnostic
  const [, position, path] = /^items\[(\d+)\]\.?(.*)$/.exec(at?.path ?? '') ?? []
  const item = position === undefined ? undefined : items[Number(position)]
  const file = item === undefined ? undefined : fileOf(item)
  // The specification requires a name in every reference, and a reference with every field.
  const resourceRef = at?.resource?.name ? printableResource(at.resource) : undefined
  const currentValue = typeof args['image'] === 'string' ? { currentValue: printable(args['image']) } : {}
  return {
    message: `${formatMessage(diagnostic)}; ${formatHint(diagnostic)}`,
    severity,
    ...(resourceRef === undefined ? {} : { resourceRef }),
    ...(resourceRef === undefined || !path ? {} : { field: { path: printable(path), ...currentValue } }),
    ...(file === undefined ? {} : { file }),
    tags: { code },
  }
}

/** Escapes control characters, because orchestrators print results unchanged. */
function printableResource({ apiVersion, kind, namespace, name }: ResourceIdentifier): ResourceIdentifier {
  return {
    apiVersion: printable(apiVersion),
    kind: printable(kind),
    ...(namespace === undefined ? {} : { namespace: printable(namespace) }),
    name: printable(name),
  }
}

/** The file that the orchestrator read an item from. kyaml moved these annotations to `internal.`, but still writes both. */
function fileOf(item: Mapping): Result['file'] {
  const annotation = (name: string): string | undefined =>
    item.stringAt('metadata', 'annotations', `internal.config.kubernetes.io/${name}`) ??
    item.stringAt('metadata', 'annotations', `config.kubernetes.io/${name}`)
  const path = annotation('path')
  const index = Number(annotation('index'))
  if (path === undefined) return undefined
  const file = { path: printable(path) }
  return Number.isInteger(index) ? { ...file, index } : file
}

/**
 * Adds results to a list. One that the list already has is not added again, so that a second run changes nothing. New
 * results come first, because a list can always be extended at its first byte, whatever it ends with.
 *
 * @param source the text of the list
 * @param list the list that `findResourceList` found in this source
 * @returns the same buffer if there is nothing to add
 */
export function addResults(source: Source, list: ResourceList, results: readonly Result[]): Uint8Array {
  const entry = list.root.find('results')?.entry
  const existing = new Set(itemsOf(entry).map((item) => JSON.stringify(toJsonValue(item))))
  const added = results
    .map((result) => formatJson(result))
    .filter((text) => !existing.has(JSON.stringify(JSON.parse(text))))
  if (added.length === 0) return source.bytes
  return applyEdits(source.bytes, [
    entry === undefined ? insertEntry(source, list.root, added) : insertItems(source, entry, added),
  ])
}

function insertEntry({ text }: Source, root: Mapping, added: readonly string[]): Edit {
  if (root.style === 'flow') return insertion(root.start + 1, `"results": [${added.join(', ')}], `)
  const indent = indentAt(text, root.start)
  const lines = ['results:', ...added.map((one) => `- ${one}`)]
  return insertion(root.start, lines.map((line) => `${line}${lineBreak(text)}${indent}`).join(''))
}

function insertItems({ text }: Source, { value }: Entry, added: readonly string[]): Edit {
  const node = resolveAlias(value)
  if (node.kind === 'sequence' && node.items.length > 0 && node.style === 'block') {
    const indent = indentAt(text, node.start)
    return insertion(node.start, added.map((one) => `- ${one}${lineBreak(text)}${indent}`).join(''))
  }
  if (node.kind === 'sequence' && node.items.length > 0) {
    return insertion(node.start + 1, `${added.join(', ')}, `)
  }
  // `results: []`, `results: null`, `results:` without a value, or a value that is not a list.
  return {
    start: value.start,
    end: value.end,
    text: `${value.start === value.end ? ' ' : ''}[${added.join(', ')}]`,
  }
}

function insertion(offset: number, text: string): Edit {
  return { start: offset, end: offset, text }
}

/** The spaces directly before a node on its line: the indentation of its siblings. */
function indentAt(text: string, offset: number): string {
  return /[ ]*$/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? ''
}

function lineBreak(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

function itemsOf(entry: Entry | undefined): readonly YamlNode[] {
  const node = entry === undefined ? undefined : resolveAlias(entry.value)
  return node?.kind === 'sequence' ? node.items : []
}
