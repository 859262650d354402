import { describe, expect, test } from 'vitest'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import type { Attachments } from '../../src/oci/attachment.ts'
import type { VerifyRequest } from '../../src/plan/verifier.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { type AttachmentJudge, attachmentJudge } from '../../src/resolve/attachment-judge.ts'
import { lazyVerifier } from '../../src/resolve/memoization.ts'
import { registries, withEarlyRules } from '../../src/resolve/registries.ts'
import { judgeFound } from '../../src/resolve/verification.ts'
import { basic, fixedKeychain } from '../support/fixed-keychain.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'
import { pushUnderTag } from '../support/registry/attached.ts'
import { closingRegistries } from '../support/registry/closing-registries.ts'
import { signatureLayer, signingKey } from '../support/signing.ts'

const start = closingRegistries()

const key = signingKey()
const RULE: VerifyRequest['rule'] = {
  label: 'ours',
  patterns: [],
  identities: [],
  keys: ['ours.pub'],
  attestations: [],
  transparencyLog: 'optional',
  mode: 'enforce',
}
const { signal } = new AbortController()

describe('resolving and verifying', () => {
  test('share connections, tokens, and the files of rules', async () => {
    const registry = await start({ auth: { kind: 'bearer', users: { ann: 'pw' } } })
    const { digest } = registry.push('app:1')
    pushUnderTag(registry, 'app', digest, 'sig', [signatureLayer(digest, key)])
    const read: string[] = []
    const { resolver, verifier } = registries({
      keychain: fixedKeychain({ [registry.host]: [basic('ann', 'pw')] }),
      userAgent: 'pinpull/test',
      ruleFor: () => RULE,
      readRuleFile: async (path) => {
        read.push(path)
        return Buffer.from(key.publicKey)
      },
    })
    const reference = parseReference(`${registry.host}/app:1`)
    const { descriptor } = await resolver.resolve(reference, { signal })
    const request = { reference, digest: descriptor.digest, rule: RULE, signal }
    expect(await verifier.verify(request)).toMatchObject({ signer: 'ours.pub' })
    expect(registry.count({ path: '/token' })).toBe(1)
    expect(read).toEqual(['ours.pub'])
  })

  test('a repository that may not get credentials is searched without any', async () => {
    const registry = await start({ auth: { kind: 'basic', users: { ann: 'pw' } } })
    const keychain = fixedKeychain({ [registry.host]: [basic('ann', 'pw')] })
    const { verifier } = registries({
      keychain,
      userAgent: 'pinpull/test',
      ruleFor: () => undefined,
      readRuleFile: async () => Buffer.from(key.publicKey),
      isAnonymous: ({ domain, path, text }) => `${domain}/${path} ${text}` === `${registry.host}/keys app:1`,
    })
    const verification = verifier.verify({
      reference: parseReference('app:1'),
      digest: `sha256:${'a'.repeat(64)}` as Digest,
      rule: { ...RULE, signatureRepository: `${registry.host}/keys` },
      signal,
    })
    await expect(verification).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING' })
    expect(keychain.asked).toEqual([])
  })

  test('each rule is prepared once, while the first image is being resolved', async () => {
    const prepared: string[] = []
    const judge: AttachmentJudge = {
      prepare: (rule) => {
        prepared.push(rule.label)
        return Promise.reject(new Error('a key is missing'))
      },
    }
    const other = { ...RULE, label: 'other' }
    const { resolve } = withEarlyRules(
      fixedResolver({ 'a:1': 'a', 'a:2': 'a', 'b:1': 'b', 'c:1': 'c' }),
      judge,
      ({ path }) => ({ 'library/a': RULE, 'library/b': other })[path],
    )
    await Promise.all(['a:1', 'a:2', 'b:1', 'c:1'].map((name) => resolve(parseReference(name), { signal })))
    expect(prepared).toEqual([])
    await new Promise((done) => {
      setTimeout(done, 50)
    })
    expect(prepared).toEqual(['ours', 'other'])
  })
})

test('a verifier is made once, when it is first used', async () => {
  let made = 0
  const { verify } = lazyVerifier(() => {
    made++
    return { verify: () => Promise.reject(new Error('no')) }
  })
  const request = { reference: parseReference('a'), digest: 'sha256:0' as Digest, rule: RULE, signal }
  await expect(verify(request)).rejects.toThrow('no')
  await expect(verify(request)).rejects.toThrow('no')
  expect(made).toBe(1)
})

describe('judging what was found before', () => {
  const digest = `sha256:${'a'.repeat(64)}` as Digest
  const judge = attachmentJudge(async () => Buffer.from(key.publicKey))
  const request = { reference: parseReference('app:1'), digest, rule: RULE, signal }
  const stored = (of: string): Attachments => {
    const { content, annotations = {} } = signatureLayer(of, key)
    const place = 'pinpull.lock.d/1'
    return {
      list: [{ kind: 'signature', content: Buffer.from(content), annotations, place, digest }],
      searches: [{ place: 'pinpull.lock.d', from: 'pinpull.lock.d', found: 1, problems: [] }],
    }
  }

  test('says what was verified, and where it is from', async () => {
    expect(await judgeFound(request, stored(digest), judge)).toMatchObject({
      signer: 'ours.pub',
      from: 'pinpull.lock.d',
    })
  })

  test('also by the index that names the digest', async () => {
    const index = `sha256:${'b'.repeat(64)}` as Digest
    await expect(judgeFound(request, stored(index), judge)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
    expect(await judgeFound(request, stored(index), judge, index)).toMatchObject({ index })
  })

  test('says what is missing', async () => {
    const nothing = { list: [], searches: [] }
    const error = await judgeFound(request, nothing, judge).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PinpullError)
    expect(error).toMatchObject({
      code: 'SIGNATURE_MISSING',
      args: { demand: 'a signature', looked: 'nothing' },
    })
  })
})
