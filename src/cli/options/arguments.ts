import { type Environment, environmentValue, refuseRenamedVariable } from './environment.ts'
import { ArgumentError, attributeName, findOption, type OptionSpec, withoutAlias } from './option.ts'

/** The values of options by attribute, as `commander` gives them too. */
export type OptionValues = Record<string, unknown>

/**
 * Parses a command line that has only known options with valid values, as hosts and pipelines use it, without loading
 * `commander`, which costs a quarter of a start. `commander` parses all others, and reports what is wrong with them.
 * @param specs the options that are allowed
 * @param argv the arguments, without the program's own name
 * @param env has the values of options that are not on the line
 * @returns undefined for any other command line
 * @throws {UsageError} USAGE if the value of a variable is not valid for its option
 */
export function parseArguments(
  specs: readonly OptionSpec[],
  argv: readonly string[],
  env: Environment,
): OptionValues | undefined {
  const values: OptionValues = {}
  const given = new Set<string>()
  for (let at = 0; at < argv.length; at += 1) {
    const word = withoutAlias(specs, argv[at] ?? '')
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    const spec = findOption(specs, name)
    if (spec === undefined) return undefined
    given.add(spec.name)
    const attribute = attributeName(spec)
    if (spec.value === undefined) {
      if (equals >= 0) return undefined
      values[attribute] = true
      continue
    }
    if (equals < 0) at += 1
    const text = equals < 0 ? argv[at] : word.slice(equals + 1)
    if (text === undefined || text === '' || text.startsWith('-')) return undefined
    try {
      values[attribute] = spec.parse === undefined ? text : spec.parse(text, values[attribute])
    } catch (error) {
      if (error instanceof ArgumentError) return undefined
      throw error
    }
  }
  const conflict = specs.some(
    ({ name, conflicts }) => conflicts !== undefined && given.has(name) && given.has(conflicts),
  )
  if (conflict) return undefined
  for (const spec of specs) {
    refuseRenamedVariable(spec.name, env)
    const isOverridden = given.has(spec.name) || (spec.conflicts !== undefined && given.has(spec.conflicts))
    const value = isOverridden ? undefined : environmentValue(spec, env)
    if (value !== undefined) values[attributeName(spec)] = value
  }
  return values
}
