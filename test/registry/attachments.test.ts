import { describe, expect, test } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../src/credentials/keychain.ts'
import type { Attachments } from '../../src/oci/attachment.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { attachmentBudget } from '../../src/registry/attachment-budget.ts'
import { createRegistryClient } from '../../src/registry/composition.ts'
import { findAttached } from '../support/ask-registry.ts'
import {
  type AppRegistry,
  appRegistries,
  attestation,
  foundAt,
  HEX,
  signature,
  summary,
} from '../support/attachments.ts'
import { basic, fixedKeychain } from '../support/fixed-keychain.ts'
import {
  type Artifact,
  ATTACHED_TYPES,
  artifact,
  bundleReferrer,
  pushReferrers,
  pushUnderTag,
} from '../support/registry/attached.ts'
import { blob } from '../support/registry/image.ts'
import { failWith, html } from '../support/registry/misbehaviour.ts'

const start = appRegistries()

const lines = (registry: AppRegistry): string[] =>
  registry.requests.map(({ method, path, status }) => `${method} ${path.replace(HEX, 'HEX')} ${status}`)

describe('what is attached to a digest', () => {
  test('nothing: four requests at the same time, and three searches', async () => {
    const registry = await start()
    const [only] = await findAttached(`${registry.host}/app`, registry.digest)
    const tag = `sha256-${registry.digest.slice(7, 19)}…`
    const from = registry.host
    expect(only).toEqual({
      list: [],
      searches: [
        { place: `tag ${tag}.sig`, from, found: 0, problems: [] },
        { place: `tag ${tag}`, from, found: 0, problems: [] },
        { place: `tag ${tag}.att`, from, found: 0, problems: [] },
      ],
    })
    expect(lines(registry).toSorted()).toEqual([
      'GET /v2/app/manifests/sha256-HEX 404',
      'GET /v2/app/manifests/sha256-HEX.att 404',
      'GET /v2/app/manifests/sha256-HEX.sig 404',
      'GET /v2/app/referrers/sha256:HEX 404',
    ])
  })

  test.each([
    ['the referrers API', { referrers: {} }, 'api'],
    ['the fallback tag', {}, 'fallback tag'],
  ] as const)(
    'bundles by %s, a signature and an attestation, each as it is stored',
    async (_, options, how) => {
      const registry = await start(options)
      const { digest } = registry
      pushReferrers(
        registry,
        'app',
        digest,
        [bundleReferrer(digest, '{"bundle":1}'), bundleReferrer(digest, '{"bundle":2}')],
        how,
      )
      pushUnderTag(registry, 'app', digest, 'sig', [
        signature('{"critical":{}}', { annotations: { 'dev.cosignproject.cosign/signature': 'MEUC' } }),
      ])
      pushUnderTag(registry, 'app', digest, 'att', [attestation('{"payload":""}')])
      const [only] = await findAttached(`${registry.host}/app`, digest)
      expect(only?.list[0]).toEqual({
        kind: 'signature',
        content: Buffer.from('{"critical":{}}'),
        annotations: { 'dev.cosignproject.cosign/signature': 'MEUC' },
        place: `sha256-${digest.slice(7, 19)}….sig, layer 1`,
        digest: blob('', Buffer.from('{"critical":{}}')).digest,
      })
      expect(summary(only as Attachments)).toEqual([
        'signature at sha256-….sig, layer 1: {"critical":{}}',
        'bundle at referrer sha256:…: {"bundle":1}',
        'bundle at referrer sha256:…: {"bundle":2}',
        'attestation at sha256-….att, layer 1: {"payload":""}',
        'tag sha256-….sig: 1',
        how === 'api' ? 'referrers: 2' : 'tag sha256-…: 2',
        'tag sha256-….att: 1',
      ])
    },
  )

  test('an endpoint that has answered by the API is not asked for the fallback tag any more', async () => {
    const registry = await start({ referrers: {} })
    const other = registry.push('other:1').digest
    const { findAttachments } = createRegistryClient({ keychain: EMPTY_KEYCHAIN, userAgent: 'test' })
    const { signal } = new AbortController()
    for (const [name, digest] of [
      ['app', registry.digest],
      ['other', other],
    ] as const) {
      const reference = parseReference(`${registry.host}/${name}@${digest}`)
      const options = { share: attachmentBudget().share(), signal }
      for await (const { list } of findAttachments(reference, reference.digest as Digest, options)) {
        expect(list).toEqual([])
      }
    }
    expect(registry.count({ path: /^\/v2\/app\/manifests\/sha256-[0-9a-f]+$/ })).toBe(1)
    expect(registry.count({ path: /^\/v2\/other\/manifests\/sha256-[0-9a-f]+$/ })).toBe(0)
    expect(registry.count({ path: /^\/v2\/other\/manifests\/sha256-[0-9a-f]+\.sig$/ })).toBe(1)
  })

  test.each([
    ['400', failWith(400, 'UNSUPPORTED')],
    ['404', failWith(404, 'UNSUPPORTED')],
    ['404 with a web page', html(404)],
    ['405', failWith(405, 'UNSUPPORTED')],
    ['406', failWith(406, 'UNSUPPORTED')],
    ['501', failWith(501, 'UNSUPPORTED')],
    ['200 with a web page', html()],
    ['200 with something else', failWith(200, 'UNSUPPORTED')],
  ])('a registry may say by %s that it has no referrers API', async (_, answer) => {
    const registry = await start()
    pushReferrers(registry, 'app', registry.digest, [bundleReferrer(registry.digest, '{}')])
    registry.script({ when: { path: /\/referrers\// }, answer })
    expect(await foundAt(registry)).toEqual(['bundle at referrer sha256:…: {}', 'tag sha256-…: 1'])
  })

  test('the pages of a long list are read', async () => {
    const registry = await start({ referrers: { pageSize: 2 } })
    const all = [1, 2, 3, 4, 5].map((number) => bundleReferrer(registry.digest, `{"bundle":${number}}`))
    pushReferrers(registry, 'app', registry.digest, all, 'api')
    const [only] = await findAttached(`${registry.host}/app`, registry.digest)
    expect(only?.list).toHaveLength(5)
    expect(registry.count({ path: /\/referrers\// })).toBe(3)
  })

  test('artifacts of other kinds are neither read nor a problem', async () => {
    const registry = await start({ referrers: {} })
    const sbom = artifact([{ mediaType: 'application/spdx+json', content: '{}' }], {
      artifactType: 'application/spdx+json',
      subject: { digest: registry.digest },
    })
    const untold = artifact([{ mediaType: 'application/spdx+json', content: '{"a":1}' }], {
      subject: { digest: registry.digest },
    })
    pushReferrers(registry, 'app', registry.digest, [sbom, untold], 'api')
    expect(await foundAt(registry)).toEqual([])
    expect(registry.count({ path: `/v2/app/manifests/${sbom.manifest.digest}` })).toBe(0)
    expect(registry.count({ path: `/v2/app/manifests/${untold.manifest.digest}` })).toBe(1)
  })

  test.each<[string, (subject: string) => Artifact]>([
    [
      'by its manifest, where the list has the type of the empty config',
      (subject) => bundleReferrer(subject, '{}', { artifactType: undefined }),
    ],
    [
      'in whatever case its type is written',
      (subject) => bundleReferrer(subject, '{}', { artifactType: ATTACHED_TYPES.bundle.toUpperCase() }),
    ],
    [
      'of an earlier version',
      (subject) =>
        artifact([{ mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1', content: '{}' }], {
          artifactType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
          subject: { digest: subject },
        }),
    ],
  ])('a bundle is found %s', async (_, make) => {
    const registry = await start({ referrers: {} })
    pushReferrers(registry, 'app', registry.digest, [make(registry.digest)], 'api')
    expect(await foundAt(registry)).toEqual(['bundle at referrer sha256:…: {}', 'referrers: 1'])
  })

  test('layers of signatures and attestations are found behind referrers, too (cosign with oci-1-1)', async () => {
    const registry = await start({ referrers: {} })
    const subject = { digest: registry.digest }
    pushReferrers(
      registry,
      'app',
      registry.digest,
      [
        artifact([signature('{"critical":1}'), signature('{"critical":2}')], {
          config: {
            mediaType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
            digest: blob('', Buffer.from('{}')).digest,
            size: 2,
          },
          subject,
        }),
        artifact([attestation('{"payload":1}')], { artifactType: 'application/vnd.in-toto+json', subject }),
      ],
      'api',
    )
    expect(await foundAt(registry)).toEqual([
      'signature at referrer sha256:…, layer 1: {"critical":1}',
      'signature at referrer sha256:…, layer 2: {"critical":2}',
      'attestation at referrer sha256:…, layer 1: {"payload":1}',
      'referrers: 3',
    ])
  })
})

describe('credentials', () => {
  test('one token for pulling from the repository is enough for every request', async () => {
    const registry = await start({ referrers: {}, auth: { kind: 'bearer', users: { ann: 'pw' } } })
    pushReferrers(registry, 'app', registry.digest, [bundleReferrer(registry.digest, '{}')], 'api')
    const keychain = fixedKeychain({ [registry.host]: [basic('ann', 'pw')] })
    expect(await foundAt(registry, { keychain })).toHaveLength(2)
    expect(registry.requests.filter(({ path }) => path === '/token').map(({ url }) => url)).toEqual([
      '/token?service=registry.test&scope=repository%3Aapp%3Apull&client_id=pinpull&account=ann',
    ])
  })

  test('the host that a bundle is redirected to gets none of the registry', async () => {
    const store = await start()
    const registry = await start({ auth: { kind: 'basic', users: { ann: 'pw' } } })
    const bundle = bundleReferrer(registry.digest, '{"moved":1}')
    pushReferrers(registry, 'app', registry.digest, [bundle])
    store.pushManifest('app', bundle.manifest, bundle.blobs)
    const target = store.url.replace('127.0.0.1', 'localhost')
    registry.script({
      when: { path: /\/blobs\//, authorized: true },
      answer: (_, { path }) => ({
        status: 307,
        headers: { location: `${target}${path}` },
        body: Buffer.of(),
      }),
    })
    const keychain = fixedKeychain({ [registry.host]: [basic('ann', 'pw')] })
    expect(await foundAt(registry, { keychain })).toEqual([
      'bundle at referrer sha256:…: {"moved":1}',
      'tag sha256-…: 1',
    ])
    expect(store.requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ['GET', undefined],
    ])
  })

  test('a registry that lets nobody look says so', async () => {
    const registry = await start({ auth: { kind: 'basic', users: { ann: 'pw' } } })
    await expect(foundAt(registry)).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING' })
  })
})

describe('mirrors', () => {
  test('are searched in order and by their name, and the caller takes as many as are needed', async () => {
    const mirrors = [await start({ mirror: true }), await start({ mirror: true })]
    const digest = mirrors[0]?.push('registry.example.com/app:1').digest ?? ''
    mirrors[1]?.push('registry.example.com/app:1')
    pushUnderTag(mirrors[1] as AppRegistry, 'registry.example.com/app', digest, 'sig', [signature('{}')])
    const all = await findAttached('registry.example.com/app', digest, {
      mirrors: mirrors.map(({ url }) => ({ host: 'registry.example.com', url })),
    })
    expect(
      all.map(({ list, searches }) => [list.length, ...new Set(searches.map(({ from }) => from))]),
    ).toEqual([
      [0, mirrors[0]?.host],
      [1, mirrors[1]?.host],
    ])
    expect(mirrors[1]?.requests.every(({ query }) => query.get('ns') === 'registry.example.com')).toBe(true)
  })

  test('one that fails is a search with a problem, if another one follows', async () => {
    const mirrors = [await start({ mirror: true }), await start({ mirror: true })]
    const digest = mirrors[1]?.push('registry.example.com/app:1').digest ?? ''
    mirrors[0]?.script({ answer: failWith(403, 'DENIED') })
    const settings = { mirrors: mirrors.map(({ url }) => ({ host: '*', url })) }
    const [first, second] = await findAttached('registry.example.com/app', digest, settings)
    expect(first).toEqual({
      list: [],
      searches: [
        {
          place: 'referrers and tags',
          from: mirrors[0]?.host,
          found: 0,
          problems: ['it could not be searched (REGISTRY_DENIED)'],
        },
      ],
    })
    expect(second?.searches).toHaveLength(3)
    mirrors[1]?.script({ answer: failWith(403, 'DENIED') })
    await expect(findAttached('registry.example.com/app', digest, settings)).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      args: { registry: mirrors[1]?.host, earlier: `${mirrors[0]?.host} (REGISTRY_DENIED)` },
    })
  })
})
