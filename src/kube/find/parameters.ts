import type { Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { ImageField } from '../image-field.ts'
import type { Resource } from '../resource.ts'
import { type Scope, sourceNode, type Visit } from '../visit.ts'
import type { FieldOptions } from './field-options.ts'
import { isIgnored, type PathRule } from './field-rules.ts'
import { followParameter, type ParameterSource, type ParameterTrail } from './parameter-trail.ts'
import { parameterIn } from './parameter-use.ts'
import { suggestedRule } from './suggested-rule.ts'

/** A field whose image is a parameter of its object, with the values of that parameter. */
export interface FollowedParameter {
  readonly name: string
  readonly field: ImageField
  readonly scope: Scope
  readonly trail: ParameterTrail
}

/** Follows the parameter that is the image of a field; undefined if the image is something else. */
export function followedParameter(
  field: ImageField,
  { cursor, path, scope }: Visit<PathRule>,
): FollowedParameter | undefined {
  const use = field.split === undefined ? parameterIn(field.image) : undefined
  if (use === undefined) return undefined
  return {
    name: use.name,
    field,
    scope,
    trail: followParameter(use, cursor, path.slice(0, cursor.depth), scope),
  }
}

/** The fields of a resource after its parameters were followed. */
export interface ReplacedFields {
  readonly fields: readonly ImageField[]
  /** Uses of a parameter whose image is a field elsewhere: the value of the parameter. */
  readonly parameterTexts: readonly Scalar[]
}

/**
 * Replaces fields whose image is a parameter by fields for the values of that parameter. It needs all images of a resource,
 * because a parameter may also be used for something else.
 *
 * @param parameters of one resource
 * @param fields found so far
 */
export function replaceParameters(
  parameters: readonly FollowedParameter[],
  fields: readonly ImageField[],
  resource: Resource,
  options: FieldOptions,
): ReplacedFields {
  const texts = new Set(parameters.flatMap(({ field, trail }) => [field.scalar, ...trail.passed]))
  const known = new Set(fields.map(({ scalar }) => scalar))
  const replaced = new Map<ImageField, readonly ImageField[]>()
  const parameterTexts: Scalar[] = []
  for (const { name, field, scope, trail } of parameters) {
    const sources = distinct(trail.sources).filter(({ path }) => !isIgnored(scope, path, options))
    const [first] = sources
    if (first === undefined) continue
    // Rules have found all values themselves.
    const isNamed = sources.every(({ scalar }) => known.has(scalar))
    if (isNamed || isForImages(trail, texts)) {
      const own = isNamed ? [] : sources.map((one, index) => sourceField(field, one, resource, index === 0))
      replaced.set(field, trail.isComplete ? own : [...own, field])
      parameterTexts.push(...(trail.isComplete ? [field.scalar] : []), ...trail.passed)
      continue
    }
    const { scalar } = first
    const candidate = { form: 'value', image: scalar.value, prefix: '', scope, at: first.path } as const
    const path = [...resource.path, ...first.path]
    const parameter = { name, text: scalar.value, path, node: scalar, entry: suggestedRule(candidate) }
    replaced.set(field, [{ ...field, parameter }])
  }
  return { fields: fields.flatMap((field) => replaced.get(field) ?? [field]), parameterTexts }
}

function distinct(sources: readonly ParameterSource[]): readonly ParameterSource[] {
  return [...new Map(sources.map((source) => [source.scalar, source])).values()]
}

/** @param decidesPolicy whether the pull policy of the container follows from this image: only the first value's does */
function sourceField(
  { policy, ...field }: ImageField,
  { path, node, scalar }: ParameterSource,
  resource: Resource,
  decidesPolicy: boolean,
): ImageField {
  return {
    ...field,
    path: [...resource.path, ...path],
    node: sourceNode(node, scalar),
    scalar,
    image: scalar.value,
    ...(policy === undefined || !decidesPolicy ? {} : { policy }),
  }
}

/**
 * Whether the parameters of a trail are used for nothing but images.
 *
 * @param images the texts that are images or only pass a parameter on
 */
function isForImages({ uses }: ParameterTrail, images: ReadonlySet<Scalar>): boolean {
  return uses.every(({ within, pattern }) => everyUse(within, pattern, (scalar) => images.has(scalar)))
}

function everyUse(node: YamlNode, pattern: RegExp, isImage: (scalar: Scalar) => boolean): boolean {
  switch (node.kind) {
    case 'scalar':
      return !pattern.test(node.value) || isImage(node)
    case 'alias':
      // The target of an alias is visited where it is written.
      return true
    case 'sequence':
      return node.items.every((item) => everyUse(item, pattern, isImage))
    case 'mapping':
      return node.entries.every(({ value }) => everyUse(value, pattern, isImage))
  }
}
