import { UsageError } from '../diagnostics/errors.ts'
import { printable } from '../diagnostics/printable.ts'
import { isFunctionContainer, readPluginCall } from '../hosts/kustomize.ts'
import { formatDiagnostics } from '../report/diagnostic-text.ts'
import { filter } from './commands/filter.ts'
import { EXIT, errorDiagnostics, exitCodeOf, isBrokenPipe, isUserError } from './io/exit.ts'
import { type Io, isHelmPlugin, processIo } from './io/io.ts'
import { saveLastFailure } from './io/last-failure.ts'
import { isProgress } from './io/terminal.ts'
import { parseArguments } from './options/arguments.ts'
import { FILTER_OPTIONS } from './options/common-options.ts'
import type { FilterFlags } from './options/flags.ts'
import { parsePluginFlags } from './options/plugin-options.ts'
import { runProgram } from './program.ts'

/** Runs the program as a process: its arguments, its streams, its exit code. */
export async function run(process: NodeJS.Process): Promise<void> {
  // Where nothing keeps the process alive any more, it ends before the run does: that must not look like success.
  process.exitCode = EXIT.defect
  process.exitCode = await main(process.argv.slice(2), processIo(process))
}

/**
 * Runs one command line. What it says is also told at the terminal where Helm keeps it to itself, and remembered
 * where it failed, for `pinpull last`.
 * @param argv the arguments, without the program's own name
 * @returns the exit code; everything that is to be said has been said
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const said: string[] = []
  const code = await attempt(argv, {
    ...io,
    writeMessage: (text) => {
      io.writeMessage(text)
      if (!isProgress(text)) said.push(text)
    },
  })
  const text = said.join('')
  if (text !== '' && isHelmPlugin(io) && !io.isTerminal()) io.writeTerminal(text)
  if (text !== '' && code !== EXIT.done && argv[0] !== 'last') {
    saveLastFailure(text, code, io)
  }
  return code
}

async function attempt(argv: readonly string[], io: Io): Promise<number> {
  try {
    const call = readPluginCall(argv, io.env)
    if (call !== undefined) {
      return await filter(parsePluginFlags(call, io.env), io)
    }
    const options = parseArguments(FILTER_OPTIONS, argv, io.env)
    if (options === undefined) {
      return await runProgram(argv, io)
    }
    const filterOptions = options as FilterFlags
    return await filter(
      isFunctionContainer(argv, io.env) ? { ...filterOptions, isFunctionContainer: true } : filterOptions,
      io,
    )
  } catch (error) {
    return complain(error, io)
  }
}

function complain(error: unknown, io: Io): number {
  if (isBrokenPipe(error)) return EXIT.external
  const color = io.isTerminal() && !io.env['NO_COLOR']
  const findings = errorDiagnostics(error)
  for (const text of formatDiagnostics(findings, color)) io.writeMessage(`${text}\n`)
  if (!isUserError(error)) io.writeMessage(stackOf(error))
  // A configuration that is no YAML has the code of its YAML, and is still a configuration.
  return error instanceof UsageError ? EXIT.usage : exitCodeOf(findings)
}

/** Where it happened, a line each. What happened has been said, and would stand in several lines here. */
function stackOf(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? '').match(/^ {4}at .*$/gm) : null
  return (frames ?? []).map((frame) => `${printable(frame)}\n`).join('')
}
