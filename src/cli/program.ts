import { Command, CommanderError, Option } from 'commander'
import { UsageError } from '../diagnostics/errors.ts'
import { applyEnvironment, commanderOption } from './commander.ts'
import { FILTER_OPTIONS } from './filter-options.ts'
import type { Io } from './io.ts'
import { LOCK_COMMAND_OPTIONS } from './lock-options.ts'
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
    .enablePositionalOptions()
    .allowExcessArguments(false)
    .configureOutput({ writeOut: (text) => io.writeOutput(text), writeErr: () => {} })
    .hook('preAction', (_, action) => applyEnvironment(action, io.env))

  for (const spec of FILTER_OPTIONS) program.addOption(commanderOption(spec))
  program.action(async (options) => {
    const { filter } = await import('./commands/filter.ts')
    done(await filter(options, io))
  })
  const lock = program
    .command('lock')
    .argument('[files...]', 'files and folders of manifests; - or none for standard input')
    .description('write what every tag names now to pinpull.lock.yaml, for the same output at every run')
  for (const spec of LOCK_COMMAND_OPTIONS) lock.addOption(commanderOption(spec))
  lock.action(async (paths, options) => {
    const command = await import('./commands/lock.ts')
    done(await command.lock(paths, options, io))
  })
  program
    .command('helm')
    .description('for Helm 4, which takes post-renderers as plugins only')
    .command('install-plugin')
    .description(
      'make pinpull a plugin of the Helm on this machine, so that --post-renderer pinpull finds it',
    )
    .addOption(
      new Option('--directory <folder>', 'the folder that plugins lie in, instead of where Helm looks'),
    )
    .action(async (options) => {
      const { installHelmPlugin } = await import('./commands/helm-install-plugin.ts')
      done(await installHelmPlugin(options, io))
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
