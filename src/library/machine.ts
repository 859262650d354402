import { processRunner, type Run } from '../credentials/program.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment of this process: the default of functions that take one.
 * @internal
 */
export function processEnvironment(): Environment {
  return process.env
}

/**
 * Runs a program beside this process, such as a credential helper.
 * @internal
 */
export const runProgram: Run = processRunner(process)
