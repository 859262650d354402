import { Argument, Command, CommanderError, Option } from 'commander'
import { UsageError } from '../diagnostics/errors.ts'
import { suggestionFor } from '../diagnostics/suggestion.ts'
import { redactUserInfo } from '../reference/server-url.ts'
import { VERSION } from '../version.ts'
import { COMMAND_GROUPS, COMMANDS } from './command-table.ts'
import type { Io } from './io/io.ts'
import type { OptionValues } from './options/arguments.ts'
import type { ArgumentSpec, CommandSpec } from './options/command.ts'
import {
  type Environment,
  environmentValue,
  refuseRenamedVariable,
  renamedOptionReason,
} from './options/environment.ts'
import { ArgumentError, type OptionSpec } from './options/option.ts'

/**
 * Parses any command line with `commander`, and runs the command.
 * @returns the exit code
 * @throws {UsageError} USAGE for invalid options and arguments
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0
  const program = buildProgram(io, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv.map(separateShortValue), { from: 'user' })
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

/** Removes passwords: any word of a command line that a message quotes may be a URL with one. */
function usageError(reason: string, cause: Error): UsageError {
  return new UsageError('USAGE', { reason: redactUserInfo(reason) }, { cause })
}

const MORE_HELP = `
Every option except -f can also be set in the environment: --lock-file is PINPULL_LOCK_FILE.

Examples:
  helm template shop ./chart | pinpull --profile prod | kubectl apply -f -
  pinpull diff manifests/                    what would change
  pinpull check --require-pinned manifests/  proof that all is pinned`

/** Describes the whole command line to `commander`, help included. */
export function buildProgram(io: Io, done: (exitCode: number) => void): Command {
  const [filter, ...others] = COMMANDS as readonly [CommandSpec, ...CommandSpec[]]
  const program = new Command('pinpull')
    .version(VERSION)
    .exitOverride()
    .enablePositionalOptions()
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({ writeOut: (text) => io.writeOutput(text), writeErr: () => {} })
    .hook('preAction', (root, action) => {
      if (action !== root) inheritOptions(root, action)
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

/** Whether an environment variable sets the option of this name. */
function hasVariable(name: string): boolean {
  return !COMMANDS.some(({ options }) =>
    options.some((one) => one.name === name && one.hasVariable === false),
  )
}

/** @returns the values that the options of this name have in any command */
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

/** Explains an error of `commander`, and suggests a command for an unknown word. */
function reasonOf(error: CommanderError, [first = '', second = '']: readonly string[]): string {
  const words = [...new Set(COMMANDS.flatMap((spec) => spec.words.slice(0, 1)))]
  if (error.code === 'commander.help' && first === 'help') return unknownCommand(second, words)
  if (error.code === 'commander.excessArguments' && !first.startsWith('-') && !words.includes(first)) {
    // No command has a dot or a slash in its name.
    if (/[./]/.test(first)) return `manifests come from standard input: pinpull < ${first}`
    return unknownCommand(first, words)
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
  const said = value === undefined ? reason : `unknown option '--${name}'${optionSuggestion(name)}`
  return renamedOptionReason(name) ?? said
}

/** Suggests an option for an unknown one that has a value, for which `commander` suggests none. */
function optionSuggestion(name: string): string {
  const names = COMMANDS.flatMap(({ options }) => options.map((one) => one.name))
  const near = suggestionFor(name, names)
  return near === undefined ? '' : ` (Did you mean --${near}?)`
}

function unknownCommand(word: string, words: readonly string[]): string {
  const near = suggestionFor(word, [...words, '--version'])
  return `there is no command "${word}"${near === undefined ? '' : `; did you mean ${near}?`}`
}

/** Reads `-f=FILE` as kubectl does: to `commander` the equals sign would be a part of the value. */
function separateShortValue(word: string): string {
  const [, short, value] = /^-([A-Za-z])=(.*)$/s.exec(word) ?? []
  if (short === undefined) return word
  const spec = COMMANDS.flatMap(({ options }) => options).find((one) => one.short === short)
  return spec?.value === undefined ? word : `--${spec.name}=${value}`
}

/** Describes an option to `commander`. */
export function commanderOption({
  name,
  short,
  value,
  optional,
  description,
  conflicts,
  parse,
}: OptionSpec): Option {
  const shown = value === undefined ? '' : optional === true ? ` [${value}]` : ` <${value}>`
  const letter = short === undefined ? '' : `-${short}, `
  const option = new Option(`${letter}--${name}${shown}`, description)
  if (conflicts !== undefined) option.conflicts(conflicts)
  if (value !== undefined) option.argParser((text, before) => parseValue(option, parse, text, before))
  return option
}

/**
 * Gives a command the options before its name, as in `pinpull --locked check`. To `commander` they are options of the filter,
 * which it drops if another command runs.
 * @throws {UsageError} USAGE if the command has no such option
 */
export function inheritOptions(root: Command, command: Command): void {
  for (const option of root.options) {
    const attribute = option.attributeName()
    if (root.getOptionValueSource(attribute) !== 'cli') continue
    if (!command.options.some((own) => own.name() === option.name())) {
      const reason = `${fullName(command)} has no option --${option.name()}`
      throw new UsageError('USAGE', { reason })
    }
    if (command.getOptionValueSource(attribute) === 'cli') continue
    command.setOptionValueWithSource(attribute, root.getOptionValue(attribute), 'cli')
  }
}

/** @returns the words that call a command, such as `pinpull config view` */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}

/**
 * Gives every option that was not on the command line the value of its environment variable. All commands share one
 * variable: a value that is valid only for the option of another command is ignored.
 * @param elsewhere the values that the options of a name have in any command, if those are closed lists
 * @throws {UsageError} USAGE if the value of a variable is not valid
 */
export function applyEnvironment(
  command: Command,
  env: Environment,
  elsewhere: (name: string) => readonly string[] = () => [],
): void {
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli'
  for (const option of command.options) {
    if (!hasVariable(option.name())) continue
    refuseRenamedVariable(option.name(), env)
    const attribute = option.attributeName()
    if ([attribute, ...conflictsOf(option)].some(isGiven)) continue
    const takesValue = option.required || option.optional
    const value = environmentValue(
      {
        name: option.name(),
        ...(takesValue ? { value: option.name() } : {}),
        optional: option.optional,
        ...(option.parseArg === undefined
          ? {}
          : { parse: ignoreForeignValue(option.parseArg, elsewhere(option.name())) }),
      },
      env,
    )
    if (value !== undefined) command.setOptionValueWithSource(attribute, value, 'env')
  }
}

function ignoreForeignValue(parse: NonNullable<Option['parseArg']>, elsewhere: readonly string[]) {
  return (text: string): unknown => {
    try {
      return parse(text, undefined)
    } catch (error) {
      if (elsewhere.includes(text)) return undefined
      throw error
    }
  }
}

/** @returns the arguments of `conflicts()`, which the types of `commander` omit */
function conflictsOf(option: Option): readonly string[] {
  return (option as unknown as { readonly conflictsWith: readonly string[] }).conflictsWith
}

/** @throws {ArgumentError} since an error of `commander` would quote the value, which may hold a password */
function parseValue({ flags }: Option, parse: OptionSpec['parse'], text: string, before: unknown): unknown {
  // `--mirror "$MIRROR"` with an unset variable: without the option, another registry would be contacted.
  if (text === '') throw new ArgumentError('it is empty: is a variable unset?', flags)
  try {
    return parse === undefined ? text : parse(text, before)
  } catch (error) {
    throw error instanceof ArgumentError ? new ArgumentError(error.message, flags) : error
  }
}
