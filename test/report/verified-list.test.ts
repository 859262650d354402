import { expect, test } from 'vitest'
import type { ImageEntry, Report } from '../../src/report/report.ts'
import { formatVerifiedList, formatVerifySummary } from '../../src/report/verified-list.ts'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

const entry = (image: string, more: Partial<ImageEntry> = {}): ImageEntry => ({
  at: { file: 'web.yaml', line: 1 },
  rule: 'R1',
  image,
  result: image,
  outcome: 'kept',
  digest: DIGEST,
  ...more,
})

const BY_KEY = { rule: 'base', by: 'key', signer: 'keys/base.pub', from: 'ghcr.io' } as const

const IMAGES = [
  entry('ghcr.io/acme/web:1.4', {
    verified: {
      rule: 'ours',
      by: 'identity',
      signer: 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1',
      issuer: 'https://token.actions.githubusercontent.com',
      at: '2026-11-20T08:00:00Z',
      from: 'ghcr.io',
    },
  }),
  entry('base:3', { verified: BY_KEY }),
  entry('base:3', { verified: BY_KEY }),
  entry('built:1', {
    verified: { ...BY_KEY, attestations: [{ type: 'https://slsa.dev/provenance/v1' }] },
  }),
  entry(`pinned@${DIGEST}`, { digest: undefined as never }),
  entry('other:1'),
  entry('${IMAGE}', { digest: undefined as never }),
]

test('each image is one row, and its digest is the one that was verified', () => {
  expect(formatVerifiedList(IMAGES)).toBe(
    [
      'IMAGE                 DIGEST               PROOF                                       SIGNED      VERIFIED BY',
      'ghcr.io/acme/web:1.4  sha256:0123456789ab  signature                                   2026-11-20  https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1 (https://token.actions.githubusercontent.com, ours)',
      'base:3                sha256:0123456789ab  signature                                   -           key keys/base.pub (base)',
      'built:1               sha256:0123456789ab  attestation https://slsa.dev/provenance/v1  -           key keys/base.pub (base)',
      'pinned                sha256:0123456789ab  -                                           -           nobody',
      'other:1               sha256:0123456789ab  -                                           -           nobody',
      '${IMAGE}              -                    -                                           -           nobody',
      '',
    ].join('\n'),
  )
})

test('without images there is no table', () => {
  expect(formatVerifiedList([])).toBe('')
})

test('an image that is no word is quoted, and a signer cannot leave its line', () => {
  const verified = { ...BY_KEY, signer: 'a\nb\u202e' }
  expect(formatVerifiedList([entry('a b\n', { verified })]).split('\n')[1]).toBe(
    '"a b\\n"  sha256:0123456789ab  signature  -       key a b\\u202e (base)',
  )
})

test.each<[inputs: number, diagnostics: Report['diagnostics'], text: string]>([
  [1, [], 'pinpull verify: prod: 7 images: 4 verified; no errors or warnings'],
  [
    3,
    [
      {
        code: 'IMAGE_UNVERIFIED',
        severity: 'error',
        args: { image: 'other:1', reason: 'x', profile: 'prod' },
      },
    ],
    'pinpull verify: prod: 7 images in 3 inputs: 4 verified; 1 error',
  ],
])('the summary of %i inputs', (inputs, diagnostics, text) => {
  expect(formatVerifySummary({ profile: 'prod', images: IMAGES, diagnostics }, inputs)).toBe(text)
})
