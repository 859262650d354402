import { UsageError } from '../diagnostics/errors.ts'
import { printable } from '../diagnostics/printable.ts'
import { isFunctionContainer, parseExecPluginCall } from '../hosts/kustomize.ts'
import { argumentShapeReason } from './argument-shape.ts'
import { filter } from './commands/filter.ts'
import { EXIT, errorDiagnostics, exitCodeOf, isBrokenPipe, isUserError } from './io/exit.ts'
import { type Io, isHelmPlugin, processIo } from './io/io.ts'
import { withJsonLog } from './io/json-log.ts'
import { saveLastFailure } from './io/last-failure.ts'
import { writeDiagnostics } from './io/messages.ts'
import { isProgress } from './io/progress-line.ts'
import { wantsJsonLog } from './io/terminal.ts'
import { parseArguments } from './options/arguments.ts'
import { FILTER_OPTIONS } from './options/common-options.ts'
import type { FilterFlags } from './options/flags.ts'
import { namedColor } from './options/named-color.ts'
import { parsePluginFlags } from './options/plugin-options.ts'
import { runProgram } from './program.ts'

/** Runs the program as a process: its arguments, its streams, its exit code. */
export async function run(process: NodeJS.Process): Promise<void> {
  // If the event loop runs empty, the process ends before the run does: that must not look like success.
  process.exitCode = EXIT.defect
  process.exitCode = await main(process.argv.slice(2), processIo(process))
}

/**
 * Runs one command line. Messages also go to the terminal if Helm hides standard error, and are saved for `pinpull last` if
 * the run fails.
 * @param argv the arguments, without the program's own name
 * @returns the exit code; everything has been printed
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const printed: string[] = []
  const recorded: Io = {
    ...io,
    writeMessage: (text) => {
      io.writeMessage(text)
      if (!isProgress(text)) printed.push(text)
    },
  }
  const code = await runCommandLine(argv, wantsJsonLog(argv, io.env) ? withJsonLog(recorded) : recorded)
  const text = printed.join('')
  if (text !== '' && isHelmPlugin(io) && !io.isTerminal()) io.writeTerminal(text)
  if (text !== '' && code !== EXIT.done && argv[0] !== 'last') saveLastFailure(text, code, io)
  return code
}

async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  try {
    const call = parseExecPluginCall(argv, io.env)
    if (call !== undefined) return await filter([], parsePluginFlags(call, io.env), io)
    const parsed = parseArguments(FILTER_OPTIONS, argv, io.env)
    if (parsed === undefined) return await runProgram(argv, io)
    const { filename = [], ...flags } = parsed
    return await filter(
      filename as readonly string[],
      { ...flags, isFunctionContainer: isFunctionContainer(argv, io.env) } as FilterFlags,
      io,
    )
  } catch (error) {
    return reportError(error, argv, io)
  }
}

/** @returns the exit code */
function reportError(error: unknown, argv: readonly string[], io: Io): number {
  if (isBrokenPipe(error)) return EXIT.external
  // An argument that no shell has seen explains any error about arguments better than the error does.
  const shape = error instanceof UsageError ? argumentShapeReason(argv, io.env) : undefined
  const diagnostics = errorDiagnostics(
    shape === undefined ? error : new UsageError('USAGE', { reason: shape }, { cause: error }),
  )
  writeDiagnostics(diagnostics, { color: namedColor(argv, io.env) }, io)
  if (!isUserError(error)) io.writeMessage(stackOf(error))
  // A configuration with broken YAML has a YAML code, but counts as a usage error.
  return error instanceof UsageError ? EXIT.usage : exitCodeOf(diagnostics)
}

/** The frames of a stack trace, a line each, without the message, which has been printed. */
function stackOf(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? '').match(/^ {4}at .*$/gm) : null
  return (frames ?? []).map((frame) => `${printable(frame)}\n`).join('')
}
