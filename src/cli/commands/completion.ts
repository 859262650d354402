import { formatBashCompletion } from '../completion/bash.ts'
import { formatFishCompletion } from '../completion/fish.ts'
import { completionStates, type Shell } from '../completion/state.ts'
import { formatZshCompletion } from '../completion/zsh.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { CommandSpec } from '../options/command.ts'

const FORMATTERS = {
  bash: formatBashCompletion,
  zsh: formatZshCompletion,
  fish: formatFishCompletion,
} satisfies Record<Shell, unknown>

/** Prints the completion script of a shell. */
export function completion(
  shell: Shell,
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
  io: Io,
): number {
  io.writeOutput(FORMATTERS[shell](completionStates(commands, groups)))
  return EXIT.done
}
