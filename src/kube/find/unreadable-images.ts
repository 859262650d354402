import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import { isTemplateAction } from '../placeholder.ts'
import { containerShape, isImageVolume, isSplitReference } from '../pod/container-shape.ts'
import { podSpecPath } from '../tables/lookup.ts'
import type { Scope, Visit } from '../visit.ts'
import type { PathRule } from './field-rules.ts'
import { IMAGE_KEYWORDS } from './image-keys.ts'

/** What a manifest has in place of an image. */
export type UnreadableKind = 'nothing' | 'null' | 'a mapping' | 'a list' | 'a number or a boolean' | 'text'

/** A container or image volume whose image is missing or not a string, with its path below an object. */
export interface UnreadableValue {
  readonly path: FieldPath
  /** The value in place of the image, or the container if there is none. */
  readonly node: YamlNode
  readonly is: UnreadableKind
  readonly containerName?: string | undefined
}

/** A container or image volume whose image is missing or not a string, with its location. */
export interface UnreadableImage extends UnreadableValue {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
}

/** Groups of objects that describe others only in part, so that a missing image in these means nothing. */
const PARTIAL_HOLDERS: ReadonlySet<string> = new Set(['policy.open-cluster-management.io'])

/**
 * The containers and image volumes in the PodSpec of a workload whose image is missing or not a string (core/v1 validation:
 * `image` and `reference` are required).
 */
export function unreadableImagesIn({ object, gvk, outer }: Scope): readonly UnreadableValue[] {
  const path = podSpecPath(gvk)
  if (path === undefined) return []
  const podSpec = mappingAt(object, ...path)
  if (podSpec === undefined) return unreadablePodSpec(object, path)
  const found = [
    ...['containers', 'initContainers', 'ephemeralContainers'].flatMap((key) =>
      unreadableContainers(podSpec, key, path),
    ),
    ...unreadableVolumes(podSpec, path),
  ]
  const isPartial = outer !== undefined && PARTIAL_HOLDERS.has(outer.gvk.group)
  return isPartial ? found.filter(({ is }) => is !== 'nothing') : found
}

/** A value in place of a PodSpec, or of a mapping around it, that is neither a mapping nor absent. */
function unreadablePodSpec(object: Mapping, path: readonly string[]): UnreadableValue[] {
  for (const [index] of path.entries()) {
    const at = path.slice(0, index + 1)
    const value = valueAt(object, ...at)
    if (value === undefined || (value.kind === 'scalar' && value.isNull)) return []
    if (value.kind !== 'mapping') return [{ path: at, node: value, is: kindOf(value) ?? 'text' }]
  }
  return []
}

function unreadableContainers(podSpec: Mapping, key: string, path: FieldPath): UnreadableValue[] {
  const list = valueAt(podSpec, key)
  if (list === undefined || (list.kind === 'scalar' && list.isNull)) return []
  if (list.kind !== 'sequence') {
    return [{ path: [...path, key], node: list, is: kindOf(list) ?? 'text' }]
  }
  return list.items.flatMap((item, index): UnreadableValue[] => {
    const at = [...path, key, index]
    const container = resolveAlias(item)
    if (container.kind === 'mapping' && !isTemplateAction(container)) return inMapping(container, 'image', at)
    return [{ path: at, node: container, is: kindOf(container) ?? 'text' }]
  })
}

function unreadableVolumes(podSpec: Mapping, path: FieldPath): UnreadableValue[] {
  const volumes = valueAt(podSpec, 'volumes')
  if (volumes?.kind !== 'sequence') return []
  return [...volumes.itemsContaining(IMAGE_KEYWORDS)].flatMap(([index, item]) => {
    const volume = resolveAlias(item)
    const image = volume.kind === 'mapping' ? volume.find('image') : undefined
    if (volume.kind !== 'mapping' || image === undefined) return []
    const at = [...path, 'volumes', index, 'image']
    const source = resolveAlias(image.entry.value)
    if (source.kind === 'mapping' && isImageVolume(source)) {
      return inMapping(source, 'reference', at, volume)
    }
    return [{ path: at, node: source, is: kindOf(source) ?? 'text', containerName: volume.stringAt('name') }]
  })
}

function inMapping(
  mapping: Mapping,
  key: string,
  path: FieldPath,
  named: Mapping = mapping,
): UnreadableValue[] {
  const entry = mapping.find(key)?.entry
  const value = entry === undefined ? undefined : resolveAlias(entry.value)
  const is = value === undefined ? 'nothing' : kindOf(value)
  if (is === undefined) return []
  return [{ path: [...path, key], node: value ?? mapping, is, containerName: named.stringAt('name') }]
}

/** @returns undefined for a string */
function kindOf(value: YamlNode): Exclude<UnreadableKind, 'nothing' | 'text'> | undefined {
  if (value.kind === 'mapping') return 'a mapping'
  if (value.kind === 'sequence') return 'a list'
  if (value.kind === 'alias' || value.isString) return undefined
  return value.isNull ? 'null' : 'a number or a boolean'
}

/**
 * Finds a value that is not a string in place of an image in any other object: of a container, of a mapping with a pull policy, or in a
 * field of a table. A missing image is allowed there, because operators have defaults of their own.
 */
export function unreadableImageAt(visit: Visit<PathRule>): UnreadableValue | undefined {
  const { key, isItem, value, cursor, scope } = visit
  const tag = unreadableTag(visit)
  if (tag !== undefined) return tag
  const is = kindOf(value)
  if (is === undefined || is === 'null') return undefined
  const found = { path: [], node: value, is, containerName: cursor.mapping.stringAt('name') }
  if (is !== 'a mapping' && visit.rules.some(({ rule }) => leadsToImage(rule))) return found
  if (key !== 'image' || isItem || podSpecPath(scope.gvk) !== undefined) return undefined
  if (value.kind === 'mapping' && isTemplateAction(value)) return found
  const shape = containerShape(cursor)?.rule
  if (shape === undefined || isOfParts(value)) return undefined
  return shape === 'R1' || is === 'a number or a boolean' ? found : undefined
}

/** Whether every text in the field of a rule is an image. */
function leadsToImage(rule: PathRule): boolean {
  return rule.kind === 'scalar' && rule.conditions.size === 0 && rule.embedded === undefined
}

/** Finds a tag such as `1.25`, which is a number, in a reference in several keys that a rule knows. */
function unreadableTag({ rules, value }: Visit<PathRule>): UnreadableValue | undefined {
  if (value.kind !== 'mapping') return undefined
  for (const { rule } of rules) {
    if (rule.kind !== 'split' || (value.stringAt(rule.keys.repository) ?? '') === '') continue
    const tag = valueAt(value, rule.keys.tag)
    const is = tag === undefined ? undefined : kindOf(tag)
    if (tag !== undefined && is !== undefined && is !== 'null')
      return { path: [rule.keys.tag], node: tag, is }
  }
  return undefined
}

function isOfParts(value: Visit<PathRule>['value']): boolean {
  return value.kind === 'mapping' && (isSplitReference(value) || value.stringAt('name') !== undefined)
}
