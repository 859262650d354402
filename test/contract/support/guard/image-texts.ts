import fc from 'fast-check'
import { referenceTexts } from '../../../support/reference-texts.ts'
import { DIGESTS } from './guard-configurations.ts'

const NAMES = [
  ...[
    'nginx',
    'library/nginx',
    'docker.io/nginx',
    'index.docker.io/library/nginx',
    'docker.io/team/nginx',
    'team/nginx',
  ],
  ...[
    'ghcr.io/acme/web',
    'ghcr.io/acme/tools/debug',
    'ghcr.io/other',
    'GHCR.example.com/acme/web',
    'Host/app',
  ],
  ...[
    'localhost/app',
    'localhost:5000/app',
    'localhosts/app',
    'localhost.example.com/app',
    '127.0.0.1:5000/app',
  ],
  ...[
    '[::1]:5000/app',
    '[fe80::1]/app',
    'registry.example.com:5000/team/app',
    'registry.example.com/team/app',
  ],
  ...['quay.io/team/app', 'quay.io/teams/app', 'quay.io/team', 'registry.k8s.io/pause', 'a.k8s.io/b/c'],
  ...[
    'a.b/c__d/e--f',
    'x.internal.example.com/a/b/c',
    'internal.example.com/a',
    'xinternal.example.com/a',
    'docker.io.evil.example/nginx',
  ],
  ...['gcr.io/google_containers/pause', `registry.example.com/${'a'.repeat(100)}/${'b'.repeat(100)}`],
]

const TAGS = [
  ...[
    '',
    ':latest',
    ':1.27',
    ':1.27.3',
    ':v2',
    ':main',
    ':1.4.2',
    ':3.10',
    ':2024-01-02',
    ':20240102',
    ':1.2.3-nightly',
  ],
  ...[
    ':abcdef1',
    ':gabcdef12',
    ':abcdefg',
    ':latest-1.2.3',
    ':X_y',
    ':v1.2.3_build.4',
    ':LATEST',
    ':deadbeef',
    ':1.2.3-alpine',
  ],
]

const GOOD_DIGESTS = [
  ...DIGESTS,
  `sha384:${'d'.repeat(96)}`,
  `sha512:${'e'.repeat(128)}`,
  `blake3:${'f'.repeat(64)}`,
]

/** What no runtime can pull, but Kubernetes accepts as the image of a container. */
const WRONG = [
  ...[
    'no image',
    'Nginx',
    'nginx/Nginx',
    'nginx@',
    'my_host.io/app',
    'a//b',
    '/nginx',
    'nginx/',
    'nginx:',
    'nginx:-x',
    'nginx: x',
  ],
  ...[
    `nginx:${'t'.repeat(129)}`,
    'f'.repeat(64),
    DIGESTS[0] as string,
    'sha256:abcdefabcdef',
    `ghcr.io/${'p'.repeat(256)}`,
  ],
  ...[
    `nginx@sha256:${'A'.repeat(64)}`,
    `nginx@sha256:${'a'.repeat(63)}`,
    `nginx@sha256:${'a'.repeat(65)}`,
    `nginx@md5:${'a'.repeat(32)}`,
  ],
  ...[
    `nginx@${DIGESTS[0]}@${DIGESTS[0]}`,
    `nginx@${DIGESTS[0]}x`,
    `x nginx@${DIGESTS[0]}`,
    '[::1]',
    '[::g]:5000/app',
    'nginx\n'.repeat(2).trim(),
  ],
  ...[
    '$(IMAGE)',
    '{{ .Values.image }}',
    '{{- include "x" . }}',
    '<image>',
    'ko://example.com/x',
    'auto',
    'nginx:REPLACE_ME',
    '${TAG}',
    'nginx:%TAG%',
  ],
  ...[
    '@image@',
    '__IMAGE__',
    'YOUR_ORG/app',
    'FILLED BY THE OPERATOR',
    'nginx:...',
    'ENC[AES256_GCM,data:x]',
    'ghcr.io/CHANGEME/app',
    'imageValue',
  ],
]

/** Whether Kubernetes takes it for the image of a container: not if there is white space around it. */
const isTaken = (image: string): boolean => image !== '' && image.trim() === image

const pick = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values)

const nearly = referenceTexts(400, 17).filter(isTaken)

/** References with a digest. */
export const pinnedImages: fc.Arbitrary<string> = fc
  .tuple(pick(NAMES), pick(TAGS), pick(GOOD_DIGESTS))
  .map(([name, tag, digest]) => `${name}${tag}@${digest}`)

/** References without one. */
export const taggedImages: fc.Arbitrary<string> = fc
  .tuple(pick(NAMES), pick(TAGS))
  .map((parts) => parts.join(''))

/** References of every kind, and what is none. */
export const images: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: pinnedImages },
  { weight: 6, arbitrary: taggedImages },
  { weight: 2, arbitrary: pick(WRONG) },
  { weight: 2, arbitrary: pick(nearly) },
)
