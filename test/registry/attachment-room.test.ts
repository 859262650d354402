import { describe, expect, test } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../src/credentials/keychain.ts'
import type { Attachments } from '../../src/oci/attachment.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { type AttachmentBudget, attachmentBudget } from '../../src/registry/attachment-budget.ts'
import { createRegistryClient } from '../../src/registry/composition.ts'
import { type AppRegistry, appRegistries, foundAt, signature, summary } from '../support/attachments.ts'
import {
  type Artifact,
  ATTACHED_TYPES,
  bundleReferrer,
  pushReferrers,
  pushUnderTag,
  referrersIndex,
} from '../support/registry/attached.ts'

const KIB = 1024
const start = appRegistries()
const { signal } = new AbortController()

/** Searches with a share of a budget, which is not given back. */
async function found(registry: AppRegistry, budget: AttachmentBudget, imageTimeout = 60_000) {
  const client = createRegistryClient({
    keychain: EMPTY_KEYCHAIN,
    userAgent: 'test',
    limits: { imageTimeout },
  })
  const share = budget.share()
  const reference = parseReference(`${registry.host}/app@${registry.digest}`)
  const all: Attachments[] = []
  for await (const one of client.findAttachments(reference, reference.digest as Digest, { share, signal }))
    all.push(one)
  return { share, lines: all.flatMap(summary) }
}

/** A bundle whose manifest has about as many KiB. */
const bundle = (subject: string, index: number, kibibytes: number): Artifact =>
  bundleReferrer(subject, `{"bundle":${index}}`, { annotations: { fill: 'x'.repeat(kibibytes * KIB) } })

describe('what a search takes', () => {
  test('the sizes of manifests as their list states them, and of objects', async () => {
    const registry = await start({ referrers: {} })
    pushReferrers(registry, 'app', registry.digest, [bundle(registry.digest, 1, 40)], 'api')
    const [one] = [bundle(registry.digest, 1, 40)]
    const { share } = await found(registry, attachmentBudget({ inAll: 1e6, perImage: 1e6 }))
    expect(1e6 - share.left).toBe((one?.manifest.bytes.length ?? 0) + '{"bundle":1}'.length)
  })

  test('nothing for an image without anything, nor for small lists', async () => {
    const registry = await start()
    const { share } = await found(registry, attachmentBudget({ inAll: 1, perImage: 1 }))
    expect(share.left).toBe(1)
  })

  test('8 MiB for a list of more than 256 KiB, which is requested again', async () => {
    const registry = await start()
    const note = { 'dev.cosignproject.cosign/signature': 'x'.repeat(300 * KIB) }
    pushUnderTag(registry, 'app', registry.digest, 'sig', [signature('{}', { annotations: note })])
    const limit = 2 ** 24
    const { share, lines } = await found(registry, attachmentBudget({ inAll: limit, perImage: limit }))
    expect(lines).toEqual(['signature at sha256-….sig, layer 1: {}', 'tag sha256-….sig: 1'])
    expect(limit - share.left).toBe(8 * 2 ** 20 + 2)
    expect(registry.count({ path: /\.sig$/ })).toBe(2)
  })

  test('no more than one image may have', async () => {
    const registry = await start()
    pushUnderTag(registry, 'app', registry.digest, 'sig', [signature('{"a":1}'), signature('{"a":2}')])
    const { lines } = await found(registry, attachmentBudget({ inAll: 100, perImage: 10 }))
    expect(lines).toEqual([
      'signature at sha256-….sig, layer 1: {"a":1}',
      'tag sha256-….sig: 1',
      '! 1 of 2 objects were not read, since too much is attached to the image',
    ])
  })
})

test('who has to wait does so for as long as it takes: the time of an image does not pass meanwhile', async () => {
  const registry = await start()
  pushUnderTag(registry, 'app', registry.digest, 'sig', [signature('{"a":1}')])
  const budget = attachmentBudget({ inAll: 10, perImage: 10 })
  const other = budget.share()
  await other.take(10, signal)
  const searching = found(registry, budget, 1500)
  await new Promise((resolve) => setTimeout(resolve, 2000))
  expect(registry.count({ path: /\/blobs\// })).toBe(0)
  other.release()
  expect((await searching).lines).toContain('signature at sha256-….sig, layer 1: {"a":1}')
})

describe('manifests of referrers', () => {
  test('that are too large together are not read', async () => {
    const registry = await start({ referrers: {} })
    const all = [1, 2, 3].map((index) => bundle(registry.digest, index, 400))
    pushReferrers(registry, 'app', registry.digest, all, 'api')
    const lines = await foundAt(registry, { limits: { maxAttachedBytes: 2 ** 20 } })
    expect(lines.slice(2)).toEqual([
      'referrers: 2',
      '! 1 of 3 manifests were not read, since together they exceed 1 MiB',
    ])
    expect(registry.count({ path: /\/manifests\/sha256:/ })).toBe(2)
  })

  test.each<[string, number, string]>([
    [
      'that have more bytes than their list states',
      20_000,
      'referrer sha256:… cannot be used: it has more than the 20000 bytes that its list states',
    ],
    [
      'that have more bytes than are read',
      10_000_000,
      'referrer sha256:… has 10000000 bytes, and at most 8 MiB are read',
    ],
  ])('%s are named', async (_, size, problem) => {
    const registry = await start()
    const { manifest, blobs } = bundle(registry.digest, 1, 40)
    registry.pushManifest('app', manifest, blobs)
    const { digest } = manifest
    const index = referrersIndex([{ digest, size, artifactType: ATTACHED_TYPES.bundle }])
    registry.pushManifest(`app:${registry.digest.replace(':', '-')}`, index)
    expect(await foundAt(registry)).toEqual(['tag sha256-…: 0', `! ${problem}`])
  })

  test('may have 16 KiB where their list states nothing', async () => {
    const registry = await start()
    const { manifest, blobs } = bundle(registry.digest, 1, 10)
    registry.pushManifest('app', manifest, blobs)
    const index = referrersIndex([{ digest: manifest.digest, artifactType: ATTACHED_TYPES.bundle }])
    registry.pushManifest(`app:${registry.digest.replace(':', '-')}`, index)
    expect(await foundAt(registry)).toEqual(['bundle at referrer sha256:…: {"bundle":1}', 'tag sha256-…: 1'])
  })
})

test('a list of many large pages is left off', async () => {
  const registry = await start({ referrers: {} })
  registry.script({
    when: { path: /\/referrers\// },
    answer: (answer, { path, query }) => {
      const { bytes } = referrersIndex([{ fill: 'x'.repeat(100 * KIB) }])
      const link = `<${path}?page=${Number(query.get('page')) + 1}>; rel="next"`
      return { ...answer, body: bytes, headers: { ...answer.headers, link } }
    },
  })
  const lines = await foundAt(registry, { limits: { maxAttachedBytes: 2 ** 20 } })
  expect(lines).toEqual([
    'referrers: 0',
    '! page 12 of the list is left out: those before it have more than 1 MiB',
    '! 11 entries of the list have no valid digest',
  ])
})
