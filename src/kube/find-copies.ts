import type { FieldPath, YamlDocument } from '../yaml/nodes.ts'
import { copiesIn, copyAt, isTwin, searchCopies } from './copies.ts'
import { type FoundField, fieldByRule, fieldByShape } from './field-at.ts'
import type { FieldOptions } from './field-options.ts'
import type { FieldRuleRow } from './field-rules.ts'
import type { ImageField } from './image-field.ts'
import { describer, isExcluded, isLeft, type Types } from './object-rules.ts'
import { placed } from './placed-field.ts'
import { type Resource, resourcesOf } from './resource.ts'
import { type Describe, type Interest, type Scope, type Visit, walkObject } from './walk.ts'

/**
 * The copies of images (rule R7), apart from those that are pinned with their images. They are looked for when all
 * images are known, and then only in documents in which such a text stands.
 * @param isText whether the documents stand in a string
 */
export function findCopies(
  documents: readonly YamlDocument[],
  fields: readonly ImageField[],
  options: FieldOptions,
  typed: Types,
  isText: boolean,
): { readonly twins: readonly ImageField[]; readonly copies: readonly ImageField[] } {
  const twins: ImageField[] = []
  const copies: ImageField[] = []
  const search = searchCopies(fields)
  const images = new Set(fields.map(({ image }) => image))
  for (const document of documents) {
    const { contents } = document
    if (contents === undefined || !search.mayBeIn(contents)) continue
    for (const resource of resourcesOf(document)) {
      if (!search.mayBeIn(resource.object)) continue
      const describe = describer(typed, options, resource.isFunctionItem && !isText)
      copiesInObject(resource, describe, options, (field, at, scope) => {
        if (!images.has(field.image)) return
        const isPinned = options.copies === 'pin' || isTwin(scope, [...at.slice(scope.depth), ...field.path])
        ;(isPinned ? twins : copies).push(placed(field, at, document, resource, scope))
      })
    }
  }
  return { twins, copies }
}

/** Where copies of images may be, and what is no copy since it is an image. */
const PROGRAMS: Interest = {
  tells: (key, at, isItem) =>
    isItem ? key === 'args' || key === 'command' : key === 'image' || (key === 'value' && at.key === 'env'),
}

/** The strings that may be copies, of an object's annotations and of what it tells programs. */
function copiesInObject(
  { object, gvk }: Resource,
  describe: Describe<FieldRuleRow>,
  options: FieldOptions,
  add: (field: FoundField, at: FieldPath, scope: Scope) => void,
): void {
  const describeAndAdd: Describe<FieldRuleRow> = (scope, path) => {
    const facts = describe(scope, path)
    if (!facts.shapes) return facts
    for (const copy of copiesIn(scope.object, scope.gvk)) {
      if (!isExcluded(scope, [...path, ...copy.path], options)) add(copy, [...path], scope)
    }
    return facts
  }
  walkObject(object, gvk, describeAndAdd, PROGRAMS, (visit) => {
    if (isField(visit)) return false
    const copy = visit.shapes ? copyAt(visit) : undefined
    if (copy === undefined) return true
    if (!isLeft(visit.scope, visit.path, options)) add(copy, visit.path, visit.scope)
    return false
  })
}

/** Whether a visit comes to a field, which is then no copy, or to a text with documents of its own. */
function isField(visit: Visit<FieldRuleRow>): boolean {
  const byRule = visit.rules.some(({ rule, scope }) =>
    rule.kind === 'scalar' && rule.embedded !== undefined
      ? visit.value.kind === 'scalar' && visit.value.isString
      : fieldByRule(visit, rule, scope) !== undefined,
  )
  return byRule || (visit.shapes && fieldByShape(visit) !== undefined)
}
