import { describe, expect, test } from 'vitest'
import { formatExplanation } from '../../src/report/explanation.ts'
import { formatGithub } from '../../src/report/github.ts'
import { formatHtml } from '../../src/report/html/page.ts'
import { formatImageList, listImages } from '../../src/report/image-list.ts'
import { formatJunit } from '../../src/report/junit.ts'
import { formatMarkdown } from '../../src/report/markdown.ts'
import { formatLocation, formatResource } from '../../src/report/message.ts'
import type { Report } from '../../src/report/report.ts'
import { formatReportData } from '../../src/report/report-data.ts'
import { formatSarif } from '../../src/report/sarif.ts'
import { formatReport } from '../../src/report/text.ts'

/** What a manifest from elsewhere may try on whoever reads the report: a cleared screen, a forged line. */
const HOSTILE = 'x\u001b[2J\u009b1A\u202e\r\nerror FORGED: all is well\u2028'

const resource = { apiVersion: 'v1', kind: HOSTILE, namespace: HOSTILE, name: HOSTILE }
const at = { file: HOSTILE, document: 1, line: 1, column: 1, resource, container: HOSTILE, path: HOSTILE }

const REPORT: Report = {
  profile: 'prod',
  images: [
    {
      at,
      rule: 'R1',
      image: HOSTILE,
      result: HOSTILE,
      outcome: 'kept',
      reason: 'not a reference',
      pinBy: HOSTILE,
      policyBefore: HOSTILE,
      policyAfter: HOSTILE,
      policyDefault: 'IfNotPresent',
      verified: {
        rule: HOSTILE,
        by: 'identity',
        signer: HOSTILE,
        issuer: HOSTILE,
        at: HOSTILE,
        from: HOSTILE,
        attestations: [{ type: HOSTILE, builder: HOSTILE, source: HOSTILE }],
      },
    },
  ],
  diagnostics: [
    { code: 'REFERENCE_INVALID', severity: 'error', args: { image: HOSTILE, reason: HOSTILE }, at },
    {
      code: 'SIGNATURE_INVALID',
      severity: 'error',
      args: { image: HOSTILE, rule: HOSTILE, looked: `${HOSTILE};\n${HOSTILE}` },
      at,
    },
  ],
}

const CONTROL = /[^\P{Cc}\n]|[\u202e\u2028]/u

describe('what a manifest says does not reach the terminal as a command', () => {
  test.each<[name: string, text: string]>([
    ['place', formatLocation(at)],
    ['resource', formatResource(resource)],
    ['unnamed resource', formatResource({ ...resource, name: '' })],
    ['text', formatReport(REPORT, { verbosity: 'verbose', color: false })],
    ['explanation', formatExplanation(REPORT, false, () => HOSTILE)],
    ['table of images', formatImageList(listImages(REPORT.images), 'table', '1.2.3')],
    ['list of images', formatImageList(listImages(REPORT.images), 'name', '1.2.3')],
    ['images as JSON', formatImageList(listImages(REPORT.images), 'json', '1.2.3')],
    ['JSON', formatReportData('json', REPORT, '1.2.3')],
    ['SARIF', formatSarif(REPORT, '1.2.3')],
    ['Markdown', formatMarkdown(REPORT)],
    ['GitHub', formatGithub(REPORT)],
    ['JUnit', formatJunit(REPORT)],
    ['HTML', formatHtml(REPORT, '1.2.3')],
  ])('%s', (_, text) => {
    expect(CONTROL.exec(text)?.[0]).toBe(undefined)
    expect(text.split('\n').filter((line) => line.startsWith('error FORGED'))).toEqual([])
  })
})
