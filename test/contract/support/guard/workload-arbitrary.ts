import fc from 'fast-check'
import type { KubernetesObject } from '../cluster/cluster-client.ts'
import { type Container, pod, workload } from '../guarded-cluster.ts'
import { DIGESTS } from './guard-configurations.ts'
import { images, pinnedImages, taggedImages } from './image-texts.ts'

/** The kinds that Kubernetes makes Pods from, and the Pod. */
export const KINDS = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'PodTemplate',
] as const

const NAMES = ['web', 'cache', 'istio-proxy', 'setup', 'c-1', 'proxy']

/** Most objects are in order as a whole, since one wrong image of many is enough to deny an object. */
const styles = fc.constantFrom<'pinned' | 'tagged' | 'any'>('pinned', 'pinned', 'tagged', 'any')

const policies = {
  pinned: fc.constantFrom(undefined, 'IfNotPresent', 'IfNotPresent', 'IfNotPresent', 'Never'),
  tagged: fc.constantFrom(undefined, undefined, 'IfNotPresent', 'Always', 'Never'),
  any: fc.constantFrom(undefined, 'IfNotPresent', 'Always', 'Never'),
}

const texts = { pinned: pinnedImages, tagged: taggedImages, any: images }

type Style = keyof typeof texts

const containersOf = (style: Style, names: readonly string[]): fc.Arbitrary<Container[]> =>
  fc.tuple(
    ...names.map((name) =>
      fc.tuple(texts[style], policies[style]).map(([image, imagePullPolicy]) => ({
        name,
        image,
        ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
      })),
    ),
  )

const volumesOf = (style: Style): fc.Arbitrary<object[]> =>
  fc.array(fc.tuple(texts[style], policies[style]), { maxLength: 1 }).map((volumes) => [
    { name: 'scratch', emptyDir: {} },
    ...volumes.map(([reference, pullPolicy], index) => ({
      name: `data-${index}`,
      image: { reference, ...(pullPolicy === undefined ? {} : { pullPolicy }) },
    })),
  ])

const metadata = fc.constantFrom<Record<string, unknown>[]>(
  {},
  {},
  {},
  { annotations: { 'pinpull.dev/skip': 'true' } },
  { annotations: { 'pinpull.dev/pull-policy': 'Always' } },
  { labels: { app: 'web', 'sidecar.istio.io/inject': 'true' } },
  { annotations: { 'inject.istio.io/templates': 'gateway' } },
)

/** Pods and what makes them, with images in all places that Kubernetes accepts in a new object. */
export const workloads: fc.Arbitrary<KubernetesObject> = fc
  .tuple(
    styles,
    fc.shuffledSubarray(NAMES, { minLength: 1, maxLength: 4 }),
    fc.nat(2),
    fc.constantFrom(...KINDS),
    metadata,
  )
  .chain(([style, names, inits, kind, meta]) => {
    const split = Math.min(inits, names.length - 1)
    return fc
      .tuple(
        containersOf(style, names.slice(split)),
        containersOf(style, names.slice(0, split)),
        volumesOf(style),
        fc.boolean(),
      )
      .map(([containers, initContainers, volumes, isSidecar]) => {
        const sidecar = isSidecar ? { restartPolicy: 'Always' } : {}
        const spec = {
          ...(initContainers.length === 0
            ? {}
            : { initContainers: initContainers.map((one) => ({ ...one, ...sidecar })) }),
          volumes,
        }
        return kind === 'Pod'
          ? pod(containers, { ...meta, spec })
          : workload(kind, containers, { ...meta, spec })
      })
  })

/** Pods with one image each, at the edges of the grammar and of the profiles, which a small sample may not have. */
export const EDGES: readonly KubernetesObject[] = [
  'nginx:1.27',
  `nginx@${DIGESTS[0]}`,
  `library/nginx@${DIGESTS[0]}`,
  `nginx@${DIGESTS[0]}a`,
  `nginx@${DIGESTS[0]?.slice(0, -1)}`,
  `ghcr.io/${'p'.repeat(255)}@${DIGESTS[0]}`,
  `ghcr.io/${'p'.repeat(256)}@${DIGESTS[0]}`,
  `ghcr.io/acme/web:${'t'.repeat(128)}@${DIGESTS[0]}`,
  `ghcr.io/acme/web:${'t'.repeat(129)}@${DIGESTS[0]}`,
  'auto',
  '$(IMAGE)',
  'nginx:CHANGE_ME',
].map((image) =>
  pod([{ name: 'web', image, imagePullPolicy: 'IfNotPresent' }], {
    labels: { 'sidecar.istio.io/inject': 'true' },
  }),
)

/** The ephemeral containers that `kubectl debug` adds. */
export const ephemeralContainers: fc.Arbitrary<readonly Container[]> = styles.chain((style) =>
  fc
    .shuffledSubarray(['debugger', 'debugger-2'], { minLength: 1 })
    .chain((names) => containersOf(style, names)),
)
