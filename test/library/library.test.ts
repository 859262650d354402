import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  check,
  dockerKeychain,
  lockResolver,
  parseConfig,
  parseReference,
  registryResolver,
  registryVerifier,
  transform,
} from '../../src/index.ts'
import { createKeySigner } from '../support/registry/key-signer.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
let open: TestRegistry
let locked: TestRegistry
beforeAll(async () => {
  open = await startRegistry({ anyName: true })
  locked = await startRegistry({
    anyName: true,
    auth: { kind: 'basic', users: { ada: 'secret' } },
  })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all([open.close(), locked.close()])
})

const encode = (text: string) => new TextEncoder().encode(text)
const pod = (image: string) =>
  encode(
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: ${image}}]\n`,
  )
const signal = new AbortController().signal

describe('transform', () => {
  test('gives the output, or a report with an error', async () => {
    const good = await transform(pod(`${open.host}/a:1`), { resolver: registryResolver() })
    expect([good.ok, good.output !== undefined, good.report.profile]).toEqual([true, true, 'prod'])
    const bad = await transform(pod('not:a:reference'), { resolver: registryResolver() })
    expect([bad.ok, bad.output]).toEqual([false, undefined])
    expect(bad.report.diagnostics.some(({ severity }) => severity === 'error')).toBe(true)
  })

  test('takes the profile by name from the configuration, whose default counts', async () => {
    const config = parseConfig(
      'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {defaultProfile: shop, profiles: [{name: shop, pin: never}]}\n',
    )
    const resolver = registryResolver({ config })
    const byDefault = await transform(pod(`${open.host}/a:1`), { config, resolver })
    expect([byDefault.report.profile, byDefault.report.images[0]?.outcome]).toEqual(['shop', 'kept'])
    const named = await transform(pod(`${open.host}/a:1`), { profile: 'dev', config, resolver })
    expect(named.report.profile).toBe('dev')
    const given = config.profiles.get('shop')
    expect((await transform(pod(`${open.host}/a:1`), { profile: given, resolver })).report.profile).toBe(
      'shop',
    )
  })

  test.each([
    ['PROFILE_UNKNOWN', { profile: 'prd' }],
    ['USAGE', { platform: 'pear' }],
  ])('rejects with %s', async (code, options) => {
    const resolver = registryResolver()
    await expect(transform(pod('a:1'), { resolver, ...options })).rejects.toMatchObject({ code })
  })

  test('needs a verifier for a profile that demands signatures, and refuses what does not verify', async () => {
    const config = parseConfig(
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {profiles: [{name: prod, verify: [{images: '**', keys: [a.pub]}]}]}\n`,
      { file: join(folder, 'pinpull.yaml') },
    )
    const options = { config, resolver: registryResolver() }
    const input = pod(`${open.host}/a:1`)
    await expect(transform(input, options)).rejects.toMatchObject({ name: 'UsageError', code: 'USAGE' })
    const unreadable = await transform(input, { ...options, verifier: registryVerifier({ config }) })
    expect(unreadable.report.diagnostics).toMatchObject([
      { code: 'VERIFY_SETTINGS_INVALID', severity: 'error', args: { file: 'a.pub' } },
    ])
    writeFileSync(join(folder, 'a.pub'), createKeySigner().publicKey)
    const refused = await transform(input, { ...options, verifier: registryVerifier({ config }) })
    expect(refused.output).toBeUndefined()
    expect(refused.report.diagnostics.map(({ code }) => code)).toEqual(['SIGNATURE_MISSING'])
  })

  test('rejects with the reason of its signal', async () => {
    const reason = new Error('enough')
    const resolver = registryResolver()
    await expect(
      transform(pod(`${open.host}/b:1`), { resolver, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason)
  })
})

test('check contacts nobody, and fails without a digest if that is required', () => {
  const before = open.requests.length
  const input = pod(`${open.host}/a:1`)
  expect(check(input, { profile: 'dev' }).ok).toBe(true)
  const { ok, report } = check(input, { profile: 'dev', requirePinned: true })
  expect([ok, report.diagnostics.map(({ code }) => code)]).toEqual([
    false,
    ['IMAGE_UNPINNED', 'PULL_POLICY_UNWANTED'],
  ])
  expect(open.requests.length).toBe(before)
})

describe('credentials', () => {
  const reference = () => parseReference(`${locked.host}/a:1`)
  const env = { HOME: folder }
  beforeAll(() => {
    const auth = Buffer.from('ada:secret').toString('base64')
    mkdirSync(join(folder, '.docker'), { recursive: true })
    writeFileSync(join(folder, '.docker/config.json'), JSON.stringify({ auths: { [locked.host]: { auth } } }))
  })

  test('are not looked for unless a keychain is passed', async () => {
    const resolver = registryResolver({ env })
    await expect(resolver.resolve(reference(), { signal })).rejects.toMatchObject({
      code: 'CREDENTIAL_MISSING',
    })
  })

  test('come from the files of docker in the environment that is passed', async () => {
    const resolver = registryResolver({ env, keychain: dockerKeychain({ env }) })
    expect((await resolver.resolve(reference(), { signal })).origin.from).toBe(locked.host)
    const elsewhere = registryResolver({ keychain: dockerKeychain({ env: { HOME: '/nowhere' } }) })
    await expect(elsewhere.resolve(reference(), { signal })).rejects.toMatchObject({
      code: 'CREDENTIAL_MISSING',
    })
  })

  test('come from the configuration', async () => {
    const config = parseConfig(`apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  registries:
  - host: ${locked.host}
    credentials: {source: environment, usernameVariable: NAME, passwordVariable: WORD}
`)
    const resolver = registryResolver({ config, env: { NAME: 'ada', WORD: 'secret' } })
    expect((await resolver.resolve(reference(), { signal })).origin.credential).toBe('NAME and WORD')
  })
})

test('a mirror is contacted in place of its registry', async () => {
  const resolver = registryResolver({ mirrors: [{ host: 'docker.io', url: open.url }] })
  const { origin } = await resolver.resolve(parseReference('nginx:1.27'), { signal })
  expect([origin.kind, origin.from]).toEqual(['mirror', open.host])
})

describe('a lock file', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const file = join(folder, 'pinpull.lock.yaml')
  beforeAll(() => {
    writeFileSync(
      file,
      `apiVersion: pinpull.dev/v1alpha1
kind: Lock
images:
- reference: docker.io/library/nginx:1.27
  digest: ${digest}
  mediaType: application/vnd.oci.image.index.v1+json
`,
    )
  })

  test('answers for what it has, and the fallback for the rest', async () => {
    const alone = lockResolver(file)
    expect((await alone.resolve(parseReference('nginx:1.27'), { signal })).descriptor.digest).toBe(digest)
    const missing = parseReference(`${open.host}/a:1`)
    await expect(alone.resolve(missing, { signal })).rejects.toMatchObject({ code: 'LOCK_MISSING_ENTRY' })
    const { origin } = await lockResolver(file, registryResolver()).resolve(missing, { signal })
    expect(origin.kind).toBe('registry')
  })

  test('that is absent or invalid is an error', () => {
    expect(() => lockResolver(join(folder, 'none.yaml'))).toThrow(
      expect.objectContaining({ code: 'LOCK_ABSENT' }),
    )
    const broken = join(folder, 'broken.yaml')
    writeFileSync(broken, 'apiVersion: pinpull.dev/v1alpha1\nkind: Lock\n')
    expect(() => lockResolver(broken)).toThrow(
      expect.objectContaining({ code: 'LOCK_INVALID', diagnostics: [expect.anything()] }),
    )
  })
})
