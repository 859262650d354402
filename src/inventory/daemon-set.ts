import type { Platform } from '../oci/platform.ts'
import type { JsonValue } from '../yaml/json-value.ts'
import { nodeAffinity, type Placement, withExpression } from './placement.ts'

/**
 * How images get onto a node. `init`: an init container starts each of them for a moment, which every cluster can.
 * `volume`: each is mounted as an image volume, and nothing of it runs (Kubernetes 1.35, or 1.33 with the feature gate).
 */
export type PrepullMethod = 'init' | 'volume'

export interface PrepullOptions {
  readonly method: PrepullMethod
  /** The image with a static `/bin/busybox` in it, with its digest. */
  readonly helperImage: string
  /** What it runs on; absent where that is not known. */
  readonly helperPlatforms?: readonly Platform[]
}

/** Images that one DaemonSet pulls. */
export interface PrepullGroup {
  readonly name: string
  readonly placement: Placement
  /** Those that all the images have; absent where that is not known. */
  readonly architectures?: readonly string[]
  readonly images: readonly GroupImage[]
}

interface GroupImage {
  readonly image: string
  readonly shortName: string
  /** Whether it is mounted, whatever the method. */
  readonly isMounted: boolean
}

type PlainRecord = Readonly<Record<string, JsonValue>>

/**
 * Composes the DaemonSet of a group. Its Pods pull one image after the other, then wait, so that the kubelet counts
 * the images as used; it has no right, no token, and next to no resources, and passes the `restricted` Pod Security
 * Standard.
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
      // All nodes at a time: nothing is served here that could be missed.
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
    ...placed(placement, architectures),
    // Numbers, so that no image's own user is in the way; nothing that runs here needs any right.
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

function placed(placement: Placement, architectures: readonly string[] | undefined): PlainRecord {
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
 * The helper puts its static busybox into a volume, and each image is then started with that instead of a program of
 * its own: so it needs none, and no shell.
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

/** The Pod cannot start before all that it mounts is there. */
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

/** The end of a DNS label (RFC 1123) that tells which image it is. */
function label({ shortName }: GroupImage, position: number): string {
  const name = shortName.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  return `${position + 1}-${name}`.slice(0, 50).replace(/-$/, '')
}
