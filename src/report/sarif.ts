import { type Code, catalogueEntry } from '../diagnostics/catalogue.ts'
import type { Severity } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { printableJson } from './data-document.ts'
import { formatHint, formatLocation, formatMessage, formatResource } from './message.ts'
import type { Report } from './report.ts'

/** The level of each severity (SARIF 2.1.0, section 3.27.10). */
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }

/**
 * Formats the diagnostics as a SARIF 2.1.0 log (OASIS standard, 27 March 2020) for code hosts and security dashboards. The
 * artifact of standard input is `stdin`.
 */
export function formatSarif({ diagnostics }: Report, version: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pinpull', version, rules: codes.map(describeRule) } },
        columnKind: 'unicodeCodePoints',
        results: diagnostics.map((diagnostic) => describeResult(diagnostic, codes)),
      },
    ],
  }
  return `${printableJson(log)}\n`
}

function describeRule(code: Code): object {
  const { title, severity, hint } = catalogueEntry(code)
  // A hint that is nothing but a value is only in the results.
  const advice = /^\{\w+\}$/.test(hint) ? '' : `${hint.replace(/\{\w+\}/g, '…')}; `
  return {
    id: code,
    shortDescription: { text: title },
    help: { text: `${advice}docs/diagnostics.md says more` },
    defaultConfiguration: { level: LEVELS[severity] },
  }
}

function describeResult(diagnostic: Diagnostic, codes: readonly Code[]): object {
  const { code, severity, at = {} } = diagnostic
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVELS[severity],
    message: { text: escapeMessage(`${formatMessage(diagnostic)}; ${formatHint(diagnostic)}`) },
    locations: [describeLocation(at)],
    // Without the line, so that dashboards recognise a result after an edit above it.
    partialFingerprints: { 'pinpull/v1': fingerprint(diagnostic, at) },
  }
}

/**
 * Escapes a message: braces are doubled, because they enclose the number of an argument (section 3.11.5), and links (3.11.6)
 * are broken, because a manifest must not place links in a dashboard.
 */
function escapeMessage(text: string): string {
  return text.replace(/[{}]/g, '$&$&').replaceAll('](', '] (')
}

function describeLocation(at: Location): object {
  const { file = 'stdin', line, column, resource, container, path } = at
  const region =
    line === undefined ? {} : { region: { startLine: line, ...(column && { startColumn: column }) } }
  const name = [resource && formatResource(resource), container, path].filter(Boolean).join('/')
  return {
    physicalLocation: { artifactLocation: { uri: formatUri(file) }, ...region },
    ...(name === '' ? {} : { logicalLocations: [{ fullyQualifiedName: name, kind: 'resource' }] }),
  }
}

/**
 * Formats a file name as a URI reference (RFC 3986): relative, or with the scheme `file:` if it is absolute. `.` segments are
 * removed, so that `./a.yaml` and `a.yaml` are the same file to a dashboard.
 */
function formatUri(file: string): string {
  const segments = file.split('/').filter((segment) => segment !== '.')
  const path = segments.map(encodeURIComponent).join('/') || file
  return path.startsWith('/') ? `file://${path}` : path
}

function fingerprint({ code, args }: Diagnostic, at: Location): string {
  const { line: _, column: __, document: ___, ...rest } = at
  return [code, formatLocation(rest), args['image'] ?? ''].join('|')
}
