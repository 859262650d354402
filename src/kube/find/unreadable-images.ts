import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { FieldPath, Mapping, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { GroupVersionKind } from '../gvk.ts'
import { isTemplateAction } from '../placeholder.ts'
import { containerShape, isImageVolume, isSplitReference } from '../pod/container-shape.ts'
import type { Scope, Visit } from '../walk.ts'
import type { PathRule } from './field-rules.ts'

/** What was found in place of an image. */
export type UnreadableKind = 'nothing' | 'null' | 'a mapping' | 'a list' | 'a number or a boolean' | 'text'

/** A container or an image volume without an image that can be read, below the object in which it stands. */
export interface UnreadableValue {
  readonly path: FieldPath
  /** What stands there, or the container where nothing does. */
  readonly node: YamlNode
  readonly is: UnreadableKind
  readonly containerName?: string
}

/** A container or an image volume without an image that can be read. */
export interface UnreadableImage extends UnreadableValue {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
}

const TEMPLATE = ['spec', 'template', 'spec']

/** Where Kubernetes' own workloads, and some that are like them, have their PodSpec: in these, every container must have an image. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec'],
  '/PodTemplate': ['template', 'spec'],
  '/ReplicationController': TEMPLATE,
  'apps/DaemonSet': TEMPLATE,
  'apps/Deployment': TEMPLATE,
  'apps/ReplicaSet': TEMPLATE,
  'apps/StatefulSet': TEMPLATE,
  'extensions/DaemonSet': TEMPLATE,
  'extensions/Deployment': TEMPLATE,
  'extensions/ReplicaSet': TEMPLATE,
  'batch/Job': TEMPLATE,
  'batch/CronJob': ['spec', 'jobTemplate', ...TEMPLATE],
  // Those that are made like Kubernetes' own, and hand their Pods to the API server as they stand.
  'argoproj.io/Rollout': TEMPLATE,
  'apps.kruise.io/CloneSet': TEMPLATE,
  'apps.kruise.io/DaemonSet': TEMPLATE,
  'apps.kruise.io/StatefulSet': TEMPLATE,
  'serving.knative.dev/Configuration': TEMPLATE,
  'serving.knative.dev/Service': TEMPLATE,
}

function podSpecPath({ group, kind }: GroupVersionKind): readonly string[] | undefined {
  const type = `${group}/${kind}`
  return Object.hasOwn(POD_SPECS, type) ? POD_SPECS[type] : undefined
}

/** Whether a type is one of Kubernetes' own workloads, in which every container must have an image. */
export function hasPodSpec(gvk: GroupVersionKind): boolean {
  return podSpecPath(gvk) !== undefined
}

/** Objects that describe others in part, so that what is absent in these says nothing. */
const PARTIAL_HOLDERS: ReadonlySet<string> = new Set(['policy.open-cluster-management.io'])

/**
 * The containers and image volumes of a workload of Kubernetes' own (core/v1 validation: `image` and `reference` are
 * required) that have no image, or none that is text.
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

/** What stands in the place of a PodSpec, or of a mapping on the way there, and is neither a mapping nor absent. */
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
  return [...volumes.itemsContaining('image')].flatMap(([index, item]) => {
    const volume = resolveAlias(item)
    const image = volume.kind === 'mapping' ? volume.find('image') : undefined
    if (volume.kind !== 'mapping' || image === undefined) return []
    const at = [...path, 'volumes', index, 'image']
    const source = resolveAlias(image.entry.value)
    if (source.kind === 'mapping' && isImageVolume(source)) {
      return inMapping(source, 'reference', at, volume.stringAt('name'))
    }
    const name = volume.stringAt('name')
    return [
      {
        path: at,
        node: source,
        is: kindOf(source) ?? 'text',
        ...(name === undefined ? {} : { containerName: name }),
      },
    ]
  })
}

function inMapping(
  mapping: Mapping,
  key: string,
  path: FieldPath,
  name = mapping.stringAt('name'),
): UnreadableValue[] {
  const entry = mapping.find(key)?.entry
  const value = entry === undefined ? undefined : resolveAlias(entry.value)
  const is = value === undefined ? 'nothing' : kindOf(value)
  if (is === undefined) return []
  const containerName = name === undefined ? {} : { containerName: name }
  return [{ path: [...path, key], node: value ?? mapping, is, ...containerName }]
}

/** Describes a value that is not text; `undefined` for text. */
function kindOf(value: YamlNode): Exclude<UnreadableKind, 'nothing' | 'text'> | undefined {
  if (value.kind === 'mapping') return 'a mapping'
  if (value.kind === 'sequence') return 'a list'
  if (value.kind === 'alias' || value.isString) return undefined
  return value.isNull ? 'null' : 'a number or a boolean'
}

/**
 * Finds a value that is not text in place of a container's image in any other object. A missing image is fine there:
 * operators have defaults of their own.
 */
export function unreadableImageAt(visit: Visit<PathRule>): UnreadableValue | undefined {
  const { key, isItem, value, cursor, scope } = visit
  const tag = unreadableTag(visit)
  if (tag !== undefined) return tag
  if (key !== 'image' || isItem || podSpecPath(scope.gvk) !== undefined) return undefined
  const is = kindOf(value)
  if (is === undefined || is === 'null') return undefined
  const isTemplate = value.kind === 'mapping' && isTemplateAction(value)
  if (!isTemplate && (containerShape(cursor)?.rule !== 'R1' || isOfParts(value))) return undefined
  const name = cursor.mapping.stringAt('name')
  return { path: [], node: value, is, ...(name === undefined ? {} : { containerName: name }) }
}

/** `tag: 1.25` where a rule knows a reference in parts: to Kubernetes it is no text. */
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
