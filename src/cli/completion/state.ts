import type { ArgumentSpec, CommandSpec } from '../options/command.ts'
import type { OptionSpec } from '../options/option.ts'

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

/** What stands for a value, for a shell to complete. */
export type Completes =
  | { readonly kind: 'files' | 'folders' | 'nothing' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

/** What a shell may offer for the value of an option or for an argument. */
export function completesOf(spec: OptionSpec | ArgumentSpec): Completes {
  if (spec.choices !== undefined) return { kind: 'words', words: spec.choices }
  if ('suggestions' in spec && spec.suggestions) return { kind: 'words', words: spec.suggestions }
  const value = 'value' in spec ? spec.value : spec.name
  if (value === 'file') return { kind: 'files' }
  return value === 'folder' ? { kind: 'folders' } : { kind: 'nothing' }
}

/** The shells that there is a completion for. */
export type Shell = 'bash' | 'zsh' | 'fish'

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

/** A text in single quotes, for any of the shells. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
