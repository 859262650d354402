import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Profile } from '../../src/config/profile.ts'
import type { Code } from '../../src/diagnostics/catalogue.ts'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Resolver } from '../../src/plan/resolver.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { canonicalText } from '../../src/reference/reference.ts'
import { transform } from '../../src/transform.ts'

const A = `sha256:${'a'.repeat(64)}`
const B = `sha256:${'b'.repeat(64)}`

/** An answer: a digest or a code of failure; `, needs` where it takes a credential, `, used` where one was used in vain. */
interface Known {
  readonly digest?: string
  readonly fails?: Code
  readonly platforms?: readonly string[]
  readonly credential?: 'needed' | 'used'
}

/** A resolver over a table by canonical text, with the questions that it was asked. */
function tableResolver(table: Readonly<Record<string, Known>>): Resolver & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async resolve(reference, { wantPlatforms, fresh, anonymous }) {
      const key = canonicalText(reference)
      const wishes = Object.entries({ wantPlatforms, fresh, anonymous }).flatMap(([name, on]) =>
        on ? [name] : [],
      )
      asked.push([key, ...wishes].join(' '))
      const known = table[key] ?? {}
      const isClosed = anonymous === true && known.credential === 'needed'
      const code = isClosed ? 'CREDENTIAL_MISSING' : known.fails
      if (code !== undefined)
        throw new PinpullError(code, { image: reference.text, registry: reference.domain })
      const platforms = known.platforms?.map((text) => parsePlatform(text)!)
      return {
        descriptor: {
          mediaType: 'application/vnd.oci.image.index.v1+json',
          digest: parseDigest(known.digest ?? A),
          ...(platforms && wantPlatforms ? { platforms } : {}),
        },
        origin: {
          kind: 'registry',
          from: reference.domain,
          ...(known.credential && !anonymous ? { credential: 'config.json (r.io)' } : {}),
        },
      }
    },
  }
}

const pod = (image: string, spec = ''): string => `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers: [{name: c, image: '${image}'}]
${spec}`

async function run(
  input: string,
  table: Readonly<Record<string, Known>>,
  options: { checkDigests?: boolean; profile?: string; findings?: Profile['findings'] } = {},
) {
  const resolver = tableResolver(table)
  const base = BUILTIN_PROFILES.get(options.profile ?? 'prod')!
  const { report, output } = await transform(new TextEncoder().encode(input), {
    profile: { ...base, ...(options.findings && { findings: options.findings }) },
    resolver,
    checkDigests: options.checkDigests ?? false,
    signal: new AbortController().signal,
  })
  const found = report.diagnostics.filter(({ code }) => code !== 'IMAGE_FLOATING')
  return {
    asked: resolver.asked,
    isWritten: output !== undefined,
    findings: found.map(({ code, severity, args }) => ({ code, severity, args })),
  }
}

describe('platforms that a workload may land on', () => {
  const ARM = '  nodeSelector: {kubernetes.io/arch: arm64}\n'

  test('are not asked for where nothing is said of nodes', async () => {
    expect((await run(pod('r.io/a:1.0.0'), {})).asked).toEqual(['r.io/a:1.0.0'])
  })

  test('one that the index lacks is named', async () => {
    const { asked, findings, isWritten } = await run(pod('r.io/a:1.0.0', ARM), {
      'r.io/a:1.0.0': { platforms: ['linux/amd64', 'linux/arm/v7'] },
    })
    expect(asked).toEqual(['r.io/a:1.0.0 wantPlatforms'])
    expect(isWritten).toBe(true)
    expect(findings).toEqual([
      {
        code: 'IMAGE_PLATFORM_MISSING',
        severity: 'warning',
        args: { image: 'r.io/a:1.0.0', missing: 'linux/arm64', available: 'linux/amd64, linux/arm/v7' },
      },
    ])
  })

  test.each<[string, string, readonly string[] | undefined]>([
    ['one that the index has, in whatever variant', ARM, ['linux/amd64', 'linux/arm64/v8']],
    ['an image that does not say what it is for', ARM, []],
    ['an answer that does not know', ARM, undefined],
    ['a system without an architecture', '  nodeSelector: {kubernetes.io/os: windows}\n', ['windows/amd64']],
  ])('nothing is said of %s', async (_, spec, platforms) => {
    const known = platforms === undefined ? {} : { platforms }
    expect((await run(pod('r.io/a:1.0.0', spec), { 'r.io/a:1.0.0': known })).findings).toEqual([])
  })

  test('a profile may make it an error', async () => {
    const { findings, isWritten } = await run(
      pod('r.io/a:1.0.0', ARM),
      { 'r.io/a:1.0.0': { platforms: ['linux/amd64'] } },
      { findings: { IMAGE_PLATFORM_MISSING: 'error' } },
    )
    expect(findings.map(({ severity }) => severity)).toEqual(['error'])
    expect(isWritten).toBe(false)
  })
})

describe('--check-digests', () => {
  const PINNED = pod(`r.io/a:1.0.0@${A}`)

  test('nothing is asked about digests without it', async () => {
    expect((await run(PINNED, {})).asked).toEqual([])
  })

  test('digest and tag are asked for, past lock and cache', async () => {
    const { asked, findings } = await run(PINNED, {}, { checkDigests: true })
    expect(asked).toEqual([`r.io/a@${A} fresh`, 'r.io/a:1.0.0 fresh'])
    expect(findings).toEqual([])
  })

  test('a digest alone has no tag that could move', async () => {
    expect((await run(pod(`r.io/a@${A}`), {}, { checkDigests: true })).asked).toEqual([`r.io/a@${A} fresh`])
  })

  test('a tag that has moved is a warning', async () => {
    const { findings, isWritten } = await run(
      PINNED,
      { 'r.io/a:1.0.0': { digest: B } },
      { checkDigests: true },
    )
    expect(isWritten).toBe(true)
    expect(findings).toEqual([
      {
        code: 'IMAGE_DIGEST_DRIFTED',
        severity: 'warning',
        args: { image: `r.io/a:1.0.0@${A}`, tag: '1.0.0', digest: B },
      },
      {
        code: 'IMAGE_DIGEST_UNTAGGED',
        severity: 'info',
        args: { image: `r.io/a:1.0.0@${A}`, digest: A, tag: '1.0.0', names: `names ${B}` },
      },
    ])
  })

  test('a digest that another tag of the input names is drift and no more', async () => {
    const input = `${PINNED}---\n${pod('r.io/a:2.0.0')}`
    const { findings } = await run(input, { 'r.io/a:1.0.0': { digest: B } }, { checkDigests: true })
    expect(findings.map(({ code }) => code)).toEqual(['IMAGE_DIGEST_DRIFTED'])
  })

  test('a tag that is gone is no drift: the digest still pulls, for now', async () => {
    const table = { 'r.io/a:1.0.0': { fails: 'MANIFEST_UNKNOWN' } } as const
    const { findings, isWritten } = await run(PINNED, table, { checkDigests: true })
    expect(isWritten).toBe(true)
    expect(findings).toEqual([
      {
        code: 'IMAGE_DIGEST_UNTAGGED',
        severity: 'info',
        args: { image: `r.io/a:1.0.0@${A}`, digest: A, tag: '1.0.0', names: 'no longer exists' },
      },
    ])
  })

  test.each<[Code, string, string]>([
    ['MANIFEST_UNKNOWN', 'prod', 'error'],
    ['MANIFEST_UNKNOWN', 'staging', 'error'],
    ['DIGEST_MISMATCH', 'staging', 'error'],
    ['REGISTRY_UNAVAILABLE', 'prod', 'error'],
    ['REGISTRY_UNAVAILABLE', 'staging', 'warning'],
  ])('a digest with %s in %s: %s', async (fails, profile, severity) => {
    const { findings } = await run(PINNED, { [`r.io/a@${A}`]: { fails } }, { checkDigests: true, profile })
    expect(findings).toEqual([
      { code: fails, severity, args: { image: `r.io/a:1.0.0@${A}`, registry: 'r.io' } },
    ])
  })
})

describe('images that the cluster will need a credential for', () => {
  const PRIVATE = { 'r.io/a:1.0.0': { credential: 'needed' } } as const
  const warning = {
    code: 'IMAGE_PULL_SECRET_MISSING',
    severity: 'warning',
    args: { image: 'r.io/a:1.0.0', source: 'config.json (r.io)', registry: 'r.io' },
  }

  test('are named where their workload has none', async () => {
    const { asked, findings } = await run(pod('r.io/a:1.0.0'), PRIVATE)
    expect(asked).toEqual(['r.io/a:1.0.0', 'r.io/a:1.0.0 anonymous'])
    expect(findings).toEqual([warning])
  })

  test('are not where the credential was not needed', async () => {
    const { asked, findings } = await run(pod('r.io/a:1.0.0'), { 'r.io/a:1.0.0': { credential: 'used' } })
    expect(asked).toEqual(['r.io/a:1.0.0', 'r.io/a:1.0.0 anonymous'])
    expect(findings).toEqual([])
  })

  test.each([
    ['no credential was used', pod('r.io/a:1.0.0'), {}],
    ['the workload has a pull secret', pod('r.io/a:1.0.0', '  imagePullSecrets: [{name: pull}]\n'), PRIVATE],
    [
      'its ServiceAccount has one',
      `${pod('r.io/a:1.0.0')}---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}, imagePullSecrets: [{name: pull}]}\n`,
      PRIVATE,
    ],
  ])('nothing more is asked where %s', async (_, input, table) => {
    const { asked, findings } = await run(input, table)
    expect(asked).toEqual(['r.io/a:1.0.0'])
    expect(findings).toEqual([])
  })

  test('one image a repository is asked for without a credential', async () => {
    const input = ['1.0.0', '2.0.0', '3.0.0'].map((tag) => pod(`r.io/a:${tag}`)).join('---\n')
    const needed = { credential: 'needed' } as const
    const { asked, findings } = await run(input, {
      'r.io/a:1.0.0': needed,
      'r.io/a:2.0.0': needed,
      'r.io/a:3.0.0': needed,
    })
    expect(asked.filter((question) => question.includes('anonymous'))).toHaveLength(1)
    expect(findings.map(({ code }) => code)).toEqual(
      Array.from({ length: 3 }, () => 'IMAGE_PULL_SECRET_MISSING'),
    )
  })

  test('a registry that fails meanwhile proves nothing', async () => {
    const resolver = tableResolver(PRIVATE)
    const { report } = await transform(new TextEncoder().encode(pod('r.io/a:1.0.0')), {
      profile: BUILTIN_PROFILES.get('prod')!,
      resolver: {
        resolve: async (reference, options) => {
          if (options.anonymous) throw new PinpullError('REGISTRY_ERROR', { image: reference.text })
          return await resolver.resolve(reference, options)
        },
      },
      signal: new AbortController().signal,
    })
    expect(report.diagnostics).toEqual([])
  })
})
