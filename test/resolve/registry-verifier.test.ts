import { describe, expect, test } from 'vitest'
import type { VerifyRule } from '../../src/config/verify-settings.ts'
import { EMPTY_KEYCHAIN } from '../../src/credentials/keychain.ts'
import { splitAccount } from '../../src/diagnostics/account.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import type { Layout } from '../../src/layout/layout.ts'
import type { Platform } from '../../src/oci/platform.ts'
import type { Verification, Verifier } from '../../src/plan/verifier.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { attachmentBudget } from '../../src/registry/attachment-budget.ts'
import { createRegistryClient, type RegistryClientSettings } from '../../src/registry/composition.ts'
import { type AttachmentJudge, attachmentJudge } from '../../src/resolve/attachment-judge.ts'
import {
  type AttachmentSource,
  chainSources,
  layoutSource,
  registrySource,
} from '../../src/resolve/attachment-source.ts'
import { layoutResolver } from '../../src/resolve/layout-resolver.ts'
import { clientResolver } from '../../src/resolve/registry-resolver.ts'
import { registryVerifier } from '../../src/resolve/registry-verifier.ts'
import { basic, fixedKeychain } from '../support/fixed-keychain.ts'
import { instantClock } from '../support/instant-clock.ts'
import { pushReferrers, pushUnderTag } from '../support/registry/attached.ts'
import { closingRegistries } from '../support/registry/closing-registries.ts'
import { buildImage } from '../support/registry/image.ts'
import { failWith } from '../support/registry/misbehaviour.ts'
import type { Pushed, TestRegistry } from '../support/registry/registry.ts'
import { signatureLayer, signedReferrer, signingKey } from '../support/signing.ts'

const start = closingRegistries()

const ours = signingKey()
const theirs = signingKey()
const FILES: Readonly<Record<string, string>> = {
  'ours.pub': ours.publicKey,
  'theirs.pub': theirs.publicKey,
  'broken.pub': 'not a key',
}
const RULE: VerifyRule = {
  label: 'ours',
  patterns: [],
  identities: [],
  keys: ['ours.pub'],
  attestations: [],
  transparencyLog: 'optional',
  mode: 'enforce',
}
const PROVENANCE = 'https://slsa.dev/provenance/v1'
const { signal } = new AbortController()

function verifierOf(settings: Partial<RegistryClientSettings> = {}): Verifier {
  const client = createRegistryClient({
    keychain: EMPTY_KEYCHAIN,
    userAgent: 'pinpull/test',
    clock: instantClock(),
    ...settings,
  })
  return registryVerifier({
    source: registrySource({ client }),
    resolver: clientResolver(client),
    judge: attachmentJudge(async (path) => {
      const text = FILES[path]
      return text === undefined ? { problem: 'it does not exist' } : Buffer.from(text)
    }),
  })
}

/** What a verifier says about an image: its result, or its error. */
async function verify(
  image: string,
  digest: string,
  {
    platform,
    rule = {},
    ...settings
  }: Partial<RegistryClientSettings> & {
    readonly platform?: Platform
    readonly rule?: Partial<VerifyRule>
  } = {},
): Promise<Verification> {
  return await verifierOf(settings).verify({
    reference: parseReference(image),
    digest: digest as Digest,
    platform,
    rule: { ...RULE, ...rule },
    signal,
  })
}

/** Code and arguments of an error; in what was looked at, digests and hosts are left out. */
async function errorOf(
  verification: Promise<Verification>,
): Promise<{ code: string; demand: unknown; looked: unknown }> {
  const error = await verification.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof PinpullError)) throw new Error('expected an error', { cause: error })
  const { demand, looked } = error.args
  const plain = splitAccount(String(looked))
    .join('; ')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/(sha256[:-])[0-9a-f]{12,64}/g, '$1HEX')
  return { code: error.code, demand, looked: plain }
}

/** Signs an image with a key in one of the three ways. */
const WAYS = {
  'a bundle behind the fallback tag': (registry, { digest }, key) =>
    pushReferrers(registry, 'app', digest, [signedReferrer(digest, key)]),
  'a signature under .sig': (registry, { digest }, key) =>
    pushUnderTag(registry, 'app', digest, 'sig', [signatureLayer(digest, key)]),
} as const satisfies Record<
  string,
  (registry: TestRegistry, image: Pushed, key: ReturnType<typeof signingKey>) => void
>

describe('an image that is signed', () => {
  test.each(Object.entries(WAYS))('by %s', async (_, attach) => {
    const registry = await start()
    const image = registry.push('app:1')
    attach(registry, image, ours)
    expect(await verify(`${registry.host}/app:1`, image.digest)).toMatchObject({
      rule: 'ours',
      by: 'key',
      signer: 'ours.pub',
      from: registry.host,
      objects: [{ bundle: expect.stringMatching(/^sha256:/) }],
    })
  })

  test('by a bundle behind the referrers API', async () => {
    const registry = await start({ referrers: {} })
    const { digest } = registry.push('app:1')
    pushReferrers(registry, 'app', digest, [signedReferrer(digest, ours)], 'api')
    expect(await verify(`${registry.host}/app:1`, digest)).toMatchObject({ signer: 'ours.pub' })
  })

  test('in the old way beside an attestation in the new one: neither hides the other', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    pushReferrers(registry, 'app', digest, [signedReferrer(digest, theirs, PROVENANCE)])
    pushUnderTag(registry, 'app', digest, 'sig', [signatureLayer(digest, ours)])
    expect(await verify(`${registry.host}/app:1`, digest)).toMatchObject({ signer: 'ours.pub' })
  })

  test('the docker-reference is reported', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    pushUnderTag(registry, 'app', digest, 'sig', [signatureLayer(digest, ours, 'other.example.com/copied')])
    const { objects } = await verify(`${registry.host}/app:1`, digest)
    expect(objects[0]?.dockerReference).toBe('other.example.com/copied')
  })
})

describe('an image that does not verify', () => {
  test('without anything attached', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    expect(await errorOf(verify(`${registry.host}/app:1`, digest))).toEqual({
      code: 'SIGNATURE_MISSING',
      demand: 'a signature',
      looked:
        'HOST: nothing in tag sha256-HEX….sig, nothing in tag sha256-HEX…, nothing in tag sha256-HEX….att',
    })
  })

  test('with something else attached, everything is listed', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    pushReferrers(registry, 'app', digest, [
      signedReferrer(digest, theirs),
      signedReferrer(`sha256:${'0'.repeat(64)}`, ours),
    ])
    pushUnderTag(registry, 'app', digest, 'sig', [
      signatureLayer(digest, theirs),
      { mediaType: 'a', content: 'b' },
    ])
    const { code, looked } = await errorOf(verify(`${registry.host}/app:1`, digest))
    expect(code).toBe('SIGNATURE_INVALID')
    expect(String(looked).split('; ')).toEqual([
      'HOST: 1 in tag sha256-HEX….sig, 1 in tag sha256-HEX…, nothing in tag sha256-HEX….att',
      'HOST: sha256-HEX….sig, layer 2 has the media type a',
      'HOST: referrer sha256:HEX… is attached to sha256:HEX instead',
      expect.stringMatching(/^sha256-HEX….sig, layer 1: signature: /),
      expect.stringMatching(/^referrer sha256:HEX…: bundle with a signature: /),
    ])
  })

  test('with more attached than a message can list', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    pushUnderTag(registry, 'app', digest, 'sig', [
      ...Array.from({ length: 30 }, () => signatureLayer(digest, theirs)),
      ...Array.from({ length: 30 }, (_, index) => ({ mediaType: 'a', content: `${index}` })),
    ])
    const { looked } = await errorOf(verify(`${registry.host}/app:1`, digest))
    const all = String(looked).split('; ')
    expect(all).toHaveLength(1 + 21 + 21)
    expect([all[21], all.at(-1)]).toEqual(['HOST: 10 more that cannot be used', '10 more that do not count'])
  })

  test('with an attestation where a signature is demanded, and the other way round', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    pushReferrers(registry, 'app', digest, [signedReferrer(digest, ours, PROVENANCE)])
    expect(await errorOf(verify(`${registry.host}/app:1`, digest))).toMatchObject({
      code: 'SIGNATURE_MISSING',
      looked: expect.stringContaining('it is not a signature'),
    })
    const type = 'https://spdx.dev/Document'
    expect(
      await errorOf(verify(`${registry.host}/app:1`, digest, { rule: { attestations: [{ type }] } })),
    ).toMatchObject({ code: 'SIGNATURE_MISSING', demand: `an attestation of type ${type}` })
  })

  test('since it could not be looked at', async () => {
    const registry = await start()
    const image = registry.push('app:1')
    WAYS['a signature under .sig'](registry, image, ours)
    registry.script({ when: { path: /\/referrers\// }, answer: failWith(500, 'UNKNOWN') })
    await expect(verify(`${registry.host}/app:1`, image.digest)).rejects.toMatchObject({
      code: 'REGISTRY_ERROR',
      args: { image: `${registry.host}/app:1` },
    })
  })

  test.each([
    ['broken.pub', 'it is not PEM that starts with -----BEGIN PUBLIC KEY-----'],
    ['absent.pub', 'it does not exist'],
  ])('since a key cannot be read: %s', async (key, reason) => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    await expect(
      verify(`${registry.host}/app:1`, digest, { rule: { keys: ['ours.pub', key] } }),
    ).rejects.toMatchObject({ code: 'VERIFY_SETTINGS_INVALID', args: { file: key, reason } })
  })
})

describe('index and manifest', () => {
  const arm = { os: 'linux', architecture: 'arm64' }
  const child = (image: Pushed): string => image.manifests[1]?.digest ?? ''

  test('a signed manifest does not count for its index, and is named', async () => {
    const registry = await start()
    const image = registry.push('app:1')
    pushUnderTag(registry, 'app', child(image), 'sig', [signatureLayer(child(image), ours)])
    const { code, looked } = await errorOf(verify(`${registry.host}/app:1`, image.digest))
    expect(code).toBe('SIGNATURE_MISSING')
    expect(String(looked).split('; ')[1]).toBe(
      'only the manifest for linux/arm64 is signed like that, and not the index that is pinned',
    )
  })

  test('the manifest of a platform is verified by its own signature', async () => {
    const registry = await start()
    const image = registry.push('app:1')
    pushUnderTag(registry, 'app', child(image), 'sig', [signatureLayer(child(image), ours)])
    const found = await verify(`${registry.host}/app:1`, child(image), { platform: arm })
    expect([found.signer, found.index]).toEqual(['ours.pub', undefined])
    expect(registry.count({ path: '/v2/app/manifests/1' })).toBe(0)
  })

  test('or by that of the index that names it, which the result says', async () => {
    const registry = await start()
    const image = registry.push('app:1')
    pushReferrers(registry, 'app', image.digest, [signedReferrer(image.digest, ours)])
    const found = await verify(`${registry.host}/app:1`, child(image), { platform: arm })
    expect([found.signer, found.index]).toEqual(['ours.pub', image.digest])
    const requests = registry.requests.length
    expect(Buffer.from((await found.readIndex?.()) ?? '').equals(image.top.bytes)).toBe(true)
    expect(registry.requests).toHaveLength(requests + 1)
    registry.script({
      when: { path: `/v2/app/manifests/${image.digest}` },
      answer: (answer) => ({ ...answer, body: Buffer.alloc(image.top.bytes.length, ' ') }),
    })
    await expect(found.readIndex?.()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' })
  })

  test('an index that does not name it is of no use, however it is signed', async () => {
    const registry = await start()
    const before = registry.push('app:1')
    const after = registry.push('app:1', { seed: 'moved' })
    pushReferrers(registry, 'app', after.digest, [signedReferrer(after.digest, ours)])
    expect(await errorOf(verify(`${registry.host}/app:1`, child(before), { platform: arm }))).toMatchObject({
      code: 'SIGNATURE_MISSING',
    })
  })

  test('a digest without a tag leads to no index, and not to that of latest', async () => {
    const registry = await start()
    const image = registry.push('app:latest')
    pushReferrers(registry, 'app', image.digest, [signedReferrer(image.digest, ours)])
    const name = `${registry.host}/app@${child(image)}`
    expect(await errorOf(verify(name, child(image), { platform: arm }))).toMatchObject({
      code: 'SIGNATURE_MISSING',
    })
  })
})

describe('mirrors', () => {
  const NAME = 'registry.example.com/app'

  async function startMirrors(): Promise<{
    mirrors: readonly [TestRegistry, TestRegistry]
    image: Pushed
    settings: Partial<RegistryClientSettings>
  }> {
    const mirrors = [await start({ mirror: true }), await start({ mirror: true })] as const
    const image = mirrors[0].push(`${NAME}:1`)
    mirrors[1].push(`${NAME}:1`)
    return { mirrors, image, settings: { mirrors: mirrors.map(({ url }) => ({ host: '*', url })) } }
  }

  test('where the first has nothing, the next one is asked, and named', async () => {
    const { mirrors, image, settings } = await startMirrors()
    pushUnderTag(mirrors[1], NAME, image.digest, 'sig', [signatureLayer(image.digest, ours)])
    expect((await verify(`${NAME}:1`, image.digest, settings)).from).toBe(mirrors[1].host)
  })

  test('where the first has enough, no other one is asked', async () => {
    const { mirrors, image, settings } = await startMirrors()
    pushUnderTag(mirrors[0], NAME, image.digest, 'sig', [signatureLayer(image.digest, ours)])
    expect((await verify(`${NAME}:1`, image.digest, settings)).from).toBe(mirrors[0].host)
    expect(mirrors[1].count()).toBe(0)
  })

  test('where the first has only what does not satisfy the rule, the next one is asked', async () => {
    const { mirrors, image, settings } = await startMirrors()
    pushUnderTag(mirrors[0], NAME, image.digest, 'sig', [signatureLayer(image.digest, theirs)])
    pushReferrers(mirrors[1], NAME, image.digest, [signedReferrer(image.digest, ours)])
    expect((await verify(`${NAME}:1`, image.digest, settings)).from).toBe(mirrors[1].host)
  })

  test('one that refuses does not matter if the next one has it, and is said if that has nothing', async () => {
    const { mirrors, image, settings } = await startMirrors()
    mirrors[0].script({ answer: failWith(403, 'DENIED') })
    expect(await errorOf(verify(`${NAME}:1`, image.digest, settings))).toEqual({
      code: 'SIGNATURE_MISSING',
      demand: 'a signature',
      looked:
        'HOST: it could not be searched (REGISTRY_DENIED); HOST: nothing in tag sha256-HEX….sig, nothing in tag sha256-HEX…, nothing in tag sha256-HEX….att',
    })
    pushReferrers(mirrors[1], NAME, image.digest, [signedReferrer(image.digest, ours)])
    expect((await verify(`${NAME}:1`, image.digest, settings)).from).toBe(mirrors[1].host)
  })

  test('where the last one refuses, that is the error, unless an earlier one has something', async () => {
    const { mirrors, image, settings } = await startMirrors()
    mirrors[1].script({ answer: failWith(403, 'DENIED') })
    await expect(verify(`${NAME}:1`, image.digest, settings)).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
    })
    pushUnderTag(mirrors[0], NAME, image.digest, 'sig', [signatureLayer(image.digest, theirs)])
    const { code, looked } = await errorOf(verify(`${NAME}:1`, image.digest, settings))
    expect(code).toBe('SIGNATURE_INVALID')
    expect(String(looked).split('; ')[1]).toBe('HOST: it could not be searched (REGISTRY_DENIED)')
  })
})

describe('another repository for signatures', () => {
  test('is searched instead, with its own credentials', async () => {
    const registry = await start({ auth: { kind: 'basic', users: { ann: 'pw' } } })
    const signatures = await start({ auth: { kind: 'basic', users: { bob: 'pw' } } })
    const { digest } = registry.push('app:1')
    pushUnderTag(signatures, 'team/signatures', digest, 'sig', [signatureLayer(digest, ours)])
    const keychain = fixedKeychain({
      [registry.host]: [basic('ann', 'pw')],
      [signatures.host]: [basic('bob', 'pw')],
    })
    const rule = { signatureRepository: `${signatures.host}/team/signatures` }
    expect(await verify(`${registry.host}/app:1`, digest, { rule, keychain })).toMatchObject({
      from: signatures.host,
    })
    expect(registry.count()).toBe(0)
    expect(keychain.asked.every((one) => one === `${signatures.host} team/signatures`)).toBe(true)
  })

  test('that does not exist has nothing', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    const rule = { signatureRepository: `${registry.host}/absent` }
    expect(await errorOf(verify(`${registry.host}/app:1`, digest, { rule }))).toMatchObject({
      code: 'SIGNATURE_MISSING',
    })
  })
})

describe('a layout', () => {
  const judge = attachmentJudge(async () => Buffer.from(ours.publicKey))
  const image = buildImage({ seed: 'laid' })
  const request = {
    reference: parseReference('registry.example.com/app:1'),
    digest: image.top.digest as Digest,
    rule: RULE,
    signal,
  }

  /** A layout in memory that has what is attached to its image. */
  const layoutOf = (key: ReturnType<typeof signingKey> | undefined): Layout => ({
    path: 'images',
    transport: 'oci:images',
    find: async () => ({ mediaType: image.top.mediaType, digest: request.digest, platforms: [] }),
    readManifest: async () => undefined,
    findAttachments: async (digest) => {
      const { content = '', annotations = {} } = key === undefined ? {} : signatureLayer(digest, key)
      const bytes = Buffer.from(content)
      const one = { kind: 'signature', content: bytes, annotations, place: 'layer 1', digest } as const
      const list = key === undefined ? [] : [one]
      return {
        list,
        searches: [{ place: 'tag .sig', from: 'oci:images', found: list.length, problems: [] }],
      }
    },
  })
  const verifierWith = (layouts: readonly Layout[], more: readonly AttachmentSource[] = []): Verifier =>
    registryVerifier({
      source: chainSources([layoutSource(layouts), ...more]),
      resolver: layoutResolver(layouts),
      judge,
    })

  test('has signatures that are verified without a registry', async () => {
    const found = await verifierWith([layoutOf(undefined), layoutOf(ours)]).verify(request)
    expect(found).toMatchObject({ signer: 'ours.pub', from: 'oci:images' })
  })

  test('without them is searched before the registry', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    pushUnderTag(registry, 'app', digest, 'sig', [signatureLayer(digest, ours)])
    const client = createRegistryClient({ keychain: EMPTY_KEYCHAIN, userAgent: 'pinpull/test' })
    const { verify } = verifierWith([layoutOf(undefined)], [registrySource({ client })])
    const reference = parseReference(`${registry.host}/app:1`)
    const found = await verify({ ...request, reference, digest: digest as Digest })
    expect(found.from).toBe(registry.host)
  })

  test('with signatures that do not verify is judged once', async () => {
    let judged = 0
    const counting: AttachmentJudge = {
      prepare: async (rule) => {
        const judgeBy = await judge.prepare(rule)
        return (...args) => {
          judged += 1
          return judgeBy(...args)
        }
      },
    }
    const layouts = [layoutOf(signingKey())]
    const verifier = registryVerifier({
      source: layoutSource(layouts),
      resolver: layoutResolver(layouts),
      judge: counting,
    })
    expect(await errorOf(verifier.verify(request))).toMatchObject({ code: 'SIGNATURE_INVALID' })
    expect(judged).toBe(1)
  })

  test('without them, and no registry, has nothing', async () => {
    expect(await errorOf(verifierWith([layoutOf(undefined)]).verify(request))).toMatchObject({
      code: 'SIGNATURE_MISSING',
      looked: 'oci:images: nothing in tag .sig',
    })
  })
})

describe('many images', () => {
  test('that hold more than they may together wait for each other, and all get their turn', async () => {
    const registry = await start()
    const client = createRegistryClient({ keychain: EMPTY_KEYCHAIN, userAgent: 'pinpull/test' })
    const { verify } = registryVerifier({
      source: registrySource({ client }),
      resolver: clientResolver(client),
      judge: attachmentJudge(async () => Buffer.from(ours.publicKey)),
      budget: attachmentBudget({ inAll: 1, perImage: 2 ** 20 }),
    })
    const outcomes = Array.from({ length: 12 }, async (_, index) => {
      const image = registry.push(`app${index}:1`, { seed: `${index}` })
      const attach = (digest: string, key: typeof ours): void =>
        pushUnderTag(registry, `app${index}`, digest, 'sig', [signatureLayer(digest, key)])
      if (index % 3 === 0) attach(image.digest, ours)
      if (index % 3 === 1) attach(image.digest, theirs)
      for (const { digest } of image.manifests) attach(digest, ours)
      const reference = parseReference(`${registry.host}/app${index}:1`)
      return verify({ reference, digest: image.digest as Digest, rule: RULE, signal }).then(
        ({ signer }) => signer,
        ({ code }) => code,
      )
    })
    const round = ['ours.pub', 'SIGNATURE_INVALID', 'SIGNATURE_MISSING']
    expect(await Promise.all(outcomes)).toEqual([...round, ...round, ...round, ...round])
  })

  test('of the same repository, digest and rule are verified once', async () => {
    const registry = await start()
    const image = registry.push('app:1')
    WAYS['a signature under .sig'](registry, image, ours)
    const { verify } = verifierOf()
    const names = ['app:1', 'app:2', `app@${image.digest}`, 'app']
    const all = await Promise.all(
      names.map((name) =>
        verify({
          reference: parseReference(`${registry.host}/${name}`),
          digest: image.digest as Digest,
          rule: RULE,
          signal,
        }),
      ),
    )
    expect(new Set(all).size).toBe(1)
    expect(registry.requests).toHaveLength(5)
  })

  test('are given up when the run is aborted', async () => {
    const registry = await start()
    const { digest } = registry.push('app:1')
    registry.script({ answer: (answer) => ({ ...answer, hang: true }) })
    const run = new AbortController()
    const verification = verifierOf().verify({
      reference: parseReference(`${registry.host}/app:1`),
      digest: digest as Digest,
      rule: RULE,
      signal: run.signal,
    })
    setImmediate(() => run.abort(new Error('enough')))
    await expect(verification).rejects.toThrow('enough')
  })
})
