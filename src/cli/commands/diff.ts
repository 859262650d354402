import { formatUnifiedDiff } from '../../report/unified-diff.ts'
import { concatChunks } from '../../yaml/edit/splice.ts'
import { EXIT, type ExitCode, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { hasOutputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { openSession, printDiagnostics } from '../session/session.ts'
import { transformFiles } from '../session/transform-files.ts'

interface DiffFlags extends Flags {
  readonly exitCode?: boolean | undefined
}

/**
 * Shows what the filter would change, as a unified diff.
 * @param files files and folders; standard input if there are none
 * @returns the exit code that the filter would end with; with `--exit-code`, 1 if anything would change
 */
export async function diff(files: readonly string[], flags: DiffFlags, io: Io): Promise<number> {
  const session = openSession(flags, io)
  const { transformed, report } = await transformFiles(files, session)
  const diffs = transformed.flatMap(({ source, output }) => {
    const after = output && concatChunks(output)
    if (after === undefined || after === source.bytes) return []
    return [formatUnifiedDiff(source.file ?? 'stdin', source.bytes, after, hasOutputColor(flags, io))]
  })
  printDiagnostics(report.diagnostics, session)
  io.writeOutput(diffs.join(''))
  const code = exitCodeOf(report.diagnostics)
  return flags.exitCode === true ? distinctCode(code, diffs.length > 0) : code
}

/** As with `git diff --exit-code` and `kubectl diff`, 1 means that there is a difference, and nothing else. */
function distinctCode(code: ExitCode, differs: boolean): ExitCode {
  if (code === EXIT.done) return differs ? EXIT.input : EXIT.done
  return code === EXIT.input ? EXIT.external : code
}
