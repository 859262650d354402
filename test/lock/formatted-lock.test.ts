import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatLock } from '../../src/lock/format.ts'
import { parseFormattedEntries } from '../../src/lock/formatted-lock.ts'
import { entryKey, type LockEntry, type VerifiedSigner } from '../../src/lock/lock.ts'
import { parseLock } from '../../src/lock/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { readSource } from '../../src/yaml/source.ts'

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })
const platform = fc.constantFrom(
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2700' },
)
const digests = hex.map((digits) => `sha256:${digits}` as Digest)
const manifest = fc.tuple(platform, fc.option(digests, { nil: undefined }))
const candidate = fc.record(
  { digest: digests, seenAt: fc.constant('2026-11-26T08:00:00Z'), changes: fc.integer({ min: 1, max: 999 }) },
  { requiredKeys: ['digest', 'seenAt'] },
)
const signerName = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    'keys/base.pub',
    'https://github.com/acme/web/.github/workflows/a.yml@refs/tags/v1',
    'a: b',
    'yes',
    '7',
  ),
)
const verified: fc.Arbitrary<VerifiedSigner> = fc
  .record(
    {
      signer: signerName,
      issuer: fc.option(signerName, { nil: undefined }),
      at: fc.constant('2026-11-25T21:04:05Z'),
      bundle: digests,
      attestations: fc.array(fc.record({ type: signerName, bundle: digests }), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    { requiredKeys: ['signer', 'issuer', 'bundle'] },
  )
  .map(({ issuer, ...rest }) =>
    issuer === undefined ? { by: 'key', ...rest } : { by: 'identity', ...rest, issuer },
  )
const entry: fc.Arbitrary<LockEntry> = fc
  .record(
    {
      name: fc.constantFrom(
        'docker.io/library/nginx',
        'ghcr.io/a/b',
        '127.0.0.1:5000/team/app',
        'localhost/x',
      ),
      tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/),
      hex,
      mediaType: fc.constantFrom('application/vnd.oci.image.index.v1+json', 'x'),
      platform,
      platforms: fc.array(
        manifest.map(([one, digest]) => ({ ...one, ...(digest && { digest }) })),
        { minLength: 1, maxLength: 3 },
      ),
      source: fc.constantFrom('ghcr.io', '127.0.0.1:43085', 'oci:./a "b"', 'oci-archive:Größe.tar', 'yes'),
      resolvedAt: fc.constantFrom('2026-11-21T00:15:21Z'),
      forced: fc.constant(true as const),
      verified,
      candidate,
    },
    { requiredKeys: ['name', 'tag', 'hex', 'mediaType'] },
  )
  .map(({ name, tag, hex: digits, ...rest }) => ({
    ...rest,
    reference: `${name}:${tag}`,
    digest: `sha256:${digits}` as Digest,
  }))
const entries = fc.uniqueArray(entry, { minLength: 1, maxLength: 4, selector: entryKey })

function parsed(text: string): readonly LockEntry[] | undefined {
  const { located, diagnostics } = parseLock(readSource(Buffer.from(text), 'pinpull.lock.yaml'))
  return diagnostics.length > 0 ? undefined : located.map((one) => one.entry)
}

const GOOD = formatLock([
  {
    reference: 'docker.io/library/nginx:1.27',
    digest: `sha256:${'a'.repeat(64)}` as Digest,
    mediaType: 'a/b',
  },
])

const SECOND = GOOD.replace('v1alpha1', 'v1alpha2')
const VERIFIED = `    verified:
      by: key
      signer: a/b
      bundle: sha256:${'c'.repeat(64)}
`

describe('a lock file that stands as it was written', () => {
  test('is read as YAML reads it', () => {
    fc.assert(
      fc.property(entries, (some) => {
        const text = formatLock(some)
        const sorted = parsed(text)
        expect(sorted).toHaveLength(some.length)
        // What a JSON text escapes is left to the other reader.
        if (!text.includes('\\')) expect(parseFormattedEntries(text)).toEqual(sorted)
      }),
      { numRuns: 300, seed: 8 },
    )
  })

  test('is never read where YAML would refuse it, or read it otherwise', () => {
    let read = 0
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom('', ' ', '\n', '"', '-', ':', 'a', '0', '@', ' #', '\t', 'é'),
    )
    fc.assert(
      fc.property(entries, change, fc.boolean(), (some, [place, insert], drop) => {
        const text = formatLock(some)
        const at = place % text.length
        const changed = text.slice(0, at) + insert + text.slice(at + (drop ? 1 : 0))
        const quick = parseFormattedEntries(changed)
        if (quick === undefined) return
        read += 1
        expect(parsed(changed)).toEqual(quick)
      }),
      { numRuns: 3000, seed: 8 },
    )
    expect(read).toBeGreaterThan(100)
  })

  test.each([
    ['nothing', ''],
    ['no images', formatLock([])],
    ['a comment', GOOD.replace('images:\n', 'images: # ours\n')],
    ['Windows line ends', GOOD.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${GOOD}`],
    ['a reference in short', GOOD.replace('docker.io/library/', '')],
    ['a digest that is too short', GOOD.replace('aaaa\n', 'aaa\n')],
    ['an entry twice', GOOD + GOOD.slice(GOOD.indexOf('  - '))],
    ['no line end', GOOD.trimEnd()],
    ['another version', GOOD.replace('v1alpha1', 'v2')],
    ['a new key under the first version', `${GOOD}    forced: true\n`],
    ['a signer under the first version', `${GOOD}${VERIFIED}`],
    ['a key with an issuer', SECOND + VERIFIED.replace('signer: a/b', 'signer: a/b\n      issuer: c/d')],
    ['an identity without an issuer', SECOND + VERIFIED.replace('by: key', 'by: identity')],
    ['a signer without an object', SECOND + VERIFIED.replace(/ {6}bundle.*\n/, '')],
    ['an object with another hash', SECOND + VERIFIED.replace(/sha256:.*/, `sha512:${'c'.repeat(128)}`)],
    [
      'an attestation without a type',
      `${SECOND}${VERIFIED}      attestations:\n        - {bundle: sha256:${'c'.repeat(64)}}\n`,
    ],
    ['no attestation', `${SECOND}${VERIFIED}      attestations: []\n`],
  ])('%s is left to the other reader', (_, text) => {
    expect(parseFormattedEntries(text)).toBeUndefined()
  })

  test('the plain case is read', () => {
    expect(parseFormattedEntries(GOOD)).toHaveLength(1)
    expect(parseFormattedEntries(SECOND + VERIFIED)).toHaveLength(1)
  })
})
