import { Argument, Command, CommanderError, Option } from 'commander'
import { UsageError } from '../diagnostics/errors.ts'
import { redactUserInfo } from '../reference/server-url.ts'
import { VERSION } from '../version.ts'
import { COMMAND_GROUPS, COMMANDS } from './command-table.ts'
import { HELP } from './help-layout.ts'
import type { Io } from './io/io.ts'
import type { OptionValues } from './options/arguments.ts'
import type { ArgumentSpec, CommandSpec } from './options/command.ts'
import { type Environment, environmentValue, refuseRenamedVariable } from './options/environment.ts'
import { ArgumentError, attributeName, type OptionSpec, withoutAlias } from './options/option.ts'
import { groupedOptions, groupOf } from './options/option-groups.ts'
import { operandReason, unknownWordReason, usageReason } from './usage-reason.ts'

/**
 * Parses any command line with `commander`, and runs the command.
 * @returns the exit code
 * @throws {UsageError} USAGE for invalid options and arguments
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0
  /** The command whose arguments cannot be read. */
  let failed: CommandSpec | undefined
  const program = buildProgram(io, {
    done: (code) => {
      exitCode = code
    },
    failed: (spec) => {
      failed = spec
    },
  })
  try {
    await program.parseAsync(helpAsOption(argv).map(canonicalWord), { from: 'user' })
  } catch (error) {
    if (error instanceof ArgumentError) {
      const option = error.option === undefined ? '' : `option '${error.option}': `
      throw usageError(`${option}${error.message}`, error)
    }
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    throw usageError(usageReason(error, failed, argv), error)
  }
  return exitCode
}

/**
 * Reads `help WORD…` as `WORD… --help`: the help command of `commander` takes one word, and ends with the exit code that the
 * process has until it is done, which is not 0.
 * @throws {UsageError} USAGE for words that are no command
 */
function helpAsOption(argv: readonly string[]): readonly string[] {
  const [first, ...words] = argv
  if (first !== 'help') return argv
  const isKnown = COMMANDS.some((spec) => words.every((word, at) => word === spec.words[at]))
  if (!isKnown && words.every((word) => !word.startsWith('-'))) {
    throw new UsageError('USAGE', { reason: redactUserInfo(unknownWordReason(words)) })
  }
  return [...words, '--help']
}

/** Removes passwords: any word of a command line that a message quotes may be a URL with one. */
function usageError(reason: string, cause: Error): UsageError {
  return new UsageError('USAGE', { reason: redactUserInfo(reason) }, { cause })
}

const ENVIRONMENT =
  'Every option except -f can also be set in the environment:\n--lock-file is PINPULL_LOCK_FILE.'

/** Called while a command line is parsed. */
interface Callbacks {
  readonly done: (exitCode: number) => void
  readonly failed: (spec: CommandSpec) => void
}

/** Describes the whole command line to `commander`, help included. */
export function buildProgram(io: Io, callbacks: Callbacks): Command {
  const [filter, ...others] = COMMANDS as readonly [CommandSpec, ...CommandSpec[]]
  const specs = new Map<Command, CommandSpec>()
  const program = new Command('pinpull')
    .optionsGroup(groupOf('version'))
    .version(VERSION, '-V, --version', 'print the version number')
    .exitOverride()
    .showSuggestionAfterError(false)
    .enablePositionalOptions()
    .helpCommand('help [command...]', 'show the help of a command')
    .configureHelp(HELP)
    .configureOutput({ writeOut: (text) => io.writeOutput(text), writeErr: () => {} })
    .hook('preAction', (root, action) => {
      if (action !== root) inheritOptions(root, action)
      applyEnvironment(action, specs.get(action)?.options ?? [], io.env, sameOptions)
    })
  const add = (target: Command, spec: CommandSpec): void => {
    specs.set(target, spec)
    fill(target, spec, io, callbacks)
  }
  add(program, filter)
  const groups = new Map<string, Command>()
  for (const spec of others) {
    const [first = '', second] = spec.words
    if (second === undefined) add(program.command(first), spec)
    else {
      const group = groups.get(first) ?? addGroup(program, first)
      groups.set(first, group)
      add(group.command(second), spec)
    }
  }
  return program
}

function addGroup(program: Command, word: string): Command {
  return program
    .command(word)
    .description(COMMAND_GROUPS[word] ?? '')
    .helpCommand(false)
}

/** @returns the options of this name in all commands */
function sameOptions({ name }: OptionSpec): readonly OptionSpec[] {
  return COMMANDS.flatMap(({ options }) => options.filter((one) => one.name === name))
}

function fill(target: Command, spec: CommandSpec, io: Io, { done, failed }: Callbacks): void {
  target
    .description(spec.description)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      failed(spec)
      throw error
    })
    .addHelpText('after', helpEnd(spec))
  if (spec.argument !== undefined) target.addArgument(commanderArgument(spec.argument))
  for (const option of groupedOptions(spec.options)) target.addOption(commanderOption(option))
  target.addHelpOption(new Option('-h, --help', 'show this help').helpGroup(groupOf('help')))
  target.action(async (...given: unknown[]) => {
    const [words] = spec.argument === undefined ? [[]] : given
    const args = Array.isArray(words) ? words : [words]
    const code = await Promise.resolve(spec.run(args as string[], target.opts<OptionValues>(), io)).catch(
      (error: unknown) => {
        const reason = spec.words.length === 0 ? missingFileReason(error) : undefined
        throw reason === undefined ? error : usageError(reason, error as Error)
      },
    )
    done(code)
  })
}

/** @returns what a word may mean that the filter has taken for the name of a file; undefined for any other error */
function missingFileReason(error: unknown): string | undefined {
  if (!(error instanceof UsageError) || error.code !== 'FILE_MISSING') return undefined
  return operandReason(String(error.args['file']))
}

function helpEnd({ words, examples }: CommandSpec): string {
  const lines = examples.flatMap(([line, purpose]) => [`  # ${purpose}`, `  ${line}`])
  return [...(words.length === 0 ? ['', ENVIRONMENT] : []), '', 'Examples:', ...lines].join('\n')
}

function commanderArgument({ name, description, many, choices }: ArgumentSpec): Argument {
  const argument = new Argument(many === true ? `[${name}...]` : `<${name}>`, description)
  return choices === undefined ? argument : argument.choices(choices)
}

/**
 * Replaces other spellings of an option. `-f=FILE` is read as kubectl does: to `commander` the equals sign would be a part of
 * the value.
 */
function canonicalWord(word: string): string {
  const all = COMMANDS.flatMap(({ options }) => options)
  const [, short, value] = /^-([A-Za-z])=(.*)$/s.exec(word) ?? []
  const spec = short === undefined ? undefined : all.find((one) => one.short === short)
  return spec?.value === undefined ? withoutAlias(all, word) : `--${spec.name}=${value}`
}

/** Describes an option to `commander`. */
export function commanderOption({ name, short, value, description, conflicts, parse }: OptionSpec): Option {
  const shown = `--${name}${value === undefined ? '' : ` <${value}>`}`
  const letter = short === undefined ? '' : `-${short}, `
  const option = new Option(`${letter}${shown}`, description).helpGroup(groupOf(name))
  if (conflicts !== undefined) option.conflicts(conflicts)
  if (value !== undefined) option.argParser((text, before) => parseValue(shown, parse, text, before))
  return option
}

/**
 * Gives a command the options before its name, as in `pinpull --locked check`. To `commander` they are options of the filter,
 * which it drops if another command runs. Values of an option that collects them are added up, others override those before.
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
    const before: unknown = root.getOptionValue(attribute)
    const own: unknown =
      command.getOptionValueSource(attribute) === 'cli' ? command.opts()[attribute] : undefined
    const values = Array.isArray(before) && Array.isArray(own) ? [...before, ...own] : (own ?? before)
    command.setOptionValueWithSource(attribute, values, 'cli')
  }
}

/** @returns the words that call a command, such as `pinpull config view` */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}

/**
 * Gives every option that was not on the command line the value of its environment variable. All commands share one
 * variable: a value that is valid only for the option of another command is ignored.
 * @param options those of the command
 * @param elsewhere the options of the same name in all commands
 * @throws {UsageError} USAGE if the value of a variable is not valid
 */
export function applyEnvironment(
  command: Command,
  options: readonly OptionSpec[],
  env: Environment,
  elsewhere: (option: OptionSpec) => readonly OptionSpec[] = () => [],
): void {
  const isGiven = (name: string): boolean => command.getOptionValueSource(attributeName({ name })) === 'cli'
  for (const option of options) {
    const { name, conflicts } = option
    refuseRenamedVariable(name, env)
    if (isGiven(name) || (conflicts !== undefined && isGiven(conflicts))) continue
    const value = valueOrForeign(option, env, elsewhere(option))
    if (value !== undefined) command.setOptionValueWithSource(attributeName(option), value, 'env')
  }
}

function valueOrForeign(option: OptionSpec, env: Environment, elsewhere: readonly OptionSpec[]): unknown {
  try {
    return environmentValue(option, env)
  } catch (error) {
    if (option.choices !== undefined && elsewhere.some((other) => isValid(other, env))) return undefined
    throw error
  }
}

function isValid(option: OptionSpec, env: Environment): boolean {
  try {
    environmentValue(option, env)
    return true
  } catch {
    return false
  }
}

/**
 * @param shown the option as the help shows it
 * @throws {ArgumentError} since an error of `commander` would quote the value, which may hold a password
 */
function parseValue(shown: string, parse: OptionSpec['parse'], text: string, before: unknown): unknown {
  // `--mirror "$MIRROR"` with an unset variable: without the option, another registry would be contacted.
  if (text === '') throw new ArgumentError('it is empty: is a variable unset?', shown)
  try {
    return parse === undefined ? text : parse(text, before)
  } catch (error) {
    throw error instanceof ArgumentError ? new ArgumentError(error.message, shown) : error
  }
}
