import type { Io } from '../io/io.ts'
import type { OptionValues } from './arguments.ts'
import type { OptionSpec } from './option.ts'

/** What a command takes besides options. */
export interface ArgumentSpec {
  readonly name: string
  readonly description: string
  /** Any number of them, none included; without it exactly one. */
  readonly many?: boolean
  /** What it may be, where that is a closed list. */
  readonly choices?: readonly string[]
}

/**
 * One command. The list of them (`command-table.ts`) is what the command line is built from, what `docs/cli.md` is
 * generated from, and what the shells complete.
 */
export interface CommandSpec {
  /** What follows `pinpull`: nothing for the filter. */
  readonly words: readonly string[]
  readonly description: string
  readonly argument?: ArgumentSpec
  readonly options: readonly OptionSpec[]
  /** Loads the command's code and runs it: the exit code. */
  readonly run: (args: readonly string[], options: OptionValues, io: Io) => Promise<number>
}

/** A command whose code wants its options typed. That they are what the options give is for the command to see to. */
export function command<Flags extends object>(
  spec: Omit<CommandSpec, 'run'> & {
    readonly run: (args: readonly string[], flags: Flags, io: Io) => Promise<number>
  },
): CommandSpec {
  return { ...spec, run: (args, options, io) => spec.run(args, options as Flags, io) }
}
