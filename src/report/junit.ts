import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { escapeHidden } from '../diagnostics/printable.ts'
import { formatHint, formatLocation, formatMessage, formatResource } from './message.ts'
import type { ImageEntry, Report } from './report.ts'
import { formatVerified } from './signer.ts'

interface TestCase {
  readonly name: string
  readonly className: string
  readonly diagnostics: Diagnostic[]
  verified?: ImageEntry['verified']
}

/**
 * Formats the report as JUnit XML for CI systems: a test suite for each file, a test case for each image field, which fails
 * if the field has an error. Its other diagnostics, and who signed the image, are its output. A diagnostic that is not about an image is a case of its
 * own.
 */
export function formatJunit({ images, diagnostics }: Report): string {
  const suites = new Map<string, Map<string, TestCase>>()
  const caseAt = (at: Location): TestCase => {
    const file = at.file ?? 'stdin'
    const cases = suites.get(file) ?? new Map<string, TestCase>()
    suites.set(file, cases)
    const key = `${at.document} ${at.path} ${at.path === undefined ? at.line : ''}`
    const known = cases.get(key) ?? { name: nameOf(at), className: classOf(at), diagnostics: [] }
    cases.set(key, known)
    return known
  }
  for (const { at, verified } of images) caseAt(at).verified = verified
  for (const diagnostic of diagnostics) caseAt(diagnostic.at ?? {}).diagnostics.push(diagnostic)

  const body = [...suites].flatMap(([file, cases]) => formatSuite(file, [...cases.values()]))
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="pinpull">',
    ...body,
    '</testsuites>',
    '',
  ].join('\n')
}

function formatSuite(file: string, cases: readonly TestCase[]): string[] {
  const failures = cases.filter((one) => failuresOf(one).length > 0).length
  return [
    `  <testsuite name="${escapeXml(file)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">`,
    ...cases.flatMap(formatCase),
    '  </testsuite>',
  ]
}

function formatCase(testCase: TestCase): string[] {
  const { name, className, diagnostics, verified } = testCase
  const head = `    <testcase classname="${escapeXml(className)}" name="${escapeXml(name)}"`
  if (diagnostics.length === 0 && verified === undefined) return [`${head}/>`]
  const failures = failuresOf(testCase).map(
    (one) =>
      `      <failure type="${one.code}" message="${escapeXml(formatMessage(one))}">${escapeXml(describe(one))}</failure>`,
  )
  const others = [
    ...diagnostics.filter(({ severity }) => severity !== 'error').map(describe),
    ...(verified === undefined ? [] : [formatVerified(verified)]),
  ]
  const output = others.length === 0 ? [] : [`      <system-out>${escapeXml(others.join('\n'))}</system-out>`]
  return [`${head}>`, ...failures, ...output, '    </testcase>']
}

function failuresOf({ diagnostics }: TestCase): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'error')
}

function describe(diagnostic: Diagnostic): string {
  const { severity, code, at } = diagnostic
  const place = at === undefined ? '' : ` at ${formatLocation(at)}`
  return `${severity} ${code}: ${formatMessage(diagnostic)}${place}; ${formatHint(diagnostic)}`
}

function nameOf({ container, path, line }: Location): string {
  const name = [container, path].filter(Boolean).join(' ')
  return name === '' ? (line === undefined ? 'input' : `line ${line}`) : name
}

function classOf({ resource }: Location): string {
  return resource === undefined ? 'pinpull' : formatResource(resource)
}

/**
 * Escapes text for element content and for attribute values in double quotes. Characters that XML 1.0 cannot express (see
 * its `Char`) are removed, invisible ones become character references.
 */
function escapeXml(text: string): string {
  const escaped = text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/##(?=\w*\[)/g, '#&#35;')
  return escapeHidden(escaped, (sign) => `&#${sign.codePointAt(0)};`)
}
