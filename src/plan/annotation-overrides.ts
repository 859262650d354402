import type { Profile } from '../config/profile.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import type { ImageField, ImagePullPolicy } from '../kube/image-field.ts'
import { PULL_POLICIES } from '../kube/pull-policy.ts'
import { entriesOf } from '../yaml/json-value.ts'
import { follow, formatPath, keyText, lookup, mappingAt } from '../yaml/lookup.ts'
import type { FieldPath, Mapping, Scalar, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import { bufferOf, type Source } from '../yaml/source.ts'

/** How the keys of all annotations that are ours begin. */
export const ANNOTATION_PREFIX = 'pinpull.dev/'

/** What the manifest itself says of an image field. */
export interface Instruction {
  /** The annotation that says to leave the field alone. */
  readonly skippedBy?: string
  /** The policy that has to stand there, whatever the profile wants. */
  readonly pullPolicy?: ImagePullPolicy
}

export interface Instructions {
  /** Fields that nothing is said of are not in it. */
  readonly byField: ReadonlyMap<ImageField, Instruction>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads what the manifests themselves say of image fields. Where the profile ignores that, nothing is said of any field,
 * but for what was ignored.
 *
 * @param fields every image field of a stream
 */
export function readInstructions(
  fields: readonly ImageField[],
  source: Source,
  profile: Pick<Profile, 'name' | 'annotations'>,
): Instructions {
  // Nearly no stream says anything, and then there is nothing to look for.
  if (!bufferOf(source.bytes).includes(ANNOTATION_PREFIX)) return { byField: new Map(), diagnostics: [] }
  const read = readAnnotations(fields, source)
  if (profile.annotations === 'obey') return read
  const ignored = read.obeyed.map(
    ({ annotation, at }): Diagnostic => ({
      code: 'ANNOTATION_IGNORED',
      severity: 'warning',
      args: { annotation, profile: profile.name },
      at,
    }),
  )
  return { byField: new Map(), diagnostics: [...read.diagnostics, ...ignored] }
}

/** The annotations that Pinpull knows: `docs/pull-policy.md`, "In the manifest". */
const KNOWN = ['pinpull.dev/skip', 'pinpull.dev/skip-containers', 'pinpull.dev/pull-policy'] as const

/** An annotation that means something for a field. */
export interface ObeyedAnnotation {
  readonly annotation: string
  readonly at: NonNullable<Diagnostic['at']>
}

/** What annotations say, and which of them say it. */
export interface ReadAnnotations extends Instructions {
  readonly obeyed: readonly ObeyedAnnotation[]
}

/** The `metadata.annotations` of one object or template, as far as they are ours. */
interface Scope {
  readonly skip: boolean
  /** Containers to leave alone, with where they are named and whether one of that name was met. */
  readonly skipContainers: Map<string, { readonly node: YamlNode; met: boolean }>
  readonly pullPolicy?: ImagePullPolicy
  /** Those of its annotations that are known and have a value that means something. */
  readonly obeyed: readonly ObeyedAnnotation[]
  readonly place: Pick<ImageField, 'document' | 'resource'>
  readonly path: FieldPath
}

/**
 * Reads the annotations of ours that stand on the objects and pod templates around image fields. The nearest
 * `pull-policy` counts; a `skip` anywhere around a field skips it.
 *
 * @param fields every image field of a stream: a container that an annotation names and no field has is reported
 */
export function readAnnotations(fields: readonly ImageField[], source: Source): ReadAnnotations {
  const scopes = new Map<Mapping, Scope>()
  const diagnostics: Diagnostic[] = []
  const byField = new Map<ImageField, Instruction>()
  for (const field of fields) {
    const around = annotationsAround(field).map((one) => {
      const known = scopes.get(one.annotations) ?? readScope(one, field, source, diagnostics)
      scopes.set(one.annotations, known)
      return known
    })
    const instruction = combine(around, field.containerName)
    if (instruction !== undefined) byField.set(field, instruction)
  }
  for (const scope of scopes.values()) {
    for (const [name, { node, met }] of scope.skipContainers) {
      if (met) continue
      const args = { annotation: 'pinpull.dev/skip-containers', container: name }
      const at = placeIn(scope, 'pinpull.dev/skip-containers', node, source)
      diagnostics.push({ code: 'ANNOTATION_UNUSED', severity: 'warning', args, at })
    }
  }
  return { byField, diagnostics, obeyed: [...scopes.values()].flatMap(({ obeyed }) => obeyed) }
}

/** The annotations of a mapping around a field. */
interface AnnotationsAt {
  readonly annotations: Mapping
  readonly path: FieldPath
  /** The text in which they stand; absent where they stand in the document itself. */
  readonly text?: Scalar
}

/** The annotations of every mapping on the way from the document's root to a field, the outermost first. */
function annotationsAround(field: ImageField): AnnotationsAt[] {
  const found: AnnotationsAt[] = []
  const { embedded } = field
  let text: Scalar | undefined
  let node: YamlNode | undefined = field.document.contents
  for (const [depth, step] of field.path.entries()) {
    let value: YamlNode | undefined = node && follow(node)
    if (value?.kind === 'scalar' && value === embedded?.host) {
      text = value
      const { contents } = embedded.document
      value = contents && follow(contents)
    }
    if (value?.kind === 'mapping') {
      const annotations = mappingAt(value, 'metadata', 'annotations')
      if (annotations) {
        const path = [...field.path.slice(0, depth), 'metadata', 'annotations']
        found.push({ annotations, path, ...(text === undefined ? {} : { text }) })
      }
      node = lookup(value, String(step))?.entry.value
    } else if (value?.kind === 'sequence') node = value.items[Number(step)]
    else break
  }
  return found
}

function combine(around: readonly Scope[], container: string | undefined): Instruction | undefined {
  let skippedBy: string | undefined
  let pullPolicy: ImagePullPolicy | undefined
  for (const scope of around) {
    const named = container === undefined ? undefined : scope.skipContainers.get(container)
    if (named) named.met = true
    if (scope.skip) skippedBy ??= 'pinpull.dev/skip'
    else if (named) skippedBy ??= 'pinpull.dev/skip-containers'
    pullPolicy = scope.pullPolicy ?? pullPolicy
  }
  if (skippedBy === undefined && pullPolicy === undefined) return undefined
  return {
    ...(skippedBy === undefined ? {} : { skippedBy }),
    ...(pullPolicy === undefined ? {} : { pullPolicy }),
  }
}

function readScope(
  { annotations, path, text: around }: AnnotationsAt,
  field: ImageField,
  source: Source,
  diagnostics: Diagnostic[],
): Scope {
  const place = { document: field.document, resource: field.resource }
  const skipContainers: Scope['skipContainers'] = new Map()
  let skip = false
  let pullPolicy: ImagePullPolicy | undefined
  const obeyed: ObeyedAnnotation[] = []
  for (const key of new Set(entriesOf(annotations).map(keyText))) {
    if (key === undefined || !key.startsWith(ANNOTATION_PREFIX)) continue
    const node = lookup(annotations, key)?.entry.value ?? annotations
    // What stands in a text is placed where the text begins.
    const written = around ?? node
    const at = placeIn({ place, path }, key, written, source)
    const wrong = (value: string, wanted: string): void => {
      const args = { annotation: key, value: value === '' ? 'empty' : value, wanted }
      diagnostics.push({ code: 'ANNOTATION_INVALID', severity: 'error', args, at })
    }
    const scalar = follow(node)
    const isScalar = scalar.kind === 'scalar'
    const text = isScalar ? scalar.value : `a ${scalar.kind === 'sequence' ? 'list' : 'mapping'}`
    if (!isText(scalar) && (KNOWN as readonly string[]).includes(key)) {
      // Kubernetes refuses an annotation that is no string, and `true` without quotes is none.
      wrong(text, isScalar ? `text, in quotes: "${text}"` : 'text')
    } else if (key === 'pinpull.dev/skip') {
      if (text !== 'true' && text !== 'false') wrong(text, '"true" or "false"')
      skip = text === 'true'
      if (skip) obeyed.push({ annotation: key, at })
    } else if (key === 'pinpull.dev/skip-containers') {
      const names = text.split(',').map((name) => name.trim())
      if (names.includes('')) wrong(text, 'names of containers, separated by commas')
      for (const name of names) if (name !== '') skipContainers.set(name, { node: written, met: false })
      if (skipContainers.size > 0) obeyed.push({ annotation: key, at })
    } else if (key === 'pinpull.dev/pull-policy') {
      pullPolicy = PULL_POLICIES.find((policy) => policy === text)
      if (pullPolicy === undefined) wrong(text, `one of ${PULL_POLICIES.join(', ')}`)
      else obeyed.push({ annotation: key, at })
    } else {
      const near = suggestionFor(
        key.slice(ANNOTATION_PREFIX.length),
        KNOWN.map((known) => known.slice(ANNOTATION_PREFIX.length)),
      )
      const advice =
        near === undefined ? `there are ${KNOWN.join(', ')}` : `did you mean ${ANNOTATION_PREFIX}${near}?`
      diagnostics.push({
        code: 'ANNOTATION_UNKNOWN',
        severity: 'warning',
        args: { annotation: key, advice },
        at,
      })
    }
  }
  return { skip, skipContainers, obeyed, place, path, ...(pullPolicy === undefined ? {} : { pullPolicy }) }
}

function placeIn(
  { place, path }: Pick<Scope, 'place' | 'path'>,
  key: string,
  node: YamlNode,
  source: Source,
): NonNullable<Diagnostic['at']> {
  return {
    ...(source.file === undefined ? {} : { file: source.file }),
    document: place.document.index + 1,
    ...positionAt(source, node.start),
    resource: place.resource,
    path: formatPath([...path, key]),
  }
}

function isText(node: YamlNode): node is Scalar {
  return node.kind === 'scalar' && node.isString
}
