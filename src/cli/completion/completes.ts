import type { ArgumentSpec } from '../command.ts'
import type { OptionSpec } from '../option.ts'

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
