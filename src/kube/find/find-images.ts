import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { FieldPath, Scalar, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { type EmbeddedText, readEmbedded } from '../embedded-text.ts'
import { gvkOfType } from '../gvk.ts'
import type { ImageField } from '../image-field.ts'
import type { PathPattern } from '../path-pattern.ts'
import { isTemplateAction, templateActionAt } from '../placeholder.ts'
import { identifierOf, type Resource, resourcesOf } from '../resource.ts'
import {
  type DescribeObject,
  mayHoldKeywords,
  type Scope,
  type Visit,
  type WalkFilter,
  walkObject,
} from '../walk.ts'
import type { FoundCandidate, ImageCandidate } from './candidate.ts'
import { findCopies } from './copies.ts'
import { isDatum, manifestText, NO_RULE_LEADS } from './embedded-fields.ts'
import { completeField, type FieldMatch, fieldByRule, fieldByShape, type OwnedMatch } from './field-at.ts'
import type { EmbeddedRule, FieldOptions } from './field-options.ts'
import {
  createDescribe,
  createTypeFactsLookup,
  isExcluded,
  isIgnored,
  mayHaveFields,
  type PathRule,
  type ScalarRule,
} from './field-rules.ts'
import { IMAGE_KEYWORDS, mayNameImage } from './image-keys.ts'
import { type FollowedParameter, followedParameter, replaceParameters } from './parameters.ts'
import { candidatesInAnnotations } from './program-candidates.ts'
import { type UnknownField, unknownFields } from './unknown-fields.ts'
import {
  hasPodSpec,
  type UnreadableImage,
  unreadableImageAt,
  unreadableImagesIn,
} from './unreadable-images.ts'
import { candidatesAt } from './value-candidates.ts'

/** What was found in documents. */
export interface FoundImages {
  readonly fields: readonly ImageField[]
  /** Strings elsewhere that equal an image among the fields, and are not among them themselves (rule R7). */
  readonly copies: readonly ImageField[]
  /** Texts that a user's rule leads to, and in which nothing could be looked for. */
  readonly unreadableTexts: readonly UnreadableText[]
  /** What looks like an image, in places that no rule knows. */
  readonly unknown: readonly UnknownField[]
  /** Containers and image volumes without an image that can be read. */
  readonly unreadable: readonly UnreadableImage[]
  /** Texts that stand for a field elsewhere: parameters, and what they are defaults of. */
  readonly parameterTexts: ReadonlySet<Scalar>
}

/** A text that is left as it is, though a rule leads into it. */
export interface UnreadableText {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** From the document's root. */
  readonly path: FieldPath
  readonly node: YamlNode
  readonly reason: string
}

/**
 * Finds the places in documents that hold an image reference, by the rules of `docs/image-fields.md`, in the order of
 * the text. Placeholders and values that are no reference are found too: what is to become of them is for the plan
 * to say. A value that is not a string is never found.
 *
 * Aliases and merge keys are followed, so that a container which stands once and is used twice is found twice, with
 * the same scalar.
 *
 * @param source that the documents were read from
 * @param options what the user adds and takes away
 */
export function findImages(
  documents: readonly YamlDocument[],
  source: Source,
  options: FieldOptions = {},
): FoundImages {
  return findInDocuments(documents, source, options, false)
}

/** @param isText whether the documents stand in a string, which no KRM function is handed */
function findInDocuments(
  documents: readonly YamlDocument[],
  source: Source,
  options: FieldOptions,
  isText: boolean,
): FoundImages {
  const found = createFound()
  const typed = createTypeFactsLookup(options)
  const looked = documents.filter(
    ({ unparsed }) => unparsed === undefined || mayHaveFields(typed(gvkOfType(unparsed))),
  )
  for (const document of looked) {
    for (const resource of resourcesOf(document)) {
      // Most objects hold no image, and show it.
      const { object, gvk } = resource
      if (typed(gvk).rules.length === 0 && !hasPodSpec(gvk) && !mayHoldKeywords(object, IMAGE_KEYWORDS))
        continue
      const describe = createDescribe(typed, options, resource.isFunctionItem && !isText)
      findInObject({ document, source, resource, options, found }, describe)
    }
  }
  const { refused: unreadableTexts, unreadable, followed: parameterTexts } = found
  const { twins, copies } = findCopies(looked, found.fields, options, typed, isText)
  const unknown = [
    ...unknownFields(found.signs, found.fields, [...twins, ...copies], options),
    ...found.unknownInTexts,
  ]
  const fields = twins.length === 0 ? found.fields : [...found.fields, ...twins].sort(byPlace)
  return { fields, copies, unreadableTexts, unknown, unreadable, parameterTexts }
}

function byPlace(a: ImageField, b: ImageField): number {
  const startOf = ({ embedded, node }: ImageField): number => (embedded?.container ?? node).start
  return a.document.index - b.document.index || startOf(a) - startOf(b)
}

interface Search {
  readonly document: YamlDocument
  readonly source: Source
  readonly resource: Resource
  readonly options: FieldOptions
  readonly found: Found
}

interface Found {
  readonly fields: ImageField[]
  readonly refused: UnreadableText[]
  readonly signs: ImageCandidate[]
  readonly unknownInTexts: UnknownField[]
  readonly followed: Set<Scalar>
  readonly unreadable: UnreadableImage[]
}

function createFound(): Found {
  return { fields: [], refused: [], signs: [], unknownInTexts: [], unreadable: [], followed: new Set() }
}

/** What is looked at beside the values to which rules lead. */
const IMAGES: WalkFilter = {
  keywords: IMAGE_KEYWORDS,
  isReported: (key, at, isItem) => !isItem && (mayNameImage(key) || isDatum(at)),
}

function findInObject(search: Search, describe: DescribeObject<PathRule>): void {
  const { document, resource, options, found } = search
  const texts = new Map<Scalar, EmbeddedText | string>()
  const place = (scope: Scope, path: FieldPath) => ({
    document,
    resource: scope.outer === undefined ? resource.identifier : identifierOf(scope.object, scope.gvk),
    path: [...resource.path, ...path],
  })
  const addSign = (sign: FoundCandidate, scope: Scope, path: FieldPath): void => {
    const at = [...path, ...sign.path]
    if (!isIgnored(scope, at, options)) found.signs.push({ ...sign, ...place(scope, at), scope, at })
  }
  const describeAndCheck: DescribeObject<PathRule> = (scope, path) => {
    const facts = describe(scope, path)
    if (!facts.shapesApply) return facts
    for (const one of unreadableImagesIn(scope)) {
      const at = [...path, ...one.path]
      if (!isExcluded(scope, at, options)) found.unreadable.push({ ...one, ...place(scope, at) })
    }
    for (const sign of candidatesInAnnotations(scope)) addSign(sign, scope, path)
    return facts
  }
  const parameters: FollowedParameter[] = []
  walkObject(resource.object, resource.gvk, describeAndCheck, IMAGES, (visit) => {
    const { scope, path } = visit
    const fields = fieldsAt(visit, search, texts)
    if (fields !== undefined) {
      for (const field of isIgnored(scope, path, options) ? [] : fields) {
        const one = completeField(field, path, document, resource, scope)
        const parameter = followedParameter(one, visit)
        if (parameter !== undefined) parameters.push(parameter)
        found.fields.push(one)
      }
      return false
    }
    if (!visit.shapesApply) return true
    leaveManifests(visit, search)
    const unreadable = unreadableImageAt(visit)
    if (unreadable !== undefined) {
      const at = [...path, ...unreadable.path]
      if (!isIgnored(scope, at, options)) found.unreadable.push({ ...unreadable, ...place(scope, at) })
    }
    for (const sign of candidatesAt(visit)) addSign(sign, scope, path)
    return true
  })
  if (parameters.length === 0) return
  const { fields, followed } = replaceParameters(parameters, found.fields, resource, options)
  found.fields.splice(0, found.fields.length, ...fields)
  for (const scalar of followed) found.followed.add(scalar)
}

/** The fields that a visit comes to; `undefined` where it comes to none, and there may be some further in. */
function fieldsAt(
  visit: Visit<PathRule>,
  search: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): readonly OwnedMatch[] | undefined {
  const inText = fieldsInText(visit, search, texts)
  if (inText !== undefined) return inText
  for (const { rule, scope } of visit.rules) {
    if (rule.kind === 'scalar' && rule.embedded !== undefined) continue
    const field = fieldByRule(visit, rule, scope)
    if (field !== undefined) return [field]
  }
  if (!visit.shapesApply) return undefined
  const field = fieldByShape(visit)
  return field === undefined ? undefined : [field]
}

/** The fields of a text into which rules lead, all of them together; `undefined` where none leads into one. */
function fieldsInText(
  visit: Visit<PathRule>,
  search: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): readonly OwnedMatch[] | undefined {
  const { value } = visit
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const rules = textRules(visit)
  if (rules.length > 0 && isExcluded(visit.scope, visit.path, search.options)) return []
  const seen = new Set<Scalar>()
  let fields: OwnedMatch[] | undefined
  for (const rule of rules) {
    const isRefused = typeof texts.get(value) === 'string'
    const found = isRefused ? [] : embeddedFields(visit, value, rule, rule.embedded, search, texts)
    fields = [...(fields ?? []), ...found.filter(({ scalar }) => !seen.has(scalar))]
    for (const { scalar } of found) seen.add(scalar)
  }
  return fields?.sort((a, b) => a.node.start - b.node.start)
}

/** The rules that lead into a text. Where one finds something in it, those do not count that leave it. */
function textRules({ rules }: Visit<PathRule>): readonly TextRule[] {
  const leading = rules.flatMap(({ rule }) => (isTextRule(rule) ? [rule] : []))
  const finding = leading.filter(({ embedded }) => embedded.uneditableReason === undefined)
  return finding.length > 0 ? finding : leading
}

type TextRule = ScalarRule & { readonly embedded: EmbeddedRule }

function isTextRule(rule: PathRule): rule is TextRule {
  return rule.kind === 'scalar' && rule.embedded !== undefined
}

/** `image: …`, `"image": …`, `image = …`: what is to be said of a text that cannot be edited. */
const SPEAKS_OF_IMAGES = /image"?\s*[:=]/i

/** The fields of the documents in a string, their paths from that string on. */
function embeddedFields(
  visit: Visit<PathRule>,
  host: Scalar,
  rule: ScalarRule,
  embedded: EmbeddedRule,
  search: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): OwnedMatch[] {
  const { source, document, resource, found } = search
  if (embedded.uneditableReason !== undefined && !SPEAKS_OF_IMAGES.test(host.value)) return []
  const text =
    embedded.uneditableReason ?? texts.get(host) ?? readEmbedded(source, visit.node, host, embedded.format)
  texts.set(host, text)
  const path = [...resource.path, ...visit.path]
  if (typeof text === 'string') {
    // A row of the tables leads into many texts that hold no image, and that nobody has asked for.
    if (rule.rule === 'R6' || /image/i.test(host.value)) {
      found.refused.push({ document, resource: resource.identifier, path, node: visit.node, reason: text })
    }
    return []
  }
  return text.documents.flatMap((inner) => {
    const { path: innerPath } = embedded
    if (innerPath !== undefined) {
      return fieldsAtPath(inner, text, rule, { ...embedded, path: innerPath }, search).map(withText)
    }
    const { fields, unreadableTexts, unknown, unreadable } = findInText(inner, text, search.options)
    // Findings are placed where the text begins that they are in, since only edits are counted back to the byte.
    const outward = <T extends { readonly path: FieldPath }>(one: T) => ({
      ...one,
      document,
      path: [...path, ...one.path],
      node: host,
    })
    found.refused.push(...unreadableTexts.map(outward))
    found.unknownInTexts.push(...unknown.map(outward))
    for (const one of unreadable) {
      const action =
        one.node.kind === 'mapping' && isTemplateAction(one.node)
          ? templateActionAt(one.node.start, text.text.source)
          : ''
      // What fills a template in that runs in the cluster is not known here; braces of Helm's begin with a dot or a word.
      const isFilledIn = /^\{\{=?\s*[a-z]+\.[\w.-]+\s*\}\}$/.test(action)
      if (isFilledIn)
        found.refused.push({
          ...outward(one),
          reason: `an image in it is ${action}, which is filled in later`,
        })
      else found.unreadable.push(outward(one))
    }
    return fields.map(withText)

    function withText(field: OwnedMatch): OwnedMatch {
      return { ...field, embedded: { container: host, text: text as EmbeddedText, document: inner } }
    }
  })
}

/** Says of a ConfigMap's text that it holds Kubernetes objects with images which have no digest. */
function leaveManifests(
  visit: Visit<PathRule>,
  { document, source, resource, options, found }: Search,
): void {
  const host = manifestText(visit, source)
  if (host === undefined || isIgnored(visit.scope, visit.path, options)) return
  const text = readEmbedded(source, visit.node, host, 'yaml')
  if (typeof text !== 'string') {
    const isPinned = ({ image }: { readonly image: string }): boolean => image.includes('@')
    const all = text.documents.map((inner) => findInText(inner, text, options))
    const isDone = ({ fields, unknown, unreadable, unreadableTexts }: FoundImages): boolean =>
      fields.every(isPinned) &&
      unknown.every(isPinned) &&
      unreadable.length === 0 &&
      unreadableTexts.length === 0
    if (all.every(isDone)) return
  }
  const path = [...resource.path, ...visit.path]
  found.refused.push({
    document,
    resource: resource.identifier,
    path,
    node: visit.node,
    reason: NO_RULE_LEADS,
  })
}

/** The Kubernetes objects of a document in a string, which are judged as they are elsewhere. */
function findInText(document: YamlDocument, { text }: EmbeddedText, options: FieldOptions): FoundImages {
  // A text in a text in a text is more than anybody can follow.
  const rules = options.rules?.filter(({ embedded }) => embedded === undefined) ?? []
  return findInDocuments([document], text.source, { ...options, rules }, true)
}

/** What a rule leads to in a document of a string by a path of its own. */
function fieldsAtPath(
  document: YamlDocument,
  { text }: EmbeddedText,
  { rule, conditions }: ScalarRule,
  { path, policy }: EmbeddedRule & { readonly path: PathPattern },
  { resource }: Search,
): readonly FieldMatch[] {
  const object = document.contents === undefined ? undefined : resolveAlias(document.contents)
  if (object?.kind !== 'mapping') return []
  const found = createFound()
  const inner = {
    kind: 'scalar',
    rule,
    path,
    conditions,
    ...(policy === undefined ? {} : { policy: { path: [], ...policy } }),
  } as const
  const { gvk, identifier } = resource
  const owner = { object, path: [], gvk, identifier, isFunctionItem: false }
  const search = { document, source: text.source, resource: owner, options: {}, found }
  findInObject(search, () => ({ rules: [inner], shapesApply: false }))
  return found.fields.map(({ document: _, resource: _resource, object: _object, ...field }) => field)
}
