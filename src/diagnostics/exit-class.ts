import { CATALOGUE, type Code } from './catalogue.ts'
import type { ExitClass } from './entry.ts'

/** The class of exit codes that an error with this code belongs to. */
export function exitClassOf(code: Code): ExitClass {
  return CATALOGUE[code].exit
}
