import { formatReportIn } from '../report/formats.ts'
import type { Report, ReportFormat } from '../report/report.ts'
import { VERSION } from '../version.ts'

/** Formats a report with all details of every image; by default as text for people. */
export function formatReport(report: Report, format: ReportFormat = 'text'): string {
  return formatReportIn(format, report, VERSION)
}
