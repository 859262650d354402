import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { formatDiagnostics } from '../../report/diagnostic-text.ts'
import { formatUnifiedDiff } from '../../report/unified-diff.ts'
import type { TransformedInput } from '../../transform.ts'
import { concat } from '../../yaml/edit/splice.ts'
import { EXIT, type ExitCode, exitCodeOf } from '../io/exit.ts'
import { readable, readInputs, readNamed, remarksAbout } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import { messageColor, outputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'
import { transformAll } from '../session/transformation.ts'

interface DiffFlags extends Flags {
  readonly exitCode?: boolean | undefined
}

/**
 * Shows what the filter would change, as a unified diff.
 * @param files files and folders; standard input where there are none
 * @returns the exit code that the filter would end with; with `--exit-code`, 1 where anything would change
 */
export async function diff(files: readonly string[], flags: DiffFlags, io: Io): Promise<number> {
  const config = await loadConfig(flags.config, io)
  const profile = chooseProfile(flags.profile, config)
  const found: Diagnostic[] = []
  const diffs: string[] = []
  const { inputs: named, leftOut } = readInputs(files, io, flags)
  const inputs = named.map(readNamed)
  const transformed = await transformAll(readable(inputs), profile, config, flags, io)
  found.push(...leftOut, ...remarksAbout(inputs))
  for (const read of inputs) {
    if (read.kind === 'unreadable') {
      found.push(read.diagnostic)
      continue
    }
    const { source, output, report } = transformed.get(read.input) as TransformedInput
    found.push(...report.diagnostics)
    const after = output && concat(output)
    if (after !== undefined && after !== source.bytes) {
      diffs.push(formatUnifiedDiff(source.file ?? 'stdin', source.bytes, after, outputColor(flags, io)))
    }
  }
  const shown = found.filter(({ severity }) => severity === 'error' || flags.quiet !== true)
  for (const text of formatDiagnostics(shown, messageColor(flags, io))) io.writeMessage(`${text}\n`)
  io.writeOutput(diffs.join(''))
  const code = exitCodeOf(found)
  return flags.exitCode === true ? distinctCode(code, diffs.length > 0) : code
}

/** As `git diff --exit-code` and `kubectl diff` have it: 1 says that there is a difference, and nothing else does. */
function distinctCode(code: ExitCode, differs: boolean): ExitCode {
  if (code === EXIT.done) return differs ? EXIT.input : EXIT.done
  return code === EXIT.input ? EXIT.external : code
}
