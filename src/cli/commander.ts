import { type Command, Option } from 'commander'
import { UsageError } from '../diagnostics/errors.ts'
import { type Environment, environmentValue } from './environment.ts'
import { refuseFormerVariable } from './former-name.ts'
import { ArgumentError, type OptionSpec } from './option.ts'

/** An option as `commander` knows it. */
export function commanderOption({
  name,
  value,
  optional,
  description,
  conflicts,
  parse,
}: OptionSpec): Option {
  const shown = value === undefined ? '' : optional === true ? ` [${value}]` : ` <${value}>`
  const option = new Option(`--${name}${shown}`, description)
  if (conflicts !== undefined) option.conflicts(conflicts)
  if (value !== undefined) option.argParser((text, before) => parseOrRefuse(option, parse, text, before))
  return option
}

/**
 * Gives a command the options that stand before its name, as in `pinpull --locked check`: they are the filter's own to
 * `commander`, which drops them where the filter is not what runs.
 * @throws {UsageError} where the command has no such option
 */
export function handOn(root: Command, command: Command): void {
  for (const option of root.options) {
    const attribute = option.attributeName()
    if (root.getOptionValueSource(attribute) !== 'cli') continue
    if (!command.options.some((own) => own.name() === option.name())) {
      const reason = `${nameOf(command)} has no option --${option.name()}`
      throw new UsageError('USAGE', { reason })
    }
    if (command.getOptionValueSource(attribute) === 'cli') continue
    command.setOptionValueWithSource(attribute, root.getOptionValue(attribute), 'cli')
  }
}

/** `pinpull config view`: what is typed to call it. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

/**
 * Gives every option that was not on the command line the value of its environment variable. One variable is for all
 * commands: a value that only another one's option of that name takes is passed over.
 * @param elsewhere the values that the options of a name take, in any command, where those are closed lists
 * @throws {UsageError} when a variable's value is not one that its flag takes
 */
export function applyEnvironment(
  command: Command,
  env: Environment,
  elsewhere: (name: string) => readonly string[] = () => [],
): void {
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli'
  for (const option of command.options) {
    refuseFormerVariable(option.name(), env)
    const attribute = option.attributeName()
    if ([attribute, ...rivalsOf(option)].some(isGiven)) continue
    const takesValue = option.required || option.optional
    const value = environmentValue(
      {
        name: option.name(),
        ...(takesValue ? { value: option.name() } : {}),
        optional: option.optional,
        ...(option.parseArg === undefined
          ? {}
          : { parse: orPassOver(option.parseArg, elsewhere(option.name())) }),
      },
      env,
    )
    if (value !== undefined) command.setOptionValueWithSource(attribute, value, 'env')
  }
}

function orPassOver(parse: NonNullable<Option['parseArg']>, elsewhere: readonly string[]) {
  return (text: string): unknown => {
    try {
      return parse(text, undefined)
    } catch (error) {
      if (elsewhere.includes(text)) return undefined
      throw error
    }
  }
}

/** What `conflicts()` was told; the types of `commander` leave it out. */
function rivalsOf(option: Option): readonly string[] {
  return (option as unknown as { readonly conflictsWith: readonly string[] }).conflictsWith
}

/** @throws {ArgumentError} and not an error of `commander`'s, which would quote the value: it may hold a password */
function parseOrRefuse(
  { flags }: Option,
  parse: OptionSpec['parse'],
  text: string,
  before: unknown,
): unknown {
  // `--mirror "$MIRROR"`, and the variable is not set: to go on without would ask somebody else.
  if (text === '') throw new ArgumentError('it is empty: is a variable not set?', flags)
  try {
    return parse === undefined ? text : parse(text, before)
  } catch (error) {
    throw error instanceof ArgumentError ? new ArgumentError(error.message, flags) : error
  }
}
