import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { CONFIG_SCHEMA } from '../../src/config/schema/config-schema.ts'
import type { AnySchema, ObjectSchema } from '../../src/config/schema/schema.ts'
import { checkTrust } from '../../src/config/schema/validate.ts'
import { describeTier, maySet, type TrustTier } from '../../src/config/trust.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'
import { configKeys } from '../support/config-keys.ts'

/** Every key that not everybody may set, with the lowest tier that may: written down here, and not derived. */
const GUARDED: Readonly<Record<string, TrustTier>> = {
  'spec.lockFile': 2,
  'spec.lock': 2,
  'spec.lock.file': 2,
  'spec.lock.minAge': 2,
  'spec.lock.minAgeNew': 2,
  'spec.lock.rules': 2,
  'spec.lock.rules[].image': 2,
  'spec.lock.rules[].minAge': 2,
  'spec.lock.rules[].minAgeNew': 2,
  'spec.denyDigestsFile': 2,
  'spec.profiles[].rewrite': 2,
  'spec.profiles[].rewrite[].from': 2,
  'spec.profiles[].rewrite[].to': 2,
  'spec.profiles[].verify': 2,
  'spec.profiles[].verify[].name': 2,
  'spec.profiles[].verify[].images': 2,
  'spec.profiles[].verify[].identities': 2,
  'spec.profiles[].verify[].identities[].issuer': 2,
  'spec.profiles[].verify[].identities[].subject': 2,
  'spec.profiles[].verify[].identities[].subjectPattern': 2,
  'spec.profiles[].verify[].keys': 2,
  'spec.profiles[].verify[].attestations': 2,
  'spec.profiles[].verify[].attestations[].type': 2,
  'spec.profiles[].verify[].attestations[].builder': 2,
  'spec.profiles[].verify[].attestations[].source': 2,
  'spec.profiles[].verify[].transparencyLog': 2,
  'spec.profiles[].verify[].mode': 2,
  'spec.profiles[].verify[].trustedRoot': 2,
  'spec.profiles[].verify[].signatureRepository': 2,
  'spec.profiles[].trustedRoot': 2,
  'spec.profiles[].signatureRepository': 2,
  'spec.profiles[].findings.* = warning': 2,
  'spec.profiles[].findings.* = info': 2,
  'spec.profiles[].findings.* = off': 2,
  'spec.registries': 2,
  'spec.registries[].host': 2,
  'spec.registries[].mirrors': 2,
  'spec.registries[].mirrors[].url': 2,
  'spec.registries[].mirrors[].namespaceParameter': 2,
  'spec.registries[].ca': 1,
  'spec.registries[].clientCertificate': 1,
  'spec.registries[].clientCertificate.certificate': 1,
  'spec.registries[].clientCertificate.key': 1,
  'spec.registries[].plainHttp': 1,
  'spec.registries[].skipTlsVerify': 1,
  'spec.registries[].credentials': 2,
  'spec.registries[].credentials.source': 2,
  'spec.registries[].credentials.source = helper': 1,
  'spec.registries[].credentials.source = environment': 1,
  'spec.registries[].credentials.file': 1,
  'spec.registries[].credentials.helper': 1,
  'spec.registries[].credentials.usernameVariable': 1,
  'spec.registries[].credentials.passwordVariable': 1,
  'spec.registries[].credentials.onFailure': 1,
  'spec.registries[].concurrency': 2,
}

const keys = configKeys(CONFIG_SCHEMA as AnySchema)

test('every key says who may set it, and only those here not everybody', () => {
  const guarded = keys.filter(({ tier }) => tier < 3).map(({ name, tier }) => [name, tier])
  expect(Object.fromEntries(guarded)).toEqual(GUARDED)
  expect(keys.length).toBeGreaterThan(80)
})

test('a key without a tier does not compile', () => {
  const schema: ObjectSchema<{ key: string }> = {
    type: 'object',
    additionalProperties: false,
    // @ts-expect-error: the key does not say who may set it
    properties: { key: { type: 'string' } },
  }
  expect(Object.keys(schema.properties)).toEqual(['key'])
})

const cases = keys.flatMap((key) => ([1, 2, 3] as const).map((tier) => ({ ...key, needed: key.tier, tier })))

test.each(cases)('$name by tier $tier', ({ name, needed, tier, example }) => {
  const { documents } = readDocuments(readSource(new TextEncoder().encode(JSON.stringify(example))))
  const problems = checkTrust(documents[0]!.contents!, CONFIG_SCHEMA as AnySchema, tier)
  const isRefused = tier > (GUARDED[name] ?? 3)
  expect([problems.length > 0, maySet(needed, tier)]).toEqual([isRefused, !isRefused])
  if (isRefused) expect(problems[0]?.reason).toContain(describeTier(tier as 2 | 3))
})

const HEAD = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\n'
const read = (text: string, tier: TrustTier) =>
  parseConfig(readSource(new TextEncoder().encode(text), 'pinpull.yaml'), { tier })

describe('where a setting hides', () => {
  const environment = 'source: environment, usernameVariable: A, passwordVariable: B'
  test.each<[name: string, text: string, lines: readonly number[]]>([
    ['plainly', `spec:\n  registries:\n  - host: a.example\n    plainHttp: true\n`, [6]],
    [
      'with the value that it has by default',
      `spec:\n  registries: [{host: a.example, plainHttp: false}]\n`,
      [4],
    ],
    [
      'behind an alias',
      `metadata: {annotations: {}}\nspec:\n  registries:\n  - &a {host: a.example, skipTlsVerify: true}\n  - *a\n`,
      [6, 6, 6],
    ],
    [
      'in a merged mapping',
      `spec:\n  registries:\n  - &base\n    host: a.example\n    skipTlsVerify: true\n  - <<: *base\n    host: b.example\n`,
      [7, 7],
    ],
    [
      'in a merge of a merge, in a list of merges',
      `spec:\n  registries:\n  - &a {host: a.example, ca: x.pem}\n  - &b {<<: *a, host: b.example}\n  - {<<: [*b], host: c.example}\n`,
      [5, 5, 5],
    ],
    ['given twice', `spec:\n  registries:\n  - host: a.example\n    ca: a.pem\n    ca: b.pem\n`, [6, 7, 7]],
    ['with an escaped key', `spec:\n  registries:\n  - {host: a.example, "plain\\x48ttp": true}\n`, [5]],
    [
      'in JSON',
      `spec: {"registries": [{"host": "a.example", "credentials": {"source": "helper", "helper": "x"}}]}\n`,
      [3, 3],
    ],
    [
      'for every registry',
      `spec:\n  registries:\n  - host: '*'\n    credentials: {${environment}}\n`,
      [6, 6, 6],
    ],
    ['beside another mistake', `spec:\n  registries:\n  - host: a.example\n    ca: [1]\n`, [6, 6]],
    [
      'with a byte order mark',
      `\uFEFFspec:\n  registries:\n  - {host: a.example, clientCertificate: {certificate: a, key: b}}\n`,
      [5],
    ],
  ])('%s', async (_, text, lines) => {
    const whole = text.startsWith('\uFEFF') ? `\uFEFF${HEAD}${text.slice(1)}` : HEAD + text
    const { diagnostics } = await read(whole, 2)
    const found = diagnostics.filter(({ code }) => code === 'CONFIG_UNTRUSTED')
    expect(diagnostics.map(({ at }) => at?.line)).toEqual(lines)
    expect(found.length).toBeGreaterThan(0)
    expect(
      found.every(({ at, args }) => at?.file === 'pinpull.yaml' && String(args['reason']).includes('tier 2')),
    ).toBe(true)
    const trusted = await read(whole, 1)
    expect(trusted.diagnostics.map(({ code }) => code)).not.toContain('CONFIG_UNTRUSTED')
  })

  test('in a ConfigMap, and in the text of one', async () => {
    const map = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n${data}`
    expect((await read(map('  lockFile: a.yaml\n'), 3)).diagnostics).toMatchObject([
      { code: 'CONFIG_UNTRUSTED', args: { path: 'data.lockFile' }, at: { line: 5 } },
    ])
    const inner = `${HEAD}spec:\n  lockFile: a.yaml\n  registries: []\n`
    expect(
      (await read(map(`  pinpull.yaml: |\n${inner.replace(/^/gm, '    ')}`), 3)).diagnostics,
    ).toMatchObject([
      { code: 'CONFIG_UNTRUSTED', at: { line: 9 } },
      { code: 'CONFIG_UNTRUSTED', at: { line: 10 } },
    ])
  })
})

test('the message says what, whose word it is, and the way up', async () => {
  const { diagnostics } = await read(`${HEAD}spec:\n  registries: [{host: a.example, ca: a.pem}]\n`, 2)
  expect(diagnostics).toEqual([
    {
      code: 'CONFIG_UNTRUSTED',
      severity: 'error',
      args: {
        path: 'spec.registries[0].ca',
        reason:
          'may not be set by a pinpull.yaml that was only found in the working directory (trust tier 2, see docs/trust.md)',
        advice: 'name the file with --config pinpull.yaml (or PINPULL_CONFIG) if you trust it',
      },
      at: { file: 'pinpull.yaml', line: 4, column: 34, path: 'spec.registries[0].ca' },
    },
  ])
})

describe('a lock file that a lower tier names', () => {
  const staysInside = (path: string) => !path.startsWith('..')
  test.each<[lockFile: string, tier: TrustTier, codes: readonly string[]]>([
    ['a.yaml', 2, []],
    ['../a.yaml', 2, ['CONFIG_UNTRUSTED']],
    ['../a.yaml', 1, []],
    ['a.yaml', 3, ['CONFIG_UNTRUSTED']],
  ])('%s of tier %i', async (lockFile, tier, codes) => {
    const source = readSource(new TextEncoder().encode(`${HEAD}spec: {lockFile: ${lockFile}}\n`))
    const { diagnostics } = await parseConfig(source, { tier, staysInside })
    expect(diagnostics.map(({ code }) => code)).toEqual(codes)
  })
})
