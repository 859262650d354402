import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Environment, environmentValue } from './environment.ts'
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
  if (parse !== undefined) option.argParser((text, before) => parseOrRefuse(parse, text, before))
  return option
}

/**
 * Gives every option that was not on the command line the value of its environment variable.
 * @throws {UsageError} when a variable's value is not one that its flag takes
 */
export function applyEnvironment(command: Command, env: Environment): void {
  for (const option of command.options) {
    const attribute = option.attributeName()
    if (command.getOptionValueSource(attribute) === 'cli') continue
    const takesValue = option.required || option.optional
    const value = environmentValue(
      {
        name: option.name(),
        ...(takesValue ? { value: option.name() } : {}),
        ...(option.parseArg === undefined ? {} : { parse: option.parseArg }),
      },
      env,
    )
    if (value !== undefined) command.setOptionValueWithSource(attribute, value, 'env')
  }
}

function parseOrRefuse(parse: NonNullable<OptionSpec['parse']>, text: string, before: unknown): unknown {
  try {
    return parse(text, before)
  } catch (error) {
    throw error instanceof ArgumentError ? new InvalidArgumentError(error.message) : error
  }
}
