import { describe, expect, test } from 'vitest'
import type { PinpullError } from '../../src/diagnostics/errors.ts'
import { formatMessage } from '../../src/report/message.ts'
import { findAttached } from '../support/ask-registry.ts'
import { appRegistries, attestation, foundAt, signature } from '../support/attachments.ts'
import {
  type Artifact,
  ATTACHED_TYPES,
  artifact,
  bundleReferrer,
  type Layer,
  pushReferrers,
  pushUnderTag,
  referrersIndex,
} from '../support/registry/attached.ts'
import { type Blob, blob, MEDIA_TYPES } from '../support/registry/image.ts'
import { failWith, html } from '../support/registry/misbehaviour.ts'

const start = appRegistries()

describe('what is broken is a problem of its search, and the rest is read', () => {
  interface Row {
    readonly name: string
    readonly referrers?: (subject: string) => readonly Artifact[]
    readonly sig?: readonly Layer[]
    readonly att?: readonly Layer[]
    readonly problems: readonly string[]
  }
  const OTHER = `sha256:${'0'.repeat(64)}`
  const right = (subject: string): Artifact => bundleReferrer(subject, '{"right":true}')

  test.each<Row>([
    {
      name: 'a bundle that is attached to another digest',
      referrers: () => [bundleReferrer(OTHER, '{}')],
      problems: ['referrer sha256:… is attached to sha256:HEX instead'],
    },
    {
      name: 'a bundle that is attached to nothing',
      referrers: (subject) => [bundleReferrer(subject, '{}', { subject: undefined })],
      problems: ['referrer sha256:… is attached to nothing instead'],
    },
    {
      name: 'two bundles in one referrer',
      referrers: (subject) => [
        artifact(
          [
            { mediaType: ATTACHED_TYPES.bundle, content: '{"a":1}' },
            { mediaType: ATTACHED_TYPES.bundle, content: '{"a":2}' },
          ],
          { artifactType: ATTACHED_TYPES.bundle, subject: { digest: subject } },
        ),
      ],
      problems: ['referrer sha256:… has 2 layers instead of one bundle'],
    },
    {
      name: 'no layer',
      referrers: (subject) => [bundleReferrer(subject, '{}', { layers: [] })],
      problems: ['referrer sha256:… has 0 layers instead of one bundle'],
    },
    {
      name: 'no list of layers',
      referrers: (subject) => [bundleReferrer(subject, '{}', { layers: {} })],
      problems: ['referrer sha256:… cannot be used: it has no list of layers'],
    },
    {
      name: 'another layer',
      referrers: (subject) => [
        artifact([{ mediaType: 'text/plain', content: '{}' }], {
          artifactType: ATTACHED_TYPES.bundle,
          subject: { digest: subject },
        }),
      ],
      problems: ['the layer of referrer sha256:… has the media type text/plain'],
    },
    {
      name: 'a layer with a path for a digest',
      referrers: (subject) => [
        artifact(
          [{ mediaType: ATTACHED_TYPES.bundle, content: '{}', digest: 'sha256:../../../etc/passwd' }],
          {
            artifactType: ATTACHED_TYPES.bundle,
            subject: { digest: subject },
          },
        ),
      ],
      problems: ['the layer of referrer sha256:… has no valid digest and size'],
    },
    {
      name: 'a bundle that does not exist',
      referrers: (subject) => [
        artifact([{ mediaType: ATTACHED_TYPES.bundle, content: '{"absent":1}', isAbsent: true }], {
          artifactType: ATTACHED_TYPES.bundle,
          subject: { digest: subject },
        }),
      ],
      problems: ['referrer sha256:… names sha256:…, which does not exist'],
    },
    {
      name: 'a bundle of a gigabyte, by its descriptor',
      referrers: (subject) => [
        artifact([{ mediaType: ATTACHED_TYPES.bundle, content: '{"big":1}', size: 2 ** 30 }], {
          artifactType: ATTACHED_TYPES.bundle,
          subject: { digest: subject },
        }),
      ],
      problems: ['referrer sha256:… has 1073741824 bytes, and at most 8 MiB are read'],
    },
    {
      name: 'a bundle that is larger than its descriptor says',
      referrers: (subject) => [
        artifact([{ mediaType: ATTACHED_TYPES.bundle, content: `{"big":"${'x'.repeat(5000)}"}`, size: 9 }], {
          artifactType: ATTACHED_TYPES.bundle,
          subject: { digest: subject },
        }),
      ],
      problems: ['referrer sha256:… has more than the 9 bytes that its manifest states'],
    },
    {
      name: 'a bundle that is smaller than its descriptor says',
      referrers: (subject) => [
        artifact([{ mediaType: ATTACHED_TYPES.bundle, content: '{"small":1}', size: 99 }], {
          artifactType: ATTACHED_TYPES.bundle,
          subject: { digest: subject },
        }),
      ],
      problems: ['referrer sha256:… has 11 bytes, and its manifest states 99'],
    },
    {
      name: 'layers under .sig that are no signatures',
      sig: [signature('{}'), attestation('{"payload":""}'), signature('{"a":1}', { size: '3' })],
      problems: [
        'sha256-….sig, layer 2 has the media type application/vnd.dsse.envelope.v1+json',
        'sha256-….sig, layer 3 has no valid digest and size',
      ],
    },
    {
      name: 'a media type with control characters',
      att: [attestation('{}', { mediaType: `text/\u001b[31mred\u0007` })],
      problems: ['sha256-….att, layer 1 has no media type'],
    },
  ])('$name', async ({ referrers, sig, att, problems }) => {
    const registry = await start()
    const { digest } = registry
    pushReferrers(registry, 'app', digest, [...(referrers?.(digest) ?? []), right(digest)])
    if (sig !== undefined) pushUnderTag(registry, 'app', digest, 'sig', sig)
    if (att !== undefined) pushUnderTag(registry, 'app', digest, 'att', att)
    const said = await foundAt(registry)
    expect(said).toContain('bundle at referrer sha256:…: {"right":true}')
    expect(said.filter((line) => line.startsWith('! '))).toEqual(problems.map((one) => `! ${one}`))
  })

  test.each<[string, () => Blob, string[]]>([
    [
      'no JSON',
      () => blob(MEDIA_TYPES.oci.index, Buffer.from('{"manifests":[')),
      ['sha256-… is not an OCI index'],
    ],
    ['a manifest', () => artifact([]).manifest, ['sha256-… is not an OCI index']],
    [
      'entries without digests',
      () => referrersIndex([null, 'x', {}, { digest: 'sha256:1' }, { digest: ['sha256'] }]),
      ['5 entries of the list have no valid digest'],
    ],
    [
      'a manifest that does not exist',
      () => referrersIndex([{ digest: `sha256:${'1'.repeat(64)}` }]),
      ['referrer sha256:… cannot be used: it is listed, but it does not exist'],
    ],
  ])('a fallback tag with %s', async (_, make, problems) => {
    const registry = await start()
    registry.pushManifest(`app:${registry.digest.replace(':', '-')}`, make())
    expect(await foundAt(registry)).toEqual(['tag sha256-…: 0', ...problems.map((one) => `! ${one}`)])
  })

  test('an index under .sig, even of images', async () => {
    const registry = await start()
    registry.push(`app:${registry.digest.replace(':', '-')}.sig`)
    expect(await foundAt(registry)).toEqual([
      'tag sha256-….sig: 0',
      '! sha256-….sig cannot be used: it is an index',
    ])
  })

  test('a referrer whose bytes have another digest', async () => {
    const registry = await start({ referrers: {} })
    const one = bundleReferrer(registry.digest, '{"bundle":1}')
    const other = bundleReferrer(registry.digest, '{"bundle":2}')
    pushReferrers(registry, 'app', registry.digest, [one], 'api')
    registry.script({
      when: { path: `/v2/app/manifests/${one.manifest.digest}` },
      answer: (answer) => ({ ...answer, body: other.manifest.bytes }),
    })
    expect(await foundAt(registry)).toEqual([
      'referrers: 0',
      '! referrer sha256:… cannot be used: its digest is sha256:HEX, not sha256:HEX',
    ])
  })

  test('a bundle whose bytes have another digest', async () => {
    const registry = await start({ referrers: {} })
    pushReferrers(registry, 'app', registry.digest, [bundleReferrer(registry.digest, '{"bundle":1}')], 'api')
    registry.script({
      when: { path: /\/blobs\// },
      answer: (answer) => ({ ...answer, body: Buffer.from('{"bundle":2}') }),
    })
    expect(await foundAt(registry)).toEqual([
      'referrers: 0',
      '! referrer sha256:… does not have its digest sha256:…',
    ])
  })

  test('keys that are there twice, and names of prototypes, are read as JSON.parse reads them', async () => {
    const registry = await start()
    const content = Buffer.from('{}')
    const layer = `{"mediaType":"${ATTACHED_TYPES.signature}","digest":"${blob('', content).digest}","size":2,
      "annotations":{"__proto__":"p","constructor":"c","a":"first","a":"second","n":1}}`
    const bytes = Buffer.from(`{"layers":[],"__proto__":{"layers":[]},"layers":[${layer}]}`)
    registry.pushManifest(
      `app:${registry.digest.replace(':', '-')}.sig`,
      blob(MEDIA_TYPES.oci.manifest, bytes),
      [blob('', content)],
    )
    const [only] = await findAttached(`${registry.host}/app`, registry.digest)
    expect(Object.entries(only?.list[0]?.annotations ?? {})).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['a', 'second'],
    ])
  })
})

describe('limits', () => {
  test('100,000 referrers: those that say that they are bundles come first, and the rest is counted', async () => {
    const registry = await start()
    const bundle = bundleReferrer(registry.digest, '{}')
    registry.pushManifest('app', bundle.manifest, bundle.blobs)
    const others = Array.from({ length: 100_000 }, (_, index) => ({
      digest: `sha256:${index.toString(16).padStart(64, '0')}`,
    }))
    const last = { digest: bundle.manifest.digest, artifactType: ATTACHED_TYPES.bundle }
    registry.pushManifest(`app:${registry.digest.replace(':', '-')}`, referrersIndex([...others, last]))
    expect(await foundAt(registry, { limits: { maxManifestBytes: 2 ** 24, maxAttachments: 2 } })).toEqual([
      'bundle at referrer sha256:…: {}',
      'tag sha256-…: 1',
      '! referrer sha256:… cannot be used: it is listed, but it does not exist',
      '! only 2 of 100001 referrers were looked at',
    ])
    expect(registry.count({ path: /\/manifests\/sha256:/ })).toBe(2)
  })

  test('10,000 signatures', async () => {
    const registry = await start()
    pushUnderTag(
      registry,
      'app',
      registry.digest,
      'sig',
      Array.from({ length: 10_000 }, () => signature('{}')),
    )
    const limits = { maxAttachments: 100 }
    const [only] = await findAttached(`${registry.host}/app`, registry.digest, { limits })
    expect(only?.list).toHaveLength(100)
    expect(only?.searches[0]?.problems).toEqual([
      `only 100 of 10000 layers of sha256-${registry.digest.slice(7, 19)}….sig were looked at`,
    ])
  })

  test('what is too large together is not read', async () => {
    const registry = await start()
    const half = 2 ** 19
    pushUnderTag(
      registry,
      'app',
      registry.digest,
      'sig',
      ['a', 'b', 'c'].map((letter) => signature(letter.repeat(half))),
    )
    const limits = { maxAttachedBytes: 2 * half, maxAttachmentBytes: half }
    const [only] = await findAttached(`${registry.host}/app`, registry.digest, { limits })
    expect(only?.list.map(({ content }) => content.length)).toEqual([half, half])
    expect(only?.searches[0]?.problems).toEqual([
      '1 of 3 objects were not read, since together they exceed 1 MiB',
    ])
  })

  test('a list, a tag and a manifest that are too large', async () => {
    const registry = await start({ referrers: {} })
    pushReferrers(registry, 'app', registry.digest, [bundleReferrer(registry.digest, '{}')], 'api')
    pushUnderTag(registry, 'app', registry.digest, 'sig', [signature('{}')])
    const limits = { maxManifestBytes: 128 }
    expect(await foundAt(registry, { limits })).toEqual([
      'tag sha256-….sig: 0',
      '! sha256-….sig cannot be used: it is larger than 0.0001220703125 MiB',
      'referrers: 0',
      '! a page of the list is larger than 0.0001220703125 MiB',
    ])
  })

  test.each([
    ['goes in a circle', (url: string) => url, 'page 2 of the list was read before'],
    [
      'leads to another host',
      () => 'https://other.example.com/v2/app/referrers/x',
      'page 2 of the list is at another host',
    ],
    ['is no URL', () => 'http://[', 'page 2 of the list is at another host'],
    ['leads nowhere', () => '/v2/nowhere', 'page 2 of the list is missing'],
  ])('a list whose next page %s', async (_, target, problem) => {
    const registry = await start({ referrers: {} })
    pushReferrers(registry, 'app', registry.digest, [bundleReferrer(registry.digest, '{}')], 'api')
    registry.script({
      when: { path: /\/referrers\// },
      answer: (answer, { url }) => ({
        ...answer,
        headers: { ...answer.headers, link: `</first>; rel=first, <${target(url)}>; a="x, y"; Rel="next"` },
      }),
    })
    expect(await foundAt(registry)).toEqual([
      'bundle at referrer sha256:…: {}',
      'referrers: 1',
      `! ${problem}`,
    ])
  })

  test('a list without an end', async () => {
    const registry = await start({ referrers: {} })
    registry.script({
      when: { path: /\/referrers\// },
      answer: (answer, { path, query }) => ({
        ...answer,
        headers: { ...answer.headers, link: `<${path}?page=${Number(query.get('page')) + 1}>; rel="next"` },
      }),
    })
    expect(await foundAt(registry)).toEqual([
      'referrers: 0',
      '! page 33 of the list is left out: at most 32 are read',
    ])
    expect(registry.count({ path: /\/referrers\// })).toBe(32)
  })
})

describe('a search that fails is the error of the image', () => {
  test.each([
    ['the referrers API', /\/referrers\//, failWith(500, 'UNKNOWN'), 'REGISTRY_ERROR'],
    ['the referrers API', /\/referrers\//, failWith(403, 'DENIED'), 'REGISTRY_DENIED'],
    ['the referrers API', /\/referrers\//, failWith(429, 'TOOMANYREQUESTS'), 'REGISTRY_RATE_LIMITED'],
    ['the fallback tag', /sha256-[0-9a-f]+$/, failWith(503, 'UNKNOWN'), 'REGISTRY_ERROR'],
    ['the fallback tag', /sha256-[0-9a-f]+$/, html(), 'NOT_A_REGISTRY'],
    ['.sig', /\.sig$/, failWith(403, 'DENIED'), 'REGISTRY_DENIED'],
    ['.att', /\.att$/, failWith(502, 'UNKNOWN'), 'REGISTRY_ERROR'],
    ['a referrer', /\/manifests\/sha256:/, failWith(500, 'UNKNOWN'), 'REGISTRY_ERROR'],
    ['a bundle', /\/blobs\//, failWith(500, 'UNKNOWN'), 'REGISTRY_ERROR'],
    ['a bundle', /\/blobs\//, failWith(403, 'DENIED'), 'REGISTRY_DENIED'],
  ])('%s', async (_, path, answer, code) => {
    const registry = await start()
    pushReferrers(registry, 'app', registry.digest, [bundleReferrer(registry.digest, '{}')])
    registry.script({ when: { path }, answer })
    await expect(foundAt(registry)).rejects.toMatchObject({
      code,
      args: { image: `${registry.host}/app@${registry.digest}`, registry: registry.host, repository: 'app' },
    })
  })

  test('its message says that signatures were searched, and not the digest', async () => {
    const registry = await start()
    registry.script({ when: { path: /\.sig$/ }, answer: failWith(403, 'DENIED', 'no') })
    const error = await foundAt(registry).catch((thrown: unknown) => thrown as PinpullError)
    expect(formatMessage(error as PinpullError)).toBe(
      `${registry.host}/app@${registry.digest}: ${registry.host} refused access to app: DENIED: no (while searching for signatures)`,
    )
  })

  test('what the API can say, the fallback tag need not', async () => {
    const registry = await start({ referrers: {} })
    registry.script({ when: { path: /sha256-[0-9a-f]+$/ }, answer: failWith(500, 'UNKNOWN') })
    expect(await foundAt(registry)).toEqual([])
  })
})
