import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { formatDiagnostic } from '../../report/finding-text.ts'
import { formatUnifiedDiff } from '../../report/unified-diff.ts'
import type { TransformedInput } from '../../transform.ts'
import { joinPieces } from '../../yaml/splice.ts'
import { messageColor, outputColor } from '../color.ts'
import type { MessageFlags, ProfileFlags, ResolvingFlags } from '../common-options.ts'
import { chooseProfile, loadConfig } from '../config.ts'
import { EXIT } from '../exit.ts'
import { readInputs } from '../inputs.ts'
import type { Io } from '../io.ts'
import { readable, readNamed, remarksAbout } from '../named-input.ts'
import { transformAll } from '../transformation.ts'

export interface DiffFlags extends ProfileFlags, ResolvingFlags, MessageFlags {
  readonly exitCode?: boolean
}

/**
 * Shows what the filter would change, as a unified diff.
 * @param files files and folders; standard input where there are none
 * @returns the exit code: 1 where the filter would fail, and with `--exit-code` also where anything would change
 */
export async function diff(files: readonly string[], flags: DiffFlags, io: Io): Promise<number> {
  const config = await loadConfig(flags.config, io)
  const profile = chooseProfile(flags.profile, config)
  let failed = false
  const diffs: string[] = []
  const inputs = readInputs(files, io).map(readNamed)
  const transformed = await transformAll(readable(inputs), profile, config, flags, io)
  const say = (diagnostics: readonly Diagnostic[]): void => {
    for (const one of diagnostics) {
      if (flags.quiet === true && one.severity !== 'error') continue
      io.writeMessage(`${formatDiagnostic(one, messageColor(flags, io))}\n`)
    }
  }
  say(remarksAbout(inputs))
  for (const read of inputs) {
    if (read.kind === 'unreadable') {
      say([read.diagnostic])
      failed = true
      continue
    }
    const { source, output, report } = transformed.get(read.input) as TransformedInput
    say(report.diagnostics)
    const after = output && joinPieces(output)
    if (after === undefined) failed = true
    else if (after !== source.bytes) {
      diffs.push(formatUnifiedDiff(source.file ?? 'stdin', source.bytes, after, outputColor(flags, io)))
    }
  }
  io.writeOutput(diffs.join(''))
  return failed || (flags.exitCode === true && diffs.length > 0) ? EXIT.findings : EXIT.done
}
