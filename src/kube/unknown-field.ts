import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { follow, keyText, lookup, stringAt, valueAt } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import type { FieldOptions } from './field-options.ts'
import { type FieldRuleRow, rulesOf, rulesOfObject } from './field-rules.ts'
import type { GroupVersionKind } from './gvk.ts'
import type { ImageField } from './image-field.ts'
import { isImageKey, isImagesKey, isProgramKey, isRepositoryKey } from './image-signs.ts'
import { matchesPath, patternOf } from './path-pattern.ts'
import { referenceSign } from './reference-sign.ts'
import { identify } from './resource.ts'
import type { Scope, Visit } from './walk.ts'

/** How a value that looks like an image is spelled. */
export type SignForm =
  /** It is all of a string. */
  | 'value'
  /** Its repository and tag stand in keys of their own. */
  | 'parts'
  /** A program is told of it, in its environment or an argument. */
  | 'program'

/** A value that looks like an image, below the value that was visited. */
export interface FoundSign {
  readonly form: SignForm
  /** From the value that was visited. */
  readonly path: FieldPath
  readonly node: Scalar
  readonly image: string
  /** What stands before the image in the same string, such as `--image=`. */
  readonly prefix: string
  /** How its parts are spelled, where it has some: `{repository}:{tag}`. */
  readonly parts?: string
}

/** A value that looks like an image, and where it stands. */
export interface ImageSign extends Omit<FoundSign, 'path'> {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** From the document's root. */
  readonly path: FieldPath
  readonly scope: Scope
  /** From the root of the walk, which is a resource of the document. */
  readonly at: FieldPath
}

/** What a rule has to know of a value to find it. */
export type RuledSign = Pick<ImageSign, 'form' | 'image' | 'prefix' | 'parts' | 'scope' | 'at'>

/** A value that looks like an image, in a place that no rule knows. */
export interface UnknownField extends Omit<ImageSign, 'scope' | 'at' | 'node'> {
  /** The innermost object around it. */
  readonly object: Mapping
  readonly node: Pick<YamlNode, 'start'>
  /** Whether a rule knows the place, and is to be asked for in `spec.fields.optional`. */
  readonly isOptional: boolean
  /** The entry of `spec.fields.rules` or `spec.fields.optional` that would find it, as YAML on one line. */
  readonly entry: string
}

/**
 * The values that look like images at a value to which the walk has come: by the key's name and by what they say, both.
 */
export function signsAt(visit: Visit<FieldRuleRow>): readonly FoundSign[] {
  const { key, value, isItem, scope } = visit
  // What a Secret holds is for nobody to see, and not for a program that was told the name of an image.
  if (isItem || (scope.gvk.group === '' && scope.gvk.kind === 'Secret')) return NONE
  if (isProgramKey(key)) {
    if (value.kind !== 'sequence') return NONE
    return key === 'env' ? variables(value.items) : flags(value.items)
  }
  if (isRepositoryKey(key)) return partsBeside(visit)
  if (isImagesKey(key)) return listed(value)
  if (!isImageKey(key)) return NONE
  if (value.kind === 'scalar') return signIn(value, [])
  return value.kind === 'mapping' ? named(value) : NONE
}

const NONE: readonly FoundSign[] = []

function signIn(node: YamlNode, path: FieldPath): readonly FoundSign[] {
  const scalar = follow(node)
  if (scalar.kind !== 'scalar' || !scalar.isString) return NONE
  const { value: image } = scalar
  return referenceSign(image) === undefined
    ? NONE
    : [{ form: 'value', path, node: scalar, image, prefix: '' }]
}

/** The items of `images`, and the values of a mapping in their place. */
function listed(value: Visit<FieldRuleRow>['value']): readonly FoundSign[] {
  if (value.kind === 'sequence') return value.items.flatMap(signsInItem)
  if (value.kind !== 'mapping') return NONE
  return value.entries.flatMap((entry) => {
    const key = keyText(entry)
    return key === undefined ? [] : signIn(entry.value, [key])
  })
}

/** An item of `images`: a reference, or what kustomize writes in place of one. */
function signsInItem(node: YamlNode, index: number): readonly FoundSign[] {
  const item = follow(node)
  if (item.kind !== 'mapping') return signIn(item, [index])
  return partsIn(item, ['newName', 'name']).map((sign) => ({ ...sign, path: [index, ...sign.path] }))
}

/** Keys of a mapping `image` under which all of a reference stands. */
const NAME_KEYS = ['name', 'reference', 'ref', 'url', 'uri']

/** A mapping in the place of an image: its name in one key, or in several. */
function named(mapping: Mapping): readonly FoundSign[] {
  for (const key of NAME_KEYS) {
    const entry = lookup(mapping, key)?.entry
    const found = entry === undefined ? NONE : signIn(entry.value, [key])
    if (found.length > 0) return found
  }
  return partsIn(mapping, ['name', 'repo'])
}

/** A repository with a tag beside it, where the mapping is not that of an image, which is looked at as a whole. */
function partsBeside({ at, key }: Visit<FieldRuleRow>): readonly FoundSign[] {
  return partsIn(at.mapping, [key]).map((sign) => ({ ...sign, path: [] }))
}

function partsIn(mapping: Mapping, repositoryKeys: readonly string[]): readonly FoundSign[] {
  for (const key of repositoryKeys) {
    const entry = lookup(mapping, key)?.entry
    const scalar = entry === undefined ? undefined : follow(entry.value)
    if (scalar?.kind !== 'scalar' || !scalar.isString || scalar.value === '') continue
    const tagName = tagKey(key, mapping)
    const tag = scalarAt(mapping, tagName)
    const digest = scalarAt(mapping, 'digest')
    if (tag === '' && digest === '') continue
    const registry = scalarAt(mapping, 'registry')
    const name = registry === '' ? scalar.value : `${registry}/${scalar.value}`
    const image = `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`
    if (referenceSign(image) !== undefined) {
      const parts = `${registry === '' ? '' : '{registry}/'}{${key}}:{${tagName}}${digest === '' ? '' : '@{digest}'}`
      return [{ form: 'parts', path: [key], node: scalar, image, prefix: '', parts }]
    }
  }
  return NONE
}

/** What stands under a key, a number too: `tag: 1.27` is meant as text. */
function scalarAt(mapping: Mapping, key: string): string {
  const value = valueAt(mapping, key)
  return value?.kind === 'scalar' && !value.isNull ? value.value : ''
}

/** `tag` beside `repository` and `name`, `sidecarTag` beside `sidecarRepository`, and kustomize's `newTag`. */
function tagKey(repositoryKey: string, mapping: Mapping): string {
  if (lookup(mapping, 'newTag') !== undefined) return 'newTag'
  return /[a-z]Repository$/.test(repositoryKey) ? repositoryKey.replace(/Repository$/, 'Tag') : 'tag'
}

/** Names of variables that hold images: `PROXY_IMAGE`, `RELATED_IMAGE_PROXY`, `KAFKA_IMAGES`, `OPERATOR_IMAGE_NAME`. */
const VARIABLE = /(?:^|_)IMAGES?(?:_NAME)?$|(?:^|_)RELATED_IMAGE_/

function variables(items: readonly YamlNode[]): readonly FoundSign[] {
  return items.flatMap((item, index) => {
    const variable = follow(item)
    if (variable.kind !== 'mapping' || !VARIABLE.test(stringAt(variable, 'name') ?? '')) return []
    const value = lookup(variable, 'value')?.entry.value
    const scalar = value === undefined ? undefined : follow(value)
    if (scalar?.kind !== 'scalar' || !scalar.isString) return []
    return imagesIn(scalar.value).map(([prefix, image]) => {
      return { form: 'program', path: [index, 'value'], node: scalar, image, prefix } as const
    })
  })
}

/** The images of a text that holds one, or a list of `version=image`. */
function imagesIn(text: string): (readonly [prefix: string, image: string])[] {
  return text.split(/[\s,;]+/).flatMap((part) => {
    const image = part.slice(part.indexOf('=') + 1)
    const isTagged = referenceSign(image) === 'tag'
    return isTagged ? [[part.slice(0, part.length - image.length), image] as const] : []
  })
}

/** `--image=…`, `-shell-image …`, `--proxyImage=…`. */
const FLAG = /^--?[\w.-]*[iI]mage(?:=|$)/

function flags(items: readonly YamlNode[]): readonly FoundSign[] {
  return items.flatMap((item, index) => {
    const flag = textOf(item)
    const prefix = flag === undefined ? undefined : FLAG.exec(flag.value)?.[0]
    if (flag === undefined || prefix === undefined) return []
    if (prefix.endsWith('=')) return argument(flag, index, prefix)
    const next = items[index + 1]
    const value = next === undefined ? undefined : textOf(next)
    return value === undefined ? [] : argument(value, index + 1, '')
  })
}

function argument(node: Scalar, index: number, prefix: string): readonly FoundSign[] {
  const image = node.value.slice(prefix.length)
  return referenceSign(image) === 'tag' ? [{ form: 'program', path: [index], node, image, prefix }] : NONE
}

function textOf(node: YamlNode): Scalar | undefined {
  const scalar = follow(node)
  return scalar.kind === 'scalar' && scalar.isString ? scalar : undefined
}

/**
 * What of the signs no rule covers: neither a rule that has found the same string, nor, for what a program is told, an
 * image of the stream that is the same.
 *
 * @param fields every image field of the stream
 * @param copies every string that equals one of their images
 */
export function unknownFields(
  signs: readonly ImageSign[],
  fields: readonly ImageField[],
  copies: readonly ImageField[],
  options: FieldOptions,
): readonly UnknownField[] {
  if (signs.length === 0) return []
  const scalars = new Set([...fields, ...copies].map(({ scalar }) => scalar))
  const images = new Set(fields.map(({ image }) => image))
  const seen = new Set<Scalar>()
  return signs.flatMap((sign): UnknownField[] => {
    const { form, node, image } = sign
    if (scalars.has(node) || (form === 'program' && images.has(image))) return []
    // One string may be a list of images, and have several signs; an alias leads to the same string again.
    if (form !== 'program' && seen.has(node)) return []
    seen.add(node)
    if (isKnown(sign, options)) return []
    const isOptional = isKnown(sign, { optional: [{}] })
    const { scope, at: _, ...place } = sign
    return [
      { ...place, object: scope.object, isOptional, entry: isOptional ? typeEntry(scope) : ruleEntry(sign) },
    ]
  })
}

/** Whether a rule leads to a sign, which has then found nothing there by its own conditions. */
function isKnown({ scope, at, form }: ImageSign, options: FieldOptions): boolean {
  for (let object: Scope | undefined = scope; object !== undefined; object = object.outer) {
    const own = at.slice(object.depth)
    const root = object.object
    const named = { identifier: identify(root, object.gvk) }
    const leads = rulesOfObject(rulesOf(object.gvk, options, object === scope), named).some(
      ({ path, kind }) =>
        matchesPath(path, own, root) ||
        (kind === 'split' && form === 'parts' && matchesPath(path, own.slice(0, -1), root)),
    )
    if (leads) return true
  }
  return false
}

function typeEntry({ gvk }: Scope): string {
  return `{${typeOf(gvk)}}`
}

/** The entry of `spec.fields.rules` that finds a value, as YAML on one line. */
export function ruleEntry(sign: RuledSign): string {
  const { scope, at, form } = sign
  const own = at.slice(scope.depth)
  const name = isConfigMap(scope) ? (stringAt(scope.object, 'metadata', 'name') ?? '') : ''
  const path = patternOf(form === 'parts' ? own.slice(0, -1) : own, scope.object)
  const keys = [
    typeOf(scope.gvk),
    ...(name === '' ? [] : [`name: ${quoted(name)}`]),
    `path: ${quoted(path)}`,
    ...conditionOf(sign),
  ]
  return `{${keys.join(', ')}}`
}

/** ConfigMaps have nothing in common but their type: a rule is about one of them. */
function isConfigMap({ gvk }: Scope): boolean {
  return gvk.group === '' && gvk.kind === 'ConfigMap'
}

function conditionOf({ form, at, prefix, image, parts }: RuledSign): readonly string[] {
  if (parts !== undefined) return [`parts: '${parts}'`]
  if (prefix !== '') return [`value: '${isFlag(prefix) ? '^' : ''}${escaped(prefix)}(\\S+)'`]
  // An argument behind its flag is known by nothing but what it says.
  if (form !== 'program' || typeof at.at(-1) !== 'number') return []
  return [`value: '^(${escaped(image.slice(0, image.lastIndexOf(':')))}[:@].+)$'`]
}

function isFlag(prefix: string): boolean {
  return prefix.startsWith('-')
}

function typeOf({ group, kind }: GroupVersionKind): string {
  return group === '' ? `kind: ${quoted(kind)}` : `group: ${quoted(group)}, kind: ${quoted(kind)}`
}

/** A text as a scalar of a flow mapping. */
function quoted(text: string): string {
  return /^[A-Za-z][\w.-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "''")
}
