import { keyText } from '../../yaml/lookup.ts'
import type { Mapping } from '../../yaml/nodes.ts'
import type { ContainerType, FieldRule } from '../image-field.ts'

/** Where a mapping that has a string `image` stands. */
export interface Spot {
  /** The mapping. */
  readonly mapping: Mapping
  /** Its own key, or that of the sequence that it is an item of; absent at a resource's root. */
  readonly key?: string
  /** Whether it is an item of a sequence. */
  readonly isItem: boolean
}

/** What a rule makes of a spot. */
export interface Shape {
  readonly rule: FieldRule
  readonly containerType: ContainerType
}

const POD_LISTS: Readonly<Record<string, ContainerType>> = {
  containers: 'container',
  initContainers: 'initContainer',
  ephemeralContainers: 'ephemeralContainer',
}

/** Keys under which custom resources hold containers by themselves, or lists of them under other names. */
const CONTAINER_KEY = /^(?:[a-z]\w*)?[cC]ontainers?$|^[a-z]*[sS]idecars?$|^steps$|^stepTemplate$|^script$/

/** KubeVirt's: an image that a node pulls, though it is mounted as a disk rather than run. */
const DISK_KEY = 'containerDisk'

/** Siblings that make an `image` one part of a name, `nvcr.io` + `nvidia` + `driver`. */
const SPLIT_KEYS = ['repository', 'registry', 'imageRepository']

/** The keys of core/v1 `ImageVolumeSource`. */
const IMAGE_VOLUME_KEYS = new Set(['reference', 'pullPolicy'])

/**
 * Rules R1, R3 and R4 for a mapping with a string `image`, in this order: an item of a PodSpec's list of containers; a
 * container by the name of its key; anything that has a pull policy beside its image. `docs/image-fields.md` says
 * why each is safe.
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

/** Rule R2: the mapping under a key `image` is an image volume's source, and nothing more. */
export function isImageVolume(mapping: Mapping): boolean {
  return mapping.entries.every((entry) => IMAGE_VOLUME_KEYS.has(keyText(entry) ?? ''))
}

/** Whether a mapping spells an image in parts, so that its `image` alone is no reference. */
export function isSplitReference(mapping: Mapping): boolean {
  return SPLIT_KEYS.some((key) => (mapping.stringAt(key) ?? '') !== '')
}

function keyType(key: string): ContainerType | undefined {
  if (key === DISK_KEY) return 'custom'
  if (!CONTAINER_KEY.test(key)) return undefined
  if (key.startsWith('init')) return 'initContainer'
  return key.startsWith('ephemeral') ? 'ephemeralContainer' : 'container'
}
