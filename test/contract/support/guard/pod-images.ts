import type { KubernetesObject } from '../cluster/cluster-client.ts'

/** A Pod's own fields, or those of the template in an object that makes Pods. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>> | null
    readonly annotations?: Readonly<Record<string, string>> | null
  }
  readonly spec?: PodSpec
}

interface PodSpec {
  readonly containers?: readonly NamedImage[] | null
  readonly initContainers?: readonly NamedImage[] | null
  readonly ephemeralContainers?: readonly NamedImage[] | null
  readonly volumes?: readonly { readonly name: string; readonly image?: VolumeImage | null }[] | null
  readonly [key: string]: unknown
}

interface NamedImage {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: string
}

interface VolumeImage {
  readonly reference?: string
  readonly pullPolicy?: string
}

const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const

/** The template in an object, which is the object itself if it is a Pod. */
export function podTemplateIn(object: KubernetesObject): PodTemplate {
  const { kind, template, spec } = object as unknown as {
    kind: string
    template?: PodTemplate
    spec?: { template?: PodTemplate; jobTemplate?: { spec?: { template?: PodTemplate } } }
  }
  switch (kind) {
    case 'Pod':
      return object as unknown as PodTemplate
    case 'PodTemplate':
      return template ?? {}
    case 'CronJob':
      return spec?.jobTemplate?.spec?.template ?? {}
    default:
      return spec?.template ?? {}
  }
}

/** Replaces it. */
export function withPodTemplate(object: KubernetesObject, template: PodTemplate): KubernetesObject {
  const copy = structuredClone(object) as unknown as {
    kind: string
    template?: PodTemplate
    spec: { template?: PodTemplate; jobTemplate: { spec: { template?: PodTemplate } } }
  }
  if (copy.kind === 'Pod') return { ...object, ...template } as KubernetesObject
  if (copy.kind === 'PodTemplate') copy.template = template
  else if (copy.kind === 'CronJob') copy.spec.jobTemplate.spec.template = template
  else copy.spec.template = template
  return copy as unknown as KubernetesObject
}

/** The Pod that a controller makes of a template: its own metadata and PodSpec, in the namespace of the owner. */
export function podMadeFrom(owner: KubernetesObject): KubernetesObject {
  const { metadata, spec = {} } = podTemplateIn(owner)
  const { labels, annotations } = metadata ?? {}
  const claims = claimsOf(owner)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'made',
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: { ...spec, ...(claims.length === 0 ? {} : { volumes: [...(spec.volumes ?? []), ...claims] }) },
  }
}

/** The volumes that the controller of StatefulSets adds. */
function claimsOf(owner: KubernetesObject): readonly object[] {
  const { volumeClaimTemplates = [] } = (owner['spec'] ?? {}) as {
    volumeClaimTemplates?: { metadata: { name: string } }[]
  }
  return volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }))
}

/** Every image with its pull policy, by the place that it has. */
export function imagesIn(object: KubernetesObject): readonly string[] {
  const { spec = {} } = podTemplateIn(object)
  return [
    ...LISTS.flatMap((list) =>
      (spec[list] ?? []).map(
        ({ name, image, imagePullPolicy }) => `${list} ${name}: ${image} ${imagePullPolicy}`,
      ),
    ),
    ...(spec.volumes ?? []).flatMap(({ name, image }) =>
      image == null ? [] : [`volumes ${name}: ${image.reference} ${image.pullPolicy}`],
    ),
  ]
}

/** The object with other images, and all else as it is: what two objects have in common if only their images differ. */
export function withImages(
  object: KubernetesObject,
  change: (image: string | undefined) => string | undefined | null,
): KubernetesObject {
  const template = podTemplateIn(object)
  const { spec = {} } = template
  const lists = LISTS.flatMap((list) => {
    const containers = spec[list]
    if (containers == null) return []
    const changed = containers.flatMap((container) => {
      const image = change(container.image)
      return image === null ? [] : [{ ...container, ...(image === undefined ? {} : { image }) }]
    })
    return [[list, changed] as const]
  })
  const volumes = spec.volumes?.map((volume) =>
    volume.image == null
      ? volume
      : { ...volume, image: { ...volume.image, reference: change(volume.image.reference) ?? '' } },
  )
  return withPodTemplate(object, {
    ...template,
    spec: { ...spec, ...Object.fromEntries(lists), ...(volumes === undefined ? {} : { volumes }) },
  } as PodTemplate)
}
