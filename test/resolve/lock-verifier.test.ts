import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { VerifyRule } from '../../src/config/verify-settings.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { createLock, type LockEntry } from '../../src/lock/lock.ts'
import { openSignatureStore } from '../../src/lock/signature-store.ts'
import type { Attachments } from '../../src/oci/attachment.ts'
import type { Verification, Verifier, VerifyRequest } from '../../src/plan/verifier.ts'
import { computeDigest } from '../../src/reference/content-digest.ts'
import { parseReference } from '../../src/reference/parse.ts'
import type { Digest } from '../../src/reference/reference.ts'
import { lockVerifier } from '../../src/resolve/lock-verifier.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const IMAGE = `sha256:${'a'.repeat(64)}` as Digest
const OTHER = `sha256:${'b'.repeat(64)}` as Digest

/** An object that says which digest a key has signed; `judge` takes its word, and nobody else's. */
const signed = (digest: Digest, key: string): Buffer => Buffer.from(JSON.stringify({ digest, key }))
const nameOf = (bytes: Uint8Array): Digest => computeDigest('sha256', bytes)

const RULE: VerifyRule = {
  label: 'base',
  patterns: [],
  identities: [],
  keys: ['base.pub'],
  attestations: [],
  transparencyLog: 'optional',
  mode: 'enforce',
}

async function judge(
  { digest, rule }: VerifyRequest,
  { list, searches }: Attachments,
): Promise<Verification> {
  const looked = [
    ...list.map(({ content }) => String(content)),
    ...searches.flatMap(({ problems }) => problems),
  ]
  if (rule.label === 'broken') throw new PinpullError('VERIFY_SETTINGS_INVALID', { file: 'base.pub' })
  const good = list.find(({ content }) => {
    const one = JSON.parse(String(content))
    return one.digest === digest && rule.keys.includes(one.key)
  })
  if (good === undefined)
    throw new PinpullError(rule.attestations.length > 0 ? 'SIGNATURE_MISSING' : 'SIGNATURE_INVALID', {
      looked: looked.join(),
    })
  const objects = [{ bundle: good.digest, attachment: good }]
  const { key: signer } = JSON.parse(String(good.content))
  return { rule: rule.label, by: 'key', signer, objects, from: searches[0]?.from ?? '' }
}

const registry: Verifier = {
  verify: async ({ rule }) => ({ rule: rule.label, by: 'key', signer: '?', objects: [], from: 'registry' }),
}

interface Case {
  /** The objects that the entry names. */
  readonly names?: readonly Uint8Array[]
  /** What the folder has; by default what the entry names. */
  readonly stored?: readonly Uint8Array[]
  /** The content of the first file, where that is damaged. */
  readonly damage?: string
  readonly entry?: Partial<LockEntry>
  readonly rule?: Partial<VerifyRule>
  readonly image?: string
}

/** `base.pub from pinpull.lock.yaml`, or the error, without and with a registry that may be asked. */
async function outcomes({ names = [], stored = names, damage, entry, rule, image = 'nginx:1.27' }: Case) {
  const folder = temporaryFolder()
  const objects = join(folder, 'pinpull.lock.d')
  mkdirSync(objects)
  for (const bytes of stored) writeFileSync(join(objects, nameOf(bytes).replace(':', '-')), damage ?? bytes)
  if (stored.length === 0) rmSync(objects, { recursive: true })
  const [bundle, ...more] = names.map(nameOf)
  const attestations = more.map((one) => ({ type: 't', bundle: one }))
  const lock = createLock([
    {
      reference: 'docker.io/library/nginx:1.27',
      digest: IMAGE,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      ...(bundle && {
        verified: { by: 'key', signer: 'base.pub', bundle, ...(more[0] && { attestations }) },
      }),
      ...entry,
    },
  ])
  const file = 'pinpull.lock.yaml'
  const store = openSignatureStore(join(folder, file), file)
  const request = {
    reference: parseReference(image),
    digest: IMAGE,
    rule: { ...RULE, ...rule },
    signal: new AbortController().signal,
  }
  const run = async (fallback: Verifier | undefined): Promise<string> => {
    const verifier = lockVerifier({ lock, file, store, judge, fallback })
    try {
      const { signer, from } = await verifier.verify(request)
      return `${signer} from ${from}`
    } catch (error) {
      if (!(error instanceof PinpullError)) throw error
      return `${error.code}: ${Object.values(error.args).join(', ')}`
    }
  }
  return [await run(undefined), await run(registry)]
}

const twice = (text: string): [string, string] => [text, text]
const GOOD = signed(IMAGE, 'base.pub')
const NOT_STORED = `VERIFICATION_NOT_STORED: docker.io/library/nginx:1.27, base, a signature, pinpull.lock.yaml, ${IMAGE}`

describe('a locked digest, without a registry and with one', () => {
  test.each<[string, Case, readonly [string, string]]>([
    ['signed', { names: [GOOD] }, ['base.pub from pinpull.lock.yaml', 'base.pub from pinpull.lock.yaml']],
    [
      'signed, and locked under another name',
      { names: [GOOD], image: `registry.example.com/hub/nginx@${IMAGE}` },
      ['base.pub from pinpull.lock.yaml', 'base.pub from pinpull.lock.yaml'],
    ],
    ['without a signature', {}, [NOT_STORED, '? from registry']],
    ['whose signature got lost', { names: [GOOD], stored: [] }, [NOT_STORED, '? from registry']],
    [
      'one of whose signatures got lost',
      { names: [signed(OTHER, 'base.pub'), GOOD], stored: [signed(OTHER, 'base.pub')] },
      [
        `SIGNATURE_INVALID: ${signed(OTHER, 'base.pub')},${nameOf(GOOD).replace(':', '-')} is not there`,
        '? from registry',
      ],
    ],
    [
      'where the rule has another key now',
      { names: [GOOD], rule: { keys: ['new.pub'] } },
      [`SIGNATURE_INVALID: ${GOOD}`, '? from registry'],
    ],
    [
      'where the rule demands something else now',
      { names: [signed(IMAGE, 'x')], rule: { attestations: [{ type: 'https://slsa.dev/provenance/v1' }] } },
      [
        NOT_STORED.replace('a signature', 'an attestation of type https://slsa.dev/provenance/v1'),
        '? from registry',
      ],
    ],
    [
      'where the key cannot be read',
      { names: [GOOD], rule: { label: 'broken' } },
      ['VERIFY_SETTINGS_INVALID: base.pub', 'VERIFY_SETTINGS_INVALID: base.pub'],
    ],
    [
      'whose signature was changed',
      { names: [GOOD], damage: `${GOOD}\n` },
      twice(
        `LOCK_SIGNATURE_INVALID: pinpull.lock.d/${nameOf(GOOD).replace(':', '-')}, its content does not have the hash that it is named after`,
      ),
    ],
    [
      'that the lock file only says is verified',
      { entry: { verified: { by: 'key', signer: 'base.pub', bundle: nameOf(GOOD) } } },
      [NOT_STORED, '? from registry'],
    ],
    [
      'with the signature of another digest, which the lock file calls good',
      { names: [signed(OTHER, 'base.pub')] },
      [`SIGNATURE_INVALID: ${signed(OTHER, 'base.pub')}`, '? from registry'],
    ],
    [
      'that somebody else has signed, whom the lock file calls base.pub',
      { names: [signed(IMAGE, 'mallory.pub')] },
      [`SIGNATURE_INVALID: ${signed(IMAGE, 'mallory.pub')}`, '? from registry'],
    ],
    [
      'for which the lock file names more signatures than anybody makes',
      {
        names: Array.from({ length: 120 }, (_, index) => signed(OTHER, `${index}`)),
        stored: [signed(OTHER, '0')],
      },
      [
        expect.stringMatching(/^SIGNATURE_INVALID: .* is not there,20 more were not read$/),
        '? from registry',
      ],
    ],
    [
      'another digest than the one that is locked as verified',
      { names: [GOOD], entry: { digest: OTHER } },
      [NOT_STORED, '? from registry'],
    ],
  ])('%s', async (_, one, expected) => {
    expect(await outcomes(one)).toEqual(expected)
  })
})

describe('signatures that fill the memory', () => {
  const huge = 40 * 1024 * 1024
  const names = Array.from({ length: 10 }, (_, i) => `sha256:${String(i).padStart(64, '0')}` as Digest)
  const digests = Array.from({ length: 3 }, (_, i) => `sha256:${String(i).repeat(64)}` as Digest)
  const attestations = names.map((bundle) => ({ type: 't', bundle }))
  const lock = createLock(
    digests.map((digest, i) => ({
      reference: `docker.io/library/nginx:${i}`,
      digest,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      verified: { by: 'key', signer: 'base.pub', attestations },
    })),
  )

  test('are read for one digest at a time, and at most some of them', async () => {
    const content = new Uint8Array(huge)
    const log: string[] = []
    const verifier = lockVerifier({
      lock,
      file: 'pinpull.lock.yaml',
      store: {
        readIndex: () => undefined,
        read: (digest) => {
          log.push('read')
          return { kind: 'bundle', content, annotations: {}, place: digest, digest }
        },
      },
      judge: async (_, { list, searches }) => {
        await new Promise((resolve) => setImmediate(resolve))
        log.push(`judged ${list.length}, ${searches[0]?.problems}`)
        throw new PinpullError('SIGNATURE_INVALID', {})
      },
    })
    const reference = parseReference('nginx:1')
    const { signal } = new AbortController()
    const verified = digests.map((digest) => verifier.verify({ reference, digest, rule: RULE, signal }))
    expect((await Promise.allSettled(verified)).map(({ status }) => status)).toEqual(
      Array(3).fill('rejected'),
    )
    const one = [...Array(4).fill('read'), 'judged 4, 6 more were not read']
    expect(log).toEqual([...one, ...one, ...one])
  })

  test('are judged once for a digest and a rule, however many manifests use it', async () => {
    const bundle = signed(IMAGE, 'base.pub')
    const verified = { by: 'key', signer: 'base.pub', bundle: nameOf(bundle) } as const
    let judged = 0
    const verifier = lockVerifier({
      lock: createLock([{ reference: 'docker.io/library/nginx:1', digest: IMAGE, mediaType: 'm', verified }]),
      file: 'pinpull.lock.yaml',
      store: {
        readIndex: () => undefined,
        read: (digest) => ({ kind: 'bundle', content: bundle, annotations: {}, place: 'p', digest }),
      },
      judge: (request, attachments) => {
        judged += 1
        return judge(request, attachments)
      },
    })
    const request = { reference: parseReference('nginx:1'), digest: IMAGE, rule: RULE }
    for (let manifest = 0; manifest < 3; manifest += 1)
      await verifier.verify({ ...request, signal: new AbortController().signal })
    expect(judged).toBe(1)
    await verifier.verify({ ...request, rule: { ...RULE }, signal: new AbortController().signal })
    expect(judged).toBe(2)
  })
})
