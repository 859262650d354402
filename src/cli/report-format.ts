import { extname } from 'node:path'
import { formatGithub } from '../report/github.ts'
import { formatJson } from '../report/json.ts'
import { formatJunit } from '../report/junit.ts'
import { formatMarkdown } from '../report/markdown.ts'
import type { Report } from '../report/report.ts'
import { formatSarif } from '../report/sarif.ts'
import { formatReport } from '../report/text.ts'
import { VERSION } from './version.ts'

/** The formats that a report can be written in. */
export type ReportFormat = 'text' | 'json' | 'sarif' | 'junit' | 'markdown' | 'github'

export const REPORT_FORMATS: readonly ReportFormat[] = [
  'text',
  'json',
  'sarif',
  'junit',
  'markdown',
  'github',
]

const EXTENSIONS: Readonly<Record<string, ReportFormat>> = {
  '.json': 'json',
  '.sarif': 'sarif',
  '.xml': 'junit',
  '.md': 'markdown',
}

/** The format of a report file, by its name: text where the extension says nothing. */
export function formatOfFile(file: string): ReportFormat {
  return EXTENSIONS[extname(file).toLowerCase()] ?? 'text'
}

/** Formats a report, with everything that it says of each image. */
export function formatReportAs(format: ReportFormat, report: Report): string {
  switch (format) {
    case 'json':
      return formatJson(report, VERSION)
    case 'sarif':
      return formatSarif(report, VERSION)
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
