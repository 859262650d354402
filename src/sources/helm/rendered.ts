import { readDocuments } from '../../yaml/documents.ts'
import { formatPath, keyText } from '../../yaml/lookup.ts'
import type { FieldPath, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import { readSource, type Source } from '../../yaml/source.ts'

/** Manifests that a chart was rendered to, prepared for comparing. */
export interface Rendered {
  readonly bytes: Uint8Array
  readonly documents: readonly RenderedDocument[]
}

interface RenderedDocument {
  /** `Deployment shop/web`, with a number behind it if an object before has the same. */
  readonly name: string
  readonly text: string
  /** The values of the document by their paths: made when they are first needed, because most documents never change. */
  readonly values: () => ReadonlyMap<string, RenderedValue>
}

interface RenderedValue {
  readonly text: string
  readonly isString: boolean
}

/** A value that differs between two renderings of a chart. */
export interface Difference {
  /** The object: `Deployment shop/web`. */
  readonly object: string
  /** The path of the value, as `formatPath` writes it; empty for a whole object. */
  readonly path: string
  /** Absent if the value is only in the second rendering. */
  readonly before?: string | undefined
  /** Absent if the value is only in the first rendering. */
  readonly after?: string | undefined
}

/**
 * Reads the output of `helm template`.
 * @returns undefined if a document of it is not valid YAML
 * @throws {PinpullError} INPUT_NOT_UTF8
 */
export function readRendered(bytes: Uint8Array): Rendered | undefined {
  const source = readSource(bytes)
  const { documents, diagnostics } = readDocuments(source)
  if (diagnostics.length > 0) return undefined
  const names = new Map<string, number>()
  return { bytes, documents: documents.map((document) => readDocument(source, document, names)) }
}

function readDocument(source: Source, document: YamlDocument, names: Map<string, number>): RenderedDocument {
  const name = nameOf(document.contents)
  const count = (names.get(name) ?? 0) + 1
  names.set(name, count)
  let values: Map<string, RenderedValue> | undefined
  return {
    name: count === 1 ? name : `${name} (${count})`,
    text: source.text.slice(document.start, document.end),
    values: () => {
      if (values === undefined) {
        values = new Map()
        if (document.contents !== undefined) collect(document.contents, [], values)
      }
      return values
    },
  }
}

function nameOf(root: YamlNode | undefined): string {
  if (root?.kind !== 'mapping') return 'a document that is no object'
  const kind = root.stringAt('kind') ?? 'an object without kind'
  const namespace = root.stringAt('metadata', 'namespace')
  const name = root.stringAt('metadata', 'name') ?? ''
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`.trim()
}

/** An alias counts as its name: what it stands for is compared at its anchor. */
function collect(node: YamlNode, path: FieldPath, values: Map<string, RenderedValue>): void {
  if (node.kind === 'mapping' && node.entries.length > 0) {
    for (const entry of node.entries) collect(entry.value, [...path, keyText(entry) ?? 'null'], values)
  } else if (node.kind === 'sequence' && node.items.length > 0) {
    for (const [i, item] of node.items.entries()) collect(item, [...path, i], values)
  } else values.set(formatPath(path), readValue(node))
}

function readValue(node: YamlNode): RenderedValue {
  if (node.kind === 'scalar') return { text: node.value, isString: node.isString }
  if (node.kind === 'alias') return { text: `*${node.name}`, isString: false }
  return { text: node.kind === 'mapping' ? '{}' : '[]', isString: false }
}

/** Compares two renderings by the values of their objects. Comments, styles and the order of keys do not count. */
export function findDifferences(before: Rendered, after: Rendered): Difference[] {
  const others = new Map(after.documents.map((document) => [document.name, document]))
  const differences: Difference[] = []
  for (const document of before.documents) {
    const other = others.get(document.name)
    others.delete(document.name)
    if (other === undefined) differences.push({ object: document.name, path: '', before: 'an object' })
    else if (other.text !== document.text) differences.push(...compareDocuments(document, other))
  }
  for (const name of others.keys()) differences.push({ object: name, path: '', after: 'an object' })
  return differences
}

function compareDocuments(before: RenderedDocument, after: RenderedDocument): Difference[] {
  const old = before.values()
  const now = after.values()
  const differences: Difference[] = []
  for (const [path, value] of old) {
    const other = now.get(path)
    if (other?.text === value.text && other.isString === value.isString) continue
    differences.push({ object: before.name, path, before: value.text, after: other?.text })
  }
  for (const [path, value] of now) {
    if (!old.has(path)) differences.push({ object: before.name, path, after: value.text })
  }
  return differences
}

/** The same text for the same place in several renderings. */
export function placeOf({ object, path }: Pick<Difference, 'object' | 'path'>): string {
  return path === '' ? object : `${object}, ${path}`
}
