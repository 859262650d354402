import { tryParseReference } from '../../reference/parse.ts'
import type { Mapping, Scalar, YamlNode } from '../../yaml/nodes.ts'
import type { ObjectName } from '../gvk.ts'
import type { ImageField } from '../image-field.ts'
import { matchesPath } from '../path-pattern.ts'
import { identifierOf } from '../resource.ts'
import type { Scope } from '../visit.ts'
import type { ImageCandidate } from './candidate.ts'
import type { FieldOptions } from './field-options.ts'
import { rulesForType } from './field-rules.ts'
import { suggestedOptional, suggestedRule } from './suggested-rule.ts'

/** A value that looks like an image, in a field that no rule knows. */
export interface UnknownField extends Omit<ImageCandidate, 'scope' | 'at' | 'node'> {
  /** The innermost object around it. */
  readonly object: Mapping
  readonly node: Pick<YamlNode, 'start'>
  /** Whether it is a copy, without the digest, of an image that the stream has with a digest. */
  readonly isCopy: boolean
  /** Whether an optional rule knows the field: the user can enable it in `spec.fields.optional`. */
  readonly isOptional: boolean
  /** The entry of `spec.fields.rules` or `spec.fields.optional` that would find it, as YAML on one line. */
  readonly entry: string
}

/**
 * Selects the candidates that no rule covers. A rule covers a candidate if it has found the same string; a candidate for a
 * program is also covered by an equal image of the stream.
 *
 * @param fields the image fields of the documents that were searched
 * @param copies the strings in them that equal an image
 * @param images all images of the stream
 */
export function unknownFields(
  candidates: readonly ImageCandidate[],
  fields: readonly ImageField[],
  copies: readonly ImageField[],
  images: ReadonlySet<string>,
  options: FieldOptions,
): readonly UnknownField[] {
  if (candidates.length === 0) return []
  const found = imagesByText([...fields, ...copies])
  const pinned = pinnedImages(images)
  const seen = new Set<Scalar>()
  return candidates.flatMap((candidate): UnknownField[] => {
    const { form, node, image } = candidate
    const covered = found.get(node)
    // A rule finds one image in a text, and a text for a program may list several.
    const isCovered = form === 'program' ? covered?.has(image) : covered !== undefined
    if (isCovered || (form === 'program' && images.has(image))) return []
    // A string that lists images is several candidates; an alias leads to the same string again.
    if (form !== 'program' && seen.has(node)) return []
    seen.add(node)
    if (covered === undefined && isKnown(candidate, options)) return []
    const isOptional = isKnown(candidate, { optional: [{}] })
    const { scope, at: _, ...rest } = candidate
    return [
      {
        ...rest,
        object: scope.object,
        isCopy: mayBeCopy(candidate) && pinned.has(nameAndTag(image)),
        isOptional,
        entry: isOptional ? suggestedOptional(scope) : suggestedRule(candidate),
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

/** Whether rule R7 looks for copies there: for a program, in annotations, or in the data of a ConfigMap. */
function mayBeCopy({ form, scope, at }: ImageCandidate): boolean {
  const { group, kind } = scope.gvk
  const isData = group === '' && kind === 'ConfigMap' && at[scope.depth] === 'data'
  return form === 'program' || at.at(-2) === 'annotations' || isData
}

/** The names of images that have a digest, with their tags. */
function pinnedImages(images: ReadonlySet<string>): { has(image: string | undefined): boolean } {
  const names = new Set([...images].filter((image) => image.includes('@')).map(nameAndTag))
  return { has: (image) => image !== undefined && (names.has(image) || names.has(withoutTag(image))) }
}

/** @returns the full name, `docker.io/library/nginx:1`; without a colon if there is no tag */
function nameAndTag(image: string): string | undefined {
  const reference = tryParseReference(image)
  if (reference === undefined) return undefined
  const { domain, path, tag } = reference
  return `${domain}/${path}${tag === undefined ? '' : `:${tag}`}`
}

/** A profile may replace the tag by a digest: then only the name can be compared. */
function withoutTag(nameAndTag: string): string {
  return nameAndTag.replace(/:[^:/]*$/, '')
}

/** Whether a rule leads to a candidate, though its conditions do not hold there. */
function isKnown({ scope, at, form }: ImageCandidate, options: FieldOptions): boolean {
  for (let object: Scope | undefined = scope; object !== undefined; object = object.outer) {
    const own = at.slice(object.depth)
    const root = object.object
    const nameOf = (): ObjectName => identifierOf(root, object.gvk)
    const leads = rulesForType(object.gvk, options, object === scope)
      .rulesFor(nameOf)
      .some(
        ({ path, kind }) =>
          matchesPath(path, own, root) ||
          (kind === 'split' && form === 'parts' && matchesPath(path, own.slice(0, -1), root)),
      )
    if (leads) return true
  }
  return false
}
