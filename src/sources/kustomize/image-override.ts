import { tryParseReference } from '../../reference/parse.ts'
import { resolveAlias } from '../../yaml/lookup.ts'
import type { Entry, Mapping, NodeChange, Scalar } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { writerOf } from '../flux-marker.ts'

/**
 * An entry of `images` in a kustomization, or of what has the same fields: it replaces the name, the tag and the digest of images
 * with a name (kustomize, api/types/image.go and filters/imagetag/updater.go).
 */
export interface ImageOverride {
  readonly mapping: Mapping
  /** The name as resources have it, which is compared as text. */
  readonly name: string
  /** What the entry makes of images with that name, whatever their tag: a reference without what it does not set. */
  readonly image: OverrideImage
  /** The program that writes one of the fields. */
  readonly writer: string | undefined
}

/** The image that an entry sets. */
export type OverrideImage =
  /** The entry has a name and a tag: what an image becomes does not depend on the resource. */
  | {
      readonly kind: 'tagged'
      readonly name: string
      readonly tag: string
      readonly digest: string | undefined
      /** Where the digest stands, or is to be written: a key of its own, or behind the tag. */
      readonly place: 'key' | 'tag'
    }
  /** The entry has a digest and no tag. */
  | { readonly kind: 'digested'; readonly name: string; readonly digest: string }
  /** The tag is that of the resource. */
  | { readonly kind: 'named'; readonly name: string }
  /** What kustomize would make of it is no image. */
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * Reads an entry of `images`.
 * @returns undefined if it has no name
 */
export function readOverride(mapping: Mapping, source: Source): ImageOverride | undefined {
  const name = mapping.stringAt('name')
  if (name === undefined || name === '') return undefined
  return { mapping, name, image: overrideImage(mapping, name), writer: writerIn(mapping, source) }
}

function overrideImage(mapping: Mapping, name: string): OverrideImage {
  const newName = mapping.stringAt('newName') || name
  const newTag = mapping.stringAt('newTag') || undefined
  const digest = mapping.stringAt('digest') || undefined
  const image = setImage(newName, newTag, digest)
  if (image.kind === 'invalid') return image
  const text = overrideText(image)
  if (text !== undefined && tryParseReference(text) === undefined)
    return { kind: 'invalid', reason: `it makes ${text}, which is no image` }
  return image
}

function setImage(newName: string, newTag: string | undefined, digest: string | undefined): OverrideImage {
  if (newTag !== undefined) {
    const at = newTag.indexOf('@')
    if (at < 0) return { kind: 'tagged', name: newName, tag: newTag, digest, place: 'key' }
    if (digest !== undefined) return { kind: 'invalid', reason: 'it has a digest twice' }
    return {
      kind: 'tagged',
      name: newName,
      tag: newTag.slice(0, at),
      digest: newTag.slice(at + 1),
      place: 'tag',
    }
  }
  const colon = newName.lastIndexOf(':')
  if (colon > newName.lastIndexOf('/')) {
    // kustomize sets the name twice in some fields, which appends the tag twice; a digest replaces it.
    if (digest === undefined) return { kind: 'invalid', reason: 'it has a tag in newName, and not in newTag' }
    const [name, tag] = [newName.slice(0, colon), newName.slice(colon + 1)]
    return { kind: 'tagged', name, tag, digest, place: 'key' }
  }
  return digest === undefined ? { kind: 'named', name: newName } : { kind: 'digested', name: newName, digest }
}

/** The reference that an entry makes; undefined if its tag depends on the resource. */
export function overrideText(image: OverrideImage): string | undefined {
  switch (image.kind) {
    case 'tagged':
      return `${image.name}:${image.tag}${image.digest === undefined ? '' : `@${image.digest}`}`
    case 'digested':
      return `${image.name}@${image.digest}`
    case 'named':
    case 'invalid':
      return undefined
  }
}

/** The keys whose values Flux may write. */
const KEYS = ['name', 'newName', 'newTag', 'digest'] as const

function writerIn(mapping: Mapping, source: Source): string | undefined {
  for (const key of KEYS) {
    const value = mapping.find(key)?.entry.value
    const writer = value === undefined ? undefined : writerOf(value, source)
    if (writer !== undefined) return writer
  }
  return undefined
}

/**
 * Plans the changes that make an entry set another image.
 * @param override an entry with a tag, or one without whose resources all have `tag`
 * @param result the reference that it is to make, with a tag and a digest
 * @param tag the tag of the resources, for an entry without one
 * @returns undefined if a value cannot be changed, because it is a mapping or a list
 */
export function planOverride(
  { mapping, image }: ImageOverride,
  result: string,
  tag?: string,
): readonly NodeChange[] | undefined {
  const at = result.indexOf('@')
  const digest = result.slice(at + 1)
  const colon = result.lastIndexOf(':', at)
  const name = result.slice(0, colon)
  if (at < 0 || colon < 0 || image.kind === 'invalid') return undefined
  const isRenamed = name !== image.name
  if (image.kind === 'tagged' && image.place === 'tag') {
    return collect(
      isRenamed && setKey(mapping, 'newName', name, 'name'),
      setKey(mapping, 'newTag', `${image.tag}@${digest}`, 'name'),
    )
  }
  const tagKey = mapping.stringAt('newTag') ? 'newTag' : 'newName'
  if (image.kind === 'tagged') {
    const tagged = tagKey === 'newName' ? `${name}:${image.tag}` : name
    return collect(
      isRenamed && setKey(mapping, 'newName', tagged, 'name'),
      setKey(mapping, 'digest', digest, tagKey),
    )
  }
  if (tag === undefined) return undefined
  // In the order of the text: each is inserted after the key before it, the last one first.
  const after = mapping.find('newName') === undefined ? 'name' : 'newName'
  return collect(
    isRenamed && setKey(mapping, 'newName', name, 'name'),
    setKey(mapping, 'newTag', tag, after),
    setKey(mapping, 'digest', digest, after),
  )
}

type Planned = NodeChange | 'impossible' | false

function collect(...planned: readonly Planned[]): readonly NodeChange[] | undefined {
  return planned.includes('impossible')
    ? undefined
    : planned.filter((one): one is NodeChange => typeof one === 'object')
}

/** Sets the value of a key, or inserts the key behind another one. */
function setKey(mapping: Mapping, key: string, value: string, after: string): Planned {
  const found = mapping.find(key)
  if (found !== undefined) {
    const { value: node } = found.entry
    return node.kind === 'scalar' || isScalarAlias(node)
      ? { kind: 'set', node: node as Scalar, value }
      : 'impossible'
  }
  const entry = ownEntry(mapping, after)
  return entry === undefined
    ? 'impossible'
    : { kind: 'insert', mapping, afterKey: entry.key.start, key, value }
}

function isScalarAlias(node: Entry['value']): boolean {
  return node.kind === 'alias' && resolveAlias(node).kind === 'scalar'
}

/** The entry of a key that stands in the mapping itself, and not in one that is merged into it. */
function ownEntry(mapping: Mapping, key: string): Entry | undefined {
  const found = mapping.find(key)
  return found?.owner === mapping ? found.entry : undefined
}
