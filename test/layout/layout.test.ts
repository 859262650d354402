import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PinpullError } from '../../src/diagnostics/errors.ts'
import { openLayout } from '../../src/layout/layout.ts'
import { parseReference } from '../../src/reference/parse.ts'
import {
  blobPath,
  CONTAINERD_NAME,
  type LaidImage,
  type LayoutFiles,
  layoutFiles,
  REF_NAME,
  tarOf,
  writeFolder,
} from '../support/image-layout.ts'
import { type Blob, blob, buildImage, jsonBlob, MEDIA_TYPES } from '../support/registry/image.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-layout-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const nginx = buildImage({ seed: 'nginx' })
const redis = buildImage({ seed: 'redis', types: 'docker' })
const single = buildImage({ seed: 'single', index: false, platforms: ['linux/arm64/v8'] })
const attested = buildImage({ seed: 'attested', attestation: true })
const NGINX = 'docker.io/library/nginx:1.27'
const named = { [CONTAINERD_NAME]: NGINX, [REF_NAME]: '1.27' }
const goodFiles = (): LayoutFiles => layoutFiles([{ image: nginx, annotations: named }])

function archive(name: string, bytes: Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

function asFolder(files: LayoutFiles): string {
  const path = join(folder, 'layout')
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  writeFolder(path, files)
  return path
}

function asTar(files: LayoutFiles): string {
  return archive('layout.tar', tarOf(files))
}

/** The forms that a layout comes in; each writes one and gives its path. */
const forms: readonly [name: string, transport: string, write: (files: LayoutFiles) => string][] = [
  ['folder', 'oci', asFolder],
  ['tar', 'oci-archive', asTar],
  ['tar.gz', 'oci-archive', (files) => archive('layout.tar.gz', gzipSync(tarOf(files)))],
  ['tar.zst', 'oci-archive', (files) => archive('layout.tar.zst', zstdCompressSync(tarOf(files)))],
]

async function find(path: string, reference: string, mapping?: string, platform?: string) {
  const layout = await openLayout(path, mapping === undefined ? undefined : parseReference(mapping))
  const [os = '', architecture = ''] = platform?.split('/') ?? []
  return layout.find(parseReference(reference), platform === undefined ? undefined : { os, architecture })
}

async function failure(found: Promise<unknown>): Promise<{ code: string; args: object }> {
  const error = await found.then(
    (value) => ({ code: `none: ${JSON.stringify(value)}`, args: {} }),
    (caught: PinpullError) => caught,
  )
  return { code: error.code, args: error.args }
}

describe.each(forms)('an image layout as a %s', (_form, transport, write) => {
  test('gives the digest, media type and platforms of the index', async () => {
    const path = write(layoutFiles([{ image: nginx, annotations: named }, { image: redis }]))
    expect(await find(path, 'nginx:1.27')).toEqual({
      digest: nginx.top.digest,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      size: nginx.top.bytes.length,
      platforms: [
        { os: 'linux', architecture: 'amd64', digest: nginx.manifests[0]?.digest },
        { os: 'linux', architecture: 'arm64', digest: nginx.manifests[1]?.digest },
      ],
    })
    expect(await find(path, 'nginx:1.28')).toBeUndefined()
    expect((await openLayout(path)).transport).toBe(`${transport}:${path}`)
  })

  test('gives the platform of an image without an index', async () => {
    const path = write(layoutFiles([{ image: single, annotations: named }]))
    expect(await find(path, 'nginx:1.27')).toMatchObject({
      digest: single.top.digest,
      platforms: [{ os: 'linux', architecture: 'arm64', variant: 'v8' }],
    })
  })

  test.each([
    ['an index', nginx.top.digest],
    ['a manifest', nginx.manifests[0]?.digest ?? ''],
    ['a config', nginx.blobs[0]?.digest ?? ''],
    ['a layer', nginx.blobs[1]?.digest ?? ''],
  ])('finds %s that was changed', async (_what, digest) => {
    const files = goodFiles()
    const before = files.get(blobPath(digest)) ?? Buffer.alloc(0)
    files.set(blobPath(digest), Buffer.concat([before, Buffer.from(' ')]))
    const path = write(files)
    const args = { path, image: NGINX, digest }
    expect(await failure(find(path, 'nginx:1.27'))).toEqual({ code: 'LAYOUT_BLOB_DAMAGED', args })
  })

  test.each([
    ['an index', nginx.top.digest],
    ['a config', nginx.blobs[0]?.digest ?? ''],
    ['a layer', nginx.blobs[1]?.digest ?? ''],
  ])('finds %s that is missing', async (_what, digest) => {
    const files = goodFiles()
    files.delete(blobPath(digest))
    const path = write(files)
    const args = { path, image: NGINX, digest }
    expect(await failure(find(path, 'nginx:1.27'))).toEqual({ code: 'LAYOUT_BLOB_MISSING', args })
  })

  test('leaves out a platform that was not copied, and wants one at least', async () => {
    const [first, second] = nginx.manifests
    const files = goodFiles()
    files.delete(blobPath(first?.digest ?? ''))
    const found = await find(write(files), 'nginx:1.27')
    expect(found?.platforms).toEqual([{ os: 'linux', architecture: 'arm64', digest: second?.digest }])
    files.delete(blobPath(second?.digest ?? ''))
    expect((await failure(find(write(files), 'nginx:1.27'))).code).toBe('LAYOUT_BLOB_MISSING')
  })
})

describe('names', () => {
  const of = (image: typeof nginx, annotations: Record<string, string>): LaidImage => ({ image, annotations })
  const two = [of(nginx, { [REF_NAME]: '1.27' }), of(redis, { [REF_NAME]: '1.28' })]
  const theNginx = nginx.top.digest
  test.each<[string, readonly LaidImage[], string, string | undefined, string | undefined]>([
    ["containerd's full name", [of(nginx, { [CONTAINERD_NAME]: NGINX })], NGINX, undefined, theNginx],
    ["docker's short form", [of(nginx, { [CONTAINERD_NAME]: 'nginx:1.27' })], NGINX, undefined, theNginx],
    [
      "crane's full name",
      [of(nginx, { [REF_NAME]: 'index.docker.io/library/nginx:1.27' })],
      NGINX,
      undefined,
      theNginx,
    ],
    [
      "containerd's name before the other",
      [of(nginx, { [CONTAINERD_NAME]: 'ghcr.io/a/b:1', [REF_NAME]: NGINX })],
      NGINX,
      undefined,
      undefined,
    ],
    ['a tag alone is no name', two, NGINX, undefined, undefined],
    ['a tag alone is not an image of Docker Hub', two, '1.27', undefined, undefined],
    ['tags of a repository that the user names', two, 'nginx:1.28', 'nginx', redis.top.digest],
    ['tags of another repository', two, 'nginx:1.28', 'ghcr.io/acme/nginx', undefined],
    ['no tag is latest', [of(nginx, { [REF_NAME]: 'latest' })], 'nginx', 'nginx', theNginx],
    ['the only image, named by the user', [{ image: nginx }], NGINX, 'nginx:1.27', theNginx],
    ['the only image, named otherwise', [{ image: nginx }], 'nginx:1.28', 'nginx:1.27', undefined],
    ['one of two, named by the user', two, 'nginx:1.28', 'nginx:1.28', redis.top.digest],
    ['any text that skopeo puts there', [of(nginx, { [REF_NAME]: 'My Image!' })], NGINX, 'nginx', undefined],
    ['a digest needs no name', two, `any.io/name@${redis.top.digest}`, undefined, redis.top.digest],
    ['one name twice for one digest', [of(nginx, named), of(nginx, named)], NGINX, undefined, theNginx],
  ])('%s', async (_, images, reference, mapping, digest) => {
    expect((await find(asTar(layoutFiles(images)), reference, mapping))?.digest).toBe(digest)
  })

  test('one name for two images is refused', async () => {
    const path = asTar(layoutFiles([of(nginx, named), of(redis, named)]))
    expect(await failure(find(path, 'nginx:1.27'))).toEqual({
      code: 'LAYOUT_AMBIGUOUS',
      args: { path, image: NGINX, first: nginx.top.digest, second: redis.top.digest },
    })
  })

  test('a platform gives its manifest', async () => {
    const path = asTar(layoutFiles([of(attested, named)]))
    expect(await find(path, 'nginx:1.27', undefined, 'linux/arm64')).toMatchObject({
      digest: attested.manifests[1]?.digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
    })
    expect(await failure(find(path, 'nginx:1.27', undefined, 'linux/riscv64'))).toMatchObject({
      code: 'PLATFORM_UNKNOWN',
      args: { platform: 'linux/riscv64', registry: `oci-archive:${path}` },
    })
  })
})

describe('what is no layout is refused with the reason', () => {
  const set = (name: string, text: string) => (files: LayoutFiles) => files.set(name, Buffer.from(text))
  test.each<[string, (files: LayoutFiles) => unknown, string, string]>([
    ['no oci-layout', (files) => files.delete('oci-layout'), 'LAYOUT_INVALID', 'it has no file oci-layout'],
    ['a broken oci-layout', set('oci-layout', 'x'), 'LAYOUT_INVALID', 'its file oci-layout is not JSON'],
    [
      'a newer layout',
      set('oci-layout', '{"imageLayoutVersion":"2.0.0"}'),
      'LAYOUT_INVALID',
      'its layout version is 2.0.0, and only 1.0.0 is known',
    ],
    ['no index.json', (files) => files.delete('index.json'), 'LAYOUT_INVALID', 'it has no index.json'],
    ['a cut index.json', set('index.json', '{"manifests":['), 'LAYOUT_INVALID', 'its index.json is not JSON'],
    [
      'an index.json without a list',
      set('index.json', '{}'),
      'LAYOUT_INVALID',
      'its index.json has no list of manifests',
    ],
    [
      'a digest that leads out of the folder',
      set('index.json', '{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}'),
      'LAYOUT_INVALID',
      'manifests[0] of its index.json has no valid digest',
    ],
    [
      'an archive of docker save up to 24',
      (files) => {
        files.clear()
        files.set('manifest.json', Buffer.from('[{"RepoTags":["nginx:1.27"],"Layers":["a/layer.tar"]}]'))
      },
      'LAYOUT_DOCKER_ARCHIVE',
      'it has layers and a config, but no manifest, so its images have no digest',
    ],
  ])('%s', async (_, change, code, reason) => {
    const files = goodFiles()
    change(files)
    for (const path of [asFolder(files), asTar(files)]) {
      expect(await failure(find(path, NGINX))).toEqual({ code, args: { path, reason } })
    }
  })

  test('an archive of docker save since 25: layers that were written anew', async () => {
    const layer = blob('application/vnd.oci.image.layer.v1.tar', Buffer.from('layer'))
    const config = jsonBlob(MEDIA_TYPES.oci.config, { os: 'linux', architecture: 'amd64' })
    const descriptor = ({ mediaType, digest, bytes }: Blob) => ({ mediaType, digest, size: bytes.length })
    const mediaType = MEDIA_TYPES.oci.manifest
    const layers = [descriptor(layer)]
    const top = jsonBlob(mediaType, { schemaVersion: 2, mediaType, config: descriptor(config), layers })
    const image = { top, manifests: [], blobs: [config, layer] }
    const files = layoutFiles([{ image, annotations: named }])
    expect((await find(asTar(files), NGINX))?.digest).toBe(top.digest)
    files.set('manifest.json', Buffer.from('[]'))
    const path = asTar(files)
    const reason =
      'its layers are not compressed, so its digests are of the copy and not of what a registry holds'
    expect(await failure(find(path, NGINX))).toEqual({
      code: 'LAYOUT_DOCKER_ARCHIVE',
      args: { path, reason },
    })
  })

  test.each<[string, unknown, string]>([
    [
      'an index of nothing',
      { mediaType: MEDIA_TYPES.oci.index, manifests: [] },
      `the index of ${NGINX} lists no image`,
    ],
    [
      'an index of attestations',
      {
        mediaType: MEDIA_TYPES.oci.index,
        manifests: [{ digest: nginx.top.digest, platform: { os: 'unknown', architecture: 'unknown' } }],
      },
      `the index of ${NGINX} lists no image`,
    ],
    [
      'a layer without a digest',
      {
        mediaType: MEDIA_TYPES.oci.manifest,
        config: { digest: nginx.blobs[0]?.digest },
        layers: [{ digest: 'sha256:1' }],
      },
      `the manifest of ${NGINX} names a blob by no digest`,
    ],
    [
      'no config',
      { mediaType: MEDIA_TYPES.oci.manifest, layers: [] },
      `the manifest of ${NGINX} names a blob by no digest`,
    ],
  ])('%s cannot be checked', async (_, content, reason) => {
    const json = { schemaVersion: 2, ...(content as { mediaType: string }) }
    const top = jsonBlob(json.mediaType, json)
    const path = asTar(
      layoutFiles([{ image: { top, manifests: [], blobs: nginx.blobs }, annotations: named }]),
    )
    expect(await failure(find(path, NGINX))).toEqual({ code: 'LAYOUT_INVALID', args: { path, reason } })
  })

  test('a manifest.json beside compressed layers is what containerd exports, and good', async () => {
    const files = goodFiles()
    files.set('manifest.json', Buffer.from('[]'))
    expect((await find(asTar(files), NGINX))?.digest).toBe(nginx.top.digest)
  })

  test.each<[string, Buffer | undefined, string, string]>([
    ['nowhere.tar', undefined, 'LAYOUT_NOT_READ', 'no such file or directory (ENOENT)'],
    ['random.tar', Buffer.alloc(2048, 'x'), 'LAYOUT_INVALID', 'it is not a tar archive, or it is damaged'],
    ['empty.tar', Buffer.alloc(0), 'LAYOUT_INVALID', 'it has no file oci-layout'],
    ['cut.tar.gz', gzipSync(tarOf(goodFiles())).subarray(0, 500), 'LAYOUT_NOT_READ', 'Z_BUF_ERROR'],
    [
      'twice.tar',
      Buffer.concat([tarOf(goodFiles()).subarray(0, -1024), tarOf(goodFiles())]),
      'LAYOUT_INVALID',
      'it contains oci-layout twice',
    ],
  ])('%s', async (name, bytes, code, reason) => {
    const path = bytes === undefined ? join(folder, name) : archive(name, bytes)
    expect(await failure(find(path, NGINX))).toEqual({ code, args: { path, reason } })
  })
})
