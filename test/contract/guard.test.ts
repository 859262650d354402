import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatLock } from '../../src/lock/format.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { runInProcess } from '../support/memory-io.ts'
import { buildImage } from '../support/registry/image.ts'
import { startRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Cluster, startCluster } from './support/cluster/cluster.ts'
import type { ApiAnswer, KubernetesObject } from './support/cluster/cluster-client.ts'
import { etcd, kubeApiserver } from './support/go-tool.ts'
import {
  type AppliedGuard,
  applyGuard,
  type Container,
  pod,
  textOf,
  workload,
} from './support/guarded-cluster.ts'
import { describeWith } from './support/need.ts'

const DIGEST = `sha256:${'a'.repeat(64)}` as Digest
const OTHER = `sha256:${'b'.repeat(64)}` as Digest
const PINNED = `nginx:1.27@${DIGEST}`
const POLICY = { imagePullPolicy: 'IfNotPresent' }

const KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'PodTemplate',
]

describeWith(
  { kubeApiserver: await kubeApiserver(), etcd: await etcd() },
  'the guard in an API server',
  (programs) => {
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await startCluster(programs)
      for (const name of ['exempt', 'shop']) {
        await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      }
    }, 150_000)
    afterAll(() => cluster?.stop())

    const attempt = (object: KubernetesObject): Promise<ApiAnswer> =>
      cluster.client.create(object, { dryRun: true })

    /** The codes in the message of a refusal, or `admitted`. */
    const verdict = async (object: KubernetesObject): Promise<string> => {
      const answer = await attempt(object)
      if (answer.status === 201) return 'admitted'
      return /denied request: ([A-Z_]+)/.exec(textOf(answer))?.[1] ?? textOf(answer)
    }

    const container = (image: string, more: object = POLICY): Container => ({ name: 'web', image, ...more })

    const path = (name: string, subresource = ''): string =>
      `/api/v1/namespaces/default/pods/${name}${subresource}`

    const patch = (at: string, body: object): Promise<ApiAnswer> =>
      cluster.client.request('PATCH', at, body, 'application/merge-patch+json')

    test('what its Pods run can be locked, by the status that the API server stores and lists', async () => {
      const registry = await startRegistry()
      const folder = temporaryFolder()
      try {
        const { top, manifests } = buildImage({ seed: 'runs' })
        registry.push('acme/web:1', { seed: 'runs' })
        for (const [name, id] of [
          ['runs-index', `${registry.host}/acme/web@${top.digest}`],
          ['runs-manifest', `docker-pullable://${registry.host}/acme/web@${manifests[0]?.digest}`],
          ['runs-config', `docker://${DIGEST}`],
        ] as const) {
          await cluster.client.create(pod([container(`${registry.host}/acme/web:1`)], { name }))
          const status = {
            phase: 'Running',
            containerStatuses: [
              { name: 'web', image: 'x', imageID: id, ready: true, restartCount: 0, state: { running: {} } },
            ],
          }
          expect((await patch(path(name, '/status'), { status })).status).toBe(200)
        }
        const { body } = await cluster.client.request('GET', '/api/v1/pods')
        const input = JSON.stringify(body)
        const lock = await runInProcess(['lock', '--from-status'], { input, cwd: folder })
        expect([lock.code, lock.stderr]).toEqual([
          0,
          expect.stringContaining('Pod default/runs-config is the digest of'),
        ])
        expect(lock.stderr).toContain(`added ${registry.host}/acme/web:1 ${top.digest}\n`)
        const check = await runInProcess(['check', '--running'], { input, cwd: folder })
        expect([check.code, check.stdout]).toEqual([
          1,
          expect.stringContaining('3 of 3 running Pods would be refused'),
        ])
      } finally {
        for (const name of ['runs-index', 'runs-manifest', 'runs-config'])
          await cluster.client.request('DELETE', path(name), { gracePeriodSeconds: 0 })
        await registry.close()
      }
    })

    describe('denied digests', () => {
      const many = [...Array(1000).keys()].map((n) => `sha256:${String(n).padStart(64, '0')}`)
      let guard: AppliedGuard
      beforeAll(async () => {
        guard = await applyGuard(cluster.client, ['--action', 'deny', '--name', 'denied'], {
          files: {
            'pinpull.yaml': `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  denyDigestsFile: denied.txt
  profiles: [{name: prod, exclude: ['ghcr.io/**']}]
`,
            'denied.txt': [OTHER, ...many].map((digest) => `${digest}\n`).join(''),
          },
        })
      }, 90_000)
      afterAll(() => guard?.remove(), 90_000)

      test.each<[string, KubernetesObject, string]>([
        ['another digest', pod([container(PINNED)]), 'admitted'],
        ['a denied digest', pod([container(`nginx:1.27@${OTHER}`)]), 'DIGEST_DENIED'],
        ['one of many', pod([container(`nginx@${many[999]}`)]), 'DIGEST_DENIED'],
        ['one that the profile excludes', pod([container(`ghcr.io/acme/app@${OTHER}`)]), 'DIGEST_DENIED'],
        ['one in a Deployment', workload('Deployment', [container(`nginx@${OTHER}`)]), 'DIGEST_DENIED'],
        [
          'one among fifty',
          pod(
            [...Array(50).keys()].map((n) => ({
              ...container(n === 49 ? `a@${OTHER}` : PINNED),
              name: `c${n}`,
            })),
          ),
          'DIGEST_DENIED',
        ],
      ])('%s', async (_, object, expected) => {
        expect(await verdict(object)).toBe(expected)
      })

      test('the message names the digest', async () => {
        expect(textOf(await attempt(pod([container(`nginx:1.27@${OTHER}`)])))).toContain(
          `DIGEST_DENIED: container web: nginx:1.27@${OTHER}: denyDigests has ${OTHER}; use another version of the image`,
        )
      })
    })

    describe('prod', () => {
      let guard: AppliedGuard
      beforeAll(async () => {
        // From before the guard, with a tag, a policy and a finalizer that Jobs also use.
        for (const object of [
          pod([container('nginx:1.27', {})], {
            name: 'old',
            finalizers: ['batch.kubernetes.io/job-tracking'],
          }),
          pod(
            [...Array(1000).keys()].map((n) => ({ name: `c${n}`, image: `ghcr.io/acme/team/app:1.${n}` })),
            { name: 'old-and-large', finalizers: ['batch.kubernetes.io/job-tracking'] },
          ),
          {
            ...workload('Deployment', [container('nginx:1.27', {})]),
            metadata: { name: 'old', namespace: 'default' },
          },
        ]) {
          expect((await cluster.client.create(object)).status).toBe(201)
        }
        guard = await applyGuard(cluster.client, ['--action', 'deny', '--exempt-namespace', 'exempt'])
      }, 90_000)
      afterAll(() => guard?.remove(), 90_000)

      test.each([
        [PINNED, 'admitted'],
        [`nginx@${DIGEST}`, 'admitted'],
        [`localhost/app@${DIGEST}`, 'admitted'],
        [`localhost:5000/app:1@${DIGEST}`, 'admitted'],
        [`[::1]:5000/app@${DIGEST}`, 'admitted'],
        [`REGISTRY.example.com/app@${DIGEST}`, 'admitted'],
        [`index.docker.io/nginx@${DIGEST}`, 'admitted'],
        [`nginx@sha512:${'a'.repeat(128)}`, 'admitted'],
        ['nginx', 'IMAGE_UNPINNED'],
        ['nginx:1.27', 'IMAGE_UNPINNED'],
        ['localhost:5000/app', 'IMAGE_UNPINNED'],
        ['auto', 'IMAGE_UNPINNED'],
        [`nginx@sha256:${'A'.repeat(64)}`, 'REFERENCE_INVALID'],
        [`nginx@sha256:${'a'.repeat(63)}`, 'REFERENCE_INVALID'],
        [`nginx@md5:${'a'.repeat(32)}`, 'REFERENCE_INVALID'],
        [`Nginx@${DIGEST}`, 'REFERENCE_INVALID'],
        [`my_host.io/app@${DIGEST}`, 'REFERENCE_INVALID'],
        [`nginx@${DIGEST}@${DIGEST}`, 'REFERENCE_INVALID'],
        [`${DIGEST}`, 'REFERENCE_INVALID'],
        [`${DIGEST}@${DIGEST}`, 'REFERENCE_INVALID'],
        ['no image', 'REFERENCE_INVALID'],
        ['nginx@', 'REFERENCE_INVALID'],
        ['{{ .Values.image }}', 'TEMPLATE_UNRENDERED'],
        // A warning of prod, since no node can pull it.
        ['$(IMAGE)', 'admitted'],
        // Placeholders, but a node would pull them.
        ['nginx:CHANGE_ME', 'IMAGE_UNPINNED'],
        ['nginx:1...2', 'IMAGE_UNPINNED'],
        ['MY-HOST/app:__VERSION__', 'IMAGE_UNPINNED'],
        [`nginx:CHANGE_ME@${DIGEST}`, 'admitted'],
      ])('a Pod with %s: %s', async (image, wanted) => {
        expect(await verdict(pod([container(image)]))).toBe(wanted)
      })

      test.each([
        ['Always', 'PULL_POLICY_UNWANTED'],
        ['Never', 'PULL_POLICY_UNWANTED'],
        [undefined, 'admitted'],
      ])('the pull policy %s: %s', async (imagePullPolicy, wanted) => {
        expect(await verdict(pod([container(PINNED, { imagePullPolicy })]))).toBe(wanted)
      })

      test.each(KINDS)('a %s', async (kind) => {
        expect(await verdict(workload(kind, [container('nginx:1.27')]))).toBe('IMAGE_UNPINNED')
        expect(await verdict(workload(kind, [container(PINNED)]))).toBe('admitted')
      })

      test.each([
        ['initContainers', { name: 'setup', image: 'nginx:1.27' }],
        ['initContainers', { name: 'sidecar', image: 'nginx:1.27', restartPolicy: 'Always' }],
        ['volumes', { name: 'data', image: { reference: 'nginx:1.27', pullPolicy: 'IfNotPresent' } }],
      ])('%s of a Pod: %j', async (list, item) => {
        expect(await verdict(pod([container(PINNED)], { spec: { [list]: [item] } }))).toBe('IMAGE_UNPINNED')
      })

      test('a volume without an image is none', async () => {
        const spec = { volumes: [{ name: 'data', emptyDir: {} }] }
        expect(await verdict(pod([container(PINNED)], { spec }))).toBe('admitted')
      })

      test('another namespace, and an exempt one', async () => {
        expect(await verdict(pod([container('nginx:1.27')], { namespace: 'shop' }))).toBe('IMAGE_UNPINNED')
        expect(await verdict(pod([container('nginx:1.27')], { namespace: 'exempt' }))).toBe('admitted')
      })

      test('annotations exempt nothing', async () => {
        const annotations = { 'pinpull.dev/skip': 'true' }
        expect(await verdict(pod([container('nginx:1.27')], { annotations }))).toBe('IMAGE_UNPINNED')
      })

      test.each([
        [{ labels: { app: 'web', 'sidecar.istio.io/inject': 'true' } }],
        [{ annotations: { 'inject.istio.io/templates': 'gateway' } }],
      ])('the image auto passes in a template with %j, alone', async (metadata) => {
        const auto = { name: 'istio-proxy', image: 'auto' }
        expect(await verdict(workload('Deployment', [auto], metadata))).toBe('admitted')
        expect(await verdict(workload('Deployment', [auto, container('nginx:1.27')], metadata))).toBe(
          'IMAGE_UNPINNED',
        )
        expect(await verdict(workload('Deployment', [auto]))).toBe('IMAGE_UNPINNED')
        expect(await verdict(pod([auto], metadata))).toBe('IMAGE_UNPINNED')
      })

      test('what the profile warns about is a warning', async () => {
        const { status, warnings } = await attempt(pod([container('$(IMAGE)'), { name: 'b', image: PINNED }]))
        expect([status, warnings]).toEqual([
          201,
          [
            `Validation failed for ValidatingAdmissionPolicy 'pinpull-prod-warnings' with binding 'pinpull-prod-warnings': IMAGE_PLACEHOLDER: container web: "$(IMAGE)" is a placeholder (a later step fills it in) and is left unchanged; to pin it, run Pinpull after the step that fills it in`,
          ],
        ])
      })

      test('a message has the code, the container, the image and what to do', async () => {
        const { body } = await attempt(
          pod([container('nginx:1.27'), { name: 'cache', image: 'redis:7', ...POLICY }]),
        )
        expect(body.message).toBe(
          `pods "web" is forbidden: ValidatingAdmissionPolicy 'pinpull-prod' with binding 'pinpull-prod' denied request: IMAGE_UNPINNED: container web: "nginx:1.27" is not pinned to a digest, which profile prod requires; pin it before it is applied: pinpull FILE; likewise container cache "redis:7"`,
        )
      })

      test('a message about 50 images stays below the limit of 5 KiB', async () => {
        const images = [...Array(50).keys()].map((n) => ({
          name: `c${n}`,
          image: `registry-${n}.example.com/${'team/'.repeat(20)}app:1`,
          ...POLICY,
        }))
        const message = textOf(await attempt(pod(images)))
        expect(message).toContain('IMAGE_UNPINNED: container c0: "registry-0.example.com/')
        expect(message).toContain('; likewise container c1 ')
        expect(Buffer.byteLength(message)).toBeLessThan(5 * 1024)
      })

      test('50 long images that are in order are admitted, within the cost limit', async () => {
        const images = [...Array(50).keys()].map((n) => ({
          name: `c${n}`,
          image: `registry-${n}.example.com/${'team/'.repeat(36)}app:1@${DIGEST}`,
          ...POLICY,
        }))
        expect(await verdict(pod(images))).toBe('admitted')
      })

      test('an older Pod keeps its image: labels and finalizers can be changed, and it can go', async () => {
        expect((await patch(path('old'), { metadata: { labels: { a: 'b' } } })).status).toBe(200)
        expect((await cluster.client.request('DELETE', path('old'))).status).toBe(200)
        const { body } = await cluster.client.request('GET', path('old'))
        expect(body.metadata['deletionTimestamp']).toBeDefined()
        expect((await patch(path('old'), { metadata: { finalizers: null } })).status).toBe(200)
        await expect.poll(async () => (await cluster.client.request('GET', path('old'))).status).toBe(404)
      })

      test('an older Pod with 1000 containers stays below the cost limit', async () => {
        const answer = await patch(path('old-and-large'), { metadata: { finalizers: null } })
        expect([answer.status, textOf(answer)]).toEqual([200, ''])
      })

      test('an older Deployment can be scaled and annotated, and gets no new image with a tag', async () => {
        const at = '/apis/apps/v1/namespaces/default/deployments/old'
        expect((await patch(`${at}/scale`, { spec: { replicas: 3 } })).status).toBe(200)
        expect((await patch(at, { metadata: { annotations: { a: 'b' } } })).status).toBe(200)
        const containers = (image: string) => ({
          spec: { template: { spec: { containers: [container(image)] } } },
        })
        expect(textOf(await patch(at, containers('nginx:1.28')))).toContain('IMAGE_UNPINNED')
        expect((await patch(at, containers(PINNED))).status).toBe(200)
      })

      test('an update of a Pod is judged by the image that it brings', async () => {
        const object = pod([container(PINNED)], { name: 'update' })
        expect((await cluster.client.create(object)).status).toBe(201)
        const containers = (image: string) => ({ spec: { containers: [container(image)] } })
        expect(textOf(await patch(path('update'), containers('nginx:1.28')))).toContain('IMAGE_UNPINNED')
        expect((await patch(path('update'), containers(`nginx:1.28@${OTHER}`))).status).toBe(200)
        await cluster.client.request('DELETE', `${path('update')}?gracePeriodSeconds=0`)
      })

      test('kubectl debug adds an ephemeral container by an update', async () => {
        const object = pod([container(PINNED)], { name: 'debugged' })
        expect((await cluster.client.create(object)).status).toBe(201)
        const at = path('debugged', '/ephemeralcontainers')
        const debug = async (image: string): Promise<ApiAnswer> => {
          const { body } = await cluster.client.request('GET', path('debugged'))
          const spec = { ...(body['spec'] as object), ephemeralContainers: [{ name: 'debug', image }] }
          return cluster.client.request('PUT', at, { ...body, spec })
        }
        expect(textOf(await debug('busybox:1.37'))).toContain('IMAGE_UNPINNED: ephemeralContainer debug')
        expect(textOf(await debug(`busybox:1.37@${DIGEST}`))).toBe('')
        await cluster.client.request('DELETE', `${path('debugged')}?gracePeriodSeconds=0`)
      })
    })

    describe('rules of a profile', () => {
      let guard: AppliedGuard
      beforeAll(async () => {
        guard = await applyGuard(cluster.client, ['--action', 'deny', '--name', 'rules'], {
          files: { 'pinpull.yaml': RULES },
        })
      }, 90_000)
      afterAll(() => guard?.remove(), 90_000)

      test.each<[string, KubernetesObject, string]>([
        ['an allowed host', pod([container(`ghcr.io/acme/app@${DIGEST}`)]), 'admitted'],
        ['Docker Hub by its short name', pod([container(PINNED)]), 'admitted'],
        ['another host', pod([container(`quay.io/acme/app@${DIGEST}`)]), 'REGISTRY_NOT_ALLOWED'],
        ['an allowed repository', pod([container(`quay.io/team/app@${DIGEST}`)]), 'admitted'],
        [
          'a name that begins like one',
          pod([container(`quay.io/teams/app@${DIGEST}`)]),
          'REGISTRY_NOT_ALLOWED',
        ],
        [
          'a host that begins like one',
          pod([container(`ghcr.io.example.com/app@${DIGEST}`)]),
          'REGISTRY_NOT_ALLOWED',
        ],
        ['an allowed pattern', pod([container(`mirror-3.example.com/a/b/c@${DIGEST}`)]), 'admitted'],
        ['an excluded image', pod([container('registry.k8s.io/pause:3.10', {})]), 'admitted'],
        [
          'an excluded image in one namespace',
          pod([container('quay.io/x/builder', {})], { namespace: 'shop' }),
          'admitted',
        ],
        ['the same in another', pod([container('quay.io/x/builder', {})]), 'REGISTRY_NOT_ALLOWED'],
        [
          'a rule by tag',
          pod([container('ghcr.io/acme/tool:dev-1', { imagePullPolicy: 'Always' })]),
          'admitted',
        ],
        [
          'another tag',
          pod([container('ghcr.io/acme/tool:1', { imagePullPolicy: 'Always' })]),
          'IMAGE_UNPINNED',
        ],
        ['the policy of that rule', pod([container('ghcr.io/acme/tool:dev-1')]), 'PULL_POLICY_UNWANTED'],
        [
          'a denied tag',
          pod([container('ghcr.io/acme/live:latest', { imagePullPolicy: 'Always' })]),
          'IMAGE_LATEST',
        ],
        [
          'a rule of init containers',
          pod([container(PINNED)], { spec: { initContainers: [{ name: 'a', image: 'nginx:1.27' }] } }),
          'admitted',
        ],
        [
          'a rule by container',
          pod([{ name: 'istio-proxy', image: 'nginx:1.27', imagePullPolicy: 'Never' }]),
          'IMAGE_UNPINNED',
        ],
        [
          'a mode that keeps policies',
          pod([{ name: 'istio-proxy', image: PINNED, imagePullPolicy: 'Never' }]),
          'admitted',
        ],
      ])('%s', async (_, object, wanted) => {
        expect(await verdict(object)).toBe(wanted)
      })
    })

    describe('with a lock that pins', () => {
      let guard: AppliedGuard
      beforeAll(async () => {
        const mediaType = 'application/vnd.oci.image.index.v1+json'
        const lock = [
          ['docker.io/library/nginx:1.27', DIGEST],
          ['docker.io/library/nginx:latest', OTHER],
          ['localhost:5000/app:v1', DIGEST],
          [`ghcr.io/acme/app@${OTHER}`, OTHER],
        ].map(([reference = '', digest]) => ({ reference, digest: digest as Digest, mediaType }))
        const files = { 'pinpull.lock.yaml': formatLock(lock) }
        guard = await applyGuard(
          cluster.client,
          ['--action', 'deny', '--pin', '--only-locked', '--name', 'pins'],
          { files },
        )
      }, 90_000)
      afterAll(() => guard?.remove(), 90_000)

      const pinnedSpec = async (object: KubernetesObject): Promise<Record<string, object[]>> => {
        const answer = await attempt(object)
        expect(answer.status, textOf(answer)).toBe(201)
        return answer.body['spec'] as Record<string, object[]>
      }

      test.each([
        ['nginx:1.27', `nginx:1.27@${DIGEST}`],
        ['docker.io/nginx:1.27', `docker.io/nginx:1.27@${DIGEST}`],
        ['nginx', `nginx@${OTHER}`],
        ['nginx:latest', `nginx:latest@${OTHER}`],
        ['localhost:5000/app:v1', `localhost:5000/app:v1@${DIGEST}`],
        [`nginx:1.26@${OTHER}`, `nginx:1.26@${OTHER}`],
        [`ghcr.io/acme/app@${OTHER}`, `ghcr.io/acme/app@${OTHER}`],
      ])('a Pod with %s gets %s and the policy of the profile', async (image, pinned) => {
        const { containers } = await pinnedSpec(pod([container(image, { imagePullPolicy: 'Always' })]))
        expect(containers).toMatchObject([{ image: pinned, imagePullPolicy: 'IfNotPresent' }])
      })

      test('all kinds of containers, and nothing else of the Pod', async () => {
        const spec = await pinnedSpec(
          pod(
            [
              {
                name: 'web',
                image: 'nginx:1.27',
                env: [
                  { name: 'A', value: '1' },
                  { name: 'A', value: '2' },
                ],
              },
            ],
            {
              spec: {
                initContainers: [{ name: 'setup', image: 'nginx' }],
                volumes: [
                  { name: 'data', image: { reference: 'localhost:5000/app:v1' } },
                  { name: 'tmp', emptyDir: {} },
                ],
              },
            },
          ),
        )
        expect(spec['containers']).toMatchObject([
          {
            name: 'web',
            image: `nginx:1.27@${DIGEST}`,
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
            ],
          },
        ])
        expect(spec['initContainers']).toMatchObject([
          { image: `nginx@${OTHER}`, imagePullPolicy: 'IfNotPresent' },
        ])
        expect(spec['volumes']).toMatchObject([
          {
            name: 'data',
            image: { reference: `localhost:5000/app:v1@${DIGEST}`, pullPolicy: 'IfNotPresent' },
          },
          { name: 'tmp', emptyDir: {} },
        ])
      })

      test.each([
        ['redis:7', 'IMAGE_UNPINNED'],
        [`redis@${DIGEST}`, 'LOCK_MISSING_ENTRY'],
        [`nginx@sha256:${'c'.repeat(64)}`, 'LOCK_MISSING_ENTRY'],
      ])('a Pod with %s: %s', async (image, wanted) => {
        expect(await verdict(pod([container(image)]))).toBe(wanted)
      })

      test.each(KINDS)('a %s is not changed: a locked tag passes, another does not', async (kind) => {
        const object = workload(kind, [container('nginx:1.27', { imagePullPolicy: 'Always' })])
        const answer = await attempt(object)
        expect([textOf(answer), JSON.stringify(answer.body).includes('sha256')]).toEqual(['', false])
        expect(await verdict(workload(kind, [container('redis:7')]))).toBe('IMAGE_UNPINNED')
      })

      test('an ephemeral container is pinned', async () => {
        const name = 'pinned-debug'
        expect((await cluster.client.create(pod([container('nginx:1.27')], { name }))).status).toBe(201)
        const { body } = await cluster.client.request('GET', path(name))
        const spec = { ...(body['spec'] as object), ephemeralContainers: [{ name: 'debug', image: 'nginx' }] }
        const answer = await cluster.client.request('PUT', path(name, '/ephemeralcontainers'), {
          ...body,
          spec,
        })
        expect(textOf(answer)).toBe('')
        expect((answer.body['spec'] as Record<string, object[]>)['ephemeralContainers']).toMatchObject([
          { image: `nginx@${OTHER}`, imagePullPolicy: 'IfNotPresent' },
        ])
        await cluster.client.request('DELETE', `${path(name)}?gracePeriodSeconds=0`)
      })

      test('an update of a Pod is pinned, and its pull policy, which cannot be changed, stays', async () => {
        const name = 'pinned-update'
        expect((await cluster.client.create(pod([container('nginx:1.27')], { name }))).status).toBe(201)
        const answer = await patch(path(name), { spec: { containers: [container('nginx')] } })
        expect(textOf(answer)).toBe('')
        expect(answer.body['spec']).toMatchObject({ containers: [{ image: `nginx@${OTHER}` }] })
        await cluster.client.request('DELETE', `${path(name)}?gracePeriodSeconds=0`)
      })

      test('a value of the ConfigMap that is no digest pins nothing, and no ConfigMap denies everything', async () => {
        const at = '/api/v1/namespaces/kube-system/configmaps/pins-lock'
        await patch(at, { data: { 'docker.io._.library._.nginx.-.1.27': 'sha256:x' } })
        await expect
          .poll(() => verdict(pod([container('nginx:1.27')])), { timeout: 300_000 })
          .toBe('IMAGE_UNPINNED')
        await cluster.client.request('DELETE', at)
        await expect
          .poll(() => verdict(pod([container(PINNED)])), { timeout: 300_000 })
          .toMatch(/no params found|failed to configure/)
      })
    })
  },
)

const RULES = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  defaultProfile: rules
  profiles:
    - name: rules
      mutableTags: {latest: deny}
      allowedRegistries: [docker.io, ghcr.io, quay.io/team, 'mirror-*.example.com/**']
      exclude:
        - registry.k8s.io/pause
        - {image: 'quay.io/**/builder', namespace: shop}
      rules:
        - match: {image: 'ghcr.io/acme/*:dev-*'}
          pin: never
          pullPolicy: Always
        - match: {image: ghcr.io/acme/live}
          pin: never
          pullPolicy: Always
        - match: {containerType: initContainer}
          pin: never
        - match: {container: 'istio-*'}
          policyMode: preserve
`
