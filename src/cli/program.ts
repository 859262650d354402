import { Argument, Command, CommanderError } from 'commander'
import { UsageError } from '../diagnostics/errors.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { withoutUserInformation } from '../reference/server-url.ts'
import type { OptionValues } from './arguments.ts'
import type { ArgumentSpec, CommandSpec } from './command.ts'
import { COMMAND_GROUPS, COMMANDS } from './command-table.ts'
import { applyEnvironment, commanderOption, handOn } from './commander.ts'
import { formerNameReason } from './former-name.ts'
import type { Io } from './io.ts'
import { ArgumentError } from './option.ts'
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
    if (error instanceof ArgumentError) {
      const option = error.option === undefined ? '' : `option '${error.option}': `
      throw usageError(`${option}${error.message}`, error)
    }
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    throw usageError(reasonOf(error, argv), error)
  }
  return exitCode
}

/** What is quoted of a command line may hold a URL with a password, in a word that nobody expected it in. */
function usageError(reason: string, cause: Error): UsageError {
  return new UsageError('USAGE', { reason: withoutUserInformation(reason) }, { cause })
}

const MORE_HELP = `
Every option can also be set in the environment: --lock-file is PINPULL_LOCK_FILE.

Examples:
  helm template shop ./chart | pinpull --profile prod | kubectl apply -f -
  pinpull diff manifests/                    what would change
  pinpull check --require-pinned manifests/  proof that all is pinned`

/** The whole command line as `commander` knows it, help included. */
export function buildProgram(io: Io, done: (exitCode: number) => void): Command {
  const [filter, ...others] = COMMANDS as readonly [CommandSpec, ...CommandSpec[]]
  const program = new Command('pinpull')
    .version(VERSION)
    .exitOverride()
    .enablePositionalOptions()
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({ writeOut: (text) => io.writeOutput(text), writeErr: () => {} })
    .hook('preAction', (root, action) => {
      if (action !== root) handOn(root, action)
      applyEnvironment(action, io.env, choicesOf)
    })
  fill(program, filter, io, done)
  program.addHelpText('after', MORE_HELP)
  const groups = new Map<string, Command>()
  for (const spec of others) {
    const [first = '', second] = spec.words
    if (second === undefined) fill(program.command(first), spec, io, done)
    else {
      const group = groups.get(first) ?? program.command(first).description(COMMAND_GROUPS[first] ?? '')
      groups.set(first, group)
      fill(group.command(second), spec, io, done)
    }
  }
  return program
}

/** What the options of a name take, of all commands that have one. */
function choicesOf(name: string): readonly string[] {
  return COMMANDS.flatMap(({ options }) =>
    options.flatMap((one) => (one.name === name ? (one.choices ?? []) : [])),
  )
}

function fill(target: Command, spec: CommandSpec, io: Io, done: (exitCode: number) => void): void {
  target.description(spec.description).allowExcessArguments(false)
  if (spec.argument !== undefined) target.addArgument(commanderArgument(spec.argument))
  for (const option of spec.options) target.addOption(commanderOption(option))
  target.action(async (...given: unknown[]) => {
    const [words] = spec.argument === undefined ? [[]] : given
    const args = Array.isArray(words) ? words : [words]
    done(await spec.run(args as string[], target.opts<OptionValues>(), io))
  })
}

function commanderArgument({ name, description, many, choices }: ArgumentSpec): Argument {
  const argument = new Argument(many === true ? `[${name}...]` : `<${name}>`, description)
  return choices === undefined ? argument : argument.choices(choices)
}

/** What is wrong with a command line. A word that is no command gets the one that was probably meant. */
function reasonOf(error: CommanderError, [first = '', second = '']: readonly string[]): string {
  const words = [...new Set(COMMANDS.flatMap((spec) => spec.words.slice(0, 1)))]
  if (error.code === 'commander.help' && first === 'help') return noCommand(second, words)
  if (error.code === 'commander.excessArguments' && !first.startsWith('-') && !words.includes(first)) {
    // No command has a dot or a slash in its name.
    if (/[./]/.test(first)) return `manifests come from standard input: pinpull < ${first}`
    return noCommand(first, words)
  }
  if (error.code === 'commander.help') {
    const below = COMMANDS.filter((spec) => spec.words[0] === first).map((spec) =>
      spec.words.slice(1).join(' '),
    )
    return `${first} needs a command: ${below.join(', ')}`
  }
  const reason = error.message.replace(/^error: /, '')
  const [, name, value] = /^unknown option '--([^=']+)(=.*)?'/s.exec(reason) ?? []
  if (name === undefined) return reason
  const said = value === undefined ? reason : `unknown option '--${name}'${optionMeant(name)}`
  return formerNameReason(name) ?? said
}

/** What `commander` says only where a value is a word of its own. */
function optionMeant(name: string): string {
  const names = COMMANDS.flatMap(({ options }) => options.map((one) => one.name))
  const near = suggestionFor(name, names)
  return near === undefined ? '' : ` (Did you mean --${near}?)`
}

function noCommand(word: string, words: readonly string[]): string {
  const near = suggestionFor(word, [...words, '--version'])
  return `there is no command "${word}"${near === undefined ? '' : `; did you mean ${near}?`}`
}
