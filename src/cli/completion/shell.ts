import type { ArgumentSpec, CommandSpec } from '../command.ts'
import type { OptionSpec } from '../option.ts'

/** The shells that there is a completion for. */
export type Shell = 'bash' | 'zsh' | 'fish'

export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

/** What stands for a value, for a shell to complete. */
export type Completes =
  | { readonly kind: 'files' | 'folders' | 'nothing' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

/** What a shell may offer for the value of an option or for an argument. */
export function completesOf(spec: Pick<OptionSpec, 'value' | 'choices'> | ArgumentSpec): Completes {
  if (spec.choices !== undefined) return { kind: 'words', words: spec.choices }
  const value = 'value' in spec ? spec.value : 'name' in spec ? spec.name : undefined
  if (value === 'file') return { kind: 'files' }
  return value === 'folder' ? { kind: 'folders' } : { kind: 'nothing' }
}

/** The words that may follow these words of a command line, with what they are about. */
export function nextWords(
  words: readonly string[],
  commands: readonly CommandSpec[],
  groups: Readonly<Record<string, string>>,
): { word: string; description: string }[] {
  const next = new Map<string, string>()
  for (const { words: all, description } of commands) {
    const word = all[words.length]
    if (word === undefined || words.some((one, index) => one !== all[index])) continue
    next.set(word, all.length > words.length + 1 ? (groups[word] ?? '') : description)
  }
  return [...next].map(([word, description]) => ({ word, description }))
}

/** A text in single quotes, for any of the shells. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
