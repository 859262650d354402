import { describe, expect, test } from 'vitest'
import {
  INVENTORY_FORMATS,
  type InventoryFormat,
  type InventoryImage,
} from '../../src/inventory/inventory.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}` as Digest
const A = digest('a')
const B = digest('b')
const C = digest('c')

function image(text: string, of: Digest, copyTo?: string): InventoryImage {
  return { reference: parseReference(text), digest: of, ...(copyTo === undefined ? {} : { copyTo }) }
}
const images: readonly InventoryImage[] = [
  {
    ...image('nginx:1.27', A, 'mirror.local/library/nginx'),
    mediaType: 'application/vnd.oci.image.index.v1+json',
    platforms: [{ os: 'linux', architecture: 'arm64', variant: 'v8' }],
  },
  image(`nginx:1.27@${B}`, B, 'mirror.local/library/nginx'),
  image('ghcr.io/acme/app:2', C, 'mirror.local/acme/app'),
  image(`quay.io/a/b@${C}`, C, 'mirror.local/a/b'),
  image('[::1]:5000/x:1', C, '[::2]/x'),
]

describe('an inventory', () => {
  test.each<[InventoryFormat, string]>([
    [
      'name',
      `docker.io/library/nginx:1.27@${A}
docker.io/library/nginx:1.27@${B}
ghcr.io/acme/app:2@${C}
quay.io/a/b@${C}
[::1]:5000/x:1@${C}
`,
    ],
    [
      'skopeo',
      `#!/bin/sh
# Copies images with their digests. Written by "pinpull inventory".
set -eu
skopeo copy --all --preserve-digests docker://docker.io/library/nginx@${A} docker://mirror.local/library/nginx@${A}
skopeo copy --all --preserve-digests docker://docker.io/library/nginx@${B} docker://mirror.local/library/nginx@${B}
skopeo copy --all --preserve-digests docker://ghcr.io/acme/app@${C} docker://mirror.local/acme/app:2
skopeo copy --all --preserve-digests docker://quay.io/a/b@${C} docker://mirror.local/a/b@${C}
skopeo copy --all --preserve-digests 'docker://[::1]:5000/x@${C}' 'docker://[::2]/x:1'
`,
    ],
    [
      'crane',
      `#!/bin/sh
# Copies images with their digests. Written by "pinpull inventory".
set -eu
crane copy docker.io/library/nginx@${A} mirror.local/library/nginx@${A}
crane copy docker.io/library/nginx@${B} mirror.local/library/nginx@${B}
crane copy ghcr.io/acme/app@${C} mirror.local/acme/app:2
crane copy quay.io/a/b@${C} mirror.local/a/b@${C}
crane copy '[::1]:5000/x@${C}' '[::2]/x:1'
`,
    ],
    [
      'skopeo-sync',
      `# For: skopeo sync --all --preserve-digests --scoped --src yaml --dest docker FILE REGISTRY
"docker.io":
  images:
    library/nginx:
      - ${A}
      - ${B}
"ghcr.io":
  images:
    acme/app:
      - ${C}
"quay.io":
  images:
    a/b:
      - ${C}
"[::1]:5000":
  images:
    x:
      - ${C}
`,
    ],
    [
      'hauler',
      `# For: hauler store sync --filename FILE
apiVersion: content.hauler.cattle.io/v1
kind: Images
metadata:
  name: pinpull
spec:
  images:
    - name: docker.io/library/nginx:1.27@${A}
    - name: docker.io/library/nginx:1.27@${B}
    - name: ghcr.io/acme/app:2@${C}
    - name: quay.io/a/b@${C}
    - name: "[::1]:5000/x:1@${C}"
`,
    ],
    [
      'zarf',
      `# For: zarf package create (0.76.0 or newer: older ones refuse the digest of an index)
apiVersion: zarf.dev/v1alpha1
kind: ZarfPackageConfig
metadata:
  name: pinpull
components:
  - name: images
    required: true
    images:
      - docker.io/library/nginx:1.27@${A}
      - docker.io/library/nginx:1.27@${B}
      - ghcr.io/acme/app:2@${C}
      - quay.io/a/b@${C}
      - "[::1]:5000/x:1@${C}"
`,
    ],
  ])('as %s', (format, text) => {
    expect(INVENTORY_FORMATS[format].write(images, '1.2.3')).toBe(text)
  })

  test('as json', () => {
    expect(JSON.parse(INVENTORY_FORMATS.json.write(images.slice(0, 2), '1.2.3'))).toEqual({
      tool: { name: 'pinpull', version: '1.2.3' },
      images: [
        {
          image: 'nginx:1.27',
          repository: 'docker.io/library/nginx',
          tag: '1.27',
          digest: A,
          mediaType: 'application/vnd.oci.image.index.v1+json',
          platforms: ['linux/arm64/v8'],
          copyTo: 'mirror.local/library/nginx',
        },
        {
          image: `nginx:1.27@${B}`,
          repository: 'docker.io/library/nginx',
          tag: '1.27',
          digest: B,
          copyTo: 'mirror.local/library/nginx',
        },
      ],
    })
  })

  test.each<InventoryFormat>(['skopeo', 'crane'])('%s leaves alone what has no target', (format) => {
    const text = INVENTORY_FORMATS[format].write([image('nginx:1.27', A)], '1.2.3')
    expect(text.split('\n').slice(3)).toEqual([`# not copied: docker.io/library/nginx@${A}`, ''])
  })

  test.each<[InventoryFormat, string]>([
    ['name', ''],
    ['table', 'IMAGE  DIGEST  PLATFORMS\n'],
    ['json', '  },\n  "images": []\n}\n'],
    ['yaml', 'images: []\n'],
    ['hauler', 'images: []\n'],
    ['zarf', 'images: []\n'],
  ])('of nothing, as %s', (format, end) => {
    expect(INVENTORY_FORMATS[format].write([], '1.2.3').endsWith(end)).toBe(true)
  })
})
