import { Command, CommanderError, Option } from 'commander'
import { UsageError } from '../diagnostics/errors.ts'
import { parseDuration } from './duration.ts'
import { applyEnvironment } from './environment.ts'
import type { Io } from './io.ts'
import { collectMirrors } from './mirror.ts'
import { VERSION } from './version.ts'

/**
 * Runs one command line through the program's commands. Each command's code is loaded only when it is called.
 * @returns the exit code
 * @throws {UsageError} for wrong options and arguments
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0
  const program = buildProgram(io, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    throw new UsageError('USAGE', { reason: error.message.replace(/^error: /, '') }, { cause: error })
  }
  return exitCode
}

function buildProgram(io: Io, done: (exitCode: number) => void): Command {
  const program = new Command('pinpull')
    .description(
      'Pins every image of rendered Kubernetes manifests to its digest, and sets imagePullPolicy, from stdin to stdout.',
    )
    .version(VERSION)
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeOut: (text) => io.writeOutput(text), writeErr: () => {} })
    .hook('preAction', (_, action) => applyEnvironment(action, io.env))

  program
    .addOption(new Option('--profile <name>', 'the environment whose policy applies (default: prod)'))
    .addOption(
      new Option(
        '--mirror <host=url>',
        'ask this registry for images of HOST (* for every host), and write the original name; repeatable',
      ).argParser(collectMirrors),
    )
    .addOption(
      new Option('--timeout <duration>', 'give up after this time, as 30s or 2m').argParser(parseDuration),
    )
    .addOption(new Option('--report <file>', 'write a full report there, also when the run fails'))
    .addOption(new Option('--quiet', 'print nothing but errors to stderr').conflicts('verbose'))
    .addOption(new Option('--verbose', 'print what became of every image to stderr'))
    .addOption(new Option('--no-color', 'no colours (also NO_COLOR)'))
    .action(async (options) => {
      const { filter } = await import('./commands/filter.ts')
      done(await filter(options, io))
    })
  program
    .command('last')
    .description(
      'print what the last failed run had to say, for hosts such as Helm 4 that show nothing of it',
    )
    .action(async () => {
      const { last } = await import('./commands/last.ts')
      done(last(io))
    })
  return program
}
