import type { Io } from '../io/io.ts'
import type { OptionValues } from './arguments.ts'
import type { OptionSpec } from './option.ts'

/** What a command takes beside options. */
export interface ArgumentSpec {
  readonly name: string
  readonly description: string
  /** Whether any number is allowed, zero included, and not exactly one. */
  readonly many?: boolean
  /** All values, if only these are allowed. */
  readonly choices?: readonly string[]
}

/** A command line, and what it is for. */
export type Example = readonly [line: string, purpose: string]

/**
 * One command. The command line, `docs/cli.md` and the completions of shells are made from the list of them, in
 * `command-table.ts`.
 */
export interface CommandSpec {
  /** The words after `pinpull`; empty for the filter. */
  readonly words: readonly string[]
  readonly description: string
  readonly argument?: ArgumentSpec
  readonly options: readonly OptionSpec[]
  /** Two command lines for the help, as users type them, and what each is for. A test runs them. */
  readonly examples: readonly [Example, Example]
  /** Runs the command and returns the exit code. */
  readonly run: (args: readonly string[], options: OptionValues, io: Io) => number | Promise<number>
}

/**
 * Adapts a command with typed flags. Nothing checks that its options produce them. Files of `--filename` become arguments, and
 * come first, so that `-f *.yaml`, which the shell expands, keeps its order.
 */
export function command<Flags extends object>(
  spec: Omit<CommandSpec, 'run'> & {
    readonly run: (args: readonly string[], flags: Flags, io: Io) => number | Promise<number>
  },
): CommandSpec {
  return {
    ...spec,
    run: (args, { filename = [], ...options }, io) =>
      spec.run([...(filename as readonly string[]), ...args], options as Flags, io),
  }
}
