import { UsageError } from '../diagnostics/errors.ts'
import { type Environment, variableOf } from './environment.ts'

/** Former names of options, with the current ones. They are refused, since the old name promises something else. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([['check-digests', 'verify']])

/**
 * Explains an unknown option that is the former name of another.
 * @param name without its dashes
 * @returns the reason for the message; undefined for a name that no option ever had
 */
export function formerNameReason(name: string): string | undefined {
  const [now] = [...FORMER_NAMES].find(([, former]) => former === name) ?? []
  return now === undefined ? undefined : `--${name} was renamed to --${now}: it does not verify signatures`
}

/**
 * Refuses the former environment variable of an option, which would otherwise be ignored silently.
 *
 * @param name the option's current name
 * @throws {UsageError} naming the current variable
 */
export function refuseFormerVariable(name: string, env: Environment): void {
  const former = FORMER_NAMES.get(name)
  const variable = former === undefined ? undefined : variableOf({ name: former })
  if (variable === undefined || !env[variable]) return
  const reason = `${variable} was renamed to ${variableOf({ name })}: it does not verify signatures`
  throw new UsageError('USAGE', { reason })
}
