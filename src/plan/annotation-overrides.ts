import type { Profile } from '../config/profile.ts'
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { fieldsBeside } from '../kube/field-documents.ts'
import { type ImageField, type ImagePullPolicy, PULL_POLICIES } from '../kube/image-field.ts'
import { locationAt } from '../kube/location.ts'
import { effectiveEntries } from '../yaml/json-value.ts'
import { keyText, mappingAt, resolveAlias } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlNode } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'

const PREFIX = 'pinpull.dev/'
const SKIP = `${PREFIX}skip`
const SKIP_CONTAINERS = `${PREFIX}skip-containers`
const PULL_POLICY = `${PREFIX}pull-policy`

/** All annotations that Pinpull reads; documented in `docs/pull-policy.md`, "In the manifest". */
const ANNOTATIONS: readonly string[] = [SKIP, SKIP_CONTAINERS, PULL_POLICY]

/** The settings of `pinpull.dev/` annotations that apply to one image field and override the profile. */
export interface AnnotationOverrides {
  /** The annotation because of which the field is skipped, such as `pinpull.dev/skip`; undefined if it is not skipped. */
  readonly skipAnnotation?: string | undefined
  /** The value of `pinpull.dev/pull-policy`. */
  readonly pullPolicy?: ImagePullPolicy | undefined
}

/** The annotation overrides of the image fields in a stream. */
export interface OverridesByField {
  /** Only has the fields to which an annotation applies; empty if the profile ignores annotations. */
  readonly byField: ReadonlyMap<ImageField, AnnotationOverrides>
  /** Annotations with an unknown name, an invalid value or no effect. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads the `pinpull.dev/` annotations of the objects and Pod templates that contain image fields. If several have `pull-policy`,
 * the innermost one applies; `skip: "true"`, or the container's name in `skip-containers`, on any of them skips the field. If the
 * profile ignores annotations, none applies, and each that would have an effect is a warning (ANNOTATION_IGNORED).
 *
 * @param fields all image fields of a stream; a name in `skip-containers` that matches none of those below the annotation is a warning
 * @returns the overrides by field, and diagnostics about the annotations: an invalid value is an error, an unknown name a warning
 */
export function readAnnotationOverrides(
  fields: readonly ImageField[],
  source: Source,
  profile: Pick<Profile, 'name' | 'annotations'>,
): OverridesByField {
  const diagnostics: Diagnostic[] = []
  const scopes = new Map<Mapping, Scope>()
  const byField = new Map<ImageField, AnnotationOverrides>()
  for (const field of fieldsBeside(fields, source, PREFIX)) {
    const enclosing = annotationsAround(field).map((found) => {
      const scope = scopes.get(found.annotations) ?? readScope(found, field, source, diagnostics)
      scopes.set(found.annotations, scope)
      return scope
    })
    const overrides = combine(enclosing, field.containerName)
    if (overrides !== undefined) byField.set(field, overrides)
  }
  diagnostics.push(...[...scopes.values()].flatMap(unmatchedContainers))
  if (profile.annotations === 'obey') return { byField, diagnostics }
  const effective = [...scopes.values()].flatMap((scope) => [...scope.effective])
  const ignored = effective.map(([annotation, at]): Diagnostic => {
    const args = { annotation, profile: profile.name }
    return { code: 'ANNOTATION_IGNORED', severity: 'warning', args, at }
  })
  return { byField: new Map(), diagnostics: [...diagnostics, ...ignored] }
}

/** The `metadata.annotations` of one object or pod template. */
interface FoundAnnotations {
  readonly annotations: Mapping
  readonly path: FieldPath
  /** The string that they are embedded in; undefined if they are in the document itself. */
  readonly text: Scalar | undefined
}

/** Finds the annotations on the way from the document's root to a field, outermost first. */
function annotationsAround(field: ImageField): FoundAnnotations[] {
  const found: FoundAnnotations[] = []
  const { embedded } = field
  let text: Scalar | undefined
  let node: YamlNode | undefined = field.document.contents
  for (const [depth, step] of field.path.entries()) {
    let value = node && resolveAlias(node)
    if (value?.kind === 'scalar' && value === embedded?.container) {
      text = value
      const { contents } = embedded.document
      value = contents && resolveAlias(contents)
    }
    if (value?.kind === 'mapping') {
      const annotations = mappingAt(value, 'metadata', 'annotations')
      const path = [...field.path.slice(0, depth), 'metadata', 'annotations']
      if (annotations) found.push({ annotations, path, text })
      node = value.find(String(step))?.entry.value
    } else if (value?.kind === 'sequence') node = value.items[Number(step)]
    else break
  }
  return found
}

/** What the annotations of one object or pod template set for the image fields in it. */
interface Scope {
  readonly skip: boolean
  readonly skipContainers: ReadonlySet<string>
  /** The names in `skipContainers` that an image field has. */
  readonly matchedContainers: Set<string>
  readonly pullPolicy: ImagePullPolicy | undefined
  /** The annotations with a valid value that sets something, and their locations. */
  readonly effective: ReadonlyMap<string, Location>
}

function readScope(
  { annotations, path, text }: FoundAnnotations,
  { document, resource }: ImageField,
  source: Source,
  diagnostics: Diagnostic[],
): Scope {
  let skip = false
  let skipContainers: ReadonlySet<string> = new Set()
  let pullPolicy: ImagePullPolicy | undefined
  const effective = new Map<string, Location>()
  for (const annotation of new Set(effectiveEntries(annotations).map(keyText))) {
    if (annotation === undefined || !annotation.startsWith(PREFIX)) continue
    const node = annotations.find(annotation)?.entry.value ?? annotations
    // What is inside an embedded text is reported where the text begins.
    const at = locationAt({ document, resource, path: [...path, annotation], node: text ?? node }, source)
    if (!ANNOTATIONS.includes(annotation)) {
      diagnostics.push(unknownAnnotation(annotation, at))
      continue
    }
    const reportInvalid = (value: string, wanted: string): void => {
      const args = { annotation, value: value === '' ? 'empty' : value, wanted }
      diagnostics.push({ code: 'ANNOTATION_INVALID', severity: 'error', args, at })
    }
    const scalar = resolveAlias(node)
    // The API server rejects annotations that are not strings, such as `true` without quotes.
    if (scalar.kind !== 'scalar') {
      reportInvalid(`a ${scalar.kind === 'sequence' ? 'list' : 'mapping'}`, 'text')
      continue
    }
    const { value } = scalar
    if (!scalar.isString) {
      reportInvalid(value, `text, in quotes: "${value}"`)
    } else if (annotation === SKIP) {
      if (value !== 'true' && value !== 'false') reportInvalid(value, '"true" or "false"')
      skip = value === 'true'
      if (skip) effective.set(annotation, at)
    } else if (annotation === SKIP_CONTAINERS) {
      const names = value.split(',').map((name) => name.trim())
      if (names.includes('')) reportInvalid(value, 'names of containers, separated by commas')
      skipContainers = new Set(names.filter((name) => name !== ''))
      if (skipContainers.size > 0) effective.set(annotation, at)
    } else {
      pullPolicy = PULL_POLICIES.find((policy) => policy === value)
      if (pullPolicy === undefined) reportInvalid(value, `one of ${PULL_POLICIES.join(', ')}`)
      else effective.set(annotation, at)
    }
  }
  return { skip, skipContainers, matchedContainers: new Set(), pullPolicy, effective }
}

function unknownAnnotation(annotation: string, at: Location): Diagnostic {
  const withoutPrefix = (name: string): string => name.slice(PREFIX.length)
  const similar = suggestionFor(withoutPrefix(annotation), ANNOTATIONS.map(withoutPrefix))
  const advice =
    similar === undefined
      ? `known annotations: ${ANNOTATIONS.join(', ')}`
      : `did you mean ${PREFIX}${similar}?`
  return { code: 'ANNOTATION_UNKNOWN', severity: 'warning', args: { annotation, advice }, at }
}

/**
 * Combines the scopes around a field and records which names of `skip-containers` it matches.
 * @param scopes outermost first
 */
function combine(
  scopes: readonly Scope[],
  containerName: string | undefined,
): AnnotationOverrides | undefined {
  let skipAnnotation: string | undefined
  let pullPolicy: ImagePullPolicy | undefined
  for (const scope of scopes) {
    const isNamed = containerName !== undefined && scope.skipContainers.has(containerName)
    if (isNamed) scope.matchedContainers.add(containerName)
    if (scope.skip) skipAnnotation ??= SKIP
    else if (isNamed) skipAnnotation ??= SKIP_CONTAINERS
    pullPolicy = scope.pullPolicy ?? pullPolicy
  }
  return skipAnnotation === undefined && pullPolicy === undefined ? undefined : { skipAnnotation, pullPolicy }
}

function unmatchedContainers({ skipContainers, matchedContainers, effective }: Scope): Diagnostic[] {
  const at = effective.get(SKIP_CONTAINERS)
  if (at === undefined) return []
  return [...skipContainers]
    .filter((name) => !matchedContainers.has(name))
    .map((container) => ({
      code: 'ANNOTATION_UNUSED',
      severity: 'warning',
      args: { annotation: SKIP_CONTAINERS, container },
      at,
    }))
}
