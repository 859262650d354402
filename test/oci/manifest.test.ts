import { describe, expect, test } from 'vitest'
import { parseConfigPlatform, parseManifest, platformsOf } from '../../src/oci/manifest.ts'
import {
  DOCKER_LIST,
  DOCKER_MANIFEST,
  manifestKind,
  OCI_INDEX,
  OCI_MANIFEST,
  parseContentType,
} from '../../src/oci/media-type.ts'

const A = `sha256:${'a'.repeat(64)}`
const B = `sha512:${'b'.repeat(128)}`
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

describe('parseContentType', () => {
  test.each([
    [`${OCI_INDEX}; charset=utf-8`, OCI_INDEX],
    ['Application/JSON', 'application/json'],
    [undefined, ''],
    ['', ''],
  ])('%s', (value, expected) => {
    expect(parseContentType(value)).toBe(expected)
  })
})

describe('manifestKind', () => {
  test.each([
    [OCI_INDEX, 'index'],
    [DOCKER_LIST, 'index'],
    [OCI_MANIFEST, 'image'],
    [DOCKER_MANIFEST, 'image'],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', 'schema1'],
    ['application/json', undefined],
    ['toString', undefined],
  ])('%s', (mediaType, kind) => {
    expect(manifestKind(mediaType)).toBe(kind)
  })
})

describe('parseManifest', () => {
  test('an index with platforms, sizes and an attestation', () => {
    const parsed = parseManifest(
      json({
        schemaVersion: 2,
        mediaType: OCI_INDEX,
        manifests: [
          {
            mediaType: OCI_MANIFEST,
            digest: A,
            size: 7,
            platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
          },
          {
            mediaType: OCI_MANIFEST,
            digest: B,
            platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.1' },
          },
          { mediaType: OCI_MANIFEST, digest: A, platform: { os: 'unknown', architecture: 'unknown' } },
          { mediaType: OCI_MANIFEST, digest: A },
        ],
      }),
      OCI_INDEX,
    )
    expect(parsed).toEqual({
      kind: 'index',
      mediaType: OCI_INDEX,
      entries: [
        {
          mediaType: OCI_MANIFEST,
          digest: A,
          size: 7,
          platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
        },
        {
          mediaType: OCI_MANIFEST,
          digest: B,
          platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.1' },
        },
        { mediaType: OCI_MANIFEST, digest: A, platform: { os: 'unknown', architecture: 'unknown' } },
        { mediaType: OCI_MANIFEST, digest: A },
      ],
    })
    expect(parsed.kind === 'index' && platformsOf(parsed.entries)).toEqual([
      { os: 'linux', architecture: 'arm', variant: 'v7', digest: A },
      { os: 'windows', architecture: 'amd64', osVersion: '10.0.1', digest: B },
    ])
  })

  test.each([
    [
      'an image',
      {
        mediaType: DOCKER_MANIFEST,
        config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: A },
      },
      DOCKER_MANIFEST,
      false,
    ],
    [
      'an artifact by its config',
      { config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: A } },
      OCI_MANIFEST,
      true,
    ],
    [
      'an artifact by its type',
      {
        artifactType: 'application/x',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: A },
      },
      OCI_MANIFEST,
      true,
    ],
  ])('%s', (_, content, mediaType, isArtifact) => {
    expect(parseManifest(json(content), mediaType)).toMatchObject({
      kind: 'image',
      mediaType,
      isArtifact,
      config: { digest: A },
    })
  })

  test.each([
    [
      'a generic type, settled by mediaType',
      { mediaType: DOCKER_LIST, manifests: [] },
      'application/json',
      { kind: 'index', mediaType: DOCKER_LIST },
    ],
    ['a generic type, settled by the fields', { manifests: [] }, '', { kind: 'index', mediaType: OCI_INDEX }],
    [
      'a generic type, an image by its fields',
      { config: { digest: A }, layers: [] },
      'application/octet-stream',
      { kind: 'image', mediaType: OCI_MANIFEST },
    ],
    ['schema 1 by its version', { schemaVersion: 1 }, 'application/json', { kind: 'schema1' }],
    ['schema 1 by its type', {}, 'application/vnd.docker.distribution.manifest.v1+json', { kind: 'schema1' }],
    [
      'another mediaType than sent',
      { mediaType: OCI_INDEX },
      OCI_MANIFEST,
      { kind: 'invalid', reason: `its mediaType is ${OCI_INDEX}, but it was sent as ${OCI_MANIFEST}` },
    ],
    ['neither', { foo: 1 }, 'application/json', { kind: 'invalid', reason: 'it is not an image manifest' }],
    [
      'another type',
      { foo: 1 },
      'application/vnd.example',
      { kind: 'invalid', reason: 'application/vnd.example is not an image manifest' },
    ],
    [
      'an index without a list',
      { manifests: {} },
      OCI_INDEX,
      { kind: 'invalid', reason: 'it has no list of manifests' },
    ],
    [
      'an entry without a digest',
      { manifests: [{ digest: A }, {}] },
      OCI_INDEX,
      { kind: 'invalid', reason: 'manifests[1] has no valid digest' },
    ],
    [
      'an entry with a short digest',
      { manifests: [{ digest: 'sha256:abc' }] },
      OCI_INDEX,
      { kind: 'invalid', reason: 'manifests[0] has no valid digest' },
    ],
    ['a list', [], OCI_INDEX, { kind: 'invalid', reason: 'it is not a JSON object' }],
    ['null', null, OCI_INDEX, { kind: 'invalid', reason: 'it is not a JSON object' }],
  ])('%s', (_, content, mediaType, expected) => {
    expect(parseManifest(json(content), mediaType)).toMatchObject(expected)
  })

  test.each([
    ['not JSON', Buffer.from('<html>')],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('%s', (_, bytes) => {
    expect(parseManifest(bytes, OCI_INDEX)).toEqual({ kind: 'invalid', reason: 'it is not JSON' })
  })
})

describe('parseConfigPlatform', () => {
  test.each([
    [
      '{"os":"linux","architecture":"arm64","variant":"v8","rootfs":{}}',
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ],
    ['{"architecture":"arm64"}', undefined],
    ['{', undefined],
  ])('%s', (text, expected) => {
    expect(parseConfigPlatform(Buffer.from(text))).toEqual(expected)
  })
})
