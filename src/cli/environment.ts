import type { Command, Option } from 'commander'
import { UsageError } from '../diagnostics/errors.ts'

/** The environment variable that stands for a long flag: `--report` is `PINPULL_REPORT`. */
export function variableOf(option: Option): string {
  return `PINPULL_${option.name().toUpperCase().replaceAll('-', '_')}`
}

/**
 * Gives every option that was not on the command line the value of its environment variable, since some hosts can
 * pass no arguments. An empty variable counts as unset.
 * @throws {UsageError} when a variable's value is not one that its flag takes
 */
export function applyEnvironment(command: Command, env: Readonly<Record<string, string | undefined>>): void {
  for (const option of command.options) {
    const name = option.attributeName()
    const text = env[variableOf(option)]
    if (text === undefined || text === '' || command.getOptionValueSource(name) === 'cli') continue
    command.setOptionValueWithSource(name, parseValue(option, text), 'env')
  }
}

function parseValue(option: Option, text: string): unknown {
  if (!option.required && !option.optional) return isTrue(option, text) !== option.negate
  try {
    return option.parseArg ? option.parseArg(text, undefined) : text
  } catch (error) {
    throw new UsageError(
      'USAGE',
      { reason: `${variableOf(option)}: ${(error as Error).message}` },
      { cause: error },
    )
  }
}

function isTrue(option: Option, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  throw new UsageError('USAGE', { reason: `${variableOf(option)} is "${text}", but may be 1 or 0` })
}
