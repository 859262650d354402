import { describe, expect, test } from 'vitest'
import { formatDiagnostics } from '../../src/report/diagnostic-text.ts'
import { formatHint, formatLocation, formatMessage } from '../../src/report/message.ts'
import type { Report } from '../../src/report/report.ts'
import { formatReport, formatSummary } from '../../src/report/text.ts'

const at = {
  document: 2,
  line: 12,
  column: 16,
  resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
  container: 'nginx',
  path: 'spec.template.spec.containers[0].image',
}

describe('sentences', () => {
  test('a message and a hint are their templates filled in', () => {
    const diagnostic = { code: 'PROFILE_UNKNOWN', args: { profile: 'prd', known: 'dev, prod' } } as const
    expect(formatMessage(diagnostic)).toBe('there is no profile "prd"')
    expect(formatHint(diagnostic)).toBe('choose one of: dev, prod')
  })

  test.each([
    ['a line break', 'two\nlines', 'two lines'],
    ['a terminal command', '\u001b[2Jgone', '\\u001b[2Jgone'],
    ['text that reads backwards', 'a\u202eb', 'a\\u202eb'],
    ['what kpt takes for output of docker', 'Digest: sha256:00', 'Digest sha256:00'],
  ])('a value cannot smuggle in %s', (_, reason, expected) => {
    expect(formatMessage({ code: 'USAGE', args: { reason } })).toBe(expected)
  })
})

describe('places', () => {
  test.each([
    [
      'everything',
      at,
      '<stdin>:12:16: Deployment shop/web, container nginx, spec.template.spec.containers[0].image',
    ],
    ['a file', { file: 'a.yaml', line: 1, column: 2 }, 'a.yaml:1:2'],
    ['no namespace', { resource: { apiVersion: 'v1', kind: 'Pod', name: 'p' } }, 'Pod p'],
    ['no name', { resource: { apiVersion: 'v1', kind: 'Pod', name: '' } }, 'unnamed Pod'],
    ['nothing', {}, ''],
  ])('%s', (_, place, expected) => {
    expect(formatLocation(place)).toBe(expected)
  })
})

describe('the report as text', () => {
  const report: Report = {
    profile: 'prod',
    images: [
      {
        at,
        rule: 'R1',
        image: 'a:1',
        result: 'a:1@sha256:1',
        outcome: 'pinned',
        origin: 'docker.io',
        policyAfter: 'IfNotPresent',
      },
      {
        at,
        rule: 'R1',
        image: 'a:1',
        result: 'a:1@sha256:1',
        outcome: 'pinned',
        origin: 'docker.io',
        policyBefore: 'Always',
        policyAfter: 'IfNotPresent',
      },
      {
        at,
        rule: 'R1',
        image: 'b@sha256:2',
        result: 'b@sha256:2',
        outcome: 'kept',
        reason: 'already pinned',
        policyBefore: 'Never',
        policyAfter: 'Never',
      },
    ],
    diagnostics: [],
  }

  test('the summary counts what was pinned, unchanged and set', () => {
    expect(formatSummary(report)).toBe(
      'pinpull: prod: 3 images: 2 pinned (1 distinct), 1 unchanged (already pinned); pull policy set on 2',
    )
  })

  test('the summary counts images that a rewrite only renames apart', () => {
    const [, , kept] = report.images
    const images = kept === undefined ? [] : [kept, { ...kept, result: 'mirror.example/b@sha256:2' }]
    expect(formatSummary({ ...report, images })).toBe(
      'pinpull: prod: 2 images: 0 pinned, 1 unchanged (already pinned), 1 only renamed (already pinned); pull policy set on 0',
    )
  })

  test('a failed run says that nothing was written', () => {
    const failed = {
      ...report,
      diagnostics: [{ code: 'INTERNAL', severity: 'error', args: { reason: 'x' } } as const],
    }
    expect(formatSummary(failed)).toBe('pinpull: prod: 1 error in 3 images; nothing was written')
  })

  test('a finding says what, where and what next', () => {
    const args = { image: 'nginx', tagKind: 'untagged' }
    expect(
      [...formatDiagnostics([{ code: 'IMAGE_UNTAGGED', severity: 'warning', args, at }], false)].join(''),
    ).toBe(
      [
        '<stdin>:12:16: warning IMAGE_UNTAGGED: "nginx" has no tag (defaults to latest), so it can change at any time',
        '  Deployment shop/web, container nginx, spec.template.spec.containers[0].image',
        '  → use a version tag in the source manifest',
      ].join('\n'),
    )
  })

  test.each([
    ['quiet', ''],
    [
      'normal',
      'pinpull: prod: 3 images: 2 pinned (1 distinct), 1 unchanged (already pinned); pull policy set on 2\n',
    ],
  ] as const)('%s', (verbosity, expected) => {
    expect(formatReport(report, { verbosity, color: false })).toBe(expected)
  })

  test('verbose lists the result of every image', () => {
    const [first] = formatReport(report, { verbosity: 'verbose', color: false }).split('\n')
    expect(first).toBe(
      '<stdin>:12:16: pinned a:1 → a:1@sha256:1 (docker.io), pull policy unset → IfNotPresent',
    )
  })
})
