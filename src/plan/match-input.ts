import type { MatchInput } from '../config/matcher.ts'
import type { Profile } from '../config/profile.ts'
import { originalName } from '../config/rewrite.ts'
import { parseApiVersion } from '../kube/gvk.ts'
import type { ImageField } from '../kube/image-field.ts'
import { type Reference, repositoryName } from '../reference/reference.ts'
import { type TagKind, tagKindOf } from '../reference/tag-kind.ts'
import { effectiveEntries } from '../yaml/json-value.ts'
import { keyText, mappingAt } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'

/** What a field must have for the conditions of a profile. */
type MatchedField = Pick<ImageField, 'resource' | 'object' | 'containerName' | 'containerType'>

/**
 * Collects the properties of an image field that the conditions of a profile (`match`, `include`, `exclude`) are compared with:
 * the type, name and labels of its object, its container, and its reference. Each is computed when a condition asks for it.
 * @param reference to decide about pinning, the reference in the manifest; to decide the pull policy, the reference that
 *   Pinpull writes; undefined if the value of the field is not a reference
 * @param profile its rewrites are reversed: conditions match the original name of an image
 */
export function matchInputOf(
  field: MatchedField,
  reference: Reference | undefined,
  profile: Profile,
): MatchInput {
  return new FieldInput(field, reference, profile)
}

/** With getters, because most profiles have no conditions. */
class FieldInput implements MatchInput {
  readonly #field: MatchedField
  readonly #reference: Reference | undefined
  readonly #profile: Profile

  constructor(field: MatchedField, reference: Reference | undefined, profile: Profile) {
    this.#field = field
    this.#reference = reference
    this.#profile = profile
  }

  get reference(): Reference | undefined {
    return this.#reference && originalReference(this.#reference, this.#profile)
  }

  get tagKind(): TagKind | undefined {
    return this.#reference && tagKindOf(this.#reference)
  }

  get group(): string {
    return parseApiVersion(this.#field.resource.apiVersion).group
  }

  get version(): string {
    return parseApiVersion(this.#field.resource.apiVersion).version
  }

  get kind(): string {
    return this.#field.resource.kind
  }

  get namespace(): string {
    return this.#field.resource.namespace ?? ''
  }

  get name(): string {
    return this.#field.resource.name
  }

  labels(): Readonly<Record<string, string>> {
    return stringsAt(this.#field.object, 'metadata', 'labels')
  }

  get container(): string | undefined {
    return this.#field.containerName
  }

  get containerType(): MatchInput['containerType'] {
    return this.#field.containerType
  }
}

/**
 * Reverses the rewrites of a profile, so that rules, the lock file and a second run see the same image.
 * @returns the reference with the domain and path of its original name, but the same `text`; the same reference if its name is not
 *   the result of a rewrite, or is the name of an entry in the lock file
 */
export function originalReference(
  reference: Reference,
  { rewrite, lockedNames }: Pick<Profile, 'rewrite' | 'lockedNames'>,
): Reference {
  if (rewrite.length === 0) return reference
  const current = repositoryName(reference)
  const name = lockedNames?.has(current) === true ? undefined : originalName(current, rewrite)
  if (name === undefined) return reference
  const slash = name.indexOf('/')
  return { ...reference, domain: name.slice(0, slash), path: name.slice(slash + 1) }
}

/** The entries of a mapping in an object whose values are strings. */
function stringsAt(object: Mapping, ...path: readonly string[]): Readonly<Record<string, string>> {
  const mapping = mappingAt(object, ...path)
  if (mapping === undefined) return {}
  const strings: Record<string, string> = {}
  for (const key of effectiveEntries(mapping).map(keyText)) {
    const value = key === undefined ? undefined : mapping.stringAt(key)
    if (key !== undefined && value !== undefined) strings[key] = value
  }
  return strings
}
