import { printableWord } from '../../diagnostics/printable.ts'
import type { DataFormat } from '../../report/data-document.ts'
import type { Report } from '../../report/report.ts'
import { formatUnifiedDiff } from '../../report/unified-diff.ts'
import { concatChunks } from '../../yaml/edit/splice.ts'
import { distinctCode, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { formatReportAs } from '../io/report-file.ts'
import { hasOutputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { openSession, printDiagnostics } from '../session/session.ts'
import { transformFiles } from '../session/transform-files.ts'

interface DiffFlags extends Flags {
  readonly output?: 'text' | DataFormat | 'name' | undefined
  readonly exitCode?: boolean | undefined
}

/**
 * Shows what the filter would change, as a unified diff.
 * @param files files and folders; standard input if there are none
 * @returns the exit code that the filter would end with; with `--exit-code`, 1 if anything would change
 */
export async function diff(files: readonly string[], flags: DiffFlags, io: Io): Promise<number> {
  const session = await withChangedFiles(openSession(flags, io), files)
  const { transformed, report } = await transformFiles(files, session)
  const changed = transformed.flatMap(({ source, output }) => {
    const after = output && concatChunks(output)
    const { file = 'stdin', bytes: before } = source
    return after === undefined || after === before ? [] : [{ file, before, after }]
  })
  const { output = 'text' } = flags
  // A document for programs has the diagnostics in it.
  if (output === 'text' || output === 'name') printDiagnostics(report.diagnostics, session)
  io.writeOutput(formatChanges(output, changed, report, hasOutputColor(flags, io)))
  const code = exitCodeOf(report.diagnostics)
  return flags.exitCode === true ? distinctCode(code, changed.length > 0) : code
}

interface ChangedInput {
  readonly file: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

function formatChanges(
  format: NonNullable<DiffFlags['output']>,
  changed: readonly ChangedInput[],
  report: Report,
  color: boolean,
): string {
  switch (format) {
    case 'text':
      return changed.map(({ file, before, after }) => formatUnifiedDiff(file, before, after, color)).join('')
    case 'name':
      return changed.map(({ file }) => `${printableWord(file)}\n`).join('')
    case 'json':
    case 'yaml':
      return formatReportAs(format, report)
  }
}
