import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Candidate,
  compareKeys,
  entryKey,
  type LockEntry,
  type VerifiedSigner,
} from '../../src/lock/lock.ts'
import { parseLock } from '../../src/lock/parse.ts'
import { rewriteLock } from '../../src/lock/rewrite.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { readSource } from '../../src/yaml/source.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const A = `sha256:${'a'.repeat(64)}` as Digest
const B = `sha256:${'b'.repeat(64)}` as Digest
const INDEX = 'application/vnd.oci.image.index.v1+json'
const amd64 = { os: 'linux', architecture: 'amd64' }
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' }

function entry(reference: string, more: Partial<LockEntry> = {}): LockEntry {
  return { reference, digest: A, mediaType: INDEX, ...more }
}
const nginx = entry('docker.io/library/nginx:1.27', {
  platforms: [amd64, arm64],
  source: 'registry-1.docker.io',
  resolvedAt: '2026-11-20T08:00:00Z',
})
const redis = entry('docker.io/library/redis:7')
const pause = entry('registry.k8s.io/pause:3.10')

/** Rewrites the text of a lock file; no text is no file. */
function rewrite(text: string | undefined, entries: readonly LockEntry[]): string {
  const source = text === undefined ? undefined : readSource(Buffer.from(text), 'pinpull.lock.yaml')
  const parsed = source === undefined ? undefined : parseLock(source)
  expect(parsed?.diagnostics ?? []).toEqual([])
  const bytes = rewriteLock(source, parsed, entries)
  const isSame = text !== undefined && Buffer.from(bytes).equals(Buffer.from(text))
  expect(isSame).toBe(bytes === source?.bytes)
  return Buffer.from(bytes).toString('utf8')
}

const HEAD = `# What each image tag named when it was last resolved. Written by "pinpull lock"; made to be reviewed.
apiVersion: pinpull.dev/v1alpha1
kind: Lock
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
`
const NGINX = `  - reference: docker.io/library/nginx:1.27
    digest: ${A}
    mediaType: application/vnd.oci.image.index.v1+json
    platforms: [linux/amd64, linux/arm64/v8]
    source: registry-1.docker.io
    resolvedAt: "2026-11-20T08:00:00Z"
`
const REDIS = `  - reference: docker.io/library/redis:7
    digest: ${A}
    mediaType: application/vnd.oci.image.index.v1+json
`
const PAUSE = `  - reference: registry.k8s.io/pause:3.10
    digest: ${A}
    mediaType: application/vnd.oci.image.index.v1+json
`
const WHOLE = `${HEAD}images:\n${NGINX}${REDIS}${PAUSE}`

describe('rewriteLock', () => {
  test('writes a new file sorted, one line a field', () => {
    expect(rewrite(undefined, [pause, redis, nginx])).toBe(WHOLE)
  })

  test('writes an empty list where there is nothing', () => {
    expect(rewrite(undefined, [])).toBe(`${HEAD}images: []\n`)
  })

  test.each<[string, LockEntry, string]>([
    ['an IPv6 host', entry('[2001:db8::1]:5000/a:1'), '  - reference: "[2001:db8::1]:5000/a:1"\n'],
    ['a number-like host', entry('10.0.0.1:5000/a:1'), '  - reference: "10.0.0.1:5000/a:1"\n'],
    ['a source that YAML 1.1 reads as a boolean', { ...redis, source: 'on' }, '    source: "on"\n'],
    ['a path with a comment sign', { ...redis, source: 'oci:a #b' }, '    source: "oci:a #b"\n'],
    ['a path beyond ASCII', { ...redis, source: 'oci:bücher' }, '    source: "oci:bücher"\n'],
    [
      'a platform',
      { ...redis, platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.1' } },
      '    platform: windows(10.0.1)/amd64\n',
    ],
  ])('quotes where it must: %s', (_, one, line) => {
    const text = rewrite(undefined, [one])
    expect(text).toContain(line)
    expect(rewrite(text, [one])).toBe(text)
  })

  test.each<[string, string | undefined, readonly LockEntry[], string]>([
    ['nothing moved', WHOLE, [pause, nginx, redis], WHOLE],
    [
      'a moved digest: its line alone',
      WHOLE,
      [nginx, { ...redis, digest: B }, pause],
      WHOLE.replace(REDIS, REDIS.replace(A, B)),
    ],
    ['an added entry between two', `${HEAD}images:\n${NGINX}${PAUSE}`, [nginx, redis, pause], WHOLE],
    ['an added first entry', `${HEAD}images:\n${PAUSE}`, [redis, pause], `${HEAD}images:\n${REDIS}${PAUSE}`],
    ['a removed entry', WHOLE, [nginx, pause], `${HEAD}images:\n${NGINX}${PAUSE}`],
    ['the last entry removed', `${HEAD}images:\n${NGINX}# end\n`, [], `${HEAD}images: []\n# end\n`],
    [
      'the first entry added',
      `${HEAD}images: [] # none yet\n`,
      [redis],
      `${HEAD}images: # none yet\n${REDIS}`,
    ],
    [
      'fields that come and go',
      `${HEAD}images:\n${NGINX}`,
      [{ ...entry(nginx.reference), source: 'oci:bücher' }],
      `${HEAD}images:
  - reference: docker.io/library/nginx:1.27
    digest: ${A}
    mediaType: application/vnd.oci.image.index.v1+json
    source: "oci:bücher"
`,
    ],
    [
      'a field that was not there',
      `${HEAD}images:\n${REDIS}`,
      [{ ...redis, resolvedAt: '2026-11-20T08:00:00Z' }],
      `${HEAD}images:\n${REDIS}    resolvedAt: "2026-11-20T08:00:00Z"\n`,
    ],
    [
      'comments stay with what they stand by',
      `# top
${HEAD}images: # reviewed by Ada
  # web
${NGINX.replace(`${A}\n`, `${A} # approved\n`)}
  # queue, é
  # (two lines)
${REDIS}  # end
`,
      [nginx, { ...redis, digest: B }, entry('docker.io/library/postgres:17')],
      `# top
${HEAD}images: # reviewed by Ada
  # web
${NGINX.replace(`${A}\n`, `${A} # approved\n`)}${REDIS.replaceAll('redis:7', 'postgres:17')}
  # queue, é
  # (two lines)
${REDIS.replace(A, B)}  # end
`,
    ],
    [
      'entries that a merge left out of order are sorted, with their comments',
      `${HEAD}images:\n${PAUSE}  # web\n${NGINX}`,
      [nginx, pause],
      `${HEAD}images:\n  # web\n${NGINX}${PAUSE}`,
    ],
    [
      'the indentation and order of fields of the file',
      `kind: Lock
apiVersion: pinpull.dev/v1alpha1
images:
- reference: docker.io/library/redis:7
  mediaType: ${INDEX}
  digest: '${A}'
`,
      [{ ...redis, digest: B }, pause],
      `kind: Lock
apiVersion: pinpull.dev/v1alpha1
images:
- reference: docker.io/library/redis:7
  mediaType: ${INDEX}
  digest: ${B}
- reference: registry.k8s.io/pause:3.10
  digest: ${A}
  mediaType: application/vnd.oci.image.index.v1+json
`,
    ],
    [
      'platforms that a formatter wrapped',
      `${HEAD}images:
  - reference: docker.io/library/redis:7
    digest: ${A}
    platforms:
      [
        linux/amd64,
        linux/arm64/v8,
      ]
    mediaType: ${INDEX}
`,
      [{ ...redis, platforms: [amd64] }],
      `${HEAD}images:
  - reference: docker.io/library/redis:7
    digest: ${A}
    platforms:
      [linux/amd64]
    mediaType: ${INDEX}
`,
    ],
    [
      'no line break at the end',
      WHOLE.trimEnd(),
      [nginx, redis, pause, entry('x.io/y:1')],
      `${WHOLE}  - reference: x.io/y:1\n    digest: ${A}\n    mediaType: ${INDEX}\n`,
    ],
    [
      'CRLF',
      WHOLE.replaceAll('\n', '\r\n'),
      [nginx, redis],
      `${HEAD}images:\n${NGINX}${REDIS}`.replaceAll('\n', '\r\n'),
    ],
    [
      'CRLF with a new entry',
      `${HEAD}images:\n${NGINX}`.replaceAll('\n', '\r\n'),
      [nginx, redis],
      `${HEAD}images:\n${NGINX}${REDIS}`.replaceAll('\n', '\r\n'),
    ],
    [
      'a byte order mark',
      `\uFEFF${WHOLE}`,
      [nginx, { ...redis, digest: B }, pause],
      `\uFEFF${WHOLE.replace(REDIS, REDIS.replace(A, B))}`,
    ],
  ])('%s', (_, before, entries, after) => {
    expect(rewrite(before, entries)).toBe(after)
    expect(rewrite(after, entries)).toBe(after)
  })

  const SECOND = WHOLE.replace('v1alpha1', 'v1alpha2')
  const candidate = { digest: B, seenAt: '2026-11-26T08:00:00Z' }
  const CANDIDATE = `    candidate: {digest: ${B}, seenAt: "2026-11-26T08:00:00Z"}\n`
  const verified = { by: 'key', signer: 'keys/base.pub', bundle: A } as const
  const VERIFIED = `    verified:
      by: key
      signer: keys/base.pub
      bundle: ${A}
`
  const byIdentity = {
    by: 'identity',
    signer: 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1',
    issuer: 'https://token.actions.githubusercontent.com',
    at: '2026-11-25T21:04:05Z',
    attestations: [
      { type: 'https://slsa.dev/provenance/v1', bundle: A },
      { type: 'a b', bundle: B },
    ],
  } as const
  const BY_IDENTITY = `    verified:
      by: identity
      signer: https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1
      issuer: https://token.actions.githubusercontent.com
      at: "2026-11-25T21:04:05Z"
      attestations:
        - {type: https://slsa.dev/provenance/v1, bundle: ${A}}
        - {type: "a b", bundle: ${B}}
`
  const MANIFESTS = `    platforms:
      - {platform: linux/amd64, digest: ${A}}
      - {platform: linux/arm64/v8, digest: ${B}}
`
  const manifests = [
    { ...amd64, digest: A },
    { ...arm64, digest: B },
  ]
  test.each<[string, string | undefined, readonly LockEntry[], string]>([
    [
      'a candidate is one line, and the version another',
      WHOLE,
      [nginx, { ...redis, candidate }, pause],
      SECOND.replace(REDIS, REDIS + CANDIDATE),
    ],
    ['a dropped candidate', SECOND.replace(REDIS, REDIS + CANDIDATE), [nginx, redis, pause], SECOND],
    [
      'a file of the second version keeps it',
      SECOND,
      [nginx, { ...redis, digest: B }, pause],
      SECOND.replace(REDIS, REDIS.replace(A, B)),
    ],
    [
      'a taken candidate',
      SECOND.replace(REDIS, REDIS + CANDIDATE),
      [nginx, { ...redis, digest: B, forced: true }, pause],
      SECOND.replace(REDIS, `${REDIS.replace(A, B)}    forced: true\n`),
    ],
    [
      'platforms get digests, and lose them',
      `${HEAD}images:\n${NGINX}`,
      [{ ...nginx, platforms: manifests }],
      `${HEAD}images:\n${NGINX.replace(/ {4}platforms.*\n/, MANIFESTS)}`.replace('v1alpha1', 'v1alpha2'),
    ],
    [
      'platforms lose their digests',
      `${HEAD}images:\n${NGINX.replace(/ {4}platforms.*\n/, MANIFESTS)}`.replace('v1alpha1', 'v1alpha2'),
      [nginx],
      `${HEAD}images:\n${NGINX}`.replace('v1alpha1', 'v1alpha2'),
    ],
    [
      'a list below its key goes away, and another is added, with the indentation of the file',
      `apiVersion: pinpull.dev/v1alpha2
kind: Lock
images:
# web
- reference: docker.io/library/nginx:1.27
  platforms:
  - {platform: linux/amd64, digest: ${A}}
  # the last
  - {platform: linux/arm64/v8, digest: ${B}}
  digest: ${A} # approved
  mediaType: ${INDEX}
- reference: docker.io/library/redis:7
  digest: ${A}
  mediaType: ${INDEX}
# end
`,
      [entry(nginx.reference), { ...redis, platforms: manifests }],
      `apiVersion: pinpull.dev/v1alpha2
kind: Lock
images:
# web
- reference: docker.io/library/nginx:1.27
  digest: ${A} # approved
  mediaType: ${INDEX}
- reference: docker.io/library/redis:7
  digest: ${A}
  mediaType: ${INDEX}
  platforms:
    - {platform: linux/amd64, digest: ${A}}
    - {platform: linux/arm64/v8, digest: ${B}}
# end
`,
    ],
    ['a signer', WHOLE, [nginx, { ...redis, verified }, pause], SECOND.replace(REDIS, REDIS + VERIFIED)],
    [
      'another signature by the same signer: its line alone',
      SECOND.replace(REDIS, `${REDIS}${VERIFIED.trimEnd()} # approved\n`),
      [nginx, { ...redis, digest: B, verified: { ...verified, bundle: B } }, pause],
      SECOND.replace(REDIS, `${REDIS.replace(A, B)}${VERIFIED.replace(A, B).trimEnd()} # approved\n`),
    ],
    [
      'a signer by an identity, with attestations, and a candidate',
      SECOND.replace(REDIS, REDIS + VERIFIED),
      [nginx, { ...redis, verified: byIdentity, candidate }, pause],
      SECOND.replace(REDIS, REDIS + BY_IDENTITY + CANDIDATE),
    ],
    [
      'a signer that is gone',
      SECOND.replace(REDIS, REDIS + BY_IDENTITY + CANDIDATE),
      [nginx, redis, pause],
      SECOND,
    ],
    [
      'a signer in brackets',
      SECOND.replace(REDIS, `${REDIS}    verified: {by: key, signer: keys/base.pub, bundle: ${A}} # ok\n`),
      [nginx, { ...redis, verified: { ...verified, bundle: B } }, pause],
      SECOND.replace(REDIS, `${REDIS}${VERIFIED.replace(A, B).trimEnd()} # ok\n`),
    ],
    [
      'a version behind the images: the file is written anew',
      `kind: Lock\nimages:\n${REDIS}apiVersion: pinpull.dev/v1alpha1\n`,
      [{ ...redis, candidate }],
      `${HEAD}images:\n${REDIS}${CANDIDATE}`.replace('v1alpha1', 'v1alpha2'),
    ],
  ])('second version: %s', (_, before, entries, after) => {
    expect(rewrite(before, entries)).toBe(after)
    expect(rewrite(after, entries)).toBe(after)
    const windows = after.replaceAll('\n', '\r\n')
    expect(rewrite(windows, entries)).toBe(windows)
  })

  test('git merges what two branches have noted about neighbours', () => {
    const branch = (...entries: readonly LockEntry[]): string => {
      const path = join(folder, `${entries.length}-${files++}.yaml`)
      writeFileSync(path, rewrite(files === 1 ? undefined : WHOLE, entries))
      return path
    }
    const folder = temporaryFolder()
    let files = 0
    const base = branch(nginx, redis, pause)
    const ours = branch({ ...nginx, candidate }, redis, pause)
    const theirs = branch(nginx, { ...redis, digest: B, forced: true }, pause)
    const merged = execFileSync('git', ['merge-file', '-p', ours, base, theirs], { encoding: 'utf8' })
    expect(merged).toBe(
      SECOND.replace(NGINX, NGINX + CANDIDATE).replace(REDIS, `${REDIS.replace(A, B)}    forced: true\n`),
    )
  })

  test.each([
    [
      'JSON',
      `{"apiVersion": "pinpull.dev/v1alpha1", "kind": "Lock", "images": [{"reference": "${redis.reference}", "digest": "${A}", "mediaType": "${INDEX}"}]}`,
    ],
    ['an anchor', `${HEAD}images:\n${REDIS.replace(A, `&a ${A}`)}${PAUSE.replace(A, '*a')}`],
    ['a dash on a line of its own', `${HEAD}images:\n${REDIS.replace('- reference', '-\n    reference')}`],
    ['a block scalar', `${HEAD}images:\n${REDIS.replace(A, `>-\n      ${A}`)}`],
  ])(
    'a file laid out otherwise keeps every byte while nothing moves, and is then written anew: %s',
    (_, before) => {
      const source = readSource(Buffer.from(before))
      const parsed = parseLock(source)
      const known = parsed.located.map((one) => one.entry)
      expect(rewrite(before, known)).toBe(before)
      expect(rewrite(before, [redis, nginx])).toBe(`${HEAD}images:\n${NGINX}${REDIS}`)
    },
  )

  test('of ten thousand entries one moves: its line changes, and no other', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => entry(`ghcr.io/acme/app${i}:v1`))
    const text = rewrite(undefined, many)
    const moved = many.map((one, i) => (i === 5000 ? { ...one, digest: B } : one))
    const lines = text.split('\n')
    const changed = rewrite(text, moved).split('\n')
    expect(changed).toHaveLength(lines.length)
    expect(changed.filter((line, i) => line !== lines[i])).toEqual([`    digest: ${B}`])
  })

  test('any lock becomes any other, and back, whatever was in the file', () => {
    const names = fc.constantFrom('a.io/a:1', 'a.io/a:2', 'b.io/b/c:1', 'localhost:5000/x:y', '[::1]/z:1')
    const one = fc.record(
      {
        reference: names,
        digest: fc.constantFrom(A, B),
        mediaType: fc.constantFrom(INDEX, 'application/vnd.oci.image.manifest.v1+json'),
        platforms: fc.subarray([amd64, arm64, { ...arm64, digest: B }], { minLength: 1 }),
        source: fc.constantFrom('a.io', 'oci-archive:ä b.tar', 'no'),
        resolvedAt: fc.constantFrom('2026-11-20T08:00:00Z', '2026-11-21T08:00:00Z'),
        forced: fc.constant(true as const),
        verified: fc.constantFrom<VerifiedSigner>(verified, { ...verified, bundle: B }, byIdentity),
        candidate: fc.constantFrom<Candidate>(
          { digest: B, seenAt: '2026-11-22T08:00:00Z' },
          { digest: B, seenAt: '2026-11-23T08:00:00Z', changes: 1 },
        ),
      },
      { requiredKeys: ['reference', 'digest', 'mediaType'] },
    )
    const locks = fc.uniqueArray(one, { selector: entryKey, maxLength: 5 })
    fc.assert(
      fc.property(locks, locks, fc.constantFrom('\n', '\r\n'), (before, after, eol) => {
        const text = rewrite(undefined, before).replaceAll('\n', eol)
        const changed = rewrite(text, after)
        const sorted = after.toSorted((a, b) => compareKeys(entryKey(a), entryKey(b)))
        expect(parseLock(readSource(Buffer.from(changed))).located.map((located) => located.entry)).toEqual(
          sorted,
        )
        expect(changed.replaceAll(eol, '\n').includes('\r')).toBe(false)
        expect(rewrite(changed, after)).toBe(changed)
      }),
      { numRuns: 200 },
    )
  })
})
