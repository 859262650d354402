import type { Scalar } from '../../yaml/nodes.ts'
import type { ImageField } from '../image-field.ts'
import type { Resource } from '../resource.ts'
import { type Scope, sourceNode, type Visit } from '../walk.ts'
import type { FieldOptions } from './field-options.ts'
import { isIgnored, type PathRule } from './field-rules.ts'
import {
  followParameter,
  isForImages,
  type ParameterSource,
  type ParameterTrail,
  parameterIn,
} from './parameter-trail.ts'
import { suggestedRule } from './suggested-rule.ts'

/** An image that is nothing but a parameter of its object, with what that stands for. */
export interface FollowedParameter {
  readonly name: string
  readonly field: ImageField
  readonly scope: Scope
  readonly trail: ParameterTrail
}

/** Follows the parameter that an image is; `undefined` where it is something else. */
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

/** What becomes of the fields of a resource when its parameters are followed. */
export interface ReplacedFields {
  readonly fields: readonly ImageField[]
  /** Texts that stand for a field elsewhere, and are none themselves. */
  readonly followed: readonly Scalar[]
}

/**
 * Puts what parameters stand for in the place of the images that are nothing but a parameter. It is done when all images of
 * a resource are known, since a parameter may be used for something else, too.
 *
 * @param parameters those of one resource
 * @param fields that were found so far
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
  const followed: Scalar[] = []
  for (const { name, field, scope, trail } of parameters) {
    const sources = distinct(trail.sources).filter(({ path }) => !isIgnored(scope, path, options))
    const [first] = sources
    if (first === undefined) continue
    // A rule of the user's own has named it.
    const isNamed = sources.every(({ scalar }) => known.has(scalar))
    if (isNamed || isForImages(trail, texts)) {
      const own = isNamed ? [] : sources.map((one, index) => sourceField(field, one, resource, index === 0))
      replaced.set(field, trail.isComplete ? own : [...own, field])
      followed.push(...(trail.isComplete ? [field.scalar] : []), ...trail.passed)
      continue
    }
    const { scalar } = first
    const sign = { form: 'value', image: scalar.value, prefix: '', scope, at: first.path } as const
    const path = [...resource.path, ...first.path]
    const parameter = { name, text: scalar.value, path, node: scalar, entry: suggestedRule(sign) }
    replaced.set(field, [{ ...field, parameter }])
  }
  return { fields: fields.flatMap((field) => replaced.get(field) ?? [field]), followed }
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
    node: sourceNode(node, scalar),
    scalar,
    image: scalar.value,
    ...(policy === undefined || !speaks ? {} : { policy }),
  }
}
