import type { CommandSpec } from '../command.ts'
import type { OptionSpec } from '../option.ts'
import { type Completes, completesOf } from './completes.ts'

/** Where a command line stands: which words of commands have been typed, and what may come next. */
export interface Situation {
  /** The words, with spaces between: empty after `pinpull` itself. */
  readonly typed: string
  /** Commands that may follow. */
  readonly words: readonly { readonly word: string; readonly description: string }[]
  readonly options: readonly OptionSpec[]
  /** What the command takes besides options; absent where it takes nothing. */
  readonly argument?: { readonly name: string; readonly completes: Completes }
}

/** Every situation that the commands can lead to, the one after `pinpull` first. */
export function situationsOf(
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): Situation[] {
  const typed = commands.flatMap(({ words }) => words.map((_, at) => words.slice(0, at + 1).join(' ')))
  return ['', ...new Set(typed)].map((start) => {
    const spec = commands.find((one) => one.words.join(' ') === start)
    return {
      typed: start,
      words: nextWords(start === '' ? [] : start.split(' '), commands, groups),
      options: [...(spec?.options ?? []), ...(start === '' ? [VERSION, HELP] : [HELP])],
      ...(spec?.argument === undefined
        ? {}
        : { argument: { name: spec.argument.name, completes: completesOf(spec.argument) } }),
    }
  })
}

const HELP: OptionSpec = { name: 'help', description: 'display help' }
const VERSION: OptionSpec = { name: 'version', description: 'display the version' }

/** The words that may follow these words of a command line, with what they are about. */
function nextWords(
  words: readonly string[],
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): Situation['words'] {
  const next = new Map<string, string>()
  for (const { words: all, description } of commands) {
    const word = all[words.length]
    if (word === undefined || words.some((one, index) => one !== all[index])) continue
    next.set(word, all.length > words.length + 1 ? (groups[word] ?? '') : description)
  }
  return [...next].map(([word, description]) => ({ word, description }))
}
