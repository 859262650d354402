import { describeDemand } from '../../plan/verify-demand.ts'
import type { DataFormat } from '../../report/data-document.ts'
import { formatExplanation } from '../../report/explanation.ts'
import type { ImageEntry } from '../../report/report.ts'
import { exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { formatReportAs } from '../io/report-file.ts'
import { hasOutputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { openSession } from '../session/session.ts'
import { transformFiles } from '../session/transform-files.ts'

interface ExplainFlags extends Flags {
  readonly output?: 'text' | DataFormat | undefined
}

/**
 * Explains what the filter would do to each image, which setting decides it, and which signature is demanded.
 * @param files files and folders; standard input if there are none
 * @returns the exit code that the filter would end with
 */
export async function explain(files: readonly string[], flags: ExplainFlags, io: Io): Promise<number> {
  const session = openSession(flags, io)
  const { report } = await transformFiles(files, session)
  const { output = 'text' } = flags
  const { profile } = session
  const demandOf =
    profile.verify.length === 0 ? undefined : ({ image }: ImageEntry) => describeDemand(image, profile)
  io.writeOutput(
    output === 'text'
      ? formatExplanation(report, hasOutputColor(flags, io), demandOf)
      : formatReportAs(output, report),
  )
  return exitCodeOf(report.diagnostics)
}
