import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLock } from '../../src/lock/parse.ts'
import { readSource } from '../../src/yaml/source.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const OTHER = `sha256:${'b'.repeat(64)}`

const head = `apiVersion: pinpull.dev/v1alpha1
kind: Lock
images:
`
const nginx = `- reference: docker.io/library/nginx:1.27
  digest: ${DIGEST}
  mediaType: application/vnd.oci.image.index.v1+json
`

function parse(text: string) {
  return parseLock(readSource(new TextEncoder().encode(text), 'pinpull.lock.yaml'))
}

describe('parseLock', () => {
  test('reads every field', () => {
    const { located, diagnostics } = parse(`# a comment
apiVersion: pinpull.dev/v1alpha1
kind: Lock
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
images:
  - reference: docker.io/library/nginx:1.27
    platform: linux/arm64/v8
    digest: ${DIGEST}
    mediaType: application/vnd.oci.image.manifest.v1+json
    platforms: [linux/amd64, windows(10.0.20348.1)/amd64]
    source: registry-1.docker.io
    resolvedAt: "2026-11-20T08:00:00Z"
`)
    expect(diagnostics).toEqual([])
    expect(located.map(({ entry }) => entry)).toEqual([
      {
        reference: 'docker.io/library/nginx:1.27',
        platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
        digest: DIGEST,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        platforms: [
          { os: 'linux', architecture: 'amd64' },
          { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1' },
        ],
        source: 'registry-1.docker.io',
        resolvedAt: '2026-11-20T08:00:00Z',
      },
    ])
  })

  test.each([
    ['no images', `${head.trimEnd()} []\n`, 0],
    ['one entry', head + nginx, 1],
    [
      'a flow collection, as JSON is',
      `{"apiVersion": "pinpull.dev/v1alpha1", "kind": "Lock", "images": [{"reference": "docker.io/library/nginx:1", "digest": "${DIGEST}", "mediaType": "x/y"}]}`,
      1,
    ],
    ['entries out of order', `${head}${nginx}${nginx.replace('nginx', 'alpine')}`, 2],
    ['an image that names its digest', `${head}${nginx.replace('nginx:1.27', `nginx@${DIGEST}`)}`, 1],
    [
      'one reference for two platforms',
      `${head}${nginx}${nginx.replace('digest', 'platform: linux/amd64\n  digest')}`,
      2,
    ],
    ['a timestamp without quotes', `${head}${nginx}  resolvedAt: 2026-11-20T08:00:00Z\n`, 1],
    ['CRLF', (head + nginx).replaceAll('\n', '\r\n'), 1],
    ['a byte order mark', `\uFEFF${head}${nginx}`, 1],
  ])('accepts %s', (_, text, count) => {
    const { located, diagnostics } = parse(text)
    expect(diagnostics).toEqual([])
    expect(located).toHaveLength(count)
  })

  test.each<[string, string, number, string]>([
    ['an empty file', '', 1, 'it is empty'],
    ['a file of comments', '# gone\n', 1, 'it is empty'],
    ['a list', '- a\n', 1, 'it is not a mapping'],
    ['two documents', `${head}${nginx}---\n${head}${nginx}`, 8, 'it contains a second document'],
    ['no kind', head.replace('kind: Lock\n', '') + nginx, 1, 'the key "kind" is missing'],
    ['another kind', head.replace('Lock', 'Pinpull') + nginx, 2, 'its kind is "Pinpull", not Lock'],
    [
      "somebody else's file",
      head.replace('pinpull.dev/v1alpha1', 'v1') + nginx,
      1,
      'its apiVersion is "v1", not pinpull.dev/v1alpha1 or pinpull.dev/v1alpha2',
    ],
    ['no images', 'apiVersion: pinpull.dev/v1alpha1\nkind: Lock\n', 1, 'the key "images" is missing'],
    ['images that are a mapping', `${head}  a: b\n`, 4, '"images" is not a list'],
    ['an entry that is a text', `${head}- nginx\n`, 4, 'an entry of "images" is not a mapping'],
    ['an unknown key', `${head}${nginx}  digset: x\n`, 7, 'an entry has the unknown key "digset"'],
    ['a key twice', `${head}${nginx}  digest: ${OTHER}\n`, 7, 'an entry has the key "digest" twice'],
    ['no digest', `${head}${nginx.replace(/ {2}digest.*\n/, '')}`, 4, 'the key "digest" is missing'],
    [
      'no media type',
      `${head}${nginx.replace(/ {2}mediaType.*\n/, '')}`,
      4,
      'the key "mediaType" is missing',
    ],
    [
      'a digest that lost a digit',
      `${head}${nginx.replace('a\n', '\n')}`,
      5,
      'a sha256 digest has 64 hex digits, and this one has 63',
    ],
    ['an empty digest', `${head}${nginx.replace(/digest.*/, 'digest:')}`, 5, '"digest" is not a string'],
    [
      'a name that is not written out',
      `${head}${nginx.replace('docker.io/library/', '')}`,
      4,
      '"nginx:1.27" must be written out as docker.io/library/nginx:1.27',
    ],
    [
      'a name that is none',
      `${head}${nginx.replace('nginx:', 'NGINX:')}`,
      4,
      '"docker.io/library/NGINX:1.27" is not an image reference',
    ],
    [
      'a digest that is not the one of the name',
      `${head}${nginx.replace('nginx:1.27', `nginx@${OTHER}`)}`,
      5,
      `the digest of docker.io/library/nginx@${OTHER} is given as ${DIGEST}`,
    ],
    [
      'an entry twice',
      `${head}${nginx}${nginx}`,
      7,
      'docker.io/library/nginx:1.27 appears twice, first on line 4',
    ],
    [
      'an entry twice with two digests',
      `${head}${nginx}${nginx.replace(DIGEST, OTHER)}`,
      7,
      'docker.io/library/nginx:1.27 appears twice, first on line 4',
    ],
    [
      'a platform that is none',
      `${head}${nginx}  platforms: [linux]\n`,
      7,
      'a platform is not os/architecture[/variant]',
    ],
    ['platforms as a text', `${head}${nginx}  platforms: linux/amd64\n`, 7, '"platforms" is not a list'],
    [
      'a time that is none',
      `${head}${nginx}  resolvedAt: yesterday\n`,
      7,
      '"resolvedAt" is not a time such as 2026-11-20T08:00:00Z',
    ],
  ])('refuses %s with its line', (_, text, line, reason) => {
    const { diagnostics } = parse(text)
    expect(diagnostics).toHaveLength(1)
    expect(diagnostics[0]).toMatchObject({
      code: 'LOCK_INVALID',
      severity: 'error',
      args: { reason },
      at: { file: 'pinpull.lock.yaml', line },
    })
  })

  test('refuses broken YAML with its line', () => {
    const { diagnostics } = parse(`${head}${nginx}  "digest: x\n`)
    expect(diagnostics[0]).toMatchObject({ code: 'LOCK_INVALID', at: { line: 7 } })
    expect(diagnostics[0]?.args['reason']).toMatch(/^it is not valid YAML: /)
  })

  test('refuses a newer version before it reads what it cannot know', () => {
    const { diagnostics } = parse(`apiVersion: pinpull.dev/v1\nkind: Lock\nspec: {}\nimages: {}\n`)
    expect(diagnostics).toEqual([
      {
        code: 'LOCK_NEWER',
        severity: 'error',
        args: { apiVersion: 'pinpull.dev/v1', known: 'pinpull.dev/v1alpha2' },
        at: { file: 'pinpull.lock.yaml', line: 1, column: 13 },
      },
    ])
  })

  test.each([
    ['pinpull.dev/v1alpha3', 'LOCK_NEWER'],
    ['pinpull.dev/v1alpha10', 'LOCK_NEWER'],
    ['pinpull.dev/v1beta1', 'LOCK_NEWER'],
    ['pinpull.dev/v2alpha1', 'LOCK_NEWER'],
    ['pinpull.dev/v1alpha0', 'LOCK_INVALID'],
    ['pinpull.dev/v1alfa2', 'LOCK_INVALID'],
    ['pinpull.dev/v1alpha', 'LOCK_INVALID'],
    ['pinpull.dev/V1alpha2', 'LOCK_INVALID'],
    ['pinpull.dev/v1alpha2 ', 'LOCK_INVALID'],
    ['pinpull.dev/1', 'LOCK_INVALID'],
    ['pinpull.io/v1alpha3', 'LOCK_INVALID'],
  ])('the version %j is %s: only one that comes after ours is newer', (version, code) => {
    const { diagnostics } = parse(`apiVersion: "${version}"\nkind: Lock\nimages: []\n`)
    expect(diagnostics.map((one) => one.code)).toEqual([code])
  })

  const second = head.replace('v1alpha1', 'v1alpha2')
  test('reads the keys of the second version', () => {
    const { located, diagnostics } = parse(`${second}${nginx}  platforms:
    - {platform: linux/amd64, digest: ${DIGEST}}
    - digest: ${OTHER}
      platform: linux/arm64
    - linux/s390x
  forced: true
  candidate: {digest: ${OTHER}, seenAt: "2026-11-26T08:00:00Z", changes: 2}
`)
    expect(diagnostics).toEqual([])
    expect(located[0]?.entry).toEqual({
      reference: 'docker.io/library/nginx:1.27',
      digest: DIGEST,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      platforms: [
        { os: 'linux', architecture: 'amd64', digest: DIGEST },
        { os: 'linux', architecture: 'arm64', digest: OTHER },
        { os: 'linux', architecture: 's390x' },
      ],
      forced: true,
      candidate: { digest: OTHER, seenAt: '2026-11-26T08:00:00Z', changes: 2 },
    })
  })

  test('reads who had signed', () => {
    const { located, diagnostics } = parse(`${second}${nginx}  verified:
    by: identity
    signer: https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1
    issuer: https://token.actions.githubusercontent.com
    at: 2026-11-19T08:00:00Z
    bundle: ${OTHER}
    attestations: [{type: "https://slsa.dev/provenance/v1", bundle: "${DIGEST}"}]
`)
    expect(diagnostics).toEqual([])
    expect(located[0]?.entry.verified).toEqual({
      by: 'identity',
      signer: 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1',
      issuer: 'https://token.actions.githubusercontent.com',
      at: '2026-11-19T08:00:00Z',
      bundle: OTHER,
      attestations: [{ type: 'https://slsa.dev/provenance/v1', bundle: DIGEST }],
    })
  })

  test.each<[string, string]>([
    ['yes', '"verified" is not a mapping'],
    [`{signer: k, bundle: "${OTHER}"}`, 'the key "by" is missing'],
    [`{by: cosign, signer: k, bundle: "${OTHER}"}`, '"by" is neither key nor identity'],
    [`{by: key, bundle: "${OTHER}"}`, 'the key "signer" is missing'],
    [`{by: key, signer: "", bundle: "${OTHER}"}`, '"signer" is not a string'],
    [`{by: key, signer: k, issuer: i, bundle: "${OTHER}"}`, 'a key has no "issuer"'],
    [`{by: identity, signer: k, bundle: "${OTHER}"}`, 'the key "issuer" is missing, which an identity has'],
    [`{by: key, signer: k, at: now, bundle: "${OTHER}"}`, '"at" is not a time such as 2026-11-20T08:00:00Z'],
    ['{by: key, signer: k}', '"verified" names neither a "bundle" nor "attestations"'],
    ['{by: key, signer: k, bundle: a}', 'the digest is not of the form algorithm:hex'],
    [`{by: key, signer: k, bundle: "sha512:${'a'.repeat(128)}"}`, '"bundle" is not a sha256 digest'],
    [`{by: key, signer: k, bundle: "${OTHER}", ok: true}`, '"verified" has the unknown key "ok"'],
    ['{by: key, signer: k, attestations: []}', '"attestations" is not a list of at least one attestation'],
    ['{by: key, signer: k, attestations: [t]}', 'an attestation is not a mapping'],
    [`{by: key, signer: k, attestations: [{bundle: "${OTHER}"}]}`, 'the key "type" is missing'],
    ['{by: key, signer: k, attestations: [{type: t}]}', 'the key "bundle" is missing'],
    [
      `{by: key, signer: k, attestations: [{type: t, bundle: "${OTHER}", by: key}]}`,
      'the key "signer" is missing',
    ],
    [
      `{by: key, signer: k, attestations: [{type: t, bundle: "${OTHER}", by: identity, signer: s}]}`,
      'the key "issuer" is missing, which an identity has',
    ],
    [
      `{by: key, signer: k, attestations: [{type: t, bundle: "${OTHER}", at: x}]}`,
      'an attestation has the unknown key "at"',
    ],
  ])('refuses verified: %s', (text, reason) => {
    const { diagnostics } = parse(`${second}${nginx}  verified: ${text}\n`)
    expect(diagnostics.map(({ code, args, at }) => [code, args['reason'], at?.line])).toEqual([
      ['LOCK_INVALID', reason, 7],
    ])
  })

  const needs = 'an entry has keys of pinpull.dev/v1alpha2, but the file says pinpull.dev/v1alpha1'
  test.each<[string, string, number, string]>([
    ['a new key in a file of the first version', `${head}${nginx}  forced: true\n`, 4, needs],
    [
      'a signer in a file of the first version',
      `${head}${nginx}  verified: {by: key, signer: k, bundle: "${OTHER}"}\n`,
      4,
      needs,
    ],
    [
      'platforms with digests in a file of the first version',
      `${head}${nginx}  platforms: [{platform: linux/amd64, digest: "${OTHER}"}]\n`,
      4,
      needs,
    ],
    [
      'forced that is false',
      `${second}${nginx}  forced: false\n`,
      7,
      '"forced" is not true; leave it out if it is false',
    ],
    [
      'forced with a reason',
      `${second}${nginx}  forced: ada\n`,
      7,
      '"forced" is not true; leave it out if it is false',
    ],
    [
      'a candidate that is a digest',
      `${second}${nginx}  candidate: ${OTHER}\n`,
      7,
      '"candidate" is not a mapping',
    ],
    [
      'a candidate without a time',
      `${second}${nginx}  candidate: {digest: ${OTHER}}\n`,
      7,
      'the key "seenAt" is missing',
    ],
    [
      'a candidate without a digest',
      `${second}${nginx}  candidate: {seenAt: "2026-11-26T08:00:00Z"}\n`,
      7,
      'the key "digest" is missing',
    ],
    [
      'a candidate whose time is none',
      `${second}${nginx}  candidate: {digest: ${OTHER}, seenAt: "2026-11-26"}\n`,
      7,
      '"seenAt" is not a time such as 2026-11-20T08:00:00Z',
    ],
    [
      'changes that are no number',
      `${second}${nginx}  candidate: {digest: ${OTHER}, seenAt: "2026-11-26T08:00:00Z", changes: many}\n`,
      7,
      '"changes" is not a number from 1',
    ],
    [
      'a platform without a digest',
      `${second}${nginx}  platforms: [{platform: linux/amd64}]\n`,
      7,
      'the key "digest" is missing',
    ],
    [
      'a digest without a platform',
      `${second}${nginx}  platforms: [{digest: "${OTHER}"}]\n`,
      7,
      'the key "platform" is missing',
    ],
    [
      'an unknown key of a platform',
      `${second}${nginx}  platforms: [{platform: linux/amd64, digest: "${OTHER}", size: 3}]\n`,
      7,
      'a platform has the unknown key "size"',
    ],
  ])('refuses %s with its line', (_, text, line, reason) => {
    const { diagnostics } = parse(text)
    expect(diagnostics.map(({ code, args, at }) => [code, args['reason'], at?.line])).toEqual([
      ['LOCK_INVALID', reason, line],
    ])
  })

  test.each([
    ['ours', '<<<<<<< HEAD'],
    ['base', '||||||| 1234567'],
    ['middle', '======='],
    ['theirs', '>>>>>>> branch'],
  ])("names git's conflict marker: %s", (_, marker) => {
    const { diagnostics } = parse(`${head}${nginx}${marker}\n${nginx}`)
    expect(diagnostics).toEqual([
      {
        code: 'LOCK_CONFLICT',
        severity: 'error',
        args: { marker },
        at: { file: 'pinpull.lock.yaml', line: 7, column: 1 },
      },
    ])
  })

  test('reports every problem, in the order of the text', () => {
    const { diagnostics } = parse(
      `${head}${nginx}  x: 1\n${nginx.replace('mediaType', 'media')}- 1\n${nginx}`,
    )
    expect(diagnostics.map(({ at }) => at?.line)).toEqual([7, 8, 10, 11])
  })

  test('whatever is done to a file, it is read, or refused with a line', () => {
    const good = `${head}${nginx}${nginx.replace('nginx', 'redis')}`
    const piece = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom('\n', ': ', '- ', '"', '[', '{', '&a ', '*a', '<<', '#', '\t'),
    )
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(20), piece, (at, cut, inserted) => {
        const text = good.slice(0, at) + inserted + good.slice(at + cut)
        const { located, diagnostics } = parse(text)
        for (const { at: place } of diagnostics) expect(place?.line).toBeGreaterThan(0)
        if (diagnostics.length > 0) return
        for (const { entry } of located) {
          expect(entry.digest).toMatch(/^sha(?:256|384|512):[0-9a-f]+$|^blake3:[0-9a-f]+$/)
          expect(entry.reference).toMatch(/^[^/]+\/[^:@]+[:@].+$/)
        }
      }),
      { numRuns: 500 },
    )
  })
})
