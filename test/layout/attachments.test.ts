import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLayout } from '../../src/layout/layout.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { attestation, signature, summary } from '../support/attachments.ts'
import {
  blobPath,
  type LaidImage,
  type LayoutFiles,
  layoutFiles,
  REF_NAME,
  tarOf,
  writeFolder,
} from '../support/image-layout.ts'
import {
  type Artifact,
  ATTACHED_TYPES,
  artifact,
  bundleReferrer,
  type Layer,
  referrersIndex,
} from '../support/registry/attached.ts'
import { blob, buildImage } from '../support/registry/image.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-layout-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const app = buildImage({ seed: 'app' })
const DIGEST = app.top.digest
const TAG = DIGEST.replace(':', '-')
const APP = parseReference('registry.example.com/app:1')
const bundle = bundleReferrer(DIGEST, '{"bundle":1}')
const sig = artifact([signature('{"critical":{}}', { annotations: { a: 'b' } })])
const att = artifact([attestation('{"payload":""}')])

/** An artifact as an entry of a layout. */
const entry = ({ manifest: top, blobs }: Artifact, more: Omit<LaidImage, 'image'> = {}): LaidImage => ({
  image: { top, manifests: [], blobs },
  ...more,
})
const tagged = (tag: string): Omit<LaidImage, 'image'> => ({ annotations: { [REF_NAME]: tag } })
const kind = (name: string): Omit<LaidImage, 'image'> => ({
  annotations: { kind: `dev.cosignproject.cosign/${name}` },
})

/** Adds the blobs of an artifact to a layout whose index does not list it. */
function withBlobs(files: LayoutFiles, { manifest, blobs }: Artifact): LayoutFiles {
  for (const { digest, bytes } of [manifest, ...blobs]) files.set(blobPath(digest), bytes)
  return files
}

const FORMS: Readonly<Record<string, (files: LayoutFiles) => string>> = {
  folder: (files) => {
    const path = join(folder, 'layout')
    mkdirSync(path)
    writeFolder(path, files)
    return path
  },
  archive: (files) => {
    const path = join(folder, 'layout.tar')
    writeFileSync(path, tarOf(files))
    return path
  },
}

const ALL = [
  'signature at sha256-….sig, layer 1: {"critical":{}}',
  'bundle at referrer sha256:…: {"bundle":1}',
  'attestation at sha256-….att, layer 1: {"payload":""}',
  'tag sha256-….sig: 1',
  'referrers: 1',
  'tag sha256-….att: 1',
]

describe.each(Object.entries(FORMS))('attachments in a layout, a %s', (_, write) => {
  test.each<[string, () => LayoutFiles]>([
    [
      'oras cp -r: referrers without a tag',
      () =>
        layoutFiles([
          { image: app, annotations: { [REF_NAME]: '1' } },
          entry(bundle, { artifactType: ATTACHED_TYPES.bundle }),
          entry(sig, tagged(`${TAG}.sig`)),
          entry(att, tagged(`${TAG}.att`)),
        ]),
    ],
    [
      'regctl: the fallback tag',
      () =>
        withBlobs(
          layoutFiles([
            { image: app, annotations: { [REF_NAME]: '1' } },
            entry({ manifest: referrersIndex([{ digest: bundle.manifest.digest }]), blobs: [] }, tagged(TAG)),
            entry(sig, tagged(`${TAG}.sig`)),
            entry(att, tagged(`${TAG}.att`)),
          ]),
          bundle,
        ),
    ],
    [
      'crane: full references',
      () =>
        withBlobs(
          layoutFiles([
            { image: app, annotations: { [REF_NAME]: 'registry.example.com/app:1' } },
            entry(sig, tagged(`registry.example.com/app:${TAG}.sig`)),
            entry(att, tagged(`registry.example.com/app:${TAG}.att`)),
          ]),
          bundle,
        ),
    ],
    [
      'cosign save: kinds, and bundles that nothing lists',
      () =>
        withBlobs(
          layoutFiles([
            { image: app, ...kind('imageIndex') },
            entry(sig, kind('sigs')),
            entry(att, kind('atts')),
          ]),
          bundle,
        ),
    ],
  ])('%s', async (_, files) => {
    const layout = await openLayout(write(files()), APP)
    expect((await layout.find(APP))?.digest).toBe(DIGEST)
    const found = await layout.findAttachments(DIGEST as Digest)
    expect(summary(found)).toEqual(ALL)
    expect(new Set(found.searches.map(({ from }) => from))).toEqual(new Set([layout.transport]))
    expect(found.list[0]?.annotations).toEqual({ a: 'b' })
  })

  test('nothing, where they are attached to another digest', async () => {
    const other = buildImage({ seed: 'other' })
    const layout = await openLayout(
      write(
        withBlobs(
          layoutFiles([
            { image: other, ...kind('imageIndex') },
            entry(sig, kind('sigs')),
            entry(att, tagged(`sha256-${'0'.repeat(64)}.att`)),
          ]),
          bundle,
        ),
      ),
      APP,
    )
    expect(summary(await layout.findAttachments(app.manifests[0]?.digest as Digest))).toEqual([])
  })
})

describe('what is broken in a layout is a problem of its search', () => {
  const search = async (files: LayoutFiles): Promise<string[]> => {
    const layout = await openLayout(FORMS['folder']?.(files) ?? '', APP)
    return summary(await layout.findAttachments(DIGEST as Digest))
  }
  const withSignature = (layer: Partial<Layer>, change: (files: LayoutFiles) => void = () => {}) => {
    const broken = artifact([signature('{"a":1}', layer)])
    const files = layoutFiles([
      { image: app, annotations: { [REF_NAME]: '1' } },
      entry(broken, tagged(`${TAG}.sig`)),
    ])
    change(files)
    return files
  }
  const path = blobPath(blob('', Buffer.from('{"a":1}')).digest)

  test.each<[string, () => LayoutFiles, string]>([
    [
      'a signature that is missing',
      () => withSignature({ isAbsent: true }),
      'names sha256:…, which cannot be used: it does not exist',
    ],
    [
      'a signature that is damaged',
      () => withSignature({}, (files) => files.set(path, Buffer.from('{"a":2}'))),
      'names sha256:…, which cannot be used: it does not have its digest',
    ],
    ['a wrong size', () => withSignature({ size: 5 }), 'has 7 bytes, and its manifest states 5'],
    ['another media type', () => withSignature({ mediaType: 'text/plain' }), 'has the media type text/plain'],
  ])('%s', async (_, files, problem) => {
    expect(await search(files())).toEqual(['tag sha256-….sig: 0', `! sha256-….sig, layer 1 ${problem}`])
  })

  test('an index under .sig, and a referrer with two bundles', async () => {
    const two = artifact(
      [1, 2].map((number) => ({ mediaType: ATTACHED_TYPES.bundle, content: `{"b":${number}}` })),
      { subject: { digest: DIGEST } },
    )
    const files = layoutFiles([
      { image: app, annotations: { [REF_NAME]: '1' } },
      { image: buildImage({ seed: 'x' }), ...tagged(`${TAG}.sig`) },
    ])
    expect(await search(withBlobs(files, two))).toEqual([
      'tag sha256-….sig: 0',
      '! sha256-….sig cannot be used: it is an index',
      'referrers: 0',
      '! referrer sha256:… has 2 layers instead of one bundle',
    ])
  })
})
