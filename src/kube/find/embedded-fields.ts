import { mayOccur } from '../../yaml/hidden-text.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { FieldPath, Scalar, YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { type EmbeddedText, readEmbedded } from '../embedded-text.ts'
import type { PathPattern } from '../path-pattern.ts'
import { isTemplateAction, templateActionAt } from '../placeholder.ts'
import type { Cursor, Visit } from '../visit.ts'
import type { FieldMatch, OwnedMatch } from './field-at.ts'
import type { EmbeddedRule, FieldOptions } from './field-options.ts'
import { isExcluded, isIgnored, type PathRule, type ScalarRule } from './field-rules.ts'
import { emptyResults, type FoundImages, type Search, type UnreadableText } from './search.ts'
import type { UnreadableImage } from './unreadable-images.ts'

/**
 * Finds the fields of a string that rules read as a document of its own.
 *
 * @returns undefined if no rule does
 */
export function fieldsInText(visit: Visit<PathRule>, search: Search): readonly OwnedMatch[] | undefined {
  const { value } = visit
  if (value.kind !== 'scalar' || !value.isString) return undefined
  const rules = textRules(visit)
  if (rules.length > 0 && isExcluded(visit.scope, visit.path, search.options)) return []
  const seen = new Set<Scalar>()
  let fields: OwnedMatch[] | undefined
  for (const rule of rules) {
    const isUnreadable = typeof search.texts.get(value) === 'string'
    const found = isUnreadable ? [] : fieldsByTextRule(visit, value, rule, search)
    fields = [...(fields ?? []), ...found.filter(({ scalar }) => !seen.has(scalar))]
    for (const { scalar } of found) seen.add(scalar)
  }
  return fields?.sort((a, b) => a.node.start - b.node.start)
}

type TextRule = ScalarRule & { readonly embedded: EmbeddedRule }

/** The rules that lead into a text. Those that call it uneditable count only if there are no others. */
function textRules({ rules }: Visit<PathRule>): readonly TextRule[] {
  const leading = rules.flatMap(({ rule }) => (isTextRule(rule) ? [rule] : []))
  const finding = leading.filter(({ embedded }) => embedded.uneditableReason === undefined)
  return finding.length > 0 ? finding : leading
}

function isTextRule(rule: PathRule): rule is TextRule {
  return rule.kind === 'scalar' && rule.embedded !== undefined
}

/** `image: …`, `"image": …`, `image = …`: the warning about an uneditable text is for such texts only. */
const NAMES_IMAGES = /image"?\s*[:=]/i

/** @returns the fields of the documents in a string, with paths that begin at that string */
function fieldsByTextRule(
  visit: Visit<PathRule>,
  container: Scalar,
  rule: TextRule,
  search: Search,
): OwnedMatch[] {
  const { source, resource, texts } = search
  const { uneditableReason, format, path: imagePath } = rule.embedded
  if (uneditableReason !== undefined && !NAMES_IMAGES.test(container.value)) return []
  const text = uneditableReason ?? texts.get(container) ?? readEmbedded(source, visit.node, container, format)
  texts.set(container, text)
  const path = [...resource.path, ...visit.path]
  if (typeof text === 'string') {
    // A row of a table leads into many texts that hold no image; a user's rule is meant.
    if (rule.rule === 'R6' || /image/i.test(container.value)) {
      reportUnreadable(visit, search, text)
    }
    return []
  }
  return text.documents.flatMap((inner) => {
    const fields =
      imagePath === undefined
        ? fieldsOfObjects(inner, text, container, path, search)
        : fieldsAtPath(inner, text, rule, imagePath, search)
    return fields.map((field) => ({ ...field, embedded: { container, text, document: inner } }))
  })
}

/** The fields of the Kubernetes objects in a document of a string. */
function fieldsOfObjects(
  inner: YamlDocument,
  text: EmbeddedText,
  container: Scalar,
  path: FieldPath,
  search: Search,
): readonly OwnedMatch[] {
  const { document, results } = search
  const { object } = search.resource
  const { fields, unreadableTexts, unknown, unreadable } = searchText(inner, text, search)
  // Everything but fields is located where the string begins, because only edits are mapped back to the byte.
  const outward = <T extends { readonly path: FieldPath }>(one: T) => ({
    ...one,
    document,
    path: [...path, ...one.path],
    node: container,
  })
  results.unreadableTexts.push(...unreadableTexts.map((one) => ({ ...outward(one), object })))
  results.unknownInTexts.push(...unknown.map(outward))
  for (const one of unreadable) {
    const action = actionOf(one, text)
    // What fills in a template that runs in the cluster is unknown here; Helm's actions begin with a dot or a keyword.
    const isFilledIn = /^\{\{=?\s*[a-z]+\.[\w.-]+\s*\}\}$/.test(action)
    const reason = `an image in it is ${action}, which is filled in later`
    if (isFilledIn) results.unreadableTexts.push({ ...outward(one), object, reason })
    else results.unreadable.push(outward(one))
  }
  return fields
}

function actionOf({ node }: UnreadableImage, { text }: EmbeddedText): string {
  return node.kind === 'mapping' && isTemplateAction(node) ? templateActionAt(node.start, text.source) : ''
}

/** Searches the Kubernetes objects of a document in a string, by the same rules as elsewhere. */
function searchText(
  document: YamlDocument,
  { text }: EmbeddedText,
  { options, nested }: Search,
): FoundImages {
  // A text in a text in a text is not searched.
  const rules = options.rules?.filter(({ embedded }) => embedded === undefined) ?? []
  const inner: FieldOptions = { ...options, rules }
  return nested.objectsIn(document, text.source, inner)
}

/** The fields at a path in a document of a string. */
function fieldsAtPath(
  document: YamlDocument,
  { text }: EmbeddedText,
  { rule, conditions, embedded }: TextRule,
  path: PathPattern,
  { resource, nested }: Search,
): readonly FieldMatch[] {
  const object = document.contents === undefined ? undefined : resolveAlias(document.contents)
  if (object?.kind !== 'mapping') return []
  const results = emptyResults()
  const policy = embedded.policy === undefined ? undefined : { path: [], ...embedded.policy }
  const inner = { kind: 'scalar', rule, path, conditions, policy } as const
  const { gvk, identifier } = resource
  const owner = { object, path: [], gvk, identifier, isFunctionItem: false }
  const search = { document, source: text.source, resource: owner, options: {}, results }
  nested.resource(search, () => ({ rules: [inner], shapesApply: false }))
  return results.fields.map(({ document: _, resource: _resource, object: _object, ...field }) => field)
}

/** The reason why Kubernetes objects in a ConfigMap are left unchanged. */
const NO_RULE_LEADS =
  'it holds Kubernetes objects with images, and no rule leads into it; one of spec.fields.rules with "embedded: {format: yaml}" does'

/**
 * Reports a value of a ConfigMap that holds Kubernetes objects with images which have no digest, or a configuration that names such an
 * image: the controller that reads it may run it.
 */
export function reportManifests(visit: Visit<PathRule>, search: Search): void {
  const { source, options } = search
  const container = textWithImages(visit, source)
  if (container === undefined || isIgnored(visit.scope, visit.path, options)) return
  if (!holdsObject(container.value)) {
    const image = SETTING.exec(container.value)?.[1]
    if (image !== undefined) reportUnreadable(visit, search, noRuleCovers(image))
    return
  }
  const text = readEmbedded(source, visit.node, container, 'yaml')
  const areAllPinned =
    typeof text !== 'string' && text.documents.every((inner) => isPinned(searchText(inner, text, search)))
  if (areAllPinned) search.results.pinnedTexts.push(textAt(visit, search, NO_RULE_LEADS))
  else reportUnreadable(visit, search, NO_RULE_LEADS)
}

/** @param reason why the text is not searched, for a message */
function reportUnreadable(visit: Visit<PathRule>, search: Search, reason: string): void {
  search.results.unreadableTexts.push(textAt(visit, search, reason))
}

function textAt(
  { node, path }: Visit<PathRule>,
  { document, resource }: Search,
  reason: string,
): UnreadableText {
  const { identifier, object } = resource
  return { document, resource: identifier, object, path: [...resource.path, ...path], node, reason }
}

function isPinned({ fields, unknown, unreadable, unreadableTexts }: FoundImages): boolean {
  const hasDigest = ({ image }: { readonly image: string }): boolean => image.includes('@')
  return (
    fields.every(hasDigest) &&
    unknown.every(hasDigest) &&
    unreadable.length === 0 &&
    unreadableTexts.length === 0
  )
}

/** Whether a mapping may be the `data` of a ConfigMap. */
export function isDatum(cursor: Cursor): boolean {
  return cursor.key === 'data'
}

/** The value of a ConfigMap, if it is a text with lines that names images. Undefined for any other value. */
function textWithImages({ scope, cursor, value }: Visit<PathRule>, source: Source): Scalar | undefined {
  const { group, kind } = scope.gvk
  if (group !== '' || kind !== 'ConfigMap' || !isDatum(cursor) || cursor.outer?.mapping !== scope.object) {
    return undefined
  }
  if (value.kind !== 'scalar' || !value.isString) return undefined
  // A large text without an image is not even decoded.
  const bytes = source.bytes.subarray(value.start, value.end)
  return mayOccur(bytes, 'mage') && NAMES_IMAGE.test(value.value) ? value : undefined
}

const NAMES_IMAGE = /[iI]mage(?:Name|Ref|s)?["']?\s*:\s*\S/

/**
 * An entry of a configuration in YAML or JSON with an image that has a registry's host and a tag. Without both, a text cannot be told from
 * other settings, such as the name of a picture.
 */
const SETTING =
  /(?:^|[\s{,])["']?(?:image|\w*[a-z]Image)["']?[ \t]*:[ \t]*["']?((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[\w./-]+:\w[\w.-]*)(?=["'\s,}]|$)/

/** Why a setting is left unchanged. */
function noRuleCovers(image: string): string {
  return `it names ${image} under a key that no rule covers`
}

/** Whether a text has the keys of an object, as YAML or JSON. */
function holdsObject(text: string): boolean {
  return text.includes('apiVersion') && /(?:^|[\s{,"'])kind["']?\s*:/.test(text)
}
