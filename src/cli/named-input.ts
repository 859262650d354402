import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import { type Input, readInput } from '../transform.ts'
import type { NamedInput } from './inputs.ts'

/** One of several inputs, read; or why it cannot be, which must not hide what is wrong with the others. */
export type ReadInput =
  | { readonly kind: 'read'; readonly input: Input }
  | { readonly kind: 'unreadable'; readonly diagnostic: Diagnostic }

export function readNamed({ bytes, file }: NamedInput): ReadInput {
  try {
    return { kind: 'read', input: readInput(bytes, file) }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args } = error
    const at = file === undefined ? {} : { at: { file } }
    return { kind: 'unreadable', diagnostic: { code, severity: 'error', args, ...at } }
  }
}
