import { formatGithub } from './github.ts'
import { formatHtml } from './html/page.ts'
import type { PageFacts } from './html/page-facts.ts'
import { formatJunit } from './junit.ts'
import { formatMarkdown } from './markdown.ts'
import type { Report, ReportFormat } from './report.ts'
import { formatReportData } from './report-data.ts'
import { formatSarif } from './sarif.ts'
import { formatReport } from './text.ts'

/**
 * Formats a report with all details of every image.
 * @param version Pinpull's own, which JSON, SARIF and HTML carry
 * @param facts what only HTML shows
 */
export function formatReportIn(
  format: ReportFormat,
  report: Report,
  version: string,
  facts?: PageFacts,
): string {
  switch (format) {
    case 'json':
    case 'yaml':
      return formatReportData(format, report, version)
    case 'sarif':
      return formatSarif(report, version)
    case 'junit':
      return formatJunit(report)
    case 'markdown':
      return formatMarkdown(report)
    case 'html':
      return formatHtml(report, version, facts)
    case 'github':
      return formatGithub(report)
    case 'text':
      return formatReport(report, { verbosity: 'verbose', color: false })
  }
}
