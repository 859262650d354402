import { MAX_TEXT_LENGTH } from '../../reference/grammar.ts'
import { createScalarSearch, keyText, mappingAt, resolveAlias } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { GroupVersionKind } from '../gvk.ts'
import type { ImageField } from '../image-field.ts'
import { matchesPath } from '../path-pattern.ts'
import { type Resource, resourcesOf } from '../resource.ts'
import { customFieldsOf } from '../tables/lookup.ts'
import {
  type DescribeObject,
  type Scope,
  sourceNode,
  type Visit,
  type WalkFilter,
  walkObject,
} from '../walk.ts'
import { completeField, type FieldMatch, fieldByRule, fieldByShape } from './field-at.ts'
import type { FieldOptions } from './field-options.ts'
import { createDescribe, isExcluded, isIgnored, type PathRule, type TypeFactsLookup } from './field-rules.ts'

/** What may be a reference, or one behind `--flag=`. Cheap, since most strings are not: equality decides later. */
const MAY_BE_IMAGE = /^(--?[\w.-]+=)?([A-Za-z0-9[][\w.:/@[\]-]*)$/

/** How many bytes a copy may take, quotes and indentation included: longer texts are not even decoded. */
const MAX_LENGTH = 2 * MAX_TEXT_LENGTH

/** The mappings of strings that any object, and a ConfigMap besides, may have: by the keys that lead there. */
const ANNOTATIONS = [
  ['metadata', 'annotations'],
  ['spec', 'template', 'metadata', 'annotations'],
]
const DATA = [...ANNOTATIONS, ['data']]

/**
 * The field that an environment variable or an argument would be, were it a copy of an image (rule R7).
 *
 * @returns absent where the visit is to something else
 */
export function possibleCopyAt(visit: Visit<PathRule>): FieldMatch | undefined {
  const { key, cursor, isItem, node } = visit
  const isForPrograms = isItem ? key === 'args' || key === 'command' : key === 'value' && cursor.key === 'env'
  return isForPrograms ? possibleCopy(node, []) : undefined
}

/** The fields that an object's annotations, and the values of a ConfigMap, would be; their paths from its root. */
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
 * Whether a copy is pinned with its image whatever the user says of copies.
 *
 * @param path from the root of the object that it is of
 */
export function isAlwaysPinned({ gvk, object }: Pick<Scope, 'gvk' | 'object'>, path: FieldPath): boolean {
  return customFieldsOf(gvk).some((row) => row.conditions.has('twin') && matchesPath(row.path, path, object))
}

/** Where copies of images may be, as far as the text alone tells. */
export interface CopySearch {
  /** Whether a document or an object may hold one, beside the image fields themselves. */
  mayBeIn(root: YamlNode): boolean
}

/** @param fields every image field of a stream: copies are strings that equal one of their images */
export function createCopySearch(fields: readonly ImageField[]): CopySearch {
  const images = new Set(fields.map(({ image }) => image).filter(hasSign))
  const places = new Set(fields.flatMap((field) => (field.embedded === undefined ? field.node.start : [])))
  const search = createScalarSearch(images, MAX_LENGTH, (text) => images.has(imageIn(text)))
  return {
    mayBeIn: (root) => {
      if (images.size === 0) return false
      const found = root.findScalars(search)
      if (found === undefined) return true
      // What a controller reports names images, too, and is no copy.
      const status = root.kind === 'mapping' ? root.find('status')?.entry.value : undefined
      const isReported = (start: number): boolean =>
        status !== undefined && status.start <= start && start < status.end
      return found.some((start) => !places.has(start) && !isReported(start))
    },
  }
}

/** What of a text would be an image, were it a copy of one: what is behind `--flag=`, where that stands before. */
function imageIn(text: string): string {
  return text.slice(text.indexOf('=') + 1)
}

/** One without any of these, such as `nginx`, is a word like others. */
function hasSign(image: string): boolean {
  return /[:/@]/.test(image)
}

function possibleCopy(node: YamlNode, path: readonly string[]): FieldMatch | undefined {
  const value = resolveAlias(node)
  if (value.kind !== 'scalar' || value.end - value.start > MAX_LENGTH || !value.isString) return undefined
  const [, prefix = '', image = ''] = MAY_BE_IMAGE.exec(value.value) ?? []
  if (!hasSign(image)) return undefined
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
 * The copies of images (rule R7), apart from those that are pinned with their images. They are looked for when all
 * images are known, and then only in documents in which such a text stands.
 * @param isText whether the documents stand in a string
 */
export function findCopies(
  documents: readonly YamlDocument[],
  fields: readonly ImageField[],
  options: FieldOptions,
  typed: TypeFactsLookup,
  isText: boolean,
): { readonly twins: readonly ImageField[]; readonly copies: readonly ImageField[] } {
  const twins: ImageField[] = []
  const copies: ImageField[] = []
  const search = createCopySearch(fields)
  const images = new Set(fields.map(({ image }) => image))
  for (const document of documents) {
    const { contents } = document
    if (contents === undefined || !search.mayBeIn(contents)) continue
    for (const resource of resourcesOf(document)) {
      if (!search.mayBeIn(resource.object)) continue
      const describe = createDescribe(typed, options, resource.isFunctionItem && !isText)
      copiesInObject(resource, describe, options, (field, at, scope) => {
        if (!images.has(field.image)) return
        const isPinned =
          options.copies === 'pin' || isAlwaysPinned(scope, [...at.slice(scope.depth), ...field.path])
        ;(isPinned ? twins : copies).push(completeField(field, at, document, resource, scope))
      })
    }
  }
  return { twins, copies }
}

/** Where copies of images may be, and what is no copy since it is an image. */
const PROGRAMS: WalkFilter = {
  isReported: (key, at, isItem) =>
    isItem ? key === 'args' || key === 'command' : key === 'image' || (key === 'value' && at.key === 'env'),
}

/** The strings that may be copies, of an object's annotations and of what it tells programs. */
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

/** Whether a visit comes to a field, which is then no copy, or to a text with documents of its own. */
function isField(visit: Visit<PathRule>): boolean {
  const byRule = visit.rules.some(({ rule, scope }) =>
    rule.kind === 'scalar' && rule.embedded !== undefined
      ? visit.value.kind === 'scalar' && visit.value.isString
      : fieldByRule(visit, rule, scope) !== undefined,
  )
  return byRule || (visit.shapesApply && fieldByShape(visit) !== undefined)
}
