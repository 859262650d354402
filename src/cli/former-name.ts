import { UsageError } from '../diagnostics/errors.ts'
import { type Environment, variableOf } from './environment.ts'

/** The name that an option once had, by the one that it has: what it does is not what the old name says. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([['check-digests', 'verify']])

/**
 * What to say of an option that no command has.
 * @param name without its dashes
 * @returns undefined for a name that no option ever had
 */
export function formerNameReason(name: string): string | undefined {
  const [now] = [...FORMER_NAMES].find(([, former]) => former === name) ?? []
  return now === undefined ? undefined : `--${name} was renamed to --${now}: it does not verify signatures`
}

/**
 * Refuses the variable that an option once had, which would else be passed over in silence.
 * @param name the option's name of today
 * @throws {UsageError} naming the variable of today
 */
export function refuseFormerVariable(name: string, env: Environment): void {
  const former = FORMER_NAMES.get(name)
  const variable = former === undefined ? undefined : variableOf({ name: former })
  if (variable === undefined || !env[variable]) return
  const reason = `${variable} was renamed to ${variableOf({ name })}: it does not verify signatures`
  throw new UsageError('USAGE', { reason })
}
