import { formatExplanation } from '../../report/explanation.ts'
import type { Report } from '../../report/report.ts'
import type { TransformedInput } from '../../transform.ts'
import { exitCodeOf } from '../io/exit.ts'
import { readable, readInputs, readNamed, remarksAbout } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import { outputColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'
import { transformAll } from '../session/transformation.ts'

/**
 * Says of every image what the filter would make of it, and who decided that.
 * @param files files and folders; standard input where there are none
 * @returns the exit code that the filter would end with
 */
export async function explain(files: readonly string[], flags: Flags, io: Io): Promise<number> {
  const config = await loadConfig(flags.config, io)
  const profile = chooseProfile(flags.profile, config)
  const reports: Report[] = []
  const { inputs: named, leftOut } = readInputs(files, io, flags)
  const inputs = named.map(readNamed)
  const transformed = await transformAll(readable(inputs), profile, config, flags, io)
  for (const read of inputs) {
    if (read.kind === 'unreadable') {
      reports.push({ profile: profile.name, images: [], diagnostics: [read.diagnostic] })
    } else {
      reports.push((transformed.get(read.input) as TransformedInput).report)
    }
  }
  const report: Report = {
    profile: profile.name,
    images: reports.flatMap((one) => one.images),
    diagnostics: [...leftOut, ...remarksAbout(inputs), ...reports.flatMap((one) => one.diagnostics)],
  }
  io.writeOutput(formatExplanation(report, outputColor(flags, io)))
  return exitCodeOf(report.diagnostics)
}
