import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import type { Profile } from '../../src/config/profile.ts'
import type { Code } from '../../src/diagnostics/catalogue.ts'
import type { FieldWriter } from '../../src/plan/decision.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { canonicalText } from '../../src/reference/reference.ts'
import { formatDiagnostics } from '../../src/report/diagnostic-text.ts'
import { formatMessage } from '../../src/report/message.ts'
import { transform } from '../../src/transform.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'
import { fixedVerifier } from '../support/fixed-verifier.ts'
import { sourceOf } from '../support/source.ts'

const A = `sha256:${'a'.repeat(64)}`
const B = `sha256:${'b'.repeat(64)}`
const ENFORCE = 'verify: [{name: ours, images: ghcr.io/**, keys: [a.pub]}]'
const WARN = 'verify: [{name: ours, images: ghcr.io/**, keys: [a.pub], mode: warn}]'

function profileOf(settings: string, extended = 'prod', fields = ''): Profile {
  const { config, diagnostics } = parseConfig(
    sourceOf(`apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: test
    extends: ${extended}
${settings.replace(/^/gm, '    ')}${fields}
`),
    { tier: 1 },
  )
  expect(diagnostics).toEqual([])
  return config!.profiles.get('test')!
}

const pod = (image: string, metadata = '{name: p}'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\nspec:\n  containers:\n  - name: c\n    image: '${image}'\n`

interface Run {
  readonly settings?: string
  readonly extended?: string
  readonly images?: Readonly<Record<string, string>>
  /** By the hex character of a digest, how its verification fails. */
  readonly failing?: Readonly<Record<string, Code>>
  /** More of the configuration, behind its profiles. */
  readonly fields?: string
  readonly krm?: boolean
  /** Repositories that a lock file names. */
  readonly locked?: readonly string[]
  readonly writer?: FieldWriter
}

async function run(
  input: string,
  { settings = ENFORCE, extended, fields, images, failing, krm, locked, writer }: Run = {},
) {
  const verifier = fixedVerifier(failing)
  const { report, output } = await transform(new TextEncoder().encode(input), {
    profile: { ...profileOf(settings, extended, fields), ...(locked && { lockedNames: new Set(locked) }) },
    resolver: fixedResolver(images ?? { 'ghcr.io/acme/web:1.0.0': 'a' }),
    verifier,
    krm,
    ...(writer && { findWriter: () => writer }),
    signal: new AbortController().signal,
  })
  return {
    report,
    output: output && new TextDecoder().decode(output),
    asked: verifier.asked.map(
      ({ reference, digest, rule }) =>
        `${canonicalText(reference).replace(/@.*/, '')} ${digest.slice(0, 8)} ${rule.label}`,
    ),
    findings: report.diagnostics.map((one) => `${one.severity} ${one.code}: ${formatMessage(one)}`),
  }
}

const WEB = 'ghcr.io/acme/web:1.0.0'

describe('an image that a rule is for', () => {
  test('is verified by the digest that is written, and the report says by whom', async () => {
    const { asked, findings, output, report } = await run(pod(WEB))
    expect(findings).toEqual([])
    expect(asked).toEqual([`${WEB} sha256:a ours`])
    expect(output).toContain(`'${WEB}@${A}'`)
    expect(report.images[0]).toMatchObject({
      outcome: 'pinned',
      digest: A,
      verified: { rule: 'ours', by: 'key', signer: 'a.pub', from: 'ghcr.io' },
    })
  })

  test('and has its digest already, is verified by that', async () => {
    const { asked, findings, output, report } = await run(pod(`${WEB}@${B}`))
    expect([asked, findings]).toEqual([['ghcr.io/acme/web sha256:b ours'], []])
    expect(output).toContain(B)
    expect(report.images[0]?.verified?.signer).toBe('a.pub')
  })

  test('is verified once for many places', async () => {
    const { asked } = await run(
      [WEB, `${WEB}@${A}`, WEB, `ghcr.io/acme/web@${A}`].map((one) => pod(one)).join('---\n'),
    )
    expect(asked).toEqual([`${WEB} sha256:a ours`])
  })

  test('is not written if it does not verify, and neither is anything else', async () => {
    const input = `${pod('nginx:1.27.0')}---\n${pod(WEB)}`
    const { findings, output, report } = await run(input, {
      images: { [WEB]: 'a', 'nginx:1.27.0': 'b' },
      failing: { a: 'SIGNATURE_MISSING' },
    })
    expect(output).toBeUndefined()
    expect(findings).toEqual([
      'info IMAGE_UNVERIFIED: nginx:1.27.0: not verified: no entry of verify is for it',
      `error SIGNATURE_MISSING: ${WEB}: profile test demands a signature (ours), and none is attached to ${A}: ghcr.io: nothing in referrers, nothing in tag sha256-${'a'.repeat(64)}.sig`,
    ])
    expect(report.images.map(({ outcome, reason, result }) => [outcome, reason, result])).toEqual([
      ['pinned', undefined, `nginx:1.27.0@${B}`],
      ['failed', 'did not verify', WEB],
    ])
  })

  test.each<[code: Code, mode: string, severity: string]>([
    ['SIGNATURE_MISSING', ENFORCE, 'error'],
    ['SIGNATURE_INVALID', ENFORCE, 'error'],
    ['VERIFICATION_NOT_STORED', ENFORCE, 'error'],
    ['REGISTRY_UNAVAILABLE', ENFORCE, 'error'],
    ['VERIFY_SETTINGS_INVALID', ENFORCE, 'error'],
    ['SIGNATURE_MISSING', WARN, 'warning'],
    ['SIGNATURE_INVALID', WARN, 'warning'],
    ['VERIFICATION_NOT_STORED', WARN, 'warning'],
    ['REGISTRY_UNAVAILABLE', WARN, 'warning'],
    ['VERIFY_SETTINGS_INVALID', WARN, 'error'],
  ])('that fails with %s, by %s', async (code, settings, severity) => {
    const { report, output } = await run(pod(WEB), { settings, failing: { a: code } })
    expect(report.diagnostics).toMatchObject([
      { code, severity, args: { image: WEB, profile: 'test', rule: 'ours' }, at: { line: 7 } },
    ])
    expect(output === undefined).toBe(severity === 'error')
    expect(report.images[0]?.verified).toBeUndefined()
  })

  test('a defect of the verifier ends the run', async () => {
    const verifier = { verify: () => Promise.reject(new TypeError('no such thing')) }
    const promise = transform(new TextEncoder().encode(pod(WEB)), {
      profile: profileOf(ENFORCE),
      resolver: fixedResolver({ [WEB]: 'a' }),
      verifier,
      signal: new AbortController().signal,
    })
    await expect(promise).rejects.toThrow('no such thing')
  })

  test('needs a verifier', async () => {
    const promise = transform(new TextEncoder().encode(pod('nginx')), {
      profile: profileOf(WARN),
      resolver: fixedResolver({}),
      signal: new AbortController().signal,
    })
    await expect(promise).rejects.toMatchObject({
      code: 'USAGE',
      args: { reason: 'profile test demands signatures (verify), and there is no verifier' },
    })
  })
})

describe('an image without a digest to verify', () => {
  const skipped = "{name: p, annotations: {pinpull.dev/skip: 'true'}}"
  const list = (annotations: string) =>
    `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {${annotations}}}, spec: {containers: [{name: c, image: '${WEB}'}]}}\n`
  const widget = (image: string) =>
    `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {parts: {image: '${image}'}}\n`

  test.each<[name: string, input: string, reason: string, more?: Run]>([
    [
      'skipped by annotation',
      pod(WEB, skipped),
      'the annotation pinpull.dev/skip skips it, and it has no digest',
    ],
    ['with a placeholder for its tag', pod('ghcr.io/acme/web:${TAG}'), 'a part of it is filled in later'],
    ['with a placeholder for its name', pod('${IMAGE}'), 'a part of it is filled in later'],
    [
      'that is no reference',
      pod('ghcr.io/Acme'),
      'it is not an image reference',
      { settings: `${ENFORCE}\ninvalid: warn` },
    ],
    [
      'that did not resolve',
      pod(WEB),
      'it did not resolve',
      { images: {}, settings: `${ENFORCE}\nunresolved: warn` },
    ],
    ['that the profile does not pin', pod(WEB), 'test does not pin it', { extended: 'dev' }],
    [
      'that a rule does not pin',
      pod(WEB),
      'debug does not pin it',
      { settings: `${ENFORCE}\nrules: [{name: debug, pin: never}]` },
    ],
    [
      'in an object that stays out of the cluster by its own word',
      list("config.kubernetes.io/local-config: 'true'"),
      'its object has the annotation local-config',
      { krm: true },
    ],
    ['in a field that no rule covers', widget(WEB), 'no rule covers its field, so that it is not pinned'],
  ])('%s', async (_, input, reason, more) => {
    const wanted = `profile test demands that it is verified (ours), which is impossible: ${reason}`
    const strict = await run(input, more)
    expect(strict.findings.filter((one) => one.includes('IMAGE_NOT_VERIFIABLE'))).toEqual([
      expect.stringMatching(/^error IMAGE_NOT_VERIFIABLE: .*/),
    ])
    expect(strict.findings.join('\n')).toContain(wanted)
    expect([strict.output, strict.asked]).toEqual([undefined, []])

    const settings = (more?.settings ?? ENFORCE).replace('[a.pub]', '[a.pub], mode: warn')
    const mild = await run(input, { ...more, settings })
    expect(mild.findings.filter((one) => one.startsWith('error'))).toEqual([])
    expect(mild.output).toBeDefined()
  })

  test.each<[image: string, images: string, count: number]>([
    ['auto', 'ghcr.io/**', 0],
    ['auto', '**', 1],
    ['nginx:CHANGE_ME', 'ghcr.io/**', 0],
    ['nginx:CHANGE_ME', 'docker.io/library/nginx', 1],
    ['nginx:${TAG}', 'ghcr.io/**', 0],
    ['nginx:${TAG}', 'docker.io/library/nginx', 1],
    ['${REGISTRY}/nginx:1', 'ghcr.io/**', 1],
    ['ghcr.io/${OWNER}/nginx:1', 'docker.io/**', 1],
    // A port and a repository.
    ['ghcr.io:${REST}', 'ghcr.io/**', 1],
    ['localhost:${REST}', 'localhost:5000/**', 1],
    [' ', 'ghcr.io/**', 1],
  ])('since it is filled in later, %s, by a rule for %s', async (image, images, count) => {
    const { report } = await run(pod(image), { settings: `verify: [{images: '${images}', keys: [a.pub]}]` })
    expect(report.diagnostics.filter(({ code }) => code === 'IMAGE_NOT_VERIFIABLE').length).toBe(count)
  })

  test('that did not resolve, which is an error, is not reported twice', async () => {
    const { findings } = await run(pod(WEB), { images: {} })
    expect(findings).toEqual([expect.stringContaining('error REGISTRY_UNAVAILABLE: ')])
  })

  test.each<[name: string, input: string, more?: Run]>([
    ['an annotation skips', pod(`${WEB}@${B}`, skipped)],
    ['the profile does not pin', pod(`${WEB}@${B}`), { extended: 'dev' }],
    ['is in a field that no rule covers', widget(`${WEB}@${B}`)],
    ['another program writes', pod(`${WEB}@${B}`), { writer: 'Flux' }],
  ])('but one with a digest, which %s, is verified', async (_, input, more) => {
    const { asked, findings } = await run(input, more)
    expect(asked).toEqual(['ghcr.io/acme/web sha256:b ours'])
    expect(findings.filter((one) => one.startsWith('error'))).toEqual([])
  })

  test('that another program writes is a warning: this run writes nothing there', async () => {
    const { findings, output } = await run(pod(WEB), { writer: 'Flux' })
    expect(findings).toEqual([
      `warning IMAGE_NOT_VERIFIABLE: ${WEB}: profile test demands that it is verified (ours), which is impossible: it is written by Flux, and has no digest`,
    ])
    expect(output).toBe(pod(WEB))
    const signed = await run(pod(`${WEB}@${B}`), { writer: 'Flux', failing: { b: 'SIGNATURE_INVALID' } })
    expect(signed.report.diagnostics).toMatchObject([{ code: 'SIGNATURE_INVALID', severity: 'warning' }])
    expect(signed.report.images[0]?.outcome).toBe('kept')
  })
})

describe('wherever an image is, it is verified before it is written', () => {
  const objects = (spec: unknown, type: Record<string, unknown> = { apiVersion: 'v1', kind: 'Pod' }) =>
    JSON.stringify({ ...type, metadata: { name: 'x' }, ...(spec as object) })
  const container = { name: 'c', image: WEB }
  const podSpec = { containers: [container] }
  const FIELDS = (entry: string) => `\n  fields:\n    rules: [${entry}]`

  test.each<[name: string, input: string, fields?: string]>([
    ['a container', objects({ spec: podSpec })],
    ['an init container', objects({ spec: { containers: [], initContainers: [container] } })],
    ['an ephemeral container', objects({ spec: { containers: [], ephemeralContainers: [container] } })],
    [
      'an image volume',
      objects({ spec: { containers: [], volumes: [{ name: 'v', image: { reference: WEB } }] } }),
    ],
    [
      'a CronJob',
      objects(
        { spec: { jobTemplate: { spec: { template: { spec: podSpec } } } } },
        { apiVersion: 'batch/v1', kind: 'CronJob' },
      ),
    ],
    [
      'a List in a List',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'List', items: [JSON.parse(objects({ spec: podSpec }))] }],
      }),
    ],
    [
      'a custom resource with a pod template',
      objects(
        { spec: { template: { spec: podSpec } } },
        { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
      ),
    ],
    [
      'a custom resource with a field of the table',
      objects({ spec: { image: WEB } }, { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus' }),
    ],
    [
      'parts of a mapping',
      objects(
        { spec: { proxy: { repository: 'ghcr.io/acme/web', tag: '1.0.0' } } },
        { apiVersion: 'example.com/v1', kind: 'Widget' },
      ),
      FIELDS("{group: example.com, kind: Widget, path: spec.proxy, parts: '{repository}:{tag}'}"),
    ],
    [
      'a text in a ConfigMap',
      objects({ data: { args: `--image=${WEB}` } }, { apiVersion: 'v1', kind: 'ConfigMap' }),
      FIELDS("{kind: ConfigMap, path: 'data.args', value: '--image=(\\S+)'}"),
    ],
    [
      'a document in a ConfigMap',
      objects(
        { data: { 'a.json': JSON.stringify({ sidecar: { image: WEB } }) } },
        { apiVersion: 'v1', kind: 'ConfigMap' },
      ),
      FIELDS(`{kind: ConfigMap, path: 'data["a.json"]', embedded: {format: json, path: sidecar.image}}`),
    ],
    ['an alias', `${pod(WEB).replace("'ghcr", "&web 'ghcr")}  - {name: d, image: *web}\n`],
    ['a merge key', `${pod('nginx').replace("    image: 'nginx'", `    <<: {image: '${WEB}'}`)}`],
    [
      'a copy in a variable',
      objects({ spec: { containers: [{ ...container, env: [{ name: 'IMAGE', value: WEB }] }] } }),
      '\n  fields:\n    copies: pin',
    ],
  ])('%s', async (_, input, fields = '') => {
    const signed = await run(input, { fields })
    expect(signed.findings).toEqual([])
    expect(signed.asked).toEqual([`${WEB} sha256:a ours`])
    expect(signed.output).toContain(A)
    expect(signed.report.images.map(({ verified }) => verified?.rule)).toEqual(
      signed.report.images.map(() => 'ours'),
    )
    const refused = await run(input, { fields, failing: { a: 'SIGNATURE_INVALID' } })
    expect(refused.output).toBeUndefined()
    expect(new Set(refused.report.diagnostics.map(({ code }) => code))).toEqual(
      new Set(['SIGNATURE_INVALID']),
    )
    expect(refused.report.images.every(({ outcome }) => outcome === 'failed')).toBe(true)
  })
})

describe('an image that nobody verifies', () => {
  test.each<[name: string, settings: string, findings: readonly string[]]>([
    [
      'no rule is for it',
      'verify: [{images: quay.io/**, keys: [a.pub]}]',
      [`info IMAGE_UNVERIFIED: ${WEB}: not verified: no entry of verify is for it`],
    ],
    [
      'no rule is for it, which the profile forbids',
      'verify: [{images: quay.io/**, keys: [a.pub]}]\nfindings: {IMAGE_UNVERIFIED: error}',
      [`error IMAGE_UNVERIFIED: ${WEB}: not verified: no entry of verify is for it`],
    ],
    [
      'the rule names nobody',
      "verify: [{images: '**', mode: warn}]",
      [
        `warning IMAGE_UNVERIFIED: ${WEB}: not verified: test.verify[0] of verify names neither keys nor identities`,
      ],
    ],
    ['the profile excludes it', `${ENFORCE}\nexclude: [ghcr.io/acme/*]`, []],
    ['the profile does not include it', `${ENFORCE}\ninclude: [docker.io/**]`, []],
  ])('since %s', async (_, settings, findings) => {
    const result = await run(pod(WEB), { settings })
    expect([result.findings, result.asked]).toEqual([findings, []])
    expect(result.report.images[0]?.verified).toBeUndefined()
  })

  test('a profile without verify asks nobody', async () => {
    const { asked, findings } = await run(pod(WEB), { settings: 'pin: always' })
    expect([asked, findings]).toEqual([[], []])
  })

  test('many of them are one entry', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `docker.io/acme/app-${index}:1.0.0`)
    const { report } = await run(names.map((one) => pod(one)).join('---\n'), {
      images: Object.fromEntries(names.map((name) => [name, 'a'])),
    })
    const [text, ...others] = formatDiagnostics(report.diagnostics, false)
    expect(others).toEqual([])
    expect(text?.split('\n')).toEqual([
      'info IMAGE_UNVERIFIED: not verified: no entry of verify is for it; 20 images are affected:',
      ...[7, 15, 23, 31].map(
        (line, index) => `  <stdin>:${line}:12: docker.io/acme/app-${index}:1.0.0 (Pod p)`,
      ),
      '  <stdin>:39:12: docker.io/acme/app-4:1.0.0 (Pod p), and 15 more (--verbose lists all)',
      '  → add an entry for it to verify of profile test; with findings.IMAGE_UNVERIFIED, set how serious it is without one',
    ])
  })

  test('and so are many that have no signature', async () => {
    const names = ['ghcr.io/acme/a:1.0.0', 'ghcr.io/acme/b:1.0.0']
    const { report } = await run(names.map((one) => pod(one)).join('---\n'), {
      images: { [names[0]!]: 'a', [names[1]!]: 'b' },
      failing: { a: 'SIGNATURE_MISSING', b: 'SIGNATURE_MISSING' },
    })
    expect([...formatDiagnostics(report.diagnostics, false)].map((one) => one.split('\n'))).toEqual([
      [
        `error SIGNATURE_MISSING: profile test demands a signature (ours), and none is attached to 2 digests, such as ${A}:`,
        `    ghcr.io: nothing in referrers, nothing in tag sha256-${'a'.repeat(64)}.sig`,
        '  2 images are affected:',
        '  <stdin>:7:12: ghcr.io/acme/a:1.0.0 (Pod p)',
        '  <stdin>:15:12: ghcr.io/acme/b:1.0.0 (Pod p)',
        '  → have its publisher sign this digest (cosign sign); if its signatures are in another repository, set signatureRepository in the profile',
      ],
    ])
  })
})

describe('what was verified is what was pinned', () => {
  const REWRITE = 'rewrite: [{from: ghcr.io, to: registry.example.com/github}]'
  const MIRRORED = 'registry.example.com/github/acme/web'

  test.each<[name: string, image: string, settings: string, asked: string, written: string]>([
    ['a tag', WEB, '', `${WEB} sha256:a`, `${WEB}@${A}`],
    ['no tag', 'ghcr.io/acme/web', '', 'ghcr.io/acme/web:latest sha256:a', `ghcr.io/acme/web@${A}`],
    ['a digest', `ghcr.io/acme/web@${B}`, '', 'ghcr.io/acme/web sha256:b', `ghcr.io/acme/web@${B}`],
    ['only the digest in the output', WEB, 'output: digest', `${WEB} sha256:a`, `ghcr.io/acme/web@${A}`],
    ['tags that stay', WEB, 'output: as-written', `${WEB} sha256:a`, WEB],
    ['a rewrite', WEB, REWRITE, `${WEB} sha256:a`, `${MIRRORED}:1.0.0@${A}`],
    ['a rewritten name', `${MIRRORED}:1.0.0`, REWRITE, `${WEB} sha256:a`, `${MIRRORED}:1.0.0@${A}`],
    [
      'a rewritten name with its digest',
      `${MIRRORED}:1.0.0@${B}`,
      REWRITE,
      'ghcr.io/acme/web sha256:b',
      `${MIRRORED}:1.0.0@${B}`,
    ],
    ['a locked tag', WEB, 'pin: locked', `${WEB} sha256:a`, `${WEB}@${A}`],
    [
      'a locked digest',
      `ghcr.io/acme/web@${B}`,
      'pin: locked',
      'ghcr.io/acme/web sha256:b',
      `ghcr.io/acme/web@${B}`,
    ],
    ['a platform', WEB, 'platform: linux/arm64', `${WEB} sha256:a`, `${WEB}@${A}`],
  ])('with %s', async (_, image, settings, asked, written) => {
    const images = { [WEB]: 'a', 'ghcr.io/acme/web': 'a', [`ghcr.io/acme/web@${B}`]: 'b' }
    const result = await run(pod(image), { settings: `${ENFORCE}\n${settings}`, images })
    expect(result.findings.filter((one) => /^(?:error|info)/.test(one))).toEqual([])
    expect(result.asked).toEqual([`${asked} ours`])
    expect(result.output).toContain(`image: '${written}'`)
    expect(result.report.images[0]?.verified?.rule).toBe('ours')
  })

  test('the verifier gets the platform, the original name and the rule', async () => {
    const verifier = fixedVerifier()
    await transform(new TextEncoder().encode(pod(`${MIRRORED}:1.0.0`)), {
      profile: profileOf(`${ENFORCE}\n${REWRITE}\nplatform: linux/arm64`),
      resolver: fixedResolver({ [WEB]: 'a' }),
      verifier,
      signal: new AbortController().signal,
    })
    expect(verifier.asked).toMatchObject([
      {
        reference: { domain: 'ghcr.io', path: 'acme/web', tag: '1.0.0' },
        digest: A,
        platform: { os: 'linux', architecture: 'arm64' },
        rule: { label: 'ours', keys: ['a.pub'] },
      },
    ])
  })

  const image = fc
    .record({
      name: fc.constantFrom('ghcr.io/acme/web', 'ghcr.io/acme/api', MIRRORED, 'nginx'),
      tag: fc.constantFrom('', ':1.0.0', ':latest'),
      digest: fc.constantFrom('', `@${A}`, `@${B}`),
    })
    .map(({ name, tag, digest }) => `${name}${tag}${digest}`)
  const settings = fc.subarray([
    REWRITE,
    'output: digest',
    'pin: locked',
    'platform: linux/arm64',
    'mutableTags: allow',
  ])

  test('no digest is written that was not verified, whatever the stream and the profile', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.array(image, { minLength: 1, maxLength: 4 }), settings, async (images, given) => {
        const known = Object.fromEntries(
          ['ghcr.io/acme/web', 'ghcr.io/acme/api', 'nginx'].flatMap((name, index) =>
            ['', ':1.0.0', ':latest', `@${A}`, `@${B}`].map((rest) => [
              `${name}${rest}`,
              rest.startsWith('@') ? (rest === `@${A}` ? 'a' : 'b') : String(index + 1),
            ]),
          ),
        )
        const { asked, output } = await run(images.map((one) => pod(one)).join('---\n'), {
          settings: ["verify: [{images: '**', keys: [a.pub]}]", ...given].join('\n'),
          images: known,
        })
        const written = [...(output ?? '').matchAll(/image: '([^']+)'/g)].map(([, text = '']) => {
          const { domain, path, digest } = parseReference(text)
          const name = `${domain}/${path}`.replace('registry.example.com/github', 'ghcr.io')
          count += digest === undefined ? 0 : 1
          return given.includes(REWRITE)
            ? `${name} ${digest?.slice(0, 8)}`
            : `${domain}/${path} ${digest?.slice(0, 8)}`
        })
        const verified = asked.map((one) => one.replace(/(?::[^/@ ]+)?(?:@\S+)? (\S+) \S+$/, ' $1'))
        if (output !== undefined) expect(new Set(written)).toEqual(new Set(verified))
      }),
      { numRuns: 200 },
    )
    expect(count).toBeGreaterThan(200)
  })
})

describe('a name that looks rewritten, and that a lock file names as that of an image of its own', () => {
  const REWRITE = 'rewrite: [{from: ghcr.io, to: mirror.example.com/ghcr}]'
  const COPY = 'mirror.example.com/ghcr/acme/web:1.0.0'
  const locked = ['mirror.example.com/ghcr/acme/web']
  const settings = (verify: string): string => `${REWRITE}\n${verify}`

  test('needs the signature that it needs without a lock file', async () => {
    const { asked, findings } = await run(pod(COPY), {
      settings: settings(ENFORCE),
      images: { [COPY]: 'a' },
      locked,
    })
    expect([asked, findings]).toEqual([[`${COPY} sha256:a ours`], []])
  })

  test.each(['MIRROR.example.com', 'mirror.example.com:443', 'mirror.example.com:00443'])(
    'needs it without a lock file, too, if its host is spelled %s',
    async (host) => {
      const image = `${COPY.replace('mirror.example.com', host)}@${B}`
      const { asked } = await run(pod(image), { settings: settings(ENFORCE) })
      expect(asked).toEqual([`${host}/ghcr/acme/web sha256:b ours`])
    },
  )

  test('needs that for its own name, if that is stricter', async () => {
    const own = '{name: copies, images: mirror.example.com/**, keys: [b.pub]}'
    const { asked } = await run(pod(COPY), {
      settings: settings(`verify: [${own}, {name: ours, images: ghcr.io/**, keys: [a.pub], mode: warn}]`),
      images: { [COPY]: 'a' },
      locked,
    })
    expect(asked).toEqual([`${COPY} sha256:a copies`])
  })

  test.each<[image: string, asked: string[], findings: string[]]>([
    [`${COPY}@${B}`, ['mirror.example.com/ghcr/acme/web sha256:b ours'], []],
    [
      COPY,
      [],
      [
        `error IMAGE_NOT_VERIFIABLE: ${COPY}: profile test demands that it is verified (ours), which is impossible: it is excluded by profile, and has no digest`,
      ],
    ],
  ])('is not excluded from being verified by the lock file: %s', async (image, asked, findings) => {
    const include = 'include: [ghcr.io/**]'
    const result = await run(pod(image), { settings: settings(`${include}\n${ENFORCE}`), locked })
    expect([result.asked, result.findings]).toEqual([asked, findings])
  })
})

describe('an image in a text of a ConfigMap that stays as it is', () => {
  const fields = `
  fields:
    rules:
    - {kind: ConfigMap, path: 'data["pod.yaml"]', embedded: {format: yaml}}
    - {kind: ConfigMap, path: 'data["agent.json"]', embedded: {format: json, path: sidecar.run}}`
  const map = (data: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  ${data}\n`
  const inner = (image: string): string =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'c', image }] } })
  const impossible = (image: string): string =>
    `error IMAGE_NOT_VERIFIABLE: ${image}: profile test demands that it is verified (ours), which is impossible: it is in a text that is left unchanged`

  test.each<[how: string, data: string, expected: string[]]>([
    ['written so that it can be edited', `pod.yaml: '${inner(WEB)}'`, []],
    ['folded', `pod.yaml: >\n    ${inner(WEB)}`, [impossible(WEB)]],
    ['shared by an anchor', `pod.yaml: &a '${inner(WEB)}'`, [impossible(WEB)]],
    ['escaped', `pod.yaml: ${JSON.stringify(inner(WEB)).replace('image', 'im\\x61ge')}`, [impossible(WEB)]],
    ['without a rule for it', `other.yaml: '${inner(WEB)}'`, [impossible(WEB)]],
    [
      'under another key',
      `agent.json: >\n    {"sidecar": {"image": "", "run": "${WEB}"}}`,
      [impossible(WEB)],
    ],
    ['no YAML', `pod.yaml: "image: ${WEB}\\n] {"`, [impossible(WEB)]],
    ['that no rule of verify is for', `pod.yaml: &a '${inner('nginx:1.27.0')}'`, []],
    ['filled in later', `pod.yaml: &a '${inner('{{ .Values.image }}')}'`, []],
  ])('%s', async (_, data, expected) => {
    const { findings } = await run(map(data), { fields })
    expect(findings.filter((one) => one.includes('VERIFIABLE'))).toEqual(expected)
  })

  test.each(['pod.yaml: &a', 'other.yaml:'])('is verified by its digest: %s', async (key) => {
    const { asked } = await run(map(`${key} '${inner(`${WEB}@${B}`)}'`), { fields })
    expect(asked).toEqual(['ghcr.io/acme/web sha256:b ours'])
  })

  test('may be excluded by the profile', async () => {
    const settings = `exclude: [{kind: ConfigMap, name: m}]\n${ENFORCE}`
    const { findings } = await run(map(`pod.yaml: &a '${inner(WEB)}'`), { fields, settings })
    expect(findings.filter((one) => one.includes('VERIFIABLE'))).toEqual([])
  })
})
