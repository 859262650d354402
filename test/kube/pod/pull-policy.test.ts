import { expect, test } from 'vitest'
import { defaultPullPolicy } from '../../../src/kube/pod/pull-policy.ts'

const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

test.each<[image: string, policy: string]>([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['ghcr.io/acme/app', 'Always'],
  ['localhost:5000/app', 'Always'],
  ['auto', 'Always'],
  ['nginx:1.27', 'IfNotPresent'],
  ['nginx:Latest', 'IfNotPresent'],
  ['nginx:latest-alpine', 'IfNotPresent'],
  [`nginx@${digest}`, 'IfNotPresent'],
  [`nginx:1.27@${digest}`, 'IfNotPresent'],
  [`nginx:latest@${digest}`, 'Always'],
  ['Foo:latest', 'IfNotPresent'],
  ['foo:latest ', 'IfNotPresent'],
  ['${IMAGE}', 'IfNotPresent'],
  ['nginx@sha256:short', 'IfNotPresent'],
  ['my_host.io/app', 'Always'],
  ['my_host.io/app:1', 'IfNotPresent'],
  ['my_host.io:80/app', 'IfNotPresent'],
  ['-/app', 'IfNotPresent'],
  [`nginx:latest@blake3:${'a'.repeat(64)}`, 'IfNotPresent'],
  ['a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4', 'IfNotPresent'],
  [' ', 'IfNotPresent'],
  ['', 'IfNotPresent'],
])('%j gets %s', (image, policy) => {
  expect(defaultPullPolicy(image)).toBe(policy)
})
