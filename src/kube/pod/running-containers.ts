import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import { resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { Mapping, YamlDocument } from '../../yaml/nodes.ts'
import { resourcesOf } from '../resource.ts'

/** A container of a Pod as it was started, by the Pod's status. */
export interface RunningContainer {
  readonly pod: ResourceIdentifier
  /** Empty if the Pod has none. */
  readonly node: string
  readonly container: string
  /** `spec.containers[].image`, as it was applied. The image in the status may be another tag of the same content. */
  readonly image: string
  /** `imageID`, as the kubelet copied it from the runtime; never empty. */
  readonly imageId: string
  /** When it was started: RFC 3339; empty if the status does not say. */
  readonly startedAt: string
}

/** The lists of containers of a Pod, each with that of their statuses (core/v1 PodSpec, PodStatus). */
const LISTS = [
  ['containers', 'containerStatuses'],
  ['initContainers', 'initContainerStatuses'],
  ['ephemeralContainers', 'ephemeralContainerStatuses'],
] as const

/** A Pod that is done is never started again. */
const DONE = new Set(['Succeeded', 'Failed'])

/** Whether a Pod has ended, by its phase. */
export function isDone(pod: Mapping): boolean {
  return DONE.has(pod.stringAt('status', 'phase') ?? '')
}

/** Finds the containers that Pods have started, joined with their image in the spec by name. Pods that are done are left out. */
export function runningContainers(documents: readonly YamlDocument[]): RunningContainer[] {
  return documents.flatMap(resourcesOf).flatMap(({ object, gvk, identifier: pod }) => {
    if (gvk.group !== '' || gvk.kind !== 'Pod' || isDone(object)) return []
    const node = object.stringAt('spec', 'nodeName') ?? ''
    return LISTS.flatMap(([list, statuses]) => {
      const images = new Map(
        itemsAt(object, 'spec', list).map((one) => [one.stringAt('name'), one.stringAt('image')]),
      )
      return itemsAt(object, 'status', statuses).flatMap((status): RunningContainer[] => {
        const container = status.stringAt('name') ?? ''
        const image = images.get(container)
        const imageId = status.stringAt('imageID') ?? ''
        if (image === undefined || imageId === '') return []
        const startedAt =
          status.stringAt('state', 'running', 'startedAt') ??
          status.stringAt('state', 'terminated', 'startedAt') ??
          ''
        return [{ pod, node, container, image, imageId, startedAt }]
      })
    })
  })
}

function itemsAt(object: Mapping, ...path: readonly string[]): Mapping[] {
  const list = valueAt(object, ...path)
  if (list?.kind !== 'sequence') return []
  return list.items.flatMap((item) => {
    const node = resolveAlias(item)
    return node.kind === 'mapping' ? [node] : []
  })
}
