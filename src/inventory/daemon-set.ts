import type { Platform } from '../oci/platform.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import { nodeAffinity, type Placement, withExpression } from './placement.ts'

/**
 * How nodes pull the images. `init`: init containers run each image once, on every version of Kubernetes. `volume`: each
 * image is mounted as an image volume, and none is run (Kubernetes 1.35, or 1.33 with the feature gate).
 */
export type PrepullMethod = 'init' | 'volume'

export interface PrepullOptions {
  readonly method: PrepullMethod
  /** An image with a static `/bin/busybox`, and with a digest. */
  readonly helperImage: string
  /** The platforms of the helper image; absent if unknown. */
  readonly helperPlatforms?: readonly Platform[] | undefined
}

/** The images that one DaemonSet pulls. */
export interface PrepullGroup {
  readonly name: string
  readonly placement: Placement
  /** The architectures that all images have; absent if unknown. */
  readonly architectures?: readonly string[] | undefined
  readonly images: readonly GroupImage[]
}

interface GroupImage {
  readonly image: string
  readonly shortName: string
  /** Whether it is mounted even with the method `init`. */
  readonly isMounted: boolean
}

type PlainRecord = Readonly<Record<string, JsonValue>>

/**
 * Composes the DaemonSet of a group. Its Pods pull one image after the other, then keep running, so that the kubelet does
 * not remove the images as unused. They have no privileges and no token, request few resources, and meet the
 * `restricted` Pod Security Standard.
 */
export function composeDaemonSet(group: PrepullGroup, options: PrepullOptions): PlainRecord {
  const { name, placement } = group
  const selector = { 'pinpull.dev/prepull': name }
  const labels = {
    'app.kubernetes.io/name': 'prepull',
    'app.kubernetes.io/managed-by': 'pinpull',
    ...selector,
  }
  const namespace = placement.namespace === undefined ? {} : { namespace: placement.namespace }
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, ...namespace, labels },
    spec: {
      selector: { matchLabels: selector },
      // All nodes at once, because these Pods serve nothing.
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } },
      template: { metadata: { labels }, spec: podSpec(group, options) },
    },
  }
}

function podSpec({ placement, architectures, images }: PrepullGroup, options: PrepullOptions): PlainRecord {
  const { method, helperImage } = options
  const started = images.filter(({ isMounted }) => method === 'init' && !isMounted)
  const mounted = images.filter((image) => !started.includes(image))
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    ...schedulingFields(placement, architectures),
    // Numeric IDs, because the kubelet cannot verify that an image's named user is not root.
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(started.length === 0 ? {} : { initContainers: initContainers(started, helperImage) }),
    containers: [
      container('done', helperImage, {
        command: ['/bin/busybox', 'sleep', 'infinity'],
        ...(mounted.length === 0 ? {} : { volumeMounts: mounted.map(volumeMount) }),
      }),
    ],
    volumes: [
      ...(started.length === 0 ? [] : [{ name: TOOLS, emptyDir: { sizeLimit: '16Mi' } }]),
      ...mounted.map(imageVolume),
    ],
  }
}

function schedulingFields(placement: Placement, architectures: readonly string[] | undefined): PlainRecord {
  const { nodeSelector, nodeTerms, tolerations, pullSecrets } = placement
  const terms =
    architectures === undefined
      ? nodeTerms
      : withExpression(nodeTerms, { key: 'kubernetes.io/arch', operator: 'In', values: architectures })
  return {
    nodeSelector: { ...nodeSelector, 'kubernetes.io/os': 'linux' },
    ...(terms.length === 0 ? {} : { affinity: nodeAffinity(terms) }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
    ...(pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
  }
}

const TOOLS = 'tools'
const MOUNT = '/pinpull'

/**
 * The first container copies the helper's static busybox to a volume. The others run that program in the images to pull, which
 * so need no shell and no program of their own.
 */
function initContainers(images: readonly GroupImage[], helperImage: string): PlainRecord[] {
  const volume = { name: TOOLS, mountPath: MOUNT }
  return [
    container('prepare', helperImage, {
      command: ['/bin/busybox', 'cp', '/bin/busybox', `${MOUNT}/busybox`],
      volumeMounts: [volume],
    }),
    ...images.map((image, position) =>
      container(`pull-${label(image, position)}`, image.image, {
        command: [`${MOUNT}/busybox`, 'true'],
        volumeMounts: [{ ...volume, readOnly: true }],
      }),
    ),
  ]
}

function imageVolume(image: GroupImage, position: number): PlainRecord {
  return {
    name: `image-${label(image, position)}`,
    image: { reference: image.image, pullPolicy: 'IfNotPresent' },
  }
}

/** The Pod does not start until all of its volumes are mounted. */
function volumeMount(image: GroupImage, position: number): PlainRecord {
  const name = `image-${label(image, position)}`
  return { name, mountPath: `${MOUNT}/${name}`, readOnly: true }
}

function container(name: string, image: string, more: PlainRecord): PlainRecord {
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    ...more,
    resources: { requests: { cpu: '1m', memory: '8Mi' }, limits: { memory: '32Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  }
}

/** The part of a DNS label (RFC 1123) that identifies an image. */
function label({ shortName }: GroupImage, position: number): string {
  const name = shortName.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return `${position + 1}-${name}`.slice(0, 50).replace(/-$/, '')
}
