import type { Profile } from '../config/profile.ts'
import { rewriteName } from '../config/rewrite.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { placeholderOf } from '../kube/placeholder.ts'
import { formatPlatform, type Platform } from '../oci/platform.ts'
import { parseReference } from '../reference/parse.ts'
import {
  canonicalText,
  type Digest,
  pinnedText,
  type Reference,
  repositoryName,
} from '../reference/reference.ts'
import { type TagKind, tagKindOf } from '../reference/tag-kind.ts'
import { originalReference } from './match-input.ts'

/** A value of image fields that is a reference, and all that depends on nothing but it and the profile. */
export interface DistinctReference {
  readonly kind: 'reference'
  /** Its text is the value. */
  readonly reference: Reference
  readonly tagKind: TagKind
  /**
   * The reference by which rules match it and which is resolved. It differs from `reference` if the name in the manifest is the result of
   * a rewrite of the profile (`registry.example.com/hub/library/nginx`): then it has the original name (`docker.io/library/nginx`).
   */
  readonly lookupReference: Reference
  /** The canonical text of `lookupReference`, by which its result is found. */
  readonly lookupKey: string
  /**
   * Returns the reference that is written to a field.
   * @param digest to add; undefined to add none
   * @param keepTag see `ImageField`
   */
  readonly output: (digest: Digest | undefined, keepTag: boolean) => Reference
  /** Returns the names of the platforms of its index, which are the same for all fields. */
  readonly platforms: (platforms: readonly Platform[]) => readonly string[]
}

/** What a value of image fields is. */
export type DistinctImage =
  | DistinctReference
  | { readonly kind: 'placeholder'; readonly placeholder: string }
  /** REFERENCE_INVALID. */
  | { readonly kind: 'invalid'; readonly error: PinpullError }

/** How many values are remembered: a cluster has some hundreds, and a stream that has more may have one for each field. */
const MAX_IMAGES = 4096

/**
 * Remembers what each distinct value of image fields is, so that it is parsed and its output composed once, and not for each of the
 * fields that have it: in a large stream that may be fifty. All fields share the texts. What depends on anything else of a field (its
 * object, container, annotations, pull policy or place) is not remembered: rules, decisions, diagnostics and entries of the report
 * are made for each field. It is emptied when it is full.
 */
export class DistinctImages {
  readonly #profile: Profile
  readonly #known = new Map<string, DistinctImage>()

  /** @param profile rewrites names, and chooses the form of the output */
  constructor(profile: Profile) {
    this.#profile = profile
  }

  /** @param text the value of an image field */
  get(text: string): DistinctImage {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (this.#known.size === MAX_IMAGES) this.#known.clear()
    const image = readImage(text, this.#profile)
    this.#known.set(text, image)
    return image
  }
}

function readImage(text: string, profile: Profile): DistinctImage {
  const placeholder = placeholderOf(text)
  if (placeholder !== undefined) return { kind: 'placeholder', placeholder }
  const reference = tryParse(text)
  if (reference instanceof PinpullError) return { kind: 'invalid', error: reference }
  const lookupReference = originalReference(reference, profile)
  return {
    kind: 'reference',
    reference,
    tagKind: tagKindOf(reference),
    lookupReference,
    lookupKey: canonicalText(lookupReference),
    output: rememberOutputs(reference, profile),
    platforms: rememberPlatforms(),
  }
}

/** @returns the reference, or the error REFERENCE_INVALID */
function tryParse(image: string): Reference | PinpullError {
  try {
    return parseReference(image)
  } catch (error) {
    if (error instanceof PinpullError && error.code === 'REFERENCE_INVALID') return error
    throw error
  }
}

/** An image has one digest in a run, so that there are few outputs. */
function rememberOutputs(reference: Reference, profile: Profile): DistinctReference['output'] {
  const withTag = new Map<Digest | undefined, Reference>()
  const inForm = new Map<Digest | undefined, Reference>()
  return (digest, keepTag) => {
    const known = keepTag ? withTag : inForm
    const output = known.get(digest) ?? outputReference(reference, digest, profile, keepTag)
    known.set(digest, output)
    return output
  }
}

function rememberPlatforms(): DistinctReference['platforms'] {
  let names: readonly string[] | undefined
  let named: readonly Platform[] | undefined
  return (platforms) => {
    if (names === undefined || named !== platforms) names = platforms.map(formatPlatform)
    named = platforms
    return names
  }
}

/**
 * Builds the reference that Pinpull writes to an image field: the digest is added in the output form of the profile, and the
 * name is replaced if a rewrite of the profile matches it.
 *
 * @param reference the reference in the manifest
 * @param digest the digest to add, also in place of another; undefined to add none, and then the tag stays as well
 * @param profile its output form and rewrites; `output: as-written` adds no digest
 * @param keepTag whether the tag stays even with `output: digest`
 * @returns the same reference if no digest is added and no rewrite matches
 */
export function outputReference(
  reference: Reference,
  digest: Digest | undefined,
  { output, rewrite }: Profile,
  keepTag = false,
): Reference {
  const form = keepTag && output === 'digest' ? 'tag-digest' : output
  const pinned =
    digest === undefined || form === 'as-written' ? reference : withDigest(reference, digest, form)
  const name = rewrite.length === 0 ? undefined : rewriteName(repositoryName(pinned), rewrite)
  return name === undefined ? pinned : renamed(pinned, name)
}

function withDigest(reference: Reference, digest: Digest, form: 'tag-digest' | 'digest'): Reference {
  const { tag, ...rest } = reference
  const text = pinnedText(reference, digest, form)
  return { ...rest, text, digest, ...(tag === undefined || form === 'digest' ? {} : { tag }) }
}

function renamed(reference: Reference, name: string): Reference {
  const { tag, digest } = reference
  const slash = name.indexOf('/')
  const text = `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
  return { ...reference, text, domain: name.slice(0, slash), path: name.slice(slash + 1) }
}
