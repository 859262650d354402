import { formatGithub } from './github.ts'
import { formatJunit } from './junit.ts'
import { formatMarkdown } from './markdown.ts'
import type { Report } from './report.ts'
import { formatReportData } from './report-data.ts'
import { formatSarif } from './sarif.ts'
import { formatReport } from './text.ts'

/** The formats that a report can be written in. */
export type ReportFormat = 'text' | 'json' | 'yaml' | 'sarif' | 'junit' | 'markdown' | 'github'

/**
 * Formats a report with all details of every image.
 * @param version Pinpull's own, which JSON and SARIF carry
 */
export function formatReportIn(format: ReportFormat, report: Report, version: string): string {
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
    case 'github':
      return formatGithub(report)
    case 'text':
      return formatReport(report, { verbosity: 'verbose', color: false })
  }
}
