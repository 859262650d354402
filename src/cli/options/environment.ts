import { UsageError } from '../../diagnostics/errors.ts'
import { redactUserInfo } from '../../reference/server-url.ts'
import type { OptionAlias, OptionSpec } from './option.ts'

/** The environment, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the value of an option from the environment, since some hosts can pass no arguments: `--report` is `PINPULL_REPORT`.
 * An empty variable counts as unset. The variable of the option's own name overrides those of its aliases.
 * @returns the option's value, or undefined if it is unset or the option has no variable
 * @throws {UsageError} USAGE if the value is not valid for the option
 */
export function environmentValue(option: Omit<OptionSpec, 'description'>, env: Environment): unknown {
  if (option.hasVariable === false) return undefined
  for (const alias of [option, ...(option.aliases ?? [])]) {
    const value = variableValue(option, alias, env)
    if (value !== undefined) return value
  }
  return undefined
}

function variableValue(
  { value, parse, foreign }: Omit<OptionSpec, 'description'>,
  spelling: OptionAlias,
  env: Environment,
): unknown {
  const variable = variableName(spelling)
  const text = env[variable]
  if (text === undefined || text === '' || foreign?.includes(text) === true) return undefined
  if (value === undefined) return isTrue(variable, text)
  if (spelling.means !== undefined) return isTrue(variable, text) ? spelling.means : undefined
  try {
    return parse === undefined ? text : parse(text)
  } catch (error) {
    const message = redactUserInfo((error as Error).message)
    throw new UsageError('USAGE', { reason: `${variable}: ${message}` }, { cause: error })
  }
}

/** The environment variable of an option: `--lock-file` is `PINPULL_LOCK_FILE`. */
export function variableName({ name }: Pick<OptionSpec, 'name'>): string {
  return `PINPULL_${name.toUpperCase().replaceAll('-', '_')}`
}

const ON = /^(?:1|true|yes|on)$/i
const OFF = /^(?:0|false|no|off)$/i

function isTrue(variable: string, text: string): boolean {
  if (ON.test(text)) return true
  if (OFF.test(text)) return false
  throw new UsageError('USAGE', { reason: `${variable} is "${text}", but must be 1 or 0` })
}

/** Former names of options by their current names. They are rejected, since the former name promises something else. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([['check-digests', 'verify']])

/**
 * Explains an unknown option that is the former name of another.
 * @param name without its dashes
 * @returns the reason for the message; undefined for a name that no option ever had
 */
export function renamedOptionReason(name: string): string | undefined {
  const [now] = [...FORMER_NAMES].find(([, former]) => former === name) ?? []
  return now === undefined
    ? undefined
    : `--${name} was renamed to --${now}, which compares digests; to verify signatures: pinpull verify FILE, or verify in the profile`
}

/**
 * Refuses the former environment variable of an option, which would otherwise be ignored silently.
 *
 * @param name the option's current name
 * @throws {UsageError} naming the current variable
 */
export function refuseRenamedVariable(name: string, env: Environment): void {
  const former = FORMER_NAMES.get(name)
  const variable = former === undefined ? undefined : variableName({ name: former })
  if (variable === undefined || !env[variable]) return
  const reason = `${variable} was renamed to ${variableName({ name })}, which compares digests and verifies no signatures`
  throw new UsageError('USAGE', { reason })
}
