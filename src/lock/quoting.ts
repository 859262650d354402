import { quoteYaml } from '../diagnostics/printable.ts'

/**
 * Text that YAML 1.1 and 1.2 both read as itself without quotes, also inside `[…]`: it begins with a letter, and has
 * a character that no number, boolean or null has.
 */
const PLAIN = /^(?=.*[./:@])[A-Za-z][A-Za-z0-9_./@+()-]*(?::[A-Za-z0-9_./@+()-]+)*$/

/** A text as it is written in a lock file. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? text : quoteYaml(text)
}
