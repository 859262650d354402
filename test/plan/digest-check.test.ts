import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Code } from '../../src/diagnostics/catalogue.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { createLock, type LockEntry } from '../../src/lock/lock.ts'
import type { Resolver } from '../../src/plan/resolver.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { canonicalText } from '../../src/reference/reference.ts'
import { formatMessage } from '../../src/report/message.ts'
import { lockResolver } from '../../src/resolve/lock-resolver.ts'
import { transform } from '../../src/transform.ts'

const A = `sha256:${'a'.repeat(64)}`
const B = `sha256:${'b'.repeat(64)}`

/** By what is asked for, the digest that is answered or the code of a failure; a digest that is not there names itself. */
type Table = Readonly<Record<string, string>>

/** A resolver whose mirror and registry each answer by a table; without a mirror the registry answers everything. */
function tableResolver(registry: Table, mirror?: Table): Resolver & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    resolve: async (reference, { fresh, bypassMirrors }) => {
      const key = canonicalText(reference)
      const isMirror = mirror !== undefined && bypassMirrors !== true
      asked.push([isMirror ? 'mirror' : 'registry', key, ...(fresh ? ['fresh'] : [])].join(' '))
      const answer = (isMirror ? mirror : registry)[key] ?? reference.digest ?? A
      if (!answer.startsWith('sha256:')) {
        throw new PinpullError(answer as Code, { image: reference.text, registry: reference.domain })
      }
      return {
        descriptor: {
          mediaType: 'application/vnd.oci.image.index.v1+json',
          digest: parseDigest(answer),
        },
        origin: isMirror
          ? { kind: 'mirror', from: 'mirror.local' }
          : { kind: 'registry', from: reference.domain },
      }
    },
  }
}

const pod = (...images: readonly string[]): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n${images
    .map((image, index) => `  - {name: c${index}, image: '${image}'}\n`)
    .join('')}`

async function run(input: string, resolver: Resolver, profile = 'prod') {
  const { report, output } = await transform(new TextEncoder().encode(input), {
    profile: BUILTIN_PROFILES.get(profile)!,
    resolver,
    checkDigests: true,
    signal: new AbortController().signal,
  })
  const found = report.diagnostics.filter(({ code }) => code !== 'IMAGE_FLOATING')
  return {
    findings: found.map((one) => `${one.severity} ${one.code} ${formatMessage(one)}`),
    output: output && new TextDecoder().decode(output),
  }
}

describe('digests that the lock file holds', () => {
  const entry: LockEntry = {
    reference: 'r.io/a:1.0.0',
    digest: parseDigest(A),
    mediaType: 'application/vnd.oci.image.index.v1+json',
  }
  const lockedRun = (registry: Table, images = ['r.io/a:1.0.0'], profile = 'prod') => {
    const resolver = tableResolver(registry)
    const lock = createLock([entry], () => 9)
    return run(pod(...images), lockResolver(lock, 'pinpull.lock.yaml', resolver), profile).then((result) => ({
      ...result,
      asked: resolver.asked,
    }))
  }

  test('are asked for, and so is the tag that they were locked for', async () => {
    const { asked, findings, output } = await lockedRun({})
    expect(asked).toEqual([`registry r.io/a@${A} fresh`, 'registry r.io/a:1.0.0 fresh'])
    expect(findings).toEqual([])
    expect(output).toContain(`r.io/a:1.0.0@${A}`)
  })

  test.each<[what: string, registry: Table, profile: string, findings: string[]]>([
    [
      'gone, with a tag that has moved',
      { [`r.io/a@${A}`]: 'MANIFEST_UNKNOWN', 'r.io/a:1.0.0': B },
      'prod',
      [
        `error LOCK_DIGEST_GONE r.io/a:1.0.0: digest ${A} was not found in a at r.io; it is locked on line 9 of pinpull.lock.yaml`,
      ],
    ],
    [
      'gone, under a tag that still names it',
      { [`r.io/a@${A}`]: 'MANIFEST_UNKNOWN' },
      'prod',
      [
        `error LOCK_DIGEST_GONE r.io/a:1.0.0: digest ${A} was not found in a at r.io; it is locked on line 9 of pinpull.lock.yaml`,
      ],
    ],
    [
      'gone with all its repository, in a profile that only warns',
      { [`r.io/a@${A}`]: 'REPOSITORY_UNKNOWN', 'r.io/a:1.0.0': 'REPOSITORY_UNKNOWN' },
      'staging',
      [
        `error LOCK_DIGEST_GONE r.io/a:1.0.0: digest ${A} was not found in a at r.io; it is locked on line 9 of pinpull.lock.yaml`,
      ],
    ],
    [
      'there, with a tag that has moved',
      { 'r.io/a:1.0.0': B },
      'prod',
      [
        `info IMAGE_DIGEST_UNTAGGED "r.io/a:1.0.0": the tag 1.0.0 names ${B}, and no other tag that was looked up names ${A}`,
      ],
    ],
    [
      'there, with a tag that was deleted',
      { 'r.io/a:1.0.0': 'MANIFEST_UNKNOWN' },
      'prod',
      [
        `info IMAGE_DIGEST_UNTAGGED "r.io/a:1.0.0": the tag 1.0.0 no longer exists, and no other tag that was looked up names ${A}`,
      ],
    ],
    [
      'at a registry that is down',
      { [`r.io/a@${A}`]: 'REGISTRY_UNAVAILABLE', 'r.io/a:1.0.0': 'REGISTRY_UNAVAILABLE' },
      'prod',
      [expect.stringMatching(/^error REGISTRY_UNAVAILABLE r\.io\/a:1\.0\.0: /) as unknown as string],
    ],
    [
      'at a registry that is down, in a profile that only warns',
      { [`r.io/a@${A}`]: 'REGISTRY_UNAVAILABLE', 'r.io/a:1.0.0': 'REGISTRY_UNAVAILABLE' },
      'staging',
      [expect.stringMatching(/^warning REGISTRY_UNAVAILABLE r\.io\/a:1\.0\.0: /) as unknown as string],
    ],
    [
      'there, and the tag cannot be asked for',
      { 'r.io/a:1.0.0': 'REGISTRY_PULL_LIMIT' },
      'prod',
      [expect.stringMatching(/^warning REGISTRY_PULL_LIMIT /) as unknown as string],
    ],
  ])('%s', async (_, registry, profile, findings) => {
    expect((await lockedRun(registry, ['r.io/a:1.0.0'], profile)).findings).toEqual(findings)
  })

  test('are not in danger where another tag of the input names them', async () => {
    const registry = { 'r.io/a:1.0.0': B, 'r.io/a:2.0.0': A }
    expect((await lockedRun(registry, ['r.io/a:1.0.0', 'r.io/a:2.0.0'])).findings).toEqual([])
  })

  test('are pinned from the lock file, also where their tag is asked for beside another digest', async () => {
    const { output } = await lockedRun({ 'r.io/a:1.0.0': B }, ['r.io/a:1.0.0', `r.io/a:1.0.0@${B}`])
    expect(output?.match(/@sha256:./g)).toEqual(['@sha256:a', '@sha256:b'])
  })
})

describe('what mirrors answer', () => {
  const fromMirror = (images: string[], mirror: Table, registry: Table) =>
    run(pod(...images), tableResolver(registry, mirror))
  const stale = (image: string, digest: string, says: string): string =>
    `warning MIRROR_STALE "${image}": the mirror mirror.local says ${digest}, and r.io says ${says}`
  const uncompared = (image: string, code: string): string =>
    `warning MIRROR_NOT_COMPARED "${image}": the digest from mirror.local could not be compared with r.io, which did not respond (${code})`
  const PINNED = `r.io/a:1.0.0@${A}`

  test.each<[what: string, image: string, mirror: Table, registry: Table, findings: string[]]>([
    ['the same tag', 'r.io/a:1.0.0', {}, {}, []],
    ['the same tag and digest', PINNED, {}, {}, []],
    ['a tag that has moved', 'r.io/a:1.0.0', {}, { 'r.io/a:1.0.0': B }, [stale('r.io/a:1.0.0', A, B)]],
    [
      'a tag that was deleted',
      'r.io/a:1.0.0',
      {},
      { 'r.io/a:1.0.0': 'MANIFEST_UNKNOWN' },
      [stale('r.io/a:1.0.0', A, 'that it does not exist')],
    ],
    [
      'a digest that only the mirror has',
      `r.io/a@${A}`,
      {},
      { [`r.io/a@${A}`]: 'MANIFEST_UNKNOWN' },
      [stale(`r.io/a@${A}`, A, 'that it does not exist')],
    ],
    [
      'tag and digest that only the mirror has',
      PINNED,
      {},
      { [`r.io/a@${A}`]: 'REPOSITORY_UNKNOWN', 'r.io/a:1.0.0': 'REPOSITORY_UNKNOWN' },
      [stale(PINNED, A, 'that it does not exist')],
    ],
    [
      'a digest that the mirror lacks',
      `r.io/a@${A}`,
      { [`r.io/a@${A}`]: 'MANIFEST_UNKNOWN' },
      {},
      [expect.stringMatching(/^error MANIFEST_UNKNOWN /) as unknown as string],
    ],
    [
      'a registry that cannot be reached',
      PINNED,
      {},
      { [`r.io/a@${A}`]: 'REGISTRY_TIMEOUT', 'r.io/a:1.0.0': 'REGISTRY_TIMEOUT' },
      [uncompared(PINNED, 'REGISTRY_TIMEOUT')],
    ],
    [
      'a registry that wants a login',
      'r.io/a:1.0.0',
      {},
      { 'r.io/a:1.0.0': 'CREDENTIAL_MISSING' },
      [uncompared('r.io/a:1.0.0', 'CREDENTIAL_MISSING')],
    ],
  ])('%s', async (_, image, mirror, registry, findings) => {
    const result = await fromMirror([image], mirror, registry)
    expect(result.findings).toEqual(findings)
    expect(result.output === undefined).toBe(result.findings.some((one) => one.startsWith('error ')))
  })
})
