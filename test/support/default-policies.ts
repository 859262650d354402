import type { ImagePullPolicy } from '../../src/kube/image-field.ts'

const DIGEST = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

/** Spellings of an image, with the pull policy that the API server sets for each. */
export const DEFAULT_POLICIES: readonly (readonly [image: string, policy: ImagePullPolicy])[] = [
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['ghcr.io/acme/app', 'Always'],
  ['localhost:5000/app', 'Always'],
  ['auto', 'Always'],
  ['nginx:1.27', 'IfNotPresent'],
  ['nginx:Latest', 'IfNotPresent'],
  ['nginx:latest-alpine', 'IfNotPresent'],
  [`nginx@${DIGEST}`, 'IfNotPresent'],
  [`nginx:1.27@${DIGEST}`, 'IfNotPresent'],
  [`nginx:latest@${DIGEST}`, 'Always'],
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
]
