import { describe, expect, test } from 'vitest'
import { parseImageId, preferredDigest, runningImages } from '../../src/inventory/running-images.ts'
import type { RunningContainer } from '../../src/kube/pod/running-containers.ts'
import type { Digest } from '../../src/reference/reference.ts'

const A = `sha256:${'a'.repeat(64)}` as Digest
const B = `sha256:${'b'.repeat(64)}` as Digest

test.each([
  [`docker.io/library/nginx@${A}`, 'docker.io/library/nginx'],
  [`docker-pullable://nginx@${A}`, 'docker.io/library/nginx'],
  [`docker-pullable://quay.io/acme/web@${A}`, 'quay.io/acme/web'],
  [`10.0.0.1:5000/web@${A}`, '10.0.0.1:5000/web'],
  [`docker://${A}`, 'config'],
  [A, 'config'],
  ['a'.repeat(64), 'config'],
  ['docker.io/library/nginx:1.27', 'unknown'],
  ['nginx', 'unknown'],
  ['no id', 'unknown'],
])('imageID %s: %s', (text, expected) => {
  const id = parseImageId(text)
  expect(id.kind === 'manifest' ? `${id.reference.domain}/${id.reference.path}` : id.kind).toBe(expected)
})

/** `web-1 nginx:1.27 docker.io/library/nginx@A 08:00` */
function container(pod: string, image: string, imageId: string, startedAt = ''): RunningContainer {
  return {
    pod: { apiVersion: 'v1', kind: 'Pod', name: pod },
    node: 'n',
    container: 'c',
    image,
    imageId,
    startedAt,
  }
}

describe('running images', () => {
  test('are joined by the image in the spec, whatever its spelling; only its own repository counts', () => {
    const images = runningImages(
      [
        container('a', 'nginx:1.27', `docker.io/library/nginx@${A}`),
        container('b', 'docker.io/library/nginx:1.27', `docker-pullable://nginx@${B}`),
        container('c', 'nginx:1.27', `docker.io/acme/copy@${A}`),
        container('d', 'nginx:1.27', A),
        container('e', `nginx:1.27@${A}`, `docker.io/library/nginx@${A}`),
        container('f', 'not an image', A),
        container('g', 'nginx', `docker.io/library/nginx@${A}`),
      ],
      (reference) => reference,
    )
    expect(
      images.map(({ reference, digests, unusable }) => [
        reference.tag,
        [...digests].map(([digest, list]) => [digest, list.map(({ pod }) => pod.name)]),
        unusable.map((one) => `${one.container.pod.name}: ${one.reason}`),
      ]),
    ).toEqual([
      [
        '1.27',
        [
          [A, ['a']],
          [B, ['b']],
        ],
        ['c: other repository', 'd: config'],
      ],
      [undefined, [[A, ['g']]], []],
    ])
  })

  test.each<[string, 'newest' | 'most', Digest]>([
    ['that of the last start', 'newest', B],
    ['that of most', 'most', A],
  ])('of several digests %s is preferred', (_, preference, expected) => {
    const digests = new Map([
      [A, [container('a', '', '', '2026-11-01T00:00:00Z'), container('b', '', '', '2026-11-02T00:00:00Z')]],
      [B, [container('c', '', '', '2026-11-03T00:00:00Z')]],
    ])
    expect(preferredDigest(digests, preference)).toBe(expected)
  })
})
