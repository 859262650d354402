import type { FieldPath, YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { gvkOfType } from '../gvk.ts'
import type { ImageField } from '../image-field.ts'
import { identifierOf, resourcesOf } from '../resource.ts'
import { podSpecPath } from '../tables/lookup.ts'
import type { DescribeObject, Scope, Visit, WalkFilter } from '../visit.ts'
import { mayHoldKeywords, walkObject } from '../walk.ts'
import type { FoundCandidate } from './candidate.ts'
import { findCopies } from './copies.ts'
import { fieldsInText, isDatum, reportManifests } from './embedded-fields.ts'
import { completeField, fieldByRule, fieldByShape, type OwnedMatch } from './field-at.ts'
import type { FieldOptions } from './field-options.ts'
import {
  createDescribe,
  createTypeFactsLookup,
  isExcluded,
  isIgnored,
  mayHaveFields,
  type PathRule,
} from './field-rules.ts'
import { IMAGE_KEYWORDS, mayNameImage } from './image-keys.ts'
import { type FollowedParameter, followedParameter, replaceParameters } from './parameters.ts'
import { candidatesInAnnotations } from './program-candidates.ts'
import {
  emptyResults,
  type FoundImages,
  type NestedSearch,
  NO_OTHER_IMAGES,
  type OtherImages,
  type Search,
} from './search.ts'
import { unknownFields } from './unknown-fields.ts'
import { unreadableImageAt, unreadableImagesIn } from './unreadable-images.ts'
import { candidatesAt } from './value-candidates.ts'

export { type FoundImages, NO_OTHER_IMAGES, type OtherImages, type UnreadableText } from './search.ts'

/**
 * Finds the fields of documents that hold an image reference, by the rules of `docs/image-fields.md`, in the order of the
 * text. Fields with a placeholder, or with text that is no reference, are found too; a value that is not a string is not.
 *
 * Aliases and merge keys are resolved: a container that is written once and used twice is found twice, with the same
 * scalar.
 *
 * @param source the text from which the documents were read
 * @param options which fields the user adds and excludes
 * @param others what the other documents of the source have, if these are not all
 */
export function findImages(
  documents: readonly YamlDocument[],
  source: Source,
  options: FieldOptions = {},
  others: OtherImages = NO_OTHER_IMAGES,
): FoundImages {
  return findInDocuments(documents, source, options, others, false)
}

/** @param isEmbedded whether the documents are the text of a string, which no KRM function receives as its input */
function findInDocuments(
  documents: readonly YamlDocument[],
  source: Source,
  options: FieldOptions,
  others: OtherImages,
  isEmbedded: boolean,
): FoundImages {
  const results = emptyResults()
  const factsOf = createTypeFactsLookup(options)
  const searched = documents.filter(
    ({ unparsed }) => unparsed === undefined || mayHaveFields(factsOf(gvkOfType(unparsed))),
  )
  for (const document of searched) {
    for (const resource of resourcesOf(document)) {
      const { object, gvk, isFunctionItem } = resource
      // Most objects hold no image, which the keywords show without a walk.
      const isSearched =
        factsOf(gvk).rules.length > 0 ||
        podSpecPath(gvk) !== undefined ||
        mayHoldKeywords(object, IMAGE_KEYWORDS)
      if (!isSearched) continue
      const describe = createDescribe(factsOf, options, isFunctionItem && !isEmbedded)
      findInResource({ document, source, resource, options, results }, describe)
    }
  }
  const { unreadableTexts, pinnedTexts, unreadable, parameterTexts } = results
  const images = new Set(others.images)
  for (const { image } of results.fields) images.add(image)
  const { pinnedCopies, copies } = findCopies(searched, results.fields, images, options, factsOf, isEmbedded)
  const allCopies = [...pinnedCopies, ...copies]
  const unknown = [
    ...unknownFields(results.candidates, results.fields, allCopies, images, options),
    ...results.unknownInTexts,
  ]
  const hasPinnedCopies = pinnedCopies.length > 0
  const isSorted = hasPinnedCopies || others.hasPinnedCopies
  const fields = isSorted ? [...results.fields, ...pinnedCopies].sort(byPosition) : results.fields
  const dependsOnOthers = allCopies.length > 0 || results.candidates.length > 0
  return {
    fields,
    copies,
    unreadableTexts,
    pinnedTexts,
    unknown,
    unreadable,
    parameterTexts,
    searched,
    hasPinnedCopies,
    dependsOnOthers,
  }
}

function byPosition(a: ImageField, b: ImageField): number {
  const startOf = ({ embedded, node }: ImageField): number => (embedded?.container ?? node).start
  return a.document.index - b.document.index || startOf(a) - startOf(b)
}

const NESTED: NestedSearch = {
  objectsIn: (document, source, options) =>
    findInDocuments([document], source, options, NO_OTHER_IMAGES, true),
  resource: findInResource,
}

/** What the walk reports besides the values to which rules lead. */
const IMAGES: WalkFilter = {
  keywords: IMAGE_KEYWORDS,
  isReported: (key, cursor, isItem) => !isItem && (mayNameImage(key) || isDatum(cursor)),
}

function findInResource(
  resourceSearch: Omit<Search, 'texts' | 'nested'>,
  describe: DescribeObject<PathRule>,
): void {
  const search: Search = { ...resourceSearch, texts: new Map(), nested: NESTED }
  const { document, resource, options, results } = search
  const locate = (scope: Scope, path: FieldPath) => ({
    document,
    resource: scope.outer === undefined ? resource.identifier : identifierOf(scope.object, scope.gvk),
    path: [...resource.path, ...path],
  })
  const addCandidate = (candidate: FoundCandidate, scope: Scope, path: FieldPath): void => {
    const at = [...path, ...candidate.path]
    if (isIgnored(scope, at, options)) return
    results.candidates.push({ ...candidate, ...locate(scope, at), scope, at })
  }
  const describeAndCheck: DescribeObject<PathRule> = (scope, path) => {
    const facts = describe(scope, path)
    if (!facts.shapesApply) return facts
    for (const one of unreadableImagesIn(scope)) {
      const at = [...path, ...one.path]
      if (!isExcluded(scope, at, options)) results.unreadable.push({ ...one, ...locate(scope, at) })
    }
    for (const candidate of candidatesInAnnotations(scope)) addCandidate(candidate, scope, path)
    return facts
  }
  const parameters: FollowedParameter[] = []
  walkObject(resource.object, resource.gvk, describeAndCheck, IMAGES, (visit) => {
    const { scope, path } = visit
    const fields = fieldsAt(visit, search)
    if (fields !== undefined) {
      for (const match of isIgnored(scope, path, options) ? [] : fields) {
        const field = completeField(match, path, document, resource, scope)
        const parameter = followedParameter(field, visit)
        if (parameter !== undefined) parameters.push(parameter)
        results.fields.push(field)
      }
      return false
    }
    if (!visit.shapesApply) return true
    reportManifests(visit, search)
    const unreadable = unreadableImageAt(visit)
    if (unreadable !== undefined) {
      const at = [...path, ...unreadable.path]
      if (!isIgnored(scope, at, options)) results.unreadable.push({ ...unreadable, ...locate(scope, at) })
    }
    for (const candidate of candidatesAt(visit)) addCandidate(candidate, scope, path)
    return true
  })
  if (parameters.length === 0) return
  const { fields, parameterTexts } = replaceParameters(parameters, results.fields, resource, options)
  results.fields.splice(0, results.fields.length, ...fields)
  for (const scalar of parameterTexts) results.parameterTexts.add(scalar)
}

/** @returns the fields at a value; undefined if it is none, and there may be some further inside */
function fieldsAt(visit: Visit<PathRule>, search: Search): readonly OwnedMatch[] | undefined {
  const inText = fieldsInText(visit, search)
  if (inText !== undefined) return inText
  for (const { rule, scope } of visit.rules) {
    if (rule.kind === 'scalar' && rule.embedded !== undefined) continue
    const field = fieldByRule(visit, rule, scope)
    if (field !== undefined) return [field]
  }
  const field = visit.shapesApply ? fieldByShape(visit) : undefined
  return field === undefined ? undefined : [field]
}
