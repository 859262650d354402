import { describe, expect, test } from 'vitest'
import type { PrepullMethod } from '../../src/inventory/daemon-set.ts'
import { composePrepull, type PrepullImage } from '../../src/inventory/prepull.ts'
import type { Platform } from '../../src/oci/platform.ts'
import { documentsOf, plainOf, sourceOf } from '../support/source.ts'

const on = (...machines: readonly string[]): Platform[] =>
  machines.map((machine) => {
    const [os = '', architecture = ''] = machine.split('/')
    return { os, architecture }
  })
const anywhere = { nodeSelector: {}, tolerations: [], nodeTerms: [], pullSecrets: [] }
const image = (name: string, more: Partial<PrepullImage> = {}): PrepullImage => ({
  image: `${name}:1@sha256:${'a'.repeat(64)}`,
  shortName: name,
  platforms: on('linux/amd64', 'linux/arm64', 'linux/s390x'),
  placement: anywhere,
  use: 'container',
  ...more,
})
const HELPER = `busybox:1@sha256:${'b'.repeat(64)}`
const compose = (images: readonly PrepullImage[], method: PrepullMethod = 'init') =>
  composePrepull(images, 'ahead', {
    method,
    helperImage: HELPER,
    helperPlatforms: on('linux/amd64', 'linux/arm64', 'linux/riscv64'),
  })

interface DaemonSet {
  metadata: { name: string; namespace?: string }
  spec: {
    template: {
      spec: Record<string, unknown> & {
        containers: Container[]
        initContainers?: Container[]
        volumes: { name: string }[]
      }
    }
  }
}
interface Container {
  name: string
  image: string
}

/** Each DaemonSet: its name, and what it pulls. */
function summary(images: readonly PrepullImage[], method?: PrepullMethod): [string, string[]][] {
  const source = sourceOf(compose(images, method).manifests)
  return documentsOf(source).flatMap(({ contents }) => {
    if (contents === undefined) return []
    const { metadata, spec } = JSON.parse(JSON.stringify(asObject(plainOf(contents)))) as DaemonSet
    const { initContainers = [], volumes } = spec.template.spec
    const names = [...initContainers, ...volumes].map(({ name }) => name)
    return [[metadata.name, names.filter((name) => /^(?:pull|image)-/.test(name))]]
  })
}

/** `plainOf` gives mappings as lists of pairs. */
function asObject(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const isMapping =
    value.length > 0 &&
    value.every((one) => Array.isArray(one) && one.length === 2 && typeof one[0] === 'string')
  return isMapping
    ? Object.fromEntries(value.map(([key, child]) => [key, asObject(child)]))
    : value.map(asObject)
}

describe('composePrepull', () => {
  test('one DaemonSet for what may come anywhere', () => {
    expect(compose([image('web')])).toEqual({
      leftOut: [],
      manifests: `# Pulls images onto nodes ahead of a rollout. Written by "pinpull prepull". Apply it; wait until all is pulled
# with "kubectl rollout status"; roll out; then delete it:
#   kubectl delete daemonsets --all-namespaces -l app.kubernetes.io/managed-by=pinpull
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: ahead
  labels:
    app.kubernetes.io/name: prepull
    app.kubernetes.io/managed-by: pinpull
    pinpull.dev/prepull: ahead
spec:
  selector:
    matchLabels:
      pinpull.dev/prepull: ahead
  updateStrategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: "100%"
  template:
    metadata:
      labels:
        app.kubernetes.io/name: prepull
        app.kubernetes.io/managed-by: pinpull
        pinpull.dev/prepull: ahead
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 1
      nodeSelector:
        kubernetes.io/os: linux
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - key: kubernetes.io/arch
                operator: In
                values:
                - amd64
                - arm64
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        seccompProfile:
          type: RuntimeDefault
      initContainers:
      - name: prepare
        image: ${HELPER}
        imagePullPolicy: IfNotPresent
        command:
        - /bin/busybox
        - cp
        - /bin/busybox
        - /pinpull/busybox
        volumeMounts:
        - name: tools
          mountPath: /pinpull
        resources:
          requests:
            cpu: "1m"
            memory: "8Mi"
          limits:
            memory: "32Mi"
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities:
            drop:
            - ALL
      - name: pull-1-web
        image: web:1@sha256:${'a'.repeat(64)}
        imagePullPolicy: IfNotPresent
        command:
        - /pinpull/busybox
        - "true"
        volumeMounts:
        - name: tools
          mountPath: /pinpull
          readOnly: true
        resources:
          requests:
            cpu: "1m"
            memory: "8Mi"
          limits:
            memory: "32Mi"
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities:
            drop:
            - ALL
      containers:
      - name: done
        image: ${HELPER}
        imagePullPolicy: IfNotPresent
        command:
        - /bin/busybox
        - sleep
        - infinity
        resources:
          requests:
            cpu: "1m"
            memory: "8Mi"
          limits:
            memory: "32Mi"
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities:
            drop:
            - ALL
      volumes:
      - name: tools
        emptyDir:
          sizeLimit: "16Mi"
`,
    })
  })

  const special = { ...anywhere, nodeSelector: { gpu: 'true' } }
  const amd64 = on('linux/amd64')
  const { platforms: _platforms, ...unknown } = image('who')
  test.each<[string, readonly PrepullImage[], [string, string[]][]]>([
    ['an image once', [image('web'), image('web'), image('db')], [['ahead', ['pull-1-web', 'pull-2-db']]]],
    [
      'nodes apart',
      [image('web'), image('train', { placement: special }), image('db')],
      [
        ['ahead', ['pull-1-web', 'pull-2-db']],
        ['ahead-1', ['pull-1-train']],
      ],
    ],
    [
      'an image of several workloads on the nodes of each',
      [image('web'), image('web', { placement: special })],
      [
        ['ahead', ['pull-1-web']],
        ['ahead-1', ['pull-1-web']],
      ],
    ],
    [
      'architectures apart, so that a node is not asked for what it cannot have',
      [image('web'), image('old', { platforms: amd64 }), image('odd', { platforms: on('linux/s390x') })],
      [
        ['ahead', ['pull-1-web']],
        ['ahead-1', ['pull-1-old']],
        ['ahead-2', ['pull-1-odd']],
      ],
    ],
    [
      'what is not known apart',
      [image('web'), unknown],
      [
        ['ahead', ['pull-1-web']],
        ['ahead-1', ['pull-1-who']],
      ],
    ],
    [
      'images of custom resources apart, which may be no container images',
      [image('web'), image('plugin', { use: 'custom' })],
      [
        ['ahead', ['pull-1-web']],
        ['ahead-1', ['pull-1-plugin']],
      ],
    ],
    [
      'image volumes mounted',
      [image('web'), image('model', { use: 'volume' })],
      [['ahead', ['pull-1-web', 'image-1-model']]],
    ],
    [
      'names that are labels',
      [image('a_b.c--d', { shortName: '_a_b.c--d_' }), image('long', { shortName: 'x'.repeat(200) })],
      [['ahead', ['pull-1-a-b-c-d', `pull-2-${'x'.repeat(48)}`]]],
    ],
    ['nothing', [], []],
  ])('%s', (_, images, expected) => {
    const numbered = summary(images).map(([name, pulls], position) => [
      name.replace(/-[0-9a-f]{8}$/, `-${position}`),
      pulls,
    ])
    expect(numbered).toEqual(expected)
  })

  test('by image volumes nothing of an image runs', () => {
    expect(summary([image('web'), image('db')], 'volume')).toEqual([['ahead', ['image-1-web', 'image-2-db']]])
    expect(compose([image('web')], 'volume').manifests).not.toMatch(/initContainers|emptyDir/)
  })

  test('a suffix stays while the nodes do, whatever the images', () => {
    const names = (images: readonly PrepullImage[]) => summary(images).map(([name]) => name)
    expect(names([image('a', { placement: special })])).toEqual(names([image('b', { placement: special })]))
  })

  test('images for no Linux node are left out, and said to be', () => {
    const windows = image('win', { platforms: on('windows/amd64') })
    expect(compose([windows, image('web')]).leftOut).toEqual([windows.image])
    expect(summary([windows, image('web')])).toEqual([['ahead', ['pull-1-web']]])
  })
})
