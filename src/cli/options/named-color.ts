import type { ColorChoice } from '../io/terminal.ts'
import { MESSAGE_OPTIONS } from './common-options.ts'
import { type Environment, environmentValue } from './environment.ts'
import { withoutAlias } from './option.ts'

const COLOR = 'color'

/**
 * Looks for `--color` on a command line that may be wrong otherwise, so that the message about it has the colours that the user
 * wants.
 *
 * @returns undefined if neither the line nor the environment has a valid value
 */
export function namedColor(argv: readonly string[], env: Environment): ColorChoice | undefined {
  const spec = MESSAGE_OPTIONS.find(({ name }) => name === COLOR)
  if (spec === undefined) return undefined
  const words = argv.map((word) => withoutAlias([spec], word))
  const named = words
    .map((word, at) => (word === `--${COLOR}` ? words[at + 1] : word.slice(`--${COLOR}=`.length)))
    .filter(
      (value, at) => words[at]?.startsWith(`--${COLOR}`) === true && spec.choices?.includes(value ?? ''),
    )
  try {
    return (named.at(-1) ?? environmentValue(spec, env)) as ColorChoice | undefined
  } catch {
    return undefined
  }
}
