import type { Profile } from '../config/profile.ts'
import type { VerifyRule } from '../config/verify-settings.ts'
import type { Location } from '../diagnostics/diagnostic.ts'
import { findImages, type UnreadableText } from '../kube/find/find-images.ts'
import { imagesInText } from '../kube/find/images-in-text.ts'
import type { UnknownField } from '../kube/find/unknown-fields.ts'
import type { ImageField } from '../kube/image-field.ts'
import { locationAt, locationOf } from '../kube/location.ts'
import { placeholderOf } from '../kube/placeholder.ts'
import { resourcesOf } from '../kube/resource.ts'
import { tryParseReference } from '../reference/parse.ts'
import type { Digest, Reference } from '../reference/reference.ts'
import { formatPath, resolveAlias } from '../yaml/lookup.ts'
import type { Source } from '../yaml/source.ts'
import type { Decision, SkipReason } from './decision.ts'
import { originalReference } from './match-input.ts'
import type { ResolveResults } from './resolve-result.ts'
import { unresolvedSeverity } from './severity.ts'
import type { Stream, StreamDecisions } from './stream-decisions.ts'
import { isExcludedFromVerify, verifyRuleFor } from './verify-rule.ts'

/** An image that a rule of the profile is for, or that none is for. */
export interface ImageToVerify {
  /** The decision about its field; absent for a value that is not edited. */
  readonly decision?: Decision | undefined
  /** The value of the field. */
  readonly image: string
  /** Counts lines, so only called for a diagnostic. */
  readonly at: () => Location
  /** With its original name; undefined if it cannot be known. */
  readonly reference: Reference | undefined
  /** The digest that is written, or that stands in the manifest; undefined if there is none. */
  readonly digest: Digest | undefined
  /** The rule that decides; undefined if there is none. */
  readonly rule: VerifyRule | undefined
  /** Why it has no digest; undefined if it has one, or if another diagnostic makes the run fail for it. */
  readonly obstacle: string | undefined
  /** Whether another program writes the value, so that this run does not answer for it. */
  readonly isForeign?: boolean | undefined
}

/**
 * Lists the images of a stream with the rule that decides about each, and the digest to verify or why there is none. Nothing in the
 * manifests takes an image off this list: neither an annotation, nor a field that no rule covers.
 */
export function imagesToVerify(
  { documents }: Pick<Stream, 'documents'>,
  { source, found, fields }: StreamDecisions,
  results: ResolveResults,
  profile: Profile,
): ImageToVerify[] {
  const left = localFields(documents, found.fields, source, profile)
  const unknown = found.unknown.filter(({ isCopy, isOptional }) => !isCopy && !isOptional)
  return [
    ...fields.flatMap(({ decision }) => {
      const { field } = decision
      return fromDecision(decision, results, profile, () => locationOf(field, source))
    }),
    ...left.flatMap((field) =>
      fromValue(field, profile, 'its object has the annotation local-config', () =>
        locationOf(field, source),
      ),
    ),
    ...unknown.flatMap((field) =>
      fromValue(
        { ...field, containerType: 'custom' },
        profile,
        'no rule covers its field, so that it is not pinned',
        () => locationAt(field, source),
      ),
    ),
    ...[...found.unreadableTexts, ...found.pinnedTexts].flatMap((text) =>
      inText(text, profile, () => locationAt(text, source)),
    ),
  ]
}

/** The images in a text that stays as it is, so that none of them is pinned: how a text is written must not lead around a rule. */
function inText(text: UnreadableText, profile: Profile, at: ImageToVerify['at']): ImageToVerify[] {
  const node = resolveAlias(text.node)
  if (node.kind !== 'scalar') return []
  return imagesInText(node.value).flatMap((image) => {
    // What fills in a template is unknown here, and the text is reported.
    if (placeholderOf(nameOf(image)) !== undefined) return []
    const field = { ...text, image, containerType: 'custom' } as const
    return fromValue(field, profile, 'it is in a text that is left unchanged', at)
  })
}

/** The fields of objects that stay out of the cluster by an annotation of their own, which only items of a ResourceList may. */
function localFields(
  documents: Stream['documents'],
  known: readonly ImageField[],
  source: Source,
  { fields }: Profile,
): readonly ImageField[] {
  const parsed = documents.filter(({ unparsed }) => unparsed === undefined)
  const items = parsed.flatMap(resourcesOf)
  if (!items.some(({ isFunctionItem }) => isFunctionItem)) return []
  // Embedded documents are parsed again, so that their nodes are others.
  const placeOf = ({ document, path, image }: ImageField): string =>
    `${document.index} ${formatPath(path)} ${image}`
  const places = new Set(known.map(placeOf))
  const all = findImages(documents, source, { ...fields, includesLocalConfig: true })
  return all.fields.filter((field) => field.rule !== 'R7' && !places.has(placeOf(field)))
}

function fromDecision(
  decision: Decision,
  results: ResolveResults,
  profile: Profile,
  at: ImageToVerify['at'],
): ImageToVerify[] {
  const { image } = decision.field
  switch (decision.kind) {
    case 'pin': {
      const reference = decision.image.lookupReference
      const rule = verifyRuleFor(reference, profile)
      return [{ decision, image, at, reference, rule, ...digestOf(decision, results) }]
    }
    case 'keep': {
      const reference = decision.image.lookupReference
      const { digest } = reference
      const obstacle = digest === undefined ? `${decision.by} does not pin it` : undefined
      return [{ decision, image, at, reference, digest, obstacle, rule: verifyRuleFor(reference, profile) }]
    }
    case 'skip': {
      const { field, reason } = decision
      if (reason === 'excluded by profile' && isExcludedFromVerify(field, tryParseReference(image), profile))
        return []
      const isForeign = reason === 'written by Flux' || reason === 'written by kustomize'
      return [{ ...toVerify(image, profile, obstacleOf(reason, decision.by)), decision, at, isForeign }]
    }
  }
}

/** The digest that is written: the resolved one, or that of the manifest, which stays. */
function digestOf(
  { image, unresolved }: Extract<Decision, { kind: 'pin' }>,
  results: ResolveResults,
): Pick<ImageToVerify, 'digest' | 'obstacle'> {
  const result = results.get(image.lookupKey)
  if (result?.kind === 'resolved') {
    const digest: Digest = image.lookupReference.digest ?? result.resolution.descriptor.digest
    return { digest, obstacle: undefined }
  }
  const hasError = result !== undefined && unresolvedSeverity(result.error, unresolved) === 'error'
  return { digest: undefined, obstacle: hasError ? undefined : 'it did not resolve' }
}

function obstacleOf(reason: SkipReason, by: string): string {
  switch (reason) {
    case 'skipped by annotation':
      return `the annotation ${by} skips it, and it has no digest`
    case 'placeholder':
      return 'a part of it is filled in later'
    case 'not a reference':
      return 'it is not an image reference'
    default:
      return `it is ${reason}, and has no digest`
  }
}

/** A value that is not pinned, and that has not been decided about. */
function fromValue(
  field: Parameters<typeof isExcludedFromVerify>[0] & Pick<ImageField | UnknownField, 'image'>,
  profile: Profile,
  obstacle: string,
  at: ImageToVerify['at'],
): ImageToVerify[] {
  const reference = tryParseReference(field.image)
  if (isExcludedFromVerify(field, reference, profile)) return []
  return [{ ...toVerify(field.image, profile, obstacle), at }]
}

/** An image that stays as it is: its digest is verified if it has one. */
function toVerify(
  image: string,
  profile: Profile,
  obstacle: string,
): Pick<ImageToVerify, 'image' | 'reference' | 'digest' | 'rule' | 'obstacle'> {
  const parsed = placeholderOf(image) === undefined ? tryParseReference(image) : undefined
  if (parsed === undefined) {
    return { image, reference: undefined, digest: undefined, rule: ruleForName(image, profile), obstacle }
  }
  const reference = originalReference(parsed, profile)
  const { digest } = reference
  const rule = verifyRuleFor(reference, profile)
  return { image, reference, digest, rule, obstacle: digest === undefined ? obstacle : undefined }
}

/**
 * The rule for a placeholder, or a value that is not a reference: by its name, if that is known, as in `nginx:${TAG}`, or if nodes would
 * take the value for one, as `auto`. A name that is not known may be one that the first rule with `mode: enforce` is for.
 */
function ruleForName(image: string, profile: Profile): VerifyRule | undefined {
  const name = nameOf(image)
  // In ghcr.io:${X} a port and a repository may be filled in.
  const isKnown = placeholderOf(name) === undefined && !/^(?:[^/]*\.[^/]*|localhost)$/.test(name)
  const reference: Reference | undefined =
    tryParseReference(image) ?? (isKnown ? tryParseReference(name) : undefined)
  if (reference !== undefined) return verifyRuleFor(reference, profile)
  return profile.verify.find(({ mode }) => mode === 'enforce')
}

/** A value without its tag and digest. */
function nameOf(image: string): string {
  return image.replace(/[:@][^/]*$/, '')
}
