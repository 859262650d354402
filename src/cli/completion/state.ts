import type { ArgumentSpec, CommandSpec } from '../options/command.ts'
import type { OptionSpec } from '../options/option.ts'

/** The shells that there is a completion for. */
export type Shell = 'bash' | 'zsh' | 'fish'

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

/** What a shell can offer after the words of a command. */
export interface CompletionState {
  /** The words, separated by spaces: empty after `pinpull` itself. */
  readonly prefix: string
  /** Words of commands that may follow. */
  readonly nextWords: readonly { readonly word: string; readonly description: string }[]
  readonly options: readonly OptionSpec[]
  /** Absent if the command takes options only. */
  readonly argument?: { readonly name: string; readonly candidates: Candidates }
}

/** What a shell offers for a value. */
export type Candidates =
  | { readonly kind: 'files' | 'folders' | 'nothing' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

const HELP: OptionSpec = { name: 'help', short: 'h', description: 'display help' }
const VERSION: OptionSpec = { name: 'version', short: 'V', description: 'display the version' }

/**
 * @param groups the descriptions of words with commands below them, as `config`
 * @returns the state after `pinpull`, and after each word of a command
 */
export function completionStates(
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): CompletionState[] {
  const prefixes = commands.flatMap(({ words }) => words.map((_, at) => words.slice(0, at + 1).join(' ')))
  return ['', ...new Set(prefixes)].map((prefix) => {
    const spec = commands.find((one) => one.words.join(' ') === prefix)
    return {
      prefix,
      nextWords: nextWords(prefix === '' ? [] : prefix.split(' '), commands, groups),
      options: [...(spec?.options ?? []), ...(prefix === '' ? [VERSION, HELP] : [HELP])],
      ...(spec?.argument === undefined
        ? {}
        : { argument: { name: spec.argument.name, candidates: candidatesFor(spec.argument) } }),
    }
  })
}

function nextWords(
  words: readonly string[],
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): CompletionState['nextWords'] {
  const next = new Map<string, string>()
  for (const { words: all, description } of commands) {
    const word = all[words.length]
    if (word === undefined || words.some((one, index) => one !== all[index])) continue
    next.set(word, all.length > words.length + 1 ? (groups[word] ?? '') : description)
  }
  return [...next].map(([word, description]) => ({ word, description }))
}

/** @returns the words that an option may be on a command line: `--name`, and `-n` if it has a letter */
export function optionWords({ name, short }: OptionSpec): string[] {
  return [...(short === undefined ? [] : [`-${short}`]), `--${name}`]
}

/** @returns other spellings of an option that takes a value, which shells do not offer, but whose value they complete */
export function aliasWords({ value, aliases = [] }: OptionSpec): string[] {
  return value === undefined
    ? []
    : aliases.flatMap(({ name, means }) => (means === undefined ? [`--${name}`] : []))
}

/** @returns what a shell offers for the value of an option, or for an argument */
export function candidatesFor(spec: OptionSpec | ArgumentSpec): Candidates {
  if (spec.choices !== undefined) return { kind: 'words', words: spec.choices }
  if ('suggestions' in spec && spec.suggestions) return { kind: 'words', words: spec.suggestions }
  const value = 'value' in spec ? spec.value : spec.name
  if (value === 'file') return { kind: 'files' }
  return value === 'folder' || value === 'dir' ? { kind: 'folders' } : { kind: 'nothing' }
}

/** @returns the text in single quotes, for any of the shells */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
