import { formatExplanation } from '../../report/explanation.ts'
import type { Report } from '../../report/report.ts'
import type { TransformedInput } from '../../transform.ts'
import { outputColor } from '../color.ts'
import type { MessageFlags, ProfileFlags, ResolvingFlags } from '../common-options.ts'
import { chooseProfile, loadConfig } from '../config.ts'
import { exitCodeOf } from '../exit.ts'
import { readInputs } from '../inputs.ts'
import type { Io } from '../io.ts'
import { readable, readNamed, remarksAbout } from '../named-input.ts'
import { transformAll } from '../transformation.ts'

export interface ExplainFlags extends ProfileFlags, ResolvingFlags, MessageFlags {}

/**
 * Says of every image what the filter would make of it, and who decided that.
 * @param files files and folders; standard input where there are none
 * @returns the exit code that the filter would end with
 */
export async function explain(files: readonly string[], flags: ExplainFlags, io: Io): Promise<number> {
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
