import { follow, isMerge, keyText, lookup, stringAt } from '../yaml/lookup.ts'
import type { Entry, Mapping, Scalar, Sequence, YamlDocument, YamlNode } from '../yaml/nodes.ts'
import type { ContainerType, FieldRule, ImageField, PolicyField } from './image-field.ts'
import { PULL_POLICIES } from './pull-policy.ts'
import { type Resource, resourcesOf } from './resource.ts'
import { containerShape, isImageVolume } from './shape.ts'
import { skippedObject } from './skip.ts'

/** How deep a document is walked. No schema comes near it; a stack that overflowed would end the run. */
const MAX_DEPTH = 500

/** Keys of an object's root that never hold an image to pin: what a controller reports, and what names the object. */
const LEFT_AT_ROOT = new Set(['status', 'metadata'])

/**
 * Finds the places of a document that hold an image reference, by rules R1 to R4 of `docs/image-fields.md`, in the
 * order of the text. Placeholders and values that are no reference are found too: what is to become of them is
 * for the plan to say. A value that is not a string is never found.
 *
 * Aliases and merge keys are followed, so that a container which stands once and is used twice is found twice, with
 * the same scalar.
 */
export function findImageFields(document: YamlDocument): ImageField[] {
  const found: ImageField[] = []
  for (const resource of resourcesOf(document)) {
    if (skippedObject(resource.object, resource.gvk) !== undefined) continue
    const walk: Walk = { document, resource, path: [...resource.path], found }
    visitMapping(walk, { mapping: resource.object, key: undefined, isItem: false, depth: 0 })
  }
  return found
}

/** What stays the same while one resource is walked, and the path of where the walk is. */
interface Walk {
  readonly document: YamlDocument
  readonly resource: Resource
  readonly path: (string | number)[]
  readonly found: ImageField[]
}

/** The mapping that the walk is in. */
interface At {
  readonly mapping: Mapping
  /** Its own key, or that of the sequence that it is an item of. */
  readonly key: string | undefined
  readonly isItem: boolean
  readonly depth: number
  /** The mapping that has `key`: a PodSpec, where the key is `containers` or `volumes`. */
  readonly parent?: Mapping
}

function visitMapping(walk: Walk, at: At): void {
  if (at.depth > MAX_DEPTH) return
  const merged: YamlNode[] = []
  for (const entry of at.mapping.entries) {
    const key = keyText(entry)
    if (isMerge(entry)) merged.push(entry.value)
    else if (key !== undefined) visitEntry(walk, at, at.mapping, key, entry)
  }
  if (merged.length > 0) visitMerged(walk, at, merged)
}

/** The entries that a mapping has through `<<`: those that are not overridden, each where it is really written. */
function visitMerged(walk: Walk, at: At, merged: readonly YamlNode[]): void {
  const seen = new Set<YamlNode>()
  const visit = (source: YamlNode): void => {
    const node = follow(source)
    if (node.kind === 'sequence') node.items.forEach(visit)
    if (node.kind !== 'mapping' || seen.has(node)) return
    seen.add(node)
    for (const entry of node.entries) {
      const key = keyText(entry)
      if (isMerge(entry)) visit(entry.value)
      else if (key !== undefined && lookup(at.mapping, key)?.holder === node) {
        visitEntry(walk, at, node, key, entry)
      }
    }
  }
  merged.forEach(visit)
}

/**
 * @param holder the mapping in which the entry is written: `at.mapping`, or one that is merged into it
 */
function visitEntry(walk: Walk, at: At, holder: Mapping, key: string, entry: Entry): void {
  const value = follow(entry.value)
  if (value.kind === 'scalar') {
    if (key === 'image' && value.isString) foundImage(walk, at, holder, entry, value)
    return
  }
  if (LEFT_AT_ROOT.has(key) && isObjectRoot(at)) return
  walk.path.push(key)
  if (value.kind === 'sequence') visitItems(walk, at, key, value)
  else if (key === 'image' && isImageVolume(value)) foundImageVolume(walk, at, value)
  else {
    visitMapping(walk, { mapping: value, key, isItem: false, depth: at.depth + 1, parent: at.mapping })
  }
  walk.path.pop()
}

/** The items of a sequence, those of sequences within it too (Argo's `steps` is a list of lists). */
function visitItems(walk: Walk, at: At, key: string, sequence: Sequence, depth: number = at.depth + 1): void {
  if (depth > MAX_DEPTH) return
  sequence.items.forEach((item, index) => {
    const value = follow(item)
    if (value.kind === 'scalar') return
    walk.path.push(index)
    if (value.kind === 'sequence') visitItems(walk, at, key, value, depth + 1)
    else visitMapping(walk, { mapping: value, key, isItem: true, depth: depth + 1, parent: at.mapping })
    walk.path.pop()
  })
}

/** Whether this is a resource, or one that another embeds (Katib's `trialSpec`, a trigger's `resource`). */
function isObjectRoot(at: At): boolean {
  return (
    at.depth === 0 ||
    (stringAt(at.mapping, 'apiVersion') !== undefined && stringAt(at.mapping, 'kind') !== undefined)
  )
}

function foundImage(walk: Walk, at: At, holder: Mapping, entry: Entry, scalar: Scalar): void {
  const shape = containerShape(at)
  if (shape === undefined) return
  add(walk, {
    ...shape,
    key: 'image',
    entry,
    scalar,
    name: stringAt(at.mapping, 'name'),
    podSpec: shape.rule === 'R1' ? at.parent : undefined,
    policy: policyField(at.mapping, 'imagePullPolicy', holder, entry),
  })
}

/** @param source the `ImageVolumeSource`, in the volume that `at` is at */
function foundImageVolume(walk: Walk, at: At, source: Mapping): void {
  const reference = lookup(source, 'reference')
  const scalar = reference === undefined ? undefined : follow(reference.entry.value)
  if (reference === undefined || scalar?.kind !== 'scalar' || !scalar.isString) return
  add(walk, {
    rule: 'R2',
    containerType: 'imageVolume',
    key: 'reference',
    entry: reference.entry,
    scalar,
    name: stringAt(at.mapping, 'name'),
    podSpec: at.key === 'volumes' ? at.parent : undefined,
    policy: policyField(source, 'pullPolicy', reference.holder, reference.entry),
  })
}

interface Found {
  readonly rule: FieldRule
  readonly containerType: ContainerType
  readonly key: string
  readonly entry: Entry
  readonly scalar: Scalar
  readonly name: string | undefined
  readonly podSpec: Mapping | undefined
  readonly policy: PolicyField
}

function add(walk: Walk, { key, name, podSpec, ...found }: Found): void {
  walk.found.push({
    ...found,
    document: walk.document,
    resource: walk.resource.identifier,
    object: walk.resource.object,
    path: [...walk.path, key],
    image: found.scalar.value,
    ...(name === undefined ? {} : { containerName: name }),
    ...(podSpec === undefined ? {} : { podSpec }),
  })
}

/**
 * The pull policy beside an image: where it stands, or where it would be written, which is directly after the
 * image's key and in the mapping where that is written.
 */
function policyField(mapping: Mapping, key: string, holder: Mapping, image: Entry): PolicyField {
  const present = lookup(mapping, key)
  const scalar = present === undefined ? undefined : follow(present.entry.value)
  return {
    key,
    holder: present?.holder ?? holder,
    afterKey: image.key.start,
    allowed: PULL_POLICIES,
    ...(present === undefined ? {} : { entry: present.entry }),
    ...(scalar?.kind === 'scalar' ? { scalar } : {}),
  }
}
