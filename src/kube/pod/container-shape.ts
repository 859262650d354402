import { keyText } from '../../yaml/lookup.ts'
import type { Mapping } from '../../yaml/nodes.ts'
import type { ContainerType, FieldRule } from '../image-field.ts'

/** A mapping that has a string `image`, with its place in the object. */
export interface Spot {
  /** The mapping. */
  readonly mapping: Mapping
  /** Its own key, or that of the sequence that it is an item of; absent at a resource's root. */
  readonly key?: string
  /** Whether it is an item of a sequence. */
  readonly isItem: boolean
}

/** The rule by which a mapping is a container, and the type of the container. */
export interface Shape {
  readonly rule: FieldRule
  readonly containerType: ContainerType
}

const POD_LISTS: Readonly<Record<string, ContainerType>> = {
  containers: 'container',
  initContainers: 'initContainer',
  ephemeralContainers: 'ephemeralContainer',
}

/** Keys under which custom resources hold one container, or a list of containers under another name. */
const CONTAINER_KEY = /^(?:[a-z]\w*)?[cC]ontainers?$|^[a-z]*[sS]idecars?$|^steps$|^stepTemplate$|^script$/

/** KubeVirt's key of an image that a node pulls to mount it as a disk. */
const DISK_KEY = 'containerDisk'

/** Keys beside an `image` that is only one part of a name, as in `nvcr.io` + `nvidia` + `driver`. */
const SPLIT_KEYS = ['repository', 'registry', 'imageRepository']

/** The keys of core/v1 `ImageVolumeSource`. */
const IMAGE_VOLUME_KEYS = new Set(['reference', 'pullPolicy'])

/**
 * Applies the rules R1, R3 and R4, in this order, to a mapping with a string `image`: an item of a PodSpec's list of
 * containers; a container by the name of its key; any mapping with a pull policy beside its image.
 */
export function containerShape(spot: Spot): Shape | undefined {
  const { mapping, key = '', isItem } = spot
  const podType = isItem && Object.hasOwn(POD_LISTS, key) ? POD_LISTS[key] : undefined
  if (podType !== undefined) return { rule: 'R1', containerType: podType }
  const byKey = keyType(key)
  if (byKey === undefined && mapping.find('imagePullPolicy') === undefined) return undefined
  if (isSplitReference(mapping)) return undefined
  return byKey === undefined ? { rule: 'R4', containerType: 'custom' } : { rule: 'R3', containerType: byKey }
}

/** Whether the mapping under a key `image` is the source of an image volume, with no other keys: rule R2. */
export function isImageVolume(mapping: Mapping): boolean {
  return mapping.entries.every((entry) => IMAGE_VOLUME_KEYS.has(keyText(entry) ?? ''))
}

/** Whether a mapping has the parts of an image in several keys, so that its `image` alone is no reference. */
export function isSplitReference(mapping: Mapping): boolean {
  return SPLIT_KEYS.some((key) => (mapping.stringAt(key) ?? '') !== '')
}

function keyType(key: string): ContainerType | undefined {
  if (key === DISK_KEY) return 'custom'
  if (!CONTAINER_KEY.test(key)) return undefined
  if (key.startsWith('init')) return 'initContainer'
  return key.startsWith('ephemeral') ? 'ephemeralContainer' : 'container'
}
