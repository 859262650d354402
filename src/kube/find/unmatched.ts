import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { isReference } from '../../reference/parse.ts'
import { isMerge, keyText } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { isSplitReference } from '../pod/container-shape.ts'
import {
  identifierOf,
  isLocalConfig,
  LOCAL_CONFIG,
  objectTypeOf,
  type Resource,
  resourcesOf,
} from '../resource.ts'
import { deniedReason, skippedReason } from '../tables/lookup.ts'
import type { Scope } from '../visit.ts'
import { isCriteria, isCriteriaKey } from '../walk.ts'
import type { FieldOptions } from './field-options.ts'
import { isExcluded } from './field-rules.ts'
import { type FoundImages, findImages } from './find-images.ts'
import type { UnknownField } from './unknown-fields.ts'

/** A string that looks like an image but is no field. */
export interface UnmatchedString {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** From the document's root. */
  readonly path: FieldPath
  readonly node: Pick<YamlNode, 'start'>
  readonly text: string
  readonly reason: string
}

/**
 * Finds the strings that look like an image but are not among the fields that were found, with the reason. The list is for
 * people, so it rather has too many: strings under a key with `image` in its name, and strings for programs, if they are a
 * reference with a path and a tag or digest. It includes everything that `check` reports as unknown.
 *
 * @param found the result of `findImages` for the same documents with the same options
 */
export function findUnmatched(
  documents: readonly YamlDocument[],
  source: Source,
  options: FieldOptions,
  found: FoundImages,
): readonly UnmatchedString[] {
  const scalarsOf = ({ fields }: FoundImages): Set<Scalar> => new Set(fields.map(({ scalar }) => scalar))
  const known: Known = {
    options,
    pinned: new Set([...scalarsOf(found), ...found.parameterTexts]),
    copies: new Set(found.copies.map(({ scalar }) => scalar)),
    optional: scalarsOf(findImages(documents, source, { ...options, optional: [{}] })),
  }
  const strings = documents.flatMap((document) =>
    resourcesOf(document).flatMap((resource) => {
      const unmatched: UnmatchedString[] = []
      const { object, gvk } = resource
      const scope = { object, gvk, depth: 0 }
      const start = { document, resource, known, unmatched, keys: [] }
      visit(object, { ...start, scope, skipped: skippedObjectReason(resource) })
      return unmatched
    }),
  )
  const listed = new Set(strings.map(({ document, node, text }) => `${document.index} ${node.start} ${text}`))
  const unknown = found.unknown
    .filter(
      ({ document, node, prefix, image }) => !listed.has(`${document.index} ${node.start} ${prefix}${image}`),
    )
    .map((field) => ({ ...field, text: `${field.prefix}${field.image}`, reason: unknownReason(field) }))
  return [...strings, ...unknown].sort(
    (a, b) => a.document.index - b.document.index || a.node.start - b.node.start,
  )
}

/** Why a whole resource is skipped: because of its type, or because kustomize and kpt leave it out. */
function skippedObjectReason({ object, gvk, isFunctionItem }: Resource): string | undefined {
  const isLocal = isFunctionItem && isLocalConfig(object)
  return skippedReason(gvk) ?? (isLocal ? `${LOCAL_CONFIG} says that it is not applied` : undefined)
}

function unknownReason({ isOptional, isCopy, form }: UnknownField): string {
  if (isCopy) return COPY
  if (isOptional) return OPTIONAL
  return form === 'program' ? FOR_PROGRAM : UNKNOWN
}

const COPY = 'a copy of an image of this stream: spec.fields.copies can pin it alike'
const OPTIONAL = 'an optional field: spec.fields.optional can ask for it'
const FOR_PROGRAM = 'given to a program: spec.fields.rules can name it'
const UNKNOWN = 'no rule knows this field'

interface Known {
  readonly options: FieldOptions
  readonly pinned: ReadonlySet<Scalar>
  readonly copies: ReadonlySet<Scalar>
  readonly optional: ReadonlySet<Scalar>
}

interface Walk {
  readonly document: YamlDocument
  readonly resource: Resource
  readonly known: Known
  readonly unmatched: UnmatchedString[]
  readonly keys: (string | number)[]
  /** The innermost object. */
  readonly scope: Scope
  /** The reason why it is skipped; undefined if it is not. */
  readonly skipped: string | undefined
}

/**
 * Visits all strings. The target of an alias is visited where it is written.
 *
 * @param mapping the mapping that has the last key
 */
function visit(node: YamlNode, walk: Walk, mapping?: Mapping): void {
  if (node.kind === 'scalar') {
    if (node.isString && mapping !== undefined) consider(node, mapping, walk)
  } else if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) step(index, item, walk, mapping)
  } else if (node.kind === 'mapping') {
    const inner = inMapping(node, walk)
    for (const entry of node.entries) {
      const key = keyText(entry)
      const own = walk.keys.slice(inner.scope.depth)
      const isReported = own.length === 0 && key === 'status'
      const isManaged = own.length === 1 && own[0] === 'metadata' && key === 'managedFields'
      if (key !== undefined && !isMerge(entry) && !isReported && !isManaged) {
        step(key, entry.value, isCriteriaKey(key) ? skipping(inner, CRITERIA_REASON) : inner, node)
      }
    }
  }
}

function step(key: string | number, node: YamlNode, walk: Walk, mapping: Mapping | undefined): void {
  walk.keys.push(key)
  visit(node, walk, mapping)
  walk.keys.pop()
}

const CRITERIA_REASON = 'what others are compared with, and nothing that runs'

/** The walk in a mapping, which may be an embedded object. */
function inMapping(mapping: Mapping, walk: Walk): Walk {
  if (walk.keys.length === 0) return walk
  const { scope } = walk
  if (isCriteria(mapping, scope.gvk)) return skipping(walk, CRITERIA_REASON)
  const gvk = objectTypeOf(mapping)
  if (gvk === undefined) return walk
  const inner = { object: mapping, gvk, depth: walk.keys.length, outer: scope }
  return skipping({ ...walk, scope: inner }, skippedReason(gvk))
}

function skipping(walk: Walk, reason: string | undefined): Walk {
  return walk.skipped !== undefined || reason === undefined ? walk : { ...walk, skipped: reason }
}

function consider(scalar: Scalar, mapping: Mapping, walk: Walk): void {
  const { document, resource, known, scope, skipped, unmatched } = walk
  const path = [...walk.keys]
  if (known.pinned.has(scalar) || !looksLikeImage(path, scalar.value, mapping)) return
  const reason =
    skipped === undefined
      ? unmatchedReason(path, scalar, mapping, scope, known)
      : `the object is skipped: ${skipped}`
  unmatched.push({
    document,
    resource: scope.outer === undefined ? resource.identifier : identifierOf(scope.object, scope.gvk),
    path: [...resource.path, ...path],
    node: scalar,
    text: scalar.value,
    reason,
  })
}

function unmatchedReason(
  path: FieldPath,
  scalar: Scalar,
  mapping: Mapping,
  scope: Scope,
  { options, copies, optional }: Known,
): string {
  const denied = deniedReason(scope.gvk, path.slice(scope.depth))
  if (denied !== undefined) return denied
  if (isExcluded(scope, path, options)) return 'the configuration excludes it'
  if (copies.has(scalar)) return COPY
  if (optional.has(scalar)) return OPTIONAL
  if (isSplitReference(mapping)) return 'one part of a reference in several keys'
  return isForProgram(path, mapping) ? FOR_PROGRAM : UNKNOWN
}

/** Names of variables, flags, annotations and keys that hold images in practice . */
const IMAGE_NAME = /image(?!.*(?:policy|secret))/i

function looksLikeImage(path: FieldPath, text: string, mapping: Mapping): boolean {
  const key = lastKey(path)
  if (key === 'image') return text.trim() !== ''
  const flag = /^--?[\w.-]+=/.exec(text)?.[0] ?? ''
  const value = text.slice(flag.length)
  if (!value.includes('/') || !/[:@]/.test(value) || !isReference(value)) return false
  return IMAGE_NAME.test(key) || isForProgram(path, mapping)
}

/** An environment variable, an argument, an annotation, or a value of a ConfigMap. */
function isForProgram(path: FieldPath, mapping: Mapping): boolean {
  const key = lastKey(path)
  if (key === 'args' || key === 'command') return true
  if (key === 'value') return path.includes('env') && mapping.find('name') !== undefined
  const parent = path.at(-2)
  return parent === 'annotations' || (parent === 'data' && path.length === 2)
}

function lastKey(path: FieldPath): string {
  return path.findLast((one) => typeof one === 'string') ?? ''
}
