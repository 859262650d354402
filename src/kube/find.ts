import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { follow } from '../yaml/lookup.ts'
import type { FieldPath, Scalar, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import { copiesIn, copyAt, searchCopies } from './copies.ts'
import { type EmbeddedText, readEmbedded } from './embedded.ts'
import { type FoundField, fieldByRule, fieldByShape } from './field-at.ts'
import type { EmbeddedRule, FieldOptions } from './field-options.ts'
import { type FieldRuleRow, rulesOf, rulesOfObject, type ScalarRule } from './field-rules.ts'
import { type GroupVersionKind, gvkIn } from './gvk.ts'
import type { ImageField } from './image-field.ts'
import { selectsKind } from './kind-selector.ts'
import { neverReason } from './never.ts'
import { matchesPath } from './path-pattern.ts'
import { type Resource, resourcesOf } from './resource.ts'
import { isLocalConfig, skippedKind } from './skip.ts'
import { mayHoldImage, type Visit, walkObject } from './walk.ts'

/** What was found in documents. */
export interface FoundImages {
  readonly fields: readonly ImageField[]
  /** Strings elsewhere that equal an image among the fields, and are not among them themselves (rule R7). */
  readonly copies: readonly ImageField[]
  /** Texts that a user's rule leads to, and in which nothing could be looked for. */
  readonly refused: readonly RefusedText[]
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
  const found: Found = { fields: [], refused: [] }
  const typed = createTypes(options)
  const looked = documents.filter(({ opaque }) => opaque === undefined || isWanted(typed(gvkIn(opaque))))
  for (const document of looked) {
    for (const resource of resourcesOf(document)) {
      const type = typed(resource.gvk)
      const own = rulesOfObject(type.rules, resource)
      // Nothing more is asked of an object that no rule is about and in which the word does not stand.
      if (own.length === 0 && !(type.shapes && mayHoldImage(resource.object))) continue
      const shapes = type.shapes && !isLocalConfig(resource.object)
      const rules =
        type.shapes && !shapes ? rulesOfObject(rulesOf(resource.gvk, options, false), resource) : own
      if (shapes || rules.length > 0)
        findInObject({ document, source, resource, options, found }, rules, shapes)
    }
  }
  const { fields, refused } = found
  const copies = findCopies(looked, fields, options, typed)
  if (options.copies !== 'pin' || copies.length === 0) return { fields, copies, refused }
  return { fields: [...fields, ...copies].sort(byPlace), copies: [], refused }
}

/** What a type of object says of where its images are. */
interface TypeFacts {
  readonly rules: readonly FieldRuleRow[]
  /** Whether its objects are looked through, and not skipped. */
  readonly shapes: boolean
}

/** Whether a document is to be looked into though nothing but its type is known yet. */
function isWanted({ rules, shapes }: TypeFacts): boolean {
  return shapes || rules.length > 0
}

/** A stream has thousands of objects, and few types. */
function createTypes(options: FieldOptions): (gvk: GroupVersionKind) => TypeFacts {
  const types = new Map<string, TypeFacts>()
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

/**
 * The copies of images (rule R7), which are looked for when all images are known, and then only in documents in which such
 * a text stands.
 */
function findCopies(
  documents: readonly YamlDocument[],
  fields: readonly ImageField[],
  options: FieldOptions,
  typed: (gvk: GroupVersionKind) => TypeFacts,
): readonly ImageField[] {
  const copies: ImageField[] = []
  const search = searchCopies(fields)
  const images = new Set(fields.map(({ image }) => image))
  for (const document of documents) {
    const { contents } = document
    if (contents === undefined || !search.mayBeIn(contents)) continue
    for (const resource of resourcesOf(document)) {
      const { shapes, rules } = typed(resource.gvk)
      if (!shapes || !search.mayBeIn(resource.object) || isLocalConfig(resource.object)) continue
      const add = (field: FoundField, at: FieldPath): void => {
        if (images.has(field.image)) copies.push(placed(field, at, document, resource))
      }
      copiesInObject({ resource, options }, rulesOfObject(rules, resource), add)
    }
  }
  return copies
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
}

function findInObject(search: Search, rules: readonly FieldRuleRow[], shapes: boolean): void {
  const { document, resource, options, found } = search
  const { object, gvk } = resource
  const texts = new Map<Scalar, EmbeddedText | string>()
  walkObject(object, rules, shapes ? 'images' : 'nothing', (visit) => {
    const fields = fieldsAt(visit, search, texts)
    if (fields === undefined) return true
    for (const field of isLeft(gvk, visit.path, options) ? [] : fields) {
      found.fields.push(placed(field, visit.path, document, resource))
    }
    return false
  })
}

/** The strings that may be copies, of an object's annotations and of what it tells programs. */
function copiesInObject(
  { resource, options }: Pick<Search, 'resource' | 'options'>,
  rules: readonly FieldRuleRow[],
  add: (field: FoundField, at: FieldPath) => void,
): void {
  const { object, gvk } = resource
  for (const copy of copiesIn(object, gvk)) if (!isExcluded(gvk, copy.path, options)) add(copy, [])
  walkObject(object, rules, 'programs', (visit) => {
    if (isField(visit)) return false
    const copy = visit.shapes ? copyAt(visit) : undefined
    if (copy === undefined) return true
    if (!isLeft(gvk, visit.path, options)) add(copy, visit.path)
    return false
  })
}

/** Whether a visit comes to a field, which is then no copy, or to a text with documents of its own. */
function isField(visit: Visit<FieldRuleRow>): boolean {
  const byRule = visit.rules.some((rule) =>
    rule.kind === 'scalar' && rule.embedded !== undefined
      ? visit.value.kind === 'scalar' && visit.value.isString
      : fieldByRule(visit, rule) !== undefined,
  )
  return byRule || (visit.shapes && fieldByShape(visit) !== undefined)
}

function placed(field: FoundField, at: FieldPath, document: YamlDocument, resource: Resource): ImageField {
  const path = [...resource.path, ...at, ...field.path]
  return { ...field, document, resource: resource.identifier, object: resource.object, path }
}

/** The fields that a visit comes to; `undefined` where it comes to none, and there may be some further in. */
function fieldsAt(
  visit: Visit<FieldRuleRow>,
  search: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): readonly FoundField[] | undefined {
  for (const rule of visit.rules) {
    if (rule.kind === 'scalar' && rule.embedded !== undefined) {
      if (visit.value.kind === 'scalar' && visit.value.isString) {
        return embeddedFields(visit, visit.value, rule, rule.embedded, search, texts)
      }
      continue
    }
    const field = fieldByRule(visit, rule)
    if (field !== undefined) return [field]
  }
  if (!visit.shapes) return undefined
  const field = fieldByShape(visit)
  return field === undefined ? undefined : [field]
}

/** The fields of the documents in a string, their paths from that string on. */
function embeddedFields(
  visit: Visit<FieldRuleRow>,
  host: Scalar,
  rule: ScalarRule,
  embedded: EmbeddedRule,
  { source, document, resource, options, found }: Search,
  texts: Map<Scalar, EmbeddedText | string>,
): FoundField[] {
  const text = texts.get(host) ?? readEmbedded(source, visit.node, host, embedded.format)
  texts.set(host, text)
  if (typeof text === 'string') {
    const path = [...resource.path, ...visit.path]
    found.refused.push({ document, resource: resource.identifier, path, node: visit.node, reason: text })
    return []
  }
  return text.documents.flatMap((inner) =>
    fieldsInText(inner, text.text.source, rule, embedded, resource, options).map((field) => {
      return { ...field, embedded: { host, text, document: inner } }
    }),
  )
}

/** What a rule leads to in one document of a string: Kubernetes objects, or what is at a path. */
function fieldsInText(
  document: YamlDocument,
  source: Source,
  { rule, marks }: ScalarRule,
  { path, policy }: EmbeddedRule,
  outer: Resource,
  options: FieldOptions,
): readonly ImageField[] {
  // A text in a text in a text is more than anybody can follow.
  const rules = options.rules?.filter(({ embedded }) => embedded === undefined) ?? []
  if (path === undefined) return findImages([document], source, { ...options, rules }).fields
  const object = document.contents === undefined ? undefined : follow(document.contents)
  if (object?.kind !== 'mapping') return []
  const found: Found = { fields: [], refused: [] }
  const resource = { object, path: [], gvk: outer.gvk, identifier: outer.identifier }
  const inner = {
    kind: 'scalar',
    rule,
    path,
    marks,
    ...(policy === undefined ? {} : { policy: { path: [], ...policy } }),
  } as const
  findInObject({ document, source, resource, options: {}, found }, [inner], false)
  return found.fields
}

/** Whether a field is left alone, by the table or by the user. */
function isLeft(gvk: GroupVersionKind, path: FieldPath, options: FieldOptions): boolean {
  return neverReason(gvk, path) !== undefined || isExcluded(gvk, path, options)
}

/** Whether the user leaves a field alone; its path is below the resource's root. */
export function isExcluded(gvk: GroupVersionKind, path: FieldPath, { exclude }: FieldOptions): boolean {
  return (
    exclude?.some(
      (one) => selectsKind(one.selector, gvk) && (one.path === undefined || matchesPath(one.path, path)),
    ) ?? false
  )
}
