import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { isReference } from '../reference/parse.ts'
import { isMerge, keyText, lookup } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import type { FieldOptions } from './field-options.ts'
import { type FoundImages, findImages, isExcluded } from './find.ts'
import { neverReason } from './never.ts'
import { type Resource, resourcesOf } from './resource.ts'
import { isSplit } from './shape.ts'
import { skippedObject } from './skip.ts'

/** A string that looks like an image and is left alone. */
export interface LeftString {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** From the document's root. */
  readonly path: FieldPath
  readonly node: Scalar
  readonly text: string
  readonly reason: string
}

/**
 * Finds the strings that look like an image and are none of the fields that were found, and says of each why it is
 * left. It is generous, since it is read by people: a key with `image` in it or a string that a program is given, with a
 * value that is a reference with a tag, a digest or a path.
 *
 * @param found what `findImages` found in the same documents with the same options
 */
export function findLeft(
  documents: readonly YamlDocument[],
  source: Source,
  options: FieldOptions,
  found: FoundImages,
): readonly LeftString[] {
  const scalarsOf = ({ fields }: FoundImages): Set<Scalar> => new Set(fields.map(({ scalar }) => scalar))
  const known: Known = {
    options,
    pinned: scalarsOf(found),
    copies: new Set(found.copies.map(({ scalar }) => scalar)),
    optional: scalarsOf(findImages(documents, source, { ...options, optional: [{}] })),
  }
  return documents.flatMap((document) =>
    resourcesOf(document).flatMap((resource) => {
      const left: LeftString[] = []
      const skipped = skippedObject(resource.object, resource.gvk)
      visit(resource.object, {
        keys: [],
        visit: (at) => consider(at, document, resource, skipped, known, left),
      })
      return left
    }),
  )
}

interface Known {
  readonly options: FieldOptions
  readonly pinned: ReadonlySet<Scalar>
  readonly copies: ReadonlySet<Scalar>
  readonly optional: ReadonlySet<Scalar>
}

interface StringAt {
  readonly path: FieldPath
  readonly scalar: Scalar
  /** The mapping that has the last key of the path. */
  readonly mapping: Mapping
}

interface Walk {
  readonly keys: (string | number)[]
  readonly visit: (at: StringAt) => void
}

/** Goes through what is written; an alias leads to what is written elsewhere, and was seen there. */
function visit(node: YamlNode, walk: Walk, mapping?: Mapping): void {
  if (node.kind === 'scalar') {
    if (node.isString && mapping !== undefined) walk.visit({ path: [...walk.keys], scalar: node, mapping })
  } else if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) step(index, item, walk, mapping)
  } else if (node.kind === 'mapping') {
    for (const entry of node.entries) {
      const key = keyText(entry)
      const isReported = walk.keys.length === 0 && key === 'status'
      const isManaged = walk.keys.length === 1 && walk.keys[0] === 'metadata' && key === 'managedFields'
      if (key !== undefined && !isMerge(entry) && !isReported && !isManaged)
        step(key, entry.value, walk, node)
    }
  }
}

function step(key: string | number, node: YamlNode, walk: Walk, mapping: Mapping | undefined): void {
  walk.keys.push(key)
  visit(node, walk, mapping)
  walk.keys.pop()
}

function consider(
  { path, scalar, mapping }: StringAt,
  document: YamlDocument,
  resource: Resource,
  skipped: string | undefined,
  known: Known,
  left: LeftString[],
): void {
  if (known.pinned.has(scalar) || !looksLikeImage(path, scalar.value, mapping)) return
  const reason =
    skipped === undefined
      ? whyLeft(path, scalar, mapping, resource, known)
      : `the object is skipped: ${skipped}`
  left.push({
    document,
    resource: resource.identifier,
    path: [...resource.path, ...path],
    node: scalar,
    text: scalar.value,
    reason,
  })
}

function whyLeft(
  path: FieldPath,
  scalar: Scalar,
  mapping: Mapping,
  { gvk }: Resource,
  { options, copies, optional }: Known,
): string {
  const never = neverReason(gvk, path)
  if (never !== undefined) return never
  if (isExcluded(gvk, path, options)) return 'the configuration excludes it'
  if (copies.has(scalar)) return 'a copy of an image of this stream: spec.fields.copies can pin it alike'
  if (optional.has(scalar)) return 'an optional field: spec.fields.optional can ask for it'
  if (isSplit(mapping)) return 'one part of a reference in several keys'
  return isForProgram(path, mapping)
    ? 'given to a program: spec.fields.rules can name it'
    : 'no rule knows this field'
}

/** Names of variables, flags, annotations and keys that hold images in practice (docs/image-fields.md, "Copies"). */
const IMAGE_NAME = /image(?!.*(?:policy|secret))/i

function looksLikeImage(path: FieldPath, text: string, mapping: Mapping): boolean {
  const key = lastKey(path)
  if (key === 'image') return text.trim() !== ''
  const flag = /^--?[\w.-]+=/.exec(text)?.[0] ?? ''
  const value = text.slice(flag.length)
  if (!/\/.*[:@]|[:@].*\//.test(value) || !isReference(value)) return false
  return IMAGE_NAME.test(key) || isForProgram(path, mapping)
}

/** An environment variable, an argument, an annotation, or a value of a ConfigMap. */
function isForProgram(path: FieldPath, mapping: Mapping): boolean {
  const key = lastKey(path)
  if (key === 'args' || key === 'command') return true
  if (key === 'value') return path.includes('env') && lookup(mapping, 'name') !== undefined
  const parent = path.at(-2)
  return parent === 'annotations' || (parent === 'data' && path.length === 2)
}

function lastKey(path: FieldPath): string {
  return path.findLast((one) => typeof one === 'string') ?? ''
}
