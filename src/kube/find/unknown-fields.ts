import { tryParseReference } from '../../reference/parse.ts'
import type { Mapping, Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { ImageField } from '../image-field.ts'
import { matchesPath } from '../path-pattern.ts'
import { identifierOf } from '../resource.ts'
import type { Scope } from '../walk.ts'
import type { ImageCandidate } from './candidate.ts'
import type { FieldOptions } from './field-options.ts'
import { rulesForObject, rulesForType } from './field-rules.ts'
import { suggestedOptional, suggestedRule } from './suggested-rule.ts'

/** A value that looks like an image, in a place that no rule knows. */
export interface UnknownField extends Omit<ImageCandidate, 'scope' | 'at' | 'node'> {
  /** The innermost object around it. */
  readonly object: Mapping
  readonly node: Pick<YamlNode, 'start'>
  /** Whether it tells a program of an image which the stream has with a digest, and lacks the digest itself. */
  readonly isCopy: boolean
  /** Whether a rule knows the place, and is to be asked for in `spec.fields.optional`. */
  readonly isOptional: boolean
  /** The entry of `spec.fields.rules` or `spec.fields.optional` that would find it, as YAML on one line. */
  readonly entry: string
}

/**
 * What of the signs no rule covers: neither a rule that has found the same string, nor, for what a program is told, an
 * image of the stream that is the same.
 *
 * @param fields every image field of the stream
 * @param copies every string that equals one of their images
 */
export function unknownFields(
  signs: readonly ImageCandidate[],
  fields: readonly ImageField[],
  copies: readonly ImageField[],
  options: FieldOptions,
): readonly UnknownField[] {
  if (signs.length === 0) return []
  const found = imagesByText([...fields, ...copies])
  const images = new Set(fields.map(({ image }) => image))
  const pinned = pinnedImages(fields)
  const seen = new Set<Scalar>()
  return signs.flatMap((sign): UnknownField[] => {
    const { form, node, image } = sign
    const covered = found.get(node)
    // A rule finds one image of a text, and a text for a program may list several.
    const isCovered = form === 'program' ? covered?.has(image) : covered !== undefined
    if (isCovered || (form === 'program' && images.has(image))) return []
    // One string may be a list of images, and have several signs; an alias leads to the same string again.
    if (form !== 'program' && seen.has(node)) return []
    seen.add(node)
    if (covered === undefined && isKnown(sign, options)) return []
    const isOptional = isKnown(sign, { optional: [{}] })
    const { scope, at: _, ...place } = sign
    return [
      {
        ...place,
        object: scope.object,
        isCopy: isPlaceOfCopies(sign) && pinned.has(nameAndTag(image)),
        isOptional,
        entry: isOptional ? suggestedOptional(scope) : suggestedRule(sign),
      },
    ]
  })
}

function imagesByText(fields: readonly ImageField[]): ReadonlyMap<Scalar, ReadonlySet<string>> {
  const images = new Map<Scalar, Set<string>>()
  for (const { scalar, image } of fields) {
    const known = images.get(scalar)
    if (known === undefined) images.set(scalar, new Set([image]))
    else known.add(image)
  }
  return images
}

/** Whether a sign stands where rule R7 looks for copies: a program, annotations, or the data of a ConfigMap. */
function isPlaceOfCopies({ form, scope, at }: ImageCandidate): boolean {
  const { group, kind } = scope.gvk
  const isData = group === '' && kind === 'ConfigMap' && at[scope.depth] === 'data'
  return form === 'program' || at.at(-2) === 'annotations' || isData
}

/** The names of what is pinned already, with the tags that stand beside the digests. */
function pinnedImages(fields: readonly ImageField[]): { has(image: string | undefined): boolean } {
  const pinned = fields.filter(({ image }) => image.includes('@'))
  const names = new Set(pinned.map(({ image }) => nameAndTag(image)))
  return { has: (image) => image !== undefined && (names.has(image) || names.has(withoutTag(image))) }
}

/** `docker.io/library/nginx:1`, however the image is written; without a colon at the end where it has no tag. */
function nameAndTag(image: string): string | undefined {
  const reference = tryParseReference(image)
  if (reference === undefined) return undefined
  const { domain, path, tag } = reference
  return `${domain}/${path}${tag === undefined ? '' : `:${tag}`}`
}

/** A profile may write a digest in the place of the tag: then the name alone says what it was. */
function withoutTag(nameAndTag: string): string {
  return nameAndTag.replace(/:[^:/]*$/, '')
}

/** Whether a rule leads to a sign, which has then found nothing there by its own conditions. */
function isKnown({ scope, at, form }: ImageCandidate, options: FieldOptions): boolean {
  for (let object: Scope | undefined = scope; object !== undefined; object = object.outer) {
    const own = at.slice(object.depth)
    const root = object.object
    const named = { identifier: identifierOf(root, object.gvk) }
    const leads = rulesForObject(rulesForType(object.gvk, options, object === scope), named).some(
      ({ path, kind }) =>
        matchesPath(path, own, root) ||
        (kind === 'split' && form === 'parts' && matchesPath(path, own.slice(0, -1), root)),
    )
    if (leads) return true
  }
  return false
}
