import { type Code, catalogueEntry } from '../diagnostics/catalogue.ts'
import type { Severity } from '../diagnostics/catalogue-entry.ts'
import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { printableJson } from './json.ts'
import { formatHint, formatLocation, formatMessage, formatResource } from './message.ts'
import type { Report } from './report.ts'

/** SARIF's names for our severities (SARIF 2.1.0, section 3.27.10). */
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }

/**
 * The findings as a SARIF 2.1.0 log (OASIS standard, 27 March 2020), as code hosts and scanners' dashboards read it.
 * Standard input is the artifact `stdin`.
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
  // A hint that depends on the finding stands with each of them.
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
    // What a finding is about, without its line: dashboards keep it open while text above it grows.
    partialFingerprints: { 'pinpull/v1': fingerprint(diagnostic, at) },
  }
}

/**
 * A text as it may stand in a message: braces are doubled, which else would be around an argument's number (section
 * 3.11.5), and nothing is a link (3.11.6), which would lead from a dashboard to wherever a manifest says.
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
 * A file's name as a URI reference (RFC 3986): relative as given, or with the scheme where it is absolute. Segments that
 * lead nowhere are left out, so that `./a.yaml` is the file that a dashboard knows as `a.yaml`.
 */
function formatUri(file: string): string {
  const segments = file.split('/').filter((segment) => segment !== '.')
  const path = segments.map(encodeURIComponent).join('/') || file
  return path.startsWith('/') ? `file://${path}` : path
}

function fingerprint({ code, args }: Diagnostic, at: Location): string {
  const { line: _, column: __, document: ___, ...what } = at
  return [code, formatLocation(what), args['image'] ?? ''].join('|')
}
