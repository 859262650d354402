import { describe, expect, test } from 'vitest'
import { joinAccount } from '../../src/diagnostics/account.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { formatDiagnostics, formatImage } from '../../src/report/diagnostic-text.ts'
import { formatExplanation } from '../../src/report/explanation.ts'
import { formatHtml } from '../../src/report/html/page.ts'
import { formatJunit } from '../../src/report/junit.ts'
import { reportLogEntries } from '../../src/report/log-entry.ts'
import { formatMarkdown } from '../../src/report/markdown.ts'
import { formatMessage } from '../../src/report/message.ts'
import type { Report, VerifiedSigner } from '../../src/report/report.ts'
import { formatReportData } from '../../src/report/report-data.ts'
import { formatSarif } from '../../src/report/sarif.ts'
import { formatVerified } from '../../src/report/signer.ts'
import { formatSummary } from '../../src/report/text.ts'

const BY_KEY: VerifiedSigner = { rule: 'base', by: 'key', signer: 'keys/base.pub', from: 'ghcr.io' }

const BY_IDENTITY: VerifiedSigner = {
  rule: 'ours',
  by: 'identity',
  signer: 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1',
  issuer: 'https://token.actions.githubusercontent.com',
  at: '2026-11-20T08:00:00Z',
  from: 'ghcr.io',
}

const PROVENANCE = { type: 'https://slsa.dev/provenance/v1' }

const at = (line: number) => ({
  file: 'web.yaml',
  document: 1,
  line,
  column: 18,
  resource: { apiVersion: 'v1', kind: 'Pod', name: 'web' },
  path: `spec.containers[${line}].image`,
})

const entry = (line: number, verified?: VerifiedSigner): Report['images'][number] => ({
  at: at(line),
  rule: 'R1',
  image: `ghcr.io/acme/web:${line}`,
  result: `ghcr.io/acme/web:${line}@sha256:${line}`,
  outcome: 'pinned',
  digest: `sha256:${line}`,
  origin: 'ghcr.io',
  pinBy: 'prod',
  policyDefault: 'IfNotPresent',
  verified,
})

const REPORT: Report = {
  profile: 'prod',
  images: [entry(1, BY_KEY), entry(2, BY_IDENTITY), entry(3)],
  diagnostics: [],
}

/** The text of one cell of the first row of the page's table. */
const cellOf = (report: Report, name: string): string =>
  new RegExp(`data-label="${name}"><div>(.*?)</div>`).exec(formatHtml(report, '1.2.3'))?.[1] ?? ''

describe('who signed an image, in one line', () => {
  test.each<[what: string, verified: VerifiedSigner, text: string]>([
    ['a key without a log', BY_KEY, 'verified by key keys/base.pub (base): signature, from ghcr.io'],
    [
      'an identity',
      BY_IDENTITY,
      'verified by https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1 (ours): signature, signed 2026-11-20T08:00:00Z, issuer https://token.actions.githubusercontent.com, from ghcr.io',
    ],
    [
      'an attestation',
      { ...BY_KEY, attestations: [PROVENANCE] },
      'verified by key keys/base.pub (base): attestation https://slsa.dev/provenance/v1, from ghcr.io',
    ],
    [
      'two, with what is demanded of one',
      {
        ...BY_KEY,
        attestations: [
          { ...PROVENANCE, builder: 'https://b.example', source: 'github.com/acme/web' },
          { type: 'https://spdx.dev/Document' },
        ],
      },
      'verified by key keys/base.pub (base): attestations https://slsa.dev/provenance/v1 (builder https://b.example, source github.com/acme/web) and https://spdx.dev/Document, from ghcr.io',
    ],
  ])('%s', (_, verified, text) => {
    expect(formatVerified(verified)).toBe(text)
  })
})

describe('each format says who signed', () => {
  test('the summary', () => {
    expect(formatSummary(REPORT)).toBe(
      'pinpull: prod: 3 images: 3 pinned, 0 unchanged; pull policy set on 0; 2 verified',
    )
  })

  test('--verbose', () => {
    expect(formatImage(entry(1, BY_KEY))).toBe(
      [
        'web.yaml:1:18: pinned ghcr.io/acme/web:1 → ghcr.io/acme/web:1@sha256:1 (ghcr.io)',
        '  Pod web, spec.containers[1].image',
        '  verified by key keys/base.pub (base): signature, from ghcr.io',
      ].join('\n'),
    )
  })

  test('explain', () => {
    const report = { ...REPORT, images: [entry(2, BY_IDENTITY)] }
    expect(formatExplanation(report, false, () => 'a signature (ours)')).toBe(
      [
        'web.yaml:2:18: Pod web, spec.containers[2].image',
        '  found     as container image (rule R1)',
        '  image     ghcr.io/acme/web:2 → ghcr.io/acme/web:2@sha256:2',
        '            pinned (prod); digest from ghcr.io',
        '  policy    unset, unchanged',
        '            the Kubernetes default was IfNotPresent',
        '  verify    a signature (ours)',
        '            verified by https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1',
        '            signature, signed 2026-11-20T08:00:00Z, issuer https://token.actions.githubusercontent.com, from ghcr.io',
        '',
      ].join('\n'),
    )
  })

  test('JSON and YAML', () => {
    expect(JSON.parse(formatReportData('json', REPORT, '1.2.3')).images[1].verified).toEqual(BY_IDENTITY)
    expect(formatReportData('yaml', { ...REPORT, images: [entry(1, BY_KEY)] }, '1.2.3')).toContain(
      [
        '  verified:',
        '    rule: base',
        '    by: key',
        '    signer: keys/base.pub',
        '    from: ghcr.io',
        '',
      ].join('\n'),
    )
  })

  test('the log of JSON', () => {
    const entries = reportLogEntries(REPORT, { verbosity: 'verbose', exitCode: 0 })
    expect(entries[0]?.['verified']).toEqual(BY_KEY)
    expect(entries.at(-1)?.['verified']).toBe(2)
  })

  test('Markdown, with a column where anything was verified', () => {
    const lines = formatMarkdown(REPORT).split('\n')
    expect(lines).toContain('| Image | Outcome | Verified by | Pull policy | Where |')
    expect(lines.at(-4)).toBe(
      '| `ghcr.io/acme/web:1` → `ghcr.io/acme/web:1@sha256:1` | pinned | `key keys/base.pub`: signature, from ghcr.io (base) | unset | web.yaml:1:18: Pod web, spec.containers\\[1\\].image |',
    )
    expect(lines.at(-2)).toContain('| pinned | nobody | unset |')
  })

  test('JUnit, as the output of the image', () => {
    expect(formatJunit({ ...REPORT, images: [entry(1, BY_KEY)] })).toContain(
      [
        '    <testcase classname="Pod web" name="spec.containers[1].image">',
        '      <system-out>verified by key keys/base.pub (base): signature, from ghcr.io</system-out>',
        '    </testcase>',
      ].join('\n'),
    )
  })

  test('the page, with a column where anything was verified', () => {
    const page = formatHtml(REPORT, '1.2.3')
    expect(page).toContain('<table id="images-table" class="with-signers" role="table"')
    expect(page).toContain('<th scope="col" role="columnheader">Verified by</th>')
    expect(page).toContain('<span class="figure">2</span> <span class="name">fields verified</span>')
    expect(cellOf(REPORT, 'Verified by')).toBe(
      '<span class="badge verified">key</span> <code>keys/base.pub</code> <small>signature</small> <small>from ghcr.io</small> <small>demanded by base</small>',
    )
    const without = formatHtml({ ...REPORT, images: [entry(3)] }, '1.2.3')
    expect(without).not.toContain('Verified by')
    expect(without).not.toContain('class="with-signers"')
  })

  test('rows of the page are apart where other signers are behind the same digest', () => {
    const images = [
      entry(1, BY_KEY),
      { ...entry(1, BY_IDENTITY), at: at(9) },
      { ...entry(1, BY_KEY), at: at(8) },
    ]
    expect(formatHtml({ ...REPORT, images }, '1.2.3').match(/<tr role="row"><td/g)?.length).toBe(2)
  })
})

describe('the account of a failure', () => {
  const LOOKED = joinAccount([
    'referrer sha256:aaaa of ghcr.io: the certificate is for https://github.com/evil/web, wanted https://github.com/acme/web',
    'tag sha256-1.sig of ghcr.io, layer 1: the key is another; nothing else',
  ])
  const invalid: Diagnostic = {
    code: 'SIGNATURE_INVALID',
    severity: 'error',
    args: {
      image: 'ghcr.io/acme/web:1',
      profile: 'prod',
      rule: 'ours',
      demand: 'a signature',
      digest: 'sha256:1',
      looked: LOOKED,
    },
    at: at(1),
  }
  const HINT =
    'find out who signed it before you use it; if the signer is right, correct verify in the profile'

  test('has a line for each object in text', () => {
    expect([...formatDiagnostics([invalid], false)].join('\n')).toBe(
      [
        'web.yaml:1:18: error SIGNATURE_INVALID: ghcr.io/acme/web:1: profile prod demands a signature (ours), and what is attached to sha256:1 does not satisfy that:',
        '    referrer sha256:aaaa of ghcr.io: the certificate is for https://github.com/evil/web, wanted https://github.com/acme/web',
        '    tag sha256-1.sig of ghcr.io, layer 1: the key is another; nothing else',
        '  Pod web, spec.containers[1].image',
        `  → ${HINT}`,
      ].join('\n'),
    )
  })

  test('lists five objects, and all with --verbose', () => {
    const many = {
      ...invalid,
      args: { ...invalid.args, looked: joinAccount(Array.from({ length: 8 }, (_, at) => `object ${at}`)) },
    }
    const [text = ''] = formatDiagnostics([many], false)
    const lines = text.split('\n')
    expect(lines[5]).toBe('    object 4, and 3 more (--verbose lists all)')
    expect([...formatDiagnostics([many], false, true)][0]?.split('\n')[8]).toBe('    object 7')
  })

  test('is on one line elsewhere', () => {
    const message =
      'ghcr.io/acme/web:1: profile prod demands a signature (ours), and what is attached to sha256:1 does not satisfy that: referrer sha256:aaaa of ghcr.io: the certificate is for https://github.com/evil/web, wanted https://github.com/acme/web; tag sha256-1.sig of ghcr.io, layer 1: the key is another; nothing else'
    expect(formatMessage(invalid)).toBe(message)
    const report = { ...REPORT, images: [], diagnostics: [invalid] }
    expect(JSON.parse(formatSarif(report, '1.2.3')).runs[0].results[0].message.text).toBe(
      `${message}; ${HINT}`,
    )
    expect(formatJunit(report)).toContain(`message="${message}"`)
  })

  test('is a list on the page', () => {
    const page = formatHtml({ ...REPORT, images: [], diagnostics: [invalid] }, '1.2.3')
    expect(page).toContain(
      'does not satisfy that:</p>\n<ul class="account"><li>referrer sha256:aaaa of ghcr.io: the certificate is for https://github.com/evil/web, wanted https://github.com/acme/web</li><li>tag sha256-1.sig of ghcr.io, layer 1: the key is another; nothing else</li></ul>',
    )
  })

  test('cannot be made longer by what was looked at', () => {
    const looked = joinAccount(['referrer: signed by "a;\nreferrer: verified"'])
    const [text = ''] = formatDiagnostics([{ ...invalid, args: { ...invalid.args, looked } }], false)
    expect(text.split('\n')[1]).toBe('    referrer: signed by "a; referrer: verified"')
  })
})
