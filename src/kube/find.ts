import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { follow } from '../yaml/lookup.ts'
import type { FieldPath, Scalar, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { copiesIn, copyAt, isTwin, searchCopies } from './copies.ts'
import { type EmbeddedText, readEmbedded } from './embedded.ts'
import { type FoundField, fieldByRule, fieldByShape } from './field-at.ts'
import type { EmbeddedRule, FieldOptions } from './field-options.ts'
import { type FieldRuleRow, rulesOf, rulesOfObject, type ScalarRule } from './field-rules.ts'
import { type GroupVersionKind, gvkIn } from './gvk.ts'
import type { ImageField } from './image-field.ts'
import { IMAGE_SIGNS } from './image-signs.ts'
import { selectsKind } from './kind-selector.ts'
import { neverReason } from './never.ts'
import {
  followParameter,
  isForImages,
  type ParameterSource,
  type ParameterTrail,
  type ParameterUse,
  parameterIn,
} from './parameter.ts'
import { matchesPath, type PathPattern } from './path-pattern.ts'
import { identify, type Resource, resourcesOf } from './resource.ts'
import { isLocalConfig, skippedKind } from './skip.ts'
import {
  type ImageSign,
  isSignKey,
  ruleEntry,
  signsAt,
  type UnknownField,
  unknownFields,
} from './unknown-field.ts'
import { type UnreadableImage, unreadableAt, unreadableIn } from './unreadable-image.ts'
import {
  type Describe,
  type Interest,
  type Scope,
  type TypeFacts,
  type Visit,
  walkObject,
  writtenNode,
} from './walk.ts'

/** What was found in documents. */
export interface FoundImages {
  readonly fields: readonly ImageField[]
  /** Strings elsewhere that equal an image among the fields, and are not among them themselves (rule R7). */
  readonly copies: readonly ImageField[]
  /** Texts that a user's rule leads to, and in which nothing could be looked for. */
  readonly refused: readonly RefusedText[]
  /** What looks like an image, in places that no rule knows. */
  readonly unknown: readonly UnknownField[]
  /** Containers and image volumes without an image that can be read. */
  readonly unreadable: readonly UnreadableImage[]
  /** Texts that stand for a field elsewhere: parameters, and what they are defaults of. */
  readonly followed: ReadonlySet<Scalar>
}

/** A text that is left as it is, though a rule leads into it. */
export interface RefusedText {
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
  const found = createFound()
  const typed = createTypes(options)
  const looked = documents.filter(({ opaque }) => opaque === undefined || isWanted(typed(gvkIn(opaque))))
  for (const document of looked) {
    for (const resource of resourcesOf(document)) {
      findInObject({ document, source, resource, options, found }, describer(typed, options))
    }
  }
  const { refused, unreadable, followed } = found
  const { twins, copies } = findCopies(looked, found.fields, options, typed)
  const unknown = [
    ...unknownFields(found.signs, found.fields, [...twins, ...copies], options),
    ...found.unknownInTexts,
  ]
  const fields = twins.length === 0 ? found.fields : [...found.fields, ...twins].sort(byPlace)
  return { fields, copies, refused, unknown, unreadable, followed }
}

type Types = (gvk: GroupVersionKind) => TypeFacts<FieldRuleRow>

/** Whether a document is to be looked into though nothing but its type is known yet. */
function isWanted({ rules, shapes }: TypeFacts<FieldRuleRow>): boolean {
  return shapes || rules.length > 0
}

/** A stream has thousands of objects, and few types. */
function createTypes(options: FieldOptions): Types {
  const types = new Map<string, TypeFacts<FieldRuleRow>>()
  return (gvk) => {
    const name = `${gvk.group}/${gvk.version}/${gvk.kind}`
    const known = types.get(name)
    if (known !== undefined) return known
    const shapes = skippedKind(gvk) === undefined
    const facts = { shapes, rules: rulesOf(gvk, options, shapes) }
    types.set(name, facts)
    return facts
  }
}

/** What is known of an object: what its type says, unless it says itself that it is never applied. */
function describer(typed: Types, options: FieldOptions): Describe<FieldRuleRow> {
  return ({ object, gvk }) => {
    const type = typed(gvk)
    const shapes = type.shapes && !isLocalConfig(object)
    const rules = shapes === type.shapes ? type.rules : rulesOf(gvk, options, false)
    const named = {
      get identifier() {
        return identify(object, gvk)
      },
    }
    return { shapes, rules: rulesOfObject(rules, named) }
  }
}

/**
 * The copies of images (rule R7), apart from those that are pinned with their images. They are looked for when all
 * images are known, and then only in documents in which such a text stands.
 */
function findCopies(
  documents: readonly YamlDocument[],
  fields: readonly ImageField[],
  options: FieldOptions,
  typed: Types,
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
      copiesInObject(resource, typed, options, (field, at, scope) => {
        if (!images.has(field.image)) return
        const isPinned = options.copies === 'pin' || isTwin(scope, [...at.slice(scope.depth), ...field.path])
        ;(isPinned ? twins : copies).push(placed(field, at, document, resource, scope))
      })
    }
  }
  return { twins, copies }
}

function byPlace(a: ImageField, b: ImageField): number {
  const startOf = ({ embedded, node }: ImageField): number => (embedded?.host ?? node).start
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
  readonly refused: RefusedText[]
  readonly signs: ImageSign[]
  readonly unknownInTexts: UnknownField[]
  readonly followed: Set<Scalar>
  readonly unreadable: UnreadableImage[]
}

function createFound(): Found {
  return { fields: [], refused: [], signs: [], unknownInTexts: [], unreadable: [], followed: new Set() }
}

/** What is looked at beside the values to which rules lead. */
const IMAGES: Interest = { signs: IMAGE_SIGNS, tells: (key, _at, isItem) => !isItem && isSignKey(key) }

/** Where copies of images may be, and what is no copy since it is an image. */
const PROGRAMS: Interest = {
  tells: (key, at, isItem) =>
    isItem ? key === 'args' || key === 'command' : key === 'image' || (key === 'value' && at.key === 'env'),
}

function findInObject(search: Search, describe: Describe<FieldRuleRow>): void {
  const { document, resource, options, found } = search
  const texts = new Map<Scalar, EmbeddedText | string>()
  const place = (scope: Scope, path: FieldPath) => ({
    document,
    resource: scope.outer === undefined ? resource.identifier : identify(scope.object, scope.gvk),
    path: [...resource.path, ...path],
  })
  const describeAndCheck: Describe<FieldRuleRow> = (scope, path) => {
    const facts = describe(scope, path)
    if (!facts.shapes) return facts
    for (const one of unreadableIn(scope)) {
      const at = [...path, ...one.path]
      if (!isExcluded(scope, at, options)) found.unreadable.push({ ...one, ...place(scope, at) })
    }
    return facts
  }
  const parameters: FollowedUse[] = []
  walkObject(resource.object, resource.gvk, describeAndCheck, IMAGES, (visit) => {
    const { scope, path } = visit
    const fields = fieldsAt(visit, search, texts)
    if (fields !== undefined) {
      for (const field of isLeft(scope, path, options) ? [] : fields) {
        const one = placed(field, path, document, resource, scope)
        const use = field.split === undefined ? parameterIn(field.image) : undefined
        if (use !== undefined) parameters.push(followedUse(use, one, visit))
        found.fields.push(one)
      }
      return false
    }
    if (!visit.shapes) return true
    const unreadable = unreadableAt(visit)
    if (unreadable !== undefined && !isLeft(scope, path, options)) {
      found.unreadable.push({ ...unreadable, ...place(scope, path) })
    }
    for (const sign of signsAt(visit)) {
      const at = [...path, ...sign.path]
      if (!isLeft(scope, at, options)) found.signs.push({ ...sign, ...place(scope, at), scope, at })
    }
    return true
  })
  replaceParameters(parameters, search)
}

/** An image that is a parameter of its object, with what that stands for. */
interface FollowedUse {
  readonly use: ParameterUse
  readonly field: ImageField
  readonly scope: Scope
  readonly trail: ParameterTrail
}

function followedUse(use: ParameterUse, field: ImageField, visit: Visit<FieldRuleRow>): FollowedUse {
  const { at, path, scope } = visit
  return { use, field, scope, trail: followParameter(use, at, path.slice(0, at.depth), scope) }
}

/**
 * Puts what parameters stand for in the place of the images that are nothing but a parameter. It is done when all images of
 * a resource are known, since a parameter may be used for something else, too.
 */
function replaceParameters(parameters: readonly FollowedUse[], { resource, options, found }: Search): void {
  if (parameters.length === 0) return
  const texts = new Set(parameters.flatMap(({ field, trail }) => [field.scalar, ...trail.passed]))
  const known = new Set(found.fields.map(({ scalar }) => scalar))
  const replaced = new Map<ImageField, readonly ImageField[]>()
  for (const { use, field, scope, trail } of parameters) {
    const sources = distinct(trail.sources).filter(({ path }) => !isLeft(scope, path, options))
    const [first] = sources
    if (first === undefined) continue
    // A rule of the user's own has named it.
    const isNamed = sources.every(({ scalar }) => known.has(scalar))
    const own = isNamed ? [] : sources.map((one, index) => sourceField(field, one, resource, index === 0))
    if (isNamed || isForImages(trail, texts)) {
      replaced.set(field, trail.isComplete ? own : [...own, field])
      if (trail.isComplete) found.followed.add(field.scalar)
      for (const scalar of trail.passed) found.followed.add(scalar)
      continue
    }
    const { scalar } = first
    const sign = { form: 'value', image: scalar.value, prefix: '', scope, at: first.path } as const
    const path = [...resource.path, ...first.path]
    const parameter = { name: use.name, text: scalar.value, path, node: scalar, entry: ruleEntry(sign) }
    replaced.set(field, [{ ...field, parameter }])
  }
  const fields = found.fields.flatMap((field) => replaced.get(field) ?? [field])
  found.fields.splice(0, found.fields.length, ...fields)
}

function distinct(sources: readonly ParameterSource[]): readonly ParameterSource[] {
  return [...new Map(sources.map((source) => [source.scalar, source])).values()]
}

/** @param speaks whether the pull policy of the container goes by this image, and not by another that may stand there */
function sourceField(
  { policy, ...field }: ImageField,
  { path, node, scalar }: ParameterSource,
  resource: Resource,
  speaks: boolean,
): ImageField {
  return {
    ...field,
    path: [...resource.path, ...path],
    node: writtenNode(node, scalar),
    scalar,
    image: scalar.value,
    ...(policy === undefined || !speaks ? {} : { policy }),
  }
}

/** The strings that may be copies, of an object's annotations and of what it tells programs. */
function copiesInObject(
  { object, gvk }: Resource,
  typed: Types,
  options: FieldOptions,
  add: (field: FoundField, at: FieldPath, scope: Scope) => void,
): void {
  const describe = describer(typed, options)
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

function placed(
  field: OwnedField,
  at: FieldPath,
  document: YamlDocument,
  { path, identifier }: Resource,
  { object, gvk, outer }: Scope,
): ImageField {
  return {
    resource: outer === undefined ? identifier : identify(object, gvk),
    object,
    ...field,
    document,
    path: [...path, ...at, ...field.path],
  }
}

/** The fields that a visit comes to; `undefined` where it comes to none, and there may be some further in. */
function fieldsAt(
  visit: Visit<FieldRuleRow>,
  search: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): readonly OwnedField[] | undefined {
  const inText = fieldsInText(visit, search, texts)
  if (inText !== undefined) return inText
  for (const { rule, scope } of visit.rules) {
    if (rule.kind === 'scalar' && rule.embedded !== undefined) continue
    const field = fieldByRule(visit, rule, scope)
    if (field !== undefined) return [field]
  }
  if (!visit.shapes) return undefined
  const field = fieldByShape(visit)
  return field === undefined ? undefined : [field]
}

/** A field, with the object that it is of where that stands in a text, and is not the one around the visit. */
type OwnedField = FoundField & Partial<Pick<ImageField, 'resource' | 'object'>>

/** The fields of a text into which rules lead, all of them together; `undefined` where none leads into one. */
function fieldsInText(
  visit: Visit<FieldRuleRow>,
  search: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): readonly OwnedField[] | undefined {
  const { value, rules } = visit
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const seen = new Set<Scalar>()
  let fields: OwnedField[] | undefined
  for (const { rule } of rules) {
    if (rule.kind !== 'scalar' || rule.embedded === undefined) continue
    const isRefused = typeof texts.get(value) === 'string'
    const found = isRefused ? [] : embeddedFields(visit, value, rule, rule.embedded, search, texts)
    fields = [...(fields ?? []), ...found.filter(({ scalar }) => !seen.has(scalar))]
    for (const { scalar } of found) seen.add(scalar)
  }
  return fields?.sort((a, b) => a.node.start - b.node.start)
}

/** The fields of the documents in a string, their paths from that string on. */
function embeddedFields(
  visit: Visit<FieldRuleRow>,
  host: Scalar,
  rule: ScalarRule,
  embedded: EmbeddedRule,
  search: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): OwnedField[] {
  const { source, document, resource, found } = search
  const text = texts.get(host) ?? readEmbedded(source, visit.node, host, embedded.format)
  texts.set(host, text)
  const path = [...resource.path, ...visit.path]
  if (typeof text === 'string') {
    found.refused.push({ document, resource: resource.identifier, path, node: visit.node, reason: text })
    return []
  }
  return text.documents.flatMap((inner) => {
    const { path: innerPath } = embedded
    if (innerPath !== undefined) {
      return fieldsAtPath(inner, text, rule, { ...embedded, path: innerPath }, search).map(withText)
    }
    const { fields, refused, unknown, unreadable } = findInText(inner, text, search.options)
    // Findings are placed where the text begins that they are in, since only edits are counted back to the byte.
    const outward = <T extends { readonly path: FieldPath }>(one: T) => ({
      ...one,
      document,
      path: [...path, ...one.path],
      node: host,
    })
    found.refused.push(...refused.map(outward))
    found.unknownInTexts.push(...unknown.map(outward))
    found.unreadable.push(...unreadable.map(outward))
    return fields.map(withText)

    function withText(field: OwnedField): OwnedField {
      return { ...field, embedded: { host, text: text as EmbeddedText, document: inner } }
    }
  })
}

/** The Kubernetes objects of a document in a string, which are judged as they are elsewhere. */
function findInText(document: YamlDocument, { text }: EmbeddedText, options: FieldOptions): FoundImages {
  // A text in a text in a text is more than anybody can follow.
  const rules = options.rules?.filter(({ embedded }) => embedded === undefined) ?? []
  return findImages([document], text.source, { ...options, rules })
}

/** What a rule leads to in a document of a string by a path of its own. */
function fieldsAtPath(
  document: YamlDocument,
  { text }: EmbeddedText,
  { rule, marks }: ScalarRule,
  { path, policy }: EmbeddedRule & { readonly path: PathPattern },
  { resource }: Search,
): readonly FoundField[] {
  const object = document.contents === undefined ? undefined : follow(document.contents)
  if (object?.kind !== 'mapping') return []
  const found = createFound()
  const inner = {
    kind: 'scalar',
    rule,
    path,
    marks,
    ...(policy === undefined ? {} : { policy: { path: [], ...policy } }),
  } as const
  const owner = { object, path: [], gvk: resource.gvk, identifier: resource.identifier }
  const search = { document, source: text.source, resource: owner, options: {}, found }
  findInObject(search, () => ({ rules: [inner], shapes: false }))
  return found.fields.map(({ document: _, resource: _resource, object: _object, ...field }) => field)
}

/** Whether a field is left alone, by the table or by the user. */
function isLeft(scope: Scope, path: FieldPath, options: FieldOptions): boolean {
  return neverReason(scope.gvk, path.slice(scope.depth)) !== undefined || isExcluded(scope, path, options)
}

/**
 * Whether the user leaves a field alone, as a field of the innermost object around it or of one that embeds that.
 *
 * @param path from the root of the walk
 */
export function isExcluded(scope: Scope, path: FieldPath, options: FieldOptions): boolean {
  const { exclude } = options
  if (exclude === undefined || exclude.length === 0) return false
  const own = path.slice(scope.depth)
  return (
    exclude.some(
      (one) =>
        selectsKind(one.selector, scope.gvk) &&
        (one.path === undefined || matchesPath(one.path, own, scope.object)),
    ) ||
    (scope.outer !== undefined && isExcluded(scope.outer, path, options))
  )
}
