import { MAX_TEXT_LENGTH } from '../../reference/grammar.ts'
import { createScalarSearch, keyText, mappingAt, resolveAlias } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { GroupVersionKind } from '../gvk.ts'
import type { ImageField } from '../image-field.ts'
import { matchesPath } from '../path-pattern.ts'
import { type Resource, resourcesOf } from '../resource.ts'
import { rowsFor } from '../tables/lookup.ts'
import { type DescribeObject, type Scope, sourceNode, type Visit, type WalkFilter } from '../visit.ts'
import { walkObject } from '../walk.ts'
import { completeField, type FieldMatch, fieldByRule, fieldByShape } from './field-at.ts'
import type { FieldOptions } from './field-options.ts'
import { createDescribe, isExcluded, isIgnored, type PathRule, type TypeFactsLookup } from './field-rules.ts'

/** A reference, or one behind `--flag=`. Only a cheap first test: equality with an image decides. */
const MAY_BE_IMAGE = /^(--?[\w.-]+=)?([A-Za-z0-9[][\w.:/@[\]-]*)$/

/** The longest copy in bytes, with quotes and indentation: longer texts are not even decoded. */
const MAX_LENGTH = 2 * MAX_TEXT_LENGTH

/** The paths of the mappings of strings that may hold copies in any object; in a ConfigMap, `data` may, too. */
const ANNOTATIONS = [
  ['metadata', 'annotations'],
  ['spec', 'template', 'metadata', 'annotations'],
]
const DATA = [...ANNOTATIONS, ['data']]

/**
 * Returns a field for an environment variable or argument that may be a copy of an image (rule R7); undefined for other values.
 */
export function possibleCopyAt(visit: Visit<PathRule>): FieldMatch | undefined {
  const { key, cursor, isItem, node } = visit
  const isForPrograms = isItem ? key === 'args' || key === 'command' : key === 'value' && cursor.key === 'env'
  return isForPrograms ? possibleCopy(node, []) : undefined
}

/**
 * Returns fields for annotations and values of a ConfigMap that may be copies of an image (rule R7). Paths begin at the
 * object's root.
 */
export function possibleCopiesIn(object: Mapping, gvk: GroupVersionKind): readonly FieldMatch[] {
  const found: FieldMatch[] = []
  const isConfigMap = gvk.group === '' && gvk.kind === 'ConfigMap'
  if (!isConfigMap && !object.mayContain('annotations')) return found
  for (const path of isConfigMap ? DATA : ANNOTATIONS) {
    for (const entry of mappingAt(object, ...path)?.entries ?? []) {
      const key = keyText(entry)
      const field = key === undefined ? undefined : possibleCopy(entry.value, [...path, key])
      if (field !== undefined) found.push(field)
    }
  }
  return found
}

/**
 * Whether a copy is always pinned with its image, whatever the user's setting for copies.
 *
 * @param path from the root of the object
 */
export function isAlwaysPinned({ gvk, object }: Pick<Scope, 'gvk' | 'object'>, path: FieldPath): boolean {
  return rowsFor(gvk).some(
    (row) => row.action === 'pin' && row.conditions.has('copy') && matchesPath(row.path, path, object),
  )
}

/** A quick search of the text for copies of images. */
export interface CopySearch {
  /** Whether a document or an object may hold a copy besides the image fields themselves. */
  mayBeIn(root: YamlNode): boolean
}

/**
 * Creates a quick search for copies.
 * @param fields the image fields of the documents, which are no copies
 * @param allImages the images of the stream: copies are strings that equal one of them
 */
export function createCopySearch(fields: readonly ImageField[], allImages: ReadonlySet<string>): CopySearch {
  const images = new Set([...allImages].filter(isDistinctive))
  if (images.size === 0) return { mayBeIn: () => false }
  const fieldStarts = new Set(
    fields.flatMap((field) => (field.embedded === undefined ? field.node.start : [])),
  )
  const search = createScalarSearch(images, MAX_LENGTH, (text) => images.has(imageIn(text)))
  return {
    mayBeIn: (root) => {
      const found = root.findScalars(search)
      if (found === undefined) return true
      // A status also names images, but is written by a controller.
      const status = root.kind === 'mapping' ? root.find('status')?.entry.value : undefined
      const isReported = (start: number): boolean =>
        status !== undefined && status.start <= start && start < status.end
      return found.some((start) => !fieldStarts.has(start) && !isReported(start))
    },
  }
}

/** @returns the text behind `--flag=`, or the whole text */
function imageIn(text: string): string {
  return text.slice(text.indexOf('=') + 1)
}

/** Whether a name is more than a word, as `nginx` is. */
function isDistinctive(image: string): boolean {
  return /[:/@]/.test(image)
}

function possibleCopy(node: YamlNode, path: readonly string[]): FieldMatch | undefined {
  const value = resolveAlias(node)
  if (value.kind !== 'scalar' || value.end - value.start > MAX_LENGTH || !value.isString) return undefined
  const [, prefix = '', image = ''] = MAY_BE_IMAGE.exec(value.value) ?? []
  if (!isDistinctive(image)) return undefined
  return {
    rule: 'R7',
    containerType: 'custom',
    path,
    node: sourceNode(node, value),
    scalar: value,
    image,
    ...(prefix === '' ? {} : { prefix }),
  }
}

/**
 * Finds the copies of images (rule R7), and separates those that are pinned with their images. It needs all images, and
 * walks only the documents in which such a text occurs.
 *
 * @param images all images of the stream
 * @param isEmbedded whether the documents are the text of a string
 */
export function findCopies(
  documents: readonly YamlDocument[],
  fields: readonly ImageField[],
  images: ReadonlySet<string>,
  options: FieldOptions,
  factsOf: TypeFactsLookup,
  isEmbedded: boolean,
): { readonly pinnedCopies: readonly ImageField[]; readonly copies: readonly ImageField[] } {
  const pinnedCopies: ImageField[] = []
  const copies: ImageField[] = []
  const search = createCopySearch(fields, images)
  for (const document of documents) {
    const { contents } = document
    if (contents === undefined || !search.mayBeIn(contents)) continue
    for (const resource of resourcesOf(document)) {
      if (!search.mayBeIn(resource.object)) continue
      const describe = createDescribe(factsOf, options, resource.isFunctionItem && !isEmbedded)
      copiesInObject(resource, describe, options, (field, at, scope) => {
        if (!images.has(field.image)) return
        const isPinned =
          options.copies === 'pin' || isAlwaysPinned(scope, [...at.slice(scope.depth), ...field.path])
        ;(isPinned ? pinnedCopies : copies).push(completeField(field, at, document, resource, scope))
      })
    }
  }
  return { pinnedCopies, copies }
}

/** The values that may be copies, and those that may be images. */
const PROGRAMS: WalkFilter = {
  isReported: (key, cursor, isItem) =>
    isItem
      ? key === 'args' || key === 'command'
      : key === 'image' || (key === 'value' && cursor.key === 'env'),
}

/** Calls `add` for every string of an object that may be a copy. */
function copiesInObject(
  { object, gvk }: Resource,
  describe: DescribeObject<PathRule>,
  options: FieldOptions,
  add: (field: FieldMatch, at: FieldPath, scope: Scope) => void,
): void {
  const describeAndAdd: DescribeObject<PathRule> = (scope, path) => {
    const facts = describe(scope, path)
    if (!facts.shapesApply) return facts
    for (const copy of possibleCopiesIn(scope.object, scope.gvk)) {
      if (!isExcluded(scope, [...path, ...copy.path], options)) add(copy, [...path], scope)
    }
    return facts
  }
  walkObject(object, gvk, describeAndAdd, PROGRAMS, (visit) => {
    if (isField(visit)) return false
    const copy = visit.shapesApply ? possibleCopyAt(visit) : undefined
    if (copy === undefined) return true
    if (!isIgnored(visit.scope, visit.path, options)) add(copy, visit.path, visit.scope)
    return false
  })
}

/** Whether a value is a field, and so no copy, or a text with documents of its own. */
function isField(visit: Visit<PathRule>): boolean {
  const byRule = visit.rules.some(({ rule, scope }) =>
    rule.kind === 'scalar' && rule.embedded !== undefined
      ? visit.value.kind === 'scalar' && visit.value.isString
      : fieldByRule(visit, rule, scope) !== undefined,
  )
  return byRule || (visit.shapesApply && fieldByShape(visit) !== undefined)
}
