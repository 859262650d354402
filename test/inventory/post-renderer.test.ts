import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEntries, type KustomizeImage } from '../../src/inventory/kustomize-images.ts'
import {
  formatPostRenderer,
  obstacleOf,
  planPostRenderer,
  type RenderedImage,
} from '../../src/inventory/post-renderer.ts'
import type { FieldPath } from '../../src/yaml/nodes.ts'

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`
const A = digest('a')
const B = digest('b')

const CONTAINER: FieldPath = ['spec', 'template', 'spec', 'containers', 0, 'image']

/** An image that becomes another in a container of a Deployment. */
function image(before: string, after: string, also: Partial<RenderedImage> = {}): RenderedImage {
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  return { resource, path: CONTAINER, before, after, at: {}, ...also }
}

describe('an entry of images', () => {
  // Each line is what kustomize 5.8.1 builds; test/contract/hosts/flux.test.ts compares both.
  test.each<[image: string, entry: KustomizeImage, result: string]>([
    ['nginx:1.25', { name: 'nginx', newTag: '1.27' }, 'nginx:1.27'],
    [`nginx@${A}`, { name: 'nginx', newTag: '1.27' }, 'nginx:1.27'],
    ['nginx:1.25', { name: 'nginx', digest: B }, `nginx@${B}`],
    ['nginx', { name: 'nginx', newTag: '1.27', digest: B }, `nginx:1.27@${B}`],
    [`nginx:1@${A}`, { name: 'nginx', newName: 'ghcr.io/acme/nginx' }, `ghcr.io/acme/nginx:1@${A}`],
    ['docker.io/library/nginx:1', { name: 'nginx', newTag: '2' }, 'docker.io/library/nginx:1'],
    ['localhost:5000/app:1', { name: 'localhost:5000/app', newTag: '2' }, 'localhost:5000/app:2'],
    ['localhost:5000/app', { name: 'localhost:5000/app', newTag: '2' }, 'localhost:5000/app:2'],
    ['aXb/c:1', { name: 'a.b/c', newTag: '2' }, 'aXb/c:2'],
    [`nginx@sha512:${'a'.repeat(128)}`, { name: 'nginx', digest: B }, `nginx@sha512:${'a'.repeat(128)}`],
  ])('%s with %o', (before, entry, result) => {
    expect(applyEntries(before, [entry])).toBe(result)
  })
})

describe('the plan of a post-renderer', () => {
  /** What a plan writes, and how: the images by name, the values of patches, and what is left out. */
  const planned = (...rendered: readonly RenderedImage[]) => {
    const { images, patches, leftOut } = planPostRenderer(rendered)
    return {
      images: images.map(({ name }) => name),
      patches: patches.map(({ after }) => after),
      leftOut: leftOut.map((one) => `${one.before}: ${obstacleOf(one)}`),
    }
  }
  const ONLY = { images: [], patches: [], leftOut: [] }

  test.each<[what: string, rendered: RenderedImage[], expected: Partial<ReturnType<typeof planned>>]>([
    ['an image with a tag', [image('nginx:1.27', `nginx:1.27@${A}`)], { images: ['nginx'] }],
    ['an image that stays as it is', [image(`nginx:1@${A}`, `nginx:1@${A}`)], {}],
    [
      'two spellings of a name, as charts write them',
      [
        image('nginx:1', `nginx:1@${A}`),
        image('docker.io/library/nginx:1', `docker.io/library/nginx:1@${A}`),
      ],
      { images: ['docker.io/library/nginx', 'nginx'] },
    ],
    [
      'one name with two tags',
      [image('nginx:1', `nginx:1@${A}`), image('nginx:2', `nginx:2@${B}`)],
      { patches: [`nginx:1@${A}`, `nginx:2@${B}`] },
    ],
    [
      'a name that is pinned once and left once',
      [image('nginx:1', `nginx:1@${A}`), image('nginx:1', 'nginx:1')],
      { patches: [`nginx:1@${A}`] },
    ],
    [
      'a name that a chart has pinned elsewhere',
      [image('nginx:1', `nginx:1@${A}`), image(`nginx:1@${B}`, `nginx:1@${B}`)],
      { patches: [`nginx:1@${A}`] },
    ],
    ['a rewritten name', [image('nginx:1', `mirror.local/hub/nginx:1@${A}`)], { images: ['nginx'] }],
    [
      'a name that another is rewritten to, with another digest',
      [
        image('acme/nginx:1', `mirror.local/nginx:1@${A}`),
        image('mirror.local/nginx:2', `mirror.local/nginx:2@${B}`),
      ],
      { patches: [`mirror.local/nginx:1@${A}`, `mirror.local/nginx:2@${B}`] },
    ],
    [
      'a name that the dots of another match',
      [image('a.b/c:1', `a.b/c:1@${A}`), image('a-b/c:1', 'a-b/c:1')],
      { patches: [`a.b/c:1@${A}`] },
    ],
    [
      'an IPv6 address, which is another regular expression',
      [image('[::1]:5000/x:1', `[::1]:5000/x:1@${A}`)],
      { patches: [`[::1]:5000/x:1@${A}`] },
    ],
    [
      'a digest that kustomize does not know, replaced by another',
      [image(`nginx@sha512:${'a'.repeat(128)}`, `nginx@${A}`)],
      { patches: [`nginx@${A}`] },
    ],
    [
      'a field of a custom resource',
      [image('quay.io/p/p:1', `quay.io/p/p:1@${A}`, { path: ['spec', 'image'] })],
      { patches: [`quay.io/p/p:1@${A}`] },
    ],
    [
      'an ephemeral container',
      [image('nginx:1', `nginx:1@${A}`, { path: ['spec', 'ephemeralContainers', 0, 'image'] })],
      { patches: [`nginx:1@${A}`] },
    ],
    [
      'a container in the template of a custom resource',
      [image('nginx:1', `nginx:1@${A}`, { path: ['spec', 'a', 'b', 0, 'initContainers', 1, 'image'] })],
      { images: ['nginx'] },
    ],
    [
      'an image volume of a Pod template',
      [image('m:1', `m:1@${A}`, { path: ['spec', 'template', 'spec', 'volumes', 0, 'image', 'reference'] })],
      { images: ['m'] },
    ],
    [
      'an image volume of a CronJob',
      [
        image('m:1', `m:1@${A}`, {
          path: ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'volumes', 0, 'image', 'reference'],
        }),
      ],
      { patches: [`m:1@${A}`] },
    ],
    [
      'manifests in a text, even with containers',
      [image('nginx:1', `nginx:1@${A}`, { within: 'text' })],
      { leftOut: ['nginx:1: it is part of a text'] },
    ],
    [
      'an image in parts',
      [image('nginx:1', `nginx:1@${A}`, { within: 'parts' })],
      { leftOut: ['nginx:1: its parts are in several fields'] },
    ],
    [
      'an object without a name that an entry reaches',
      [image('nginx:1', `nginx:1@${A}`, { resource: { apiVersion: 'v1', kind: 'Pod', name: '' } })],
      { images: ['nginx'] },
    ],
    [
      'an object without a name, and another tag',
      [
        image('nginx:1', `nginx:1@${A}`),
        image('nginx:2', `nginx:2@${B}`, { resource: { apiVersion: 'v1', kind: 'Pod', name: '' } }),
      ],
      { patches: [`nginx:1@${A}`], leftOut: ['nginx:2: no patch can select its object'] },
    ],
  ])('%s', (_, rendered, expected) => {
    expect(planned(...rendered)).toEqual({ ...ONLY, ...expected })
  })
})

describe('whatever images a chart has', () => {
  const name = fc.constantFrom('nginx', 'a.b/c', 'aXb/c', 'hub/nginx', 'hub/a.b/c', '[::1]:5/x')
  const tag = fc.constantFrom('', ':1', ':2')
  const end = fc.constantFrom('', `@${A}`, `@${B}`, `@sha512:${'a'.repeat(128)}`)
  const rendered = fc
    .record({
      name,
      tag,
      before: end,
      after: end,
      rename: fc.constantFrom('', 'hub/'),
      stays: fc.boolean(),
      isNamed: fc.boolean(),
      isContainer: fc.boolean(),
      within: fc.constantFrom(undefined, undefined, 'text' as const),
    })
    .map(({ name, tag, before, after, rename, stays, isNamed, isContainer, within }) => {
      const text = `${name}${tag}${before}`
      const resource = { apiVersion: 'v1', kind: 'Pod', name: isNamed ? 'web' : '' }
      const path = isContainer ? CONTAINER : ['spec', 'image']
      return image(text, stays ? text : `${rename}${name}${tag}${after}`, { resource, path, within })
    })

  test('each becomes what is wanted, or is reported and stays as it is', () => {
    fc.assert(
      fc.property(fc.array(rendered, { minLength: 1, maxLength: 8 }), (all) => {
        const { images, patches, leftOut } = planPostRenderer(all)
        for (const one of all) {
          const patched = patches.includes(one) ? one.after : one.before
          const isReached = one.path === CONTAINER && one.within === undefined
          const result = isReached ? applyEntries(patched, images) : patched
          expect(result).toBe(leftOut.includes(one) ? one.before : one.after)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

test('as a HelmRelease: entries, and one patch for each object that tests the old values', () => {
  const prometheus = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    name: 'k8s',
    namespace: 'm',
  }
  const plan = planPostRenderer([
    image('nginx:1.27', `hub.local/nginx:1.27@${A}`),
    image('quay.io/p/p:v3', `quay.io/p/p:v3@${B}`, { resource: prometheus, path: ['spec', 'image'] }),
    image('x', `x@${B}`, { resource: prometheus, path: ['metadata', 'annotations', 'a.b/c~d'] }),
  ])
  expect(
    formatPostRenderer(plan, 2),
  ).toBe(`# Pins the images of one version of a chart. Written by "pinpull inventory -o flux-images": write it again for another version.
# Name this file in "patches" of a kustomization.yaml, with the HelmRelease as the target, or copy "postRenderers" into it.
# Pull policies are left as the chart sets them: pinpull would set 2 of them.
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: any
spec:
  postRenderers:
  - kustomize:
      images:
      - name: nginx
        newName: hub.local/nginx
        newTag: "1.27"
        digest: ${A}
      patches:
      - target:
          group: monitoring.coreos.com
          kind: Prometheus
          name: k8s
          namespace: m
        patch: |-
          - op: test
            path: /spec/image
            value: quay.io/p/p:v3
          - op: replace
            path: /spec/image
            value: quay.io/p/p:v3@${B}
          - op: test
            path: "/metadata/annotations/a.b~1c~0d"
            value: x
          - op: replace
            path: "/metadata/annotations/a.b~1c~0d"
            value: x@${B}
`)
})

test('of a chart without images, or with pinned ones', () => {
  expect(formatPostRenderer(planPostRenderer([]), 0)).toMatch(
    /into it\.\napiVersion: [^#]*\n {2}postRenderers: \[\]\n$/,
  )
})
