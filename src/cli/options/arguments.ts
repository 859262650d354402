import { type Environment, environmentValue, refuseRenamedVariable } from './environment.ts'
import { ArgumentError, attributeName, isNegated, type OptionSpec } from './option.ts'

/** The values of options by attribute, as `commander` gives them too. */
export type OptionValues = Record<string, unknown>

/**
 * Reads a command line of nothing but known options with good values: the one that hosts and pipelines use. For it
 * `commander` needn't be loaded, which costs a quarter of a start. Whatever else there is on the line, this reader gives
 * up, and leaves it to `commander` to understand, or to say what is wrong.
 * @param specs every option that may stand there
 * @param argv the arguments, without the program's own name
 * @param env has the values of options that aren't on the line
 * @returns undefined where it gave up
 * @throws {UsageError} when a variable's value is not one that its option takes
 */
export function parseArguments(
  specs: readonly OptionSpec[],
  argv: readonly string[],
  env: Environment,
): OptionValues | undefined {
  const values: OptionValues = {}
  const given = new Set<string>()
  for (const spec of specs) if (isNegated(spec)) values[attributeName(spec)] = true
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    const spec = specs.find((one) => name === `--${one.name}`)
    if (spec === undefined) return undefined
    given.add(spec.name)
    const attribute = attributeName(spec)
    if (spec.value === undefined) {
      if (equals >= 0) return undefined
      values[attribute] = !isNegated(spec)
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
    const isBeaten = given.has(spec.name) || (spec.conflicts !== undefined && given.has(spec.conflicts))
    const value = isBeaten ? undefined : environmentValue(spec, env)
    if (value !== undefined) values[attributeName(spec)] = value
  }
  return values
}
